"""How fast a causal language model of one's own continues prompts, in tokens a second.

Run: OMP_NUM_THREADS=1 python benchmarks/generation.py --generator SMOLLM2 --batch 16

The generator is a folder or a GGUF file. All prompts go into one batch and are continued three times; the
median counts. `draws` is the share of the time in which the next tokens are drawn from what the model says.
"""

import argparse
import json
import time

import numpy as np
import torch

from holdfast.campaign.machine import machine
from holdfast.core.snippet import Snippet
from holdfast.models.decoding import Decoder
from holdfast.models.generator import Generator
from holdfast.models.placement import Placement

PROMPTS = (
    "The detective looked at the letter for a long time and said that",
    "Once upon a time there was a small ship that",
    "The children ran down to the harbour, where",
    "It was raining again, and nobody in the house",
)


def timed_draws(spent):
    """Count the seconds that drawing takes."""
    plain = Decoder._choose

    def choose(self, *given):
        start = time.perf_counter()
        found = plain(self, *given)
        spent.append(time.perf_counter() - start)
        return found

    Decoder._choose = choose


def measure(generator, batch, tokens, seed):
    prompts = [Snippet(PROMPTS[i % len(PROMPTS)], "") for i in range(batch)]
    uniforms = np.random.default_rng(seed).random((batch, tokens))
    wall, processor = time.perf_counter(), time.process_time()
    written = generator.continuations(prompts, uniforms)
    count = sum(len(each.log_probs) for each in written)
    return count, time.perf_counter() - wall, time.process_time() - processor


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="fp32", choices=["fp32", "bf16"])
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    generator = Generator.load(asked.generator).to(Placement(precision=asked.precision))
    measure(generator, 2, 4, 0)
    drawing = []
    timed_draws(drawing)
    runs = [measure(generator, asked.batch, asked.tokens, seed) for seed in range(3)]
    result = {
        "machine": machine(),
        "batch": asked.batch,
        "tokens": asked.tokens,
        "threads": asked.threads,
        "tokens_per_second": round(float(np.median([n / wall for n, wall, _ in runs])), 1),
        "tokens_per_processor_second": round(float(np.median([n / used for n, _, used in runs])), 1),
        "draws": round(sum(drawing) / sum(wall for _, wall, _ in runs), 3),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
