"""Training's throughput against a bare training loop over perfectly packed batches.

Run: python benchmarks/training.py --layers 3 --width 96 --steps 40

The bare loop has its tensors ready-made, every batch of near-equal length, and does forward, loss, backward
and a fused AdamW step: no schedule, no clipping, no weights, no report. Both sides run in turn (A B A B ...)
on one process, on equal numbers of examples; the table gives medians.
"""

import argparse
from statistics import median
from time import perf_counter

import numpy as np
import torch

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


def seconds(work):
    started = perf_counter()
    work()
    return perf_counter() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--heads", type=int, default=3)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
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

    times = {"bare loop": [], "Holdfast": []}
    bare()
    for _ in range(flags.repeats):
        times["bare loop"].append(seconds(bare))
        times["Holdfast"].append(seconds(holdfast))
    rates = {name: flags.steps * flags.batch_size / median(values) for name, values in times.items()}
    print(f"{flags.steps} steps of {flags.batch_size}, {classifier.parameters_count:,} weights")
    for name, rate in rates.items():
        print(f"{name:<10} {rate:>9,.0f} examples/s")
    print(f"Holdfast / bare loop: {rates['Holdfast'] / rates['bare loop']:.1%}")


if __name__ == "__main__":
    main()
