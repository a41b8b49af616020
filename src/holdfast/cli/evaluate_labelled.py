"""`holdfast evaluate -c`: a guard of one's own on labelled text."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.evaluate_options import (
    AttackOptions,
    ChoiceOptions,
    ExtentOptions,
    FilterOptions,
    JudgeOptions,
    PromptOptions,
)
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.labelled.asked import Asked
    from holdfast.campaign.labelled.plan import LabelledPlan
    from holdfast.campaign.labelled.record import LabelledRecord
    from holdfast.campaign.opening import Opened
    from holdfast.campaign.people.queue import Question

Taken = Mapping[str, Set[str]]
"""Of each group of options the names that something takes."""

FOLDER = Path("evaluations")
"""Where evaluations go that name no folder."""

_TAKEN: Taken = {
    "extent": {"confidence", "seed"},
    "filtered": {"threshold"},
    "prompting": set(),
    "choosing": set(),
    "judging": {"best_of"},
    "attacking": {"attacks", "attack_seeds", "attack_queries"},
}
"""Of each group the options that labelled text takes; the others belong to a filtered generator."""

_PROMPTED = ("samples", "draws", "generator", "temperature", "prompt_column", "tokens")
"""Those that a configuration takes with prompts."""


@dataclass(frozen=True)
class Options:
    """All that the command line gave beside the configuration."""

    run_or_model: str | None
    extent: ExtentOptions
    workers: int | None
    runs: Path | None
    filtered: FilterOptions
    prompting: PromptOptions
    choosing: ChoiceOptions
    judging: JudgeOptions
    attacking: AttackOptions

    def asked(self) -> Asked:
        """What labelled text takes of them; raises UserError for an option that it does not take."""
        from holdfast.campaign.labelled.asked import Asked

        for name in self.strange(_TAKEN):
            hint = (
                "name the prompts with --prompts"
                if name in _PROMPTED
                else "leave it out, or leave out --config"
            )
            raise UserError(
                f"--{name.replace('_', '-')} is for a generator behind a filter, and a configuration measures"
                f" a guard on labelled text; {hint}"
            )
        return Asked(
            threshold=self.filtered.threshold,
            attacks=self.attacking.names,
            attack_seeds=self.attacking.attack_seeds,
            attack_queries=self.attacking.attack_queries,
            seed=self.extent.seed,
            confidence=self.extent.confidence,
            best_of=self.judging.best_of,
        )

    def strange(self, taken: Taken) -> Iterator[str]:
        """The options that were given and are not among those taken.

        Raises UserError where a model was named beside the configuration.
        """
        if self.run_or_model is not None:
            raise UserError(
                f"give either '{self.run_or_model}' or --config: the configuration names the model itself"
            )
        yield from self.others(taken, ("workers", "runs"))

    def others(self, taken: Taken, single: Sequence[str]) -> Iterator[str]:
        """The options that were given, of the groups those not taken, and of the others those that `single`
        names.
        """
        yield from (name for name in single if getattr(self, name) is not None)
        for group, names in taken.items():
            given = getattr(self, group)
            usual = vars(type(given)())
            yield from (n for n, value in vars(given).items() if n not in names and value != usual[n])


def evaluate_config(config: Path, options: Options, out: Path | None, json: bool) -> None:
    """Measure what a configuration names, with progress shown; then print what was found."""
    from holdfast.campaign.config import load_config
    from holdfast.campaign.labelled.asked import plan_labelled
    from holdfast.campaign.labelled.pipeline import evaluate_labelled
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.progress import showing

    asked, waiting = options.asked(), list["Question"]()
    resolved = load_config(config)
    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            plan, opened = plan_labelled(resolved, asked, progress)
            folder = out or default_folder(config, plan)
            tell_reuse(plan, folder)
            record = evaluate_labelled(plan, opened, folder, progress, waiting.extend, FOLDER)
    except KeyboardInterrupt:
        raise StoppedError("stopped; what was measured is kept, and the same command goes on") from None
    tell(record, opened, folder, json)
    tell_waiting(resolved, waiting, json)


def tell_waiting(config: RunConfig, waiting: Sequence[Question], json: bool) -> None:
    """Put what waits for people into their queue, and say so."""
    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.campaign.people.desk import PeopleDesk

    if not waiting:
        return
    desk = PeopleDesk(config, open_store(runs_folder()))
    count = len(desk.ask(waiting))
    if not json:
        print(
            f"{count:,} text{' waits' if count == 1 else 's wait'} for people to judge, on the page Review of"
            f" `{desk.serve}`; then measure again"
        )


def default_folder(config: Path, plan: LabelledPlan) -> Path:
    """One folder for each plan, so that the same command finds it again."""
    return FOLDER / f"{config.stem}-{plan.hash[:12]}"


def tell_reuse(plan: LabelledPlan, folder: Path) -> None:
    """Say where another guard or threshold was measured on the same rows before."""
    from holdfast.campaign.labelled.plan import told_reuse

    told = told_reuse(plan, folder, folder.parent)
    if told:
        print(f"holdfast: {told}", file=sys.stderr)


def tell(record: LabelledRecord, opened: Opened, folder: Path, json: bool) -> None:
    """Write the page, and print what was found, as JSON or for people."""
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json
    from holdfast.report.labelled_page import write_labelled_report

    left = Leavings()
    page = left.leave("the report", partial(write_labelled_report, record, folder))
    if json:
        print_json({"folder": str(folder), "report": page and str(page), **record.model_dump(mode="json")})
    else:
        print_record(record, folder)
        if page:
            print(f"report: {page}")
    left.settle()


def print_record(record: LabelledRecord, folder: Path) -> None:
    """Print what was found for people."""
    from holdfast.cli.output import print_table
    from holdfast.report.labelled_page import HEADER, SLICE_HEADER, rows, slice_rows

    print_table(f"{folder}: {record.rows.texts:,} texts of the split test", HEADER, rows(record))
    for name, table in slice_rows(record, most=10).items():
        print_table(f"by {name}", SLICE_HEADER, table, last=SLICE_HEADER[-1])
    for warning in record.warnings:
        print(f"note: {warning}")
    for claim in record.claims:
        print(f"claim ({folder / claim.file}): {claim.sentence}\n")
    for one in record.not_claimed:
        print(f"no claim on the {one.what}: {one.why}\n")
