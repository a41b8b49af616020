"""Does the gate catch guards that were made worse, and let those through that were only trained again?

`python -m research.gate run` trains a guard on stories, measures it as the baseline, and trains others: 20 on
the same texts from another seed, 10 on half of the texts, 10 with a fifth of the labels turned round. Each
goes through `holdfast gate` with `no_worse_than` the baseline. A guard is a cell, kept when it is done, and
not done again. `python -m research.gate table` writes `gate.md` and `gate.csv`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.gate.baseline import write_baseline
from holdfast.campaign.gate.pipeline import GateResult, run_gate
from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult, StudyRows
from holdfast.campaign.study.running import missing, run_study
from holdfast.cli.progress import showing
from holdfast.core.csv_text import csv_text
from holdfast.core.files import write_text
from holdfast.core.progress import Progress
from holdfast.evaluation import Proportion
from holdfast.evaluation.gate import Decision
from research.gate.guards import AGAIN, FLIPPED, HALF, Recipe, make_guard, make_texts

COMMAND = "python -m research.gate"
ALL = "all limits"
BASELINE_SEED = 0
ENDPOINT = Endpoint(
    says="share of guards that the gate fails",
    where={"limit": ALL},
    column="failed",
    better="higher",
    control=AGAIN,
    treated=HALF,
)


@dataclass(frozen=True)
class Asked:
    """How much is done: guards of each sort, their training, and the attack that the gate makes."""

    recipe: Recipe
    unchanged: int
    regressions: int
    queries: int
    attack_seeds: int


def plan_of(asked: Asked) -> StudyPlan:
    """Unchanged guards from the seeds 1 on; of the regressions one half of each kind."""
    declared = {**asdict(asked.recipe), "queries": asked.queries, "attack_seeds": asked.attack_seeds}
    half = (asked.regressions + 1) // 2
    arms = {
        AGAIN: range(1, asked.unchanged + 1),
        HALF: range(1, half + 1),
        FLIPPED: range(half + 1, asked.regressions + 1),
    }
    cells = [Cell(arm, seed, ENDPOINT.budget, declared) for arm, seeds in arms.items() for seed in seeds]
    return StudyPlan("gate", ENDPOINT, tuple(cells))


def gate_config(folder: Path, guard: Path, declared: Mapping[str, Any]) -> RunConfig:
    """The configuration of one guard's gate, as a user would write it."""
    columns = {"text": "text", "label": "label", "split": "split"}
    data = {
        "path": str(folder / "texts" / "texts.csv"),
        "columns": columns,
        "labels": {"catastrophic": "injury"},
        "splits": {"kind": "given"},
        "policy": "presence",
    }
    flip = {
        "attack": "random_rewrite",
        "queries": declared["queries"],
        "seeds": declared["attack_seeds"],
    }
    return resolve(
        {
            "task": {"kind": "labelled", "data": data},
            "classifier": {"kind": "folder", "path": str(guard)},
            "threshold": {"rule": "accept", "accept": 0.95},
            "threads": 1,
            "gate": {"max_flip_rate": [flip], "no_worse_than": str(folder / "baseline.json")},
        }
    )


@dataclass(frozen=True)
class GatesGuards:
    """Does a cell: trains the guard, and puts it through the gate."""

    folder: Path

    def __call__(self, cell: Cell, progress: Progress) -> list[dict[str, Any]]:
        """A row for all limits together, and one for each."""
        baseline = self.folder / "baseline.json"
        if not baseline.exists():
            made = self._gated(AGAIN, BASELINE_SEED, cell.declared, progress, baseline)
            write_baseline(baseline, made.measured)
        record = self._gated(cell.arm, cell.seed, cell.declared, progress).record
        decided = [(ALL, record.decision, None), *((x.id, x.decision, x.measured) for x in record.limits)]
        return [
            {
                "limit": name,
                "decision": str(decision),
                "failed": int(decision is Decision.FAILED),
                "measured": measured,
            }
            for name, decision, measured in decided
        ]

    def _gated(
        self, arm: str, seed: int, declared: Mapping[str, Any], progress: Progress, new: Path | None = None
    ) -> GateResult:
        recipe = Recipe(declared["rows"], declared["epochs"], declared["learning_rate"])
        texts, guard = self.folder / "texts", self.folder / "guards" / f"{arm}-{seed:02}"
        make_texts(texts, recipe)
        make_guard(texts, guard, arm, seed, recipe)
        config = gate_config(self.folder, guard, declared)
        return run_gate(config, self.folder / "cache", self.folder / "gates" / guard.name, progress, new)


