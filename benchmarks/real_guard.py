"""A guard of one's own under attack: queries a second, the model's share, and what screening in bf16 does.

Run: holdfast check G --data TEXTS ... (writes holdfast.yaml)
     python benchmarks/real_guard.py -c holdfast.yaml

First forwards alone: batches of some lengths in fp32, in bf16 and with dynamic int8 weights, and how
far int8 strays. Then each attack from the same rows of the split `test`, with screening off and forced.
"""

import argparse
import copy
import warnings
from pathlib import Path
from time import perf_counter

import torch
from side_by_side import in_turn
from textattack_guard_run import in_model

from holdfast.attacks import attack_from_config
from holdfast.campaign.config import load_config
from holdfast.campaign.opening import Opened
from holdfast.campaign.seeds import draw_seeds
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.models.scoring import ScoringEngine

SHAPES = ((12, 14), (128, 14), (64, 64))
"""Texts and tokens of a batch."""


def forwards(model, repeats):
    """One row a shape: what a text takes in each precision."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        int8 = torch.ao.quantization.quantize_dynamic(
            copy.deepcopy(model), {torch.nn.Linear}, dtype=torch.qint8
        )
    models = {"fp32": model, "bf16": copy.deepcopy(model).bfloat16(), "int8": int8}
    print("| texts × tokens | fp32, ms a text | fp32 / bf16 | fp32 / int8 | int8 strays, log odds |")
    print("|---|---:|---:|---:|---:|")
    size = model.config.vocab_size
    for texts, tokens in SHAPES:
        ids = torch.randint(size, (texts, tokens), generator=torch.Generator().manual_seed(0))
        works = {name: lambda one=one, ids=ids: one(input_ids=ids).logits for name, one in models.items()}
        with torch.inference_mode():
            times = {name: min(found) for name, found in in_turn(works, repeats).items()}
            logits = [works[name]().float() for name in ("fp32", "int8")]
        strays = ((logits[0] - logits[1])[:, -1] - (logits[0] - logits[1])[:, 0]).abs().max()
        bf16, int8_ratio = (times["fp32"] / times[name] for name in ("bf16", "int8"))
        each = 1000 * times["fp32"] / texts
        print(f"| {texts} × {tokens} | {each:.2f} | {bf16:.2f} | {int8_ratio:.2f} | {strays:.2f} |")


def attacked(opened, flags):
    """One row an attack and a way of screening."""
    target = opened.target()
    seeds = draw_seeds(target.task, target.judge, flags.seeds, Stream(1)).snippets
    inside = in_model(opened.classifier.model)
    print("| attack | screening | queries a second | in its forwards | screened | confirmed | failures |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for name in flags.attacks:
        attack = attack_from_config({"kind": name, "stop": "budget", "objective": "lowest_score"})
        for screening in ("off", "on"):
            scorer = ScoringEngine(opened.classifier, screening=screening)
            inside.clear()
            began = perf_counter()
            budget = Budget(queries_per_seed=flags.queries)
            result = attack(target.filtered_by(scorer, flags.threshold), seeds, budget, Stream(2))
            seconds, seen = perf_counter() - began, scorer.screened
            share = f"{sum(inside) / seconds:.1%}"
            rate = f"{result.spend.queries / seconds:,.0f}"
            counts = f"{seen.screened:,} | {seen.confirmed:,} | {len(result.failures)}"
            print(f"| `{name}` | {screening} | {rate} | {share} | {counts} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config", type=Path, required=True)
    parser.add_argument("--attacks", nargs="+", default=["word_importance", "greedy_rewrite", "hotflip"])
    parser.add_argument("--threshold", type=float, default=0.05, help="low, so that few seeds end early")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=10, help="forwards of each batch")
    flags = parser.parse_args()
    torch.set_num_threads(flags.threads)
    opened = Opened(load_config(flags.config))
    forwards(opened.classifier.model, flags.repeats)
    attacked(opened, flags)


if __name__ == "__main__":
    main()
