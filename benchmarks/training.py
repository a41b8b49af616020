"""Training's throughput against a bare training loop over perfectly packed batches.

Run: python benchmarks/training.py --layers 3 --width 96 --steps 40

The bare loop has its tensors ready-made, every batch of near-equal length, and does forward, loss, backward
and a fused AdamW step: no schedule, no clipping, no weights, no report. Both sides run in turn (A B A B ...)
on one process, on equal numbers of examples; the table gives medians.
"""

import argparse
from statistics import median

import numpy as np
import torch
from side_by_side import classifier_flags, in_turn

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks import tasks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier


def sorted_batches(classifier, data, batch_size):
    """Model inputs and labels of batches cut from the examples in order of length."""
    order = np.argsort([len(t) for t in data.tokens], kind="stable")
    whole = len(order) // batch_size * batch_size
    for rows in order[:whole].reshape(-1, batch_size):
        packed = classifier.layout.pack([data.tokens[i] for i in rows])
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], classifier.layout.wants_types)
        yield inputs, torch.from_numpy(data.labels[rows]).long()


def bare_loop(model, batches):
    model.train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    for inputs, labels in batches:
        torch.nn.functional.cross_entropy(model(**inputs).logits, labels).backward()
        optimiser.step()
        optimiser.zero_grad()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    classifier_flags(parser)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="of Holdfast's side")
    flags = parser.parse_args()
    torch.set_num_threads(flags.threads)

    task = tasks.get(flags.task)()
    size = ModelSize(flags.layers, flags.width, flags.heads)
    classifier = Classifier.create(task, size, Stream(0))
    drawn = task.sample(flags.steps * flags.batch_size, Stream(1), "hard")
    labels = np.array([v.catastrophic for v in task.oracle.judge(drawn)], dtype=np.float32)
    data = LabelledTokens(classifier.codec.encode(drawn), labels, labels)
    batches = list(sorted_batches(classifier, data, flags.batch_size))
    recipe = ClassifierRecipe(batch_size=flags.batch_size, precision=flags.precision)

    def bare():
        bare_loop(Classifier.create(task, size, Stream(0)).model, batches)

    def holdfast():
        train_classifier(Classifier.create(task, size, Stream(0)), data, recipe, flags.steps, Stream(2))

    times = in_turn({"bare loop": bare, "Holdfast": holdfast}, flags.repeats)
    rates = {name: flags.steps * flags.batch_size / median(values) for name, values in times.items()}
    print(f"{flags.steps} steps of {flags.batch_size}, {classifier.parameters_count:,} weights")
    for name, rate in rates.items():
        print(f"{name:<10} {rate:>9,.0f} examples/s")
    print(f"Holdfast / bare loop: {rates['Holdfast'] / rates['bare loop']:.1%}")


if __name__ == "__main__":
    main()
