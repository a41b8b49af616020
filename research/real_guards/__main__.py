"""Real guards in rounds: does hardening a guard on real text hold, and what does it cost?

    python research/real_guards --data DATA --out docs/results

`DATA` holds the public sets `hatemoji` and `injection`, as their authors publish them (`sets.py` says which
files). Two guards are made of MiniLM (from its wheel), one of hate and one of prompt injection, and each is
hardened by the campaign of `holdfast run`: with matched negatives and without, from several training seeds.
A cell is a guard, a seed and an arm; each is a run that goes on where it was stopped. After every cell the
tables and the page are written again from all cells that are done, and say which are.
"""

import argparse
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from encoder import make_encoder
from page import write_results
from sets import SETS

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import guard_rounds
from holdfast.campaign.yamlfile import merged
from holdfast.cli.progress import showing

ARMS = {"matched negatives": True, "failures alone": False}
"""What rounds train on beside clean rows: rewrites each with a harmless text made likewise, or without."""


@dataclass(frozen=True)
class Cell:
    """One run: which guard, the seed of everything random, and what rounds train on."""

    guard: str
    seed: int
    arm: str

    @property
    def name(self) -> str:
        """The run's name."""
        return f"{self.guard}-s{self.seed}-{self.arm.replace(' ', '-')}"


def configuration(cell, flags) -> RunConfig:
    """The whole configuration of a cell, its paths from the root."""
    work = flags.work.resolve()
    values = {
        "task": {"kind": "labelled", "data": SETS[cell.guard].data(flags.data.resolve(), work)},
        "classifier": {
            "kind": "folder",
            "path": str(work / f"encoder-{cell.guard}"),
            "layout": "single",
            "overflow": SETS[cell.guard].overflow,
            "fine_tune": {
                "learning_rates": [1e-4, 2e-4],
                "steps": [flags.first_steps],
                "recipe": {"batch_size": 32},
            },
        },
        "threshold": {"rule": "accept", "accept": flags.accept},
        "seed": cell.seed,
        "threads": flags.threads,
        "rounds": flags.rounds,
        "retraining": {"matched_negatives": ARMS[cell.arm]},
        "evaluation": {"attack_seeds": flags.attack_seeds, "queries_per_seed": flags.queries},
    }
    return resolve(merged(guard_rounds(values), values))


def done(cell, runs):
    """The record of a cell that is done; None of one that is not."""
    if not (runs / "holdfast.db").exists() or cell.name not in {run.id for run in open_store(runs).runs()}:
        return None
    record = hardening_record(open_store(runs), cell.name)
    return record if record.finished else None


def main() -> None:
    """Run the cells that are asked for, and write what all that are done say."""
    parser = argparse.ArgumentParser(prog="python research/real_guards", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/real-guards"), help="where models and runs lie"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--guards", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=list(ARMS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--first-steps", type=int, default=530, help="of the fine-tuning before round 1")
    parser.add_argument("--accept", type=float, default=0.95, help="the share of harmless texts accepted")
    parser.add_argument("--attack-seeds", type=int, default=30)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--write-only", action="store_true", help="run nothing, and write what the finished cells found"
    )
    flags = parser.parse_args()

    runs = flags.work / "runs"
    cells = [Cell(*each) for each in product(flags.guards, flags.seeds, flags.arms)]
    for cell in cells if not flags.write_only else ():
        make_encoder(flags.work / f"encoder-{cell.guard}", SETS[cell.guard].characters_of(flags.data))
        with showing(sys.stdout) as progress:
            Campaign(configuration(cell, flags), runs / cell.name).carry_out(progress)
        write_results({each: done(each, runs) for each in cells}, runs, flags.out)
    write_results({each: done(each, runs) for each in cells}, runs, flags.out)


if __name__ == "__main__":
    main()
