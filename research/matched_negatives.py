"""What does hardening gain on failures alone, and what with matched negatives? One guard, both ways.

    make demo-guard
    python research/matched_negatives.py -c demo-guard/holdfast.yaml

Runs two campaigns from one configuration, which go on where they were stopped, and prints a table.
"""

import argparse
import sys
from pathlib import Path

from holdfast.campaign.config import load_config, with_paths_from
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import guard_rounds
from holdfast.cli.progress import showing
from holdfast.report.hardening_rows import rows

RETRAINING = {
    "recipe": {"learning_rate": 1e-3, "batch_size": 32},
    "learning_rates": [5e-4, 1e-3],
    "mixing": {"adversarial_share": 0.5, "sharpness": 1.0},
    "examples": 8192,
    "steps": 256,
    "failures_per_seed": 8,
    "candidates": 600,
    "replay": 300,
}
"""For a guard as small as the demonstration's, which learns little at a pretrained encoder's rates."""


def main():
    """Run both, and print what came of the last guard of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=Path, default=Path("runs/matched-negatives"))
    flags = parser.parse_args()
    tables = {}
    for name, matched in (("failures alone", False), ("matched negatives", True)):
        config = load_config(
            flags.config,
            None,
            guard_rounds,
            rounds=flags.rounds,
            threads=flags.threads,
            retraining={**RETRAINING, "matched_negatives": matched},
            evaluation={"attack_seeds": 30, "queries_per_seed": flags.queries},
        )
        run = name.replace(" ", "-")
        with showing(sys.stderr) as progress:
            Campaign(with_paths_from(config, Path.cwd()), flags.runs / run).carry_out(progress)
        tables[name] = rows(hardening_record(open_store(flags.runs), run))
    print("| measure | as it came | failures alone | matched negatives |\n|---|---:|---:|---:|")
    for one, other in zip(*tables.values(), strict=True):
        print(f"| {one[0].strip()} | {one[1]} | {one[2]} | {other[2]} |")


if __name__ == "__main__":
    main()