def page(done: Mapping[Cell, CellResult], command: str) -> str:
    """The results as Markdown: how each sort of guard was decided, in all and by limit."""
    lines = [
        "# The gate on guards made worse, and on guards only trained again",
        "",
        f"Made by `{command}`. Limits are exact, two-sided, at 95 %.",
        "",
        "| guards | limit | passed | failed | could not tell | share failed | 95 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm in dict.fromkeys(cell.arm for cell in done):
        rows = [row for cell, result in done.items() if cell.arm == arm for row in result.rows]
        for limit in dict.fromkeys(row["limit"] for row in rows):
            counts = Counter(row["decision"] for row in rows if row["limit"] == limit)
            share = Proportion(counts[Decision.FAILED], counts.total())
            between = share.interval(0.95)
            cells = [arm, limit, *(f"{counts[each]}" for each in Decision)]
            cells += [f"{share.rate:.0%}", f"{between.lower:.0%} to {between.upper:.0%}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def table(done: Mapping[Cell, CellResult]) -> str:
    """Every row of every guard as CSV."""
    names = ["guards", "seed", "limit", "decision", "failed", "measured"]
    rows = [
        [cell.arm, cell.seed, *("" if row[name] is None else row[name] for name in names[2:])]
        for cell, result in done.items()
        for row in result.rows
    ]
    return csv_text(names, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command of the study."""
    given = _parser().parse_args(arguments)
    recipe = Recipe(given.rows, given.epochs, given.learning_rate)
    asked = Asked(recipe, given.unchanged, given.regressions, given.queries, given.attack_seeds)
    plan, rows = plan_of(asked), given.folder / "rows.jsonl"
    with showing(sys.stdout) as progress:
        if given.command == "run":
            _run(plan, rows, GatesGuards(given.folder), given.minutes, progress)
            return
        done = StudyRows(rows).done(plan)
        write_text(given.out / "gate.csv", table(done))
        options = " ".join(f"--{name.replace('_', '-')} {getattr(given, name)}" for name in _EXTENT)
        write_text(given.out / "gate.md", page(done, f"{COMMAND} run {options}"))


def _run(plan: StudyPlan, rows: Path, work: GatesGuards, minutes: float | None, progress: Progress) -> None:
    """One cell after the other, so that the first one makes what all share; none begins after `minutes`."""
    until = None if minutes is None else monotonic() + 60 * minutes
    for cell in missing(plan, StudyRows(rows)):
        if until is not None and monotonic() >= until:
            break
        run_study(plan, rows, work, only=[cell], progress=progress)


_EXTENT = {
    "unchanged": (int, 20, "guards trained again from another seed"),
    "regressions": (int, 20, "guards made worse: half of the texts, or a fifth of the labels turned round"),
    "rows": (int, Recipe.rows, "texts, of which 60 % train"),
    "epochs": (int, Recipe.epochs, "of training"),
    "learning_rate": (float, Recipe.learning_rate, "of training"),
    "queries": (int, 50, "of the attack for each text"),
    "attack_seeds": (int, 200, "texts that it starts from"),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="train and gate the guards that are left")
    running.add_argument("--minutes", type=float, help="begin no further guard after so many")
    telling = commands.add_parser("table", help="write gate.md and gate.csv")
    telling.add_argument("--out", type=Path, default=Path("docs/results"))
    for one in (running, telling):
        one.add_argument("--folder", type=Path, default=Path("runs/gate"))
        for name, (kind, usual, meaning) in _EXTENT.items():
            one.add_argument(f"--{name.replace('_', '-')}", type=kind, default=usual, help=meaning)
    return parser
