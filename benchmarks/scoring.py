"""The scoring engine's throughput against a bare forward loop over perfectly packed batches.

Run: python benchmarks/scoring.py --layers 3 --width 96 --count 4000

The bare loop gets its tensors ready-made: sorted by length, every batch of one length, no padding, no
mask, no text, no cache. Both sides run in turn (A B A B ...) on one process; the table gives medians.
"""

import argparse
from collections import defaultdict
from statistics import median

import numpy as np
import torch
from side_by_side import classifier_flags, in_turn

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import tasks


def perfectly_packed(classifier, tokens, tokens_per_batch):
    """Batches of one length each, as model inputs."""
    by_length = defaultdict(list)
    for snippet in tokens:
        by_length[len(snippet)].append(snippet)
    for same in by_length.values():
        size = max(1, tokens_per_batch // (len(same[0]) + classifier.layout.specials))
        for first in range(0, len(same), size):
            packed = classifier.layout.pack(same[first : first + size])
            yield packed.model_inputs(slice(None), packed.ids.shape[1], classifier.layout.wants_types)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    classifier_flags(parser)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--tokens-per-batch", type=int, default=4096)
    flags = parser.parse_args()
    torch.set_num_threads(flags.threads)

    task = tasks.get(flags.task)()
    classifier = Classifier.create(task, ModelSize(flags.layers, flags.width, flags.heads), Stream(0))
    drawn = task.sample(flags.count * 3, Stream(1), "hard")
    tokens = list(dict.fromkeys(classifier.codec.encode(drawn)))[: flags.count]
    batches = list(perfectly_packed(classifier, tokens, flags.tokens_per_batch))

    def bare():
        with torch.inference_mode():
            for inputs in batches:
                classifier.model(**inputs).logits.numpy()

    def engine():
        ScoringEngine(classifier, tokens_per_batch=flags.tokens_per_batch).log_odds(tokens)

    times = in_turn({"bare loop": bare, "engine": engine}, flags.repeats)
    rates = {name: len(tokens) / median(values) for name, values in times.items()}
    length = np.mean([len(t) + 3 for t in tokens])
    print(
        f"{len(tokens)} distinct snippets, {length:.1f} tokens each, {classifier.parameters_count:,} weights"
    )
    for name, rate in rates.items():
        print(f"{name:<10} {rate:>9,.0f} snippets/s")
    print(f"engine / bare loop: {rates['engine'] / rates['bare loop']:.1%}")


if __name__ == "__main__":
    main()
