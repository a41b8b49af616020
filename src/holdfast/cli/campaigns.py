"""What the commands about runs share: finding a run, running it to its end, telling how it ended."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.core.errors import HoldfastError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from holdfast.campaign.generators.record import TunedRecord
    from holdfast.campaign.hardening.record import HardeningRecord
    from holdfast.campaign.history import RunSummary
    from holdfast.campaign.holes.table import HolesTable
    from holdfast.campaign.loop import Campaign
    from holdfast.campaign.records import CampaignRecord


class StoppedError(HoldfastError):
    """A run that the user stopped; its state is kept."""

    exit_code = 130


def place_of(run: str, runs: Path | None) -> tuple[Path, str]:
    """The folder of runs and the run's name; `run` may also be the path of a run's folder."""
    from holdfast.campaign.history import is_path, runs_folder

    if is_path(run):
        path = Path(os.path.abspath(run)) if Path(run).name in ("", "..") else Path(run)
        return path.parent, path.name
    return runs or runs_folder(), run


def carry_out_and_tell(campaign: Campaign, json: bool, *, leave_pending: bool = False) -> None:
    """Do what is not done with progress shown; then print the run's table and the report's path."""
    from holdfast.cli.progress import showing

    folder = campaign.folder
    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            campaign.carry_out(progress, leave_pending=leave_pending)
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; resume with: holdfast resume {folder}") from None
    tell_run(folder.parent, folder.name, folder, json)


def tell_run(runs: Path, name: str, out: Path, json: bool, holes: Path | None = None) -> None:
    """Write a run's report into a folder, and print its table and the report's path.

    `holes` is a table of planted holes, by which no failure gets a meaning. Raises UserError for a run that
    it says nothing about.
    """
    from holdfast.campaign.history import (
        campaign_record,
        hardens_a_guard,
        open_store,
        trains_a_generator,
    )
    from holdfast.campaign.holes.table import read_holes_table

    store = open_store(runs, read_only=True)
    tables = () if holes is None else read_holes_table(holes)
    of_another_kind = hardens_a_guard(store, name) or trains_a_generator(store, name)
    if of_another_kind and holes is not None:
        raise UserError(
            f"the run '{name}' has no filter of a task that draws its texts, on which holes are planted;"
            " leave out --holes"
        )
    if trains_a_generator(store, name):
        from holdfast.campaign.generators.conclude import tuned_record

        tell_tuned(tuned_record(store, name), runs / name, out, json)
    elif hardens_a_guard(store, name):
        from holdfast.campaign.hardening.conclude import hardening_record

        tell_hardening(hardening_record(store, name), runs / name, out, json)
    else:
        tell(campaign_record(store, name), runs / name, out, json, tables)


def tell_hardening(record: HardeningRecord, run: Path, folder: Path, json: bool) -> None:
    """Write the report of a hardened guard, and print its table and the report's path.

    `run` is the folder of the run itself.
    """
    from holdfast.campaign.hardening.conclude import attempt_tables
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json, print_table
    from holdfast.report.hardening_page import write_hardening_report
    from holdfast.report.hardening_rows import HEADER, headline, rows, second_line

    left, tables = Leavings(), attempt_tables(run, record)
    report = left.leave("the report", partial(write_hardening_report, record, folder, tables))
    if json:
        print_json({"report": report and str(report), **record.model_dump(mode="json")})
    else:
        print(headline(record))
        print(second_line(record))
        print_table(f"{record.run}: the first guard against the last", HEADER, rows(record))
        if report:
            print(f"report: {report}")
    left.settle()


def tell_tuned(record: TunedRecord, run: Path, folder: Path, json: bool) -> None:
    """Write the report of a generator trained in rounds, and print its table and the report's path.

    `run` is the folder of the run itself.
    """
    from holdfast.campaign.history import load_attempts
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json, print_table
    from holdfast.report.tuned_page import write_tuned_report
    from holdfast.report.tuned_rows import HEADER, cost_sentence, headline, rows

    left, attempts = Leavings(), load_attempts(run.name, run.parent)
    report = left.leave("the report", partial(write_tuned_report, record, folder, attempts))
    if json:
        print_json({"report": report and str(report), **record.model_dump(mode="json")})
    else:
        print(headline(record))
        print(cost_sentence(record))
        print_table(f"{record.run}: the first generator against the last", HEADER, rows(record))
        if report:
            print(f"report: {report}")
    left.settle()


def print_editions(runs: Iterable[CampaignRecord | RunSummary]) -> None:
    """Say of each run that was made on another edition of its task that it was."""
    from holdfast.campaign.editions import edition_sentence

    for run in runs:
        sentence = edition_sentence(run.run, run.task, run.task_edition)
        if sentence:
            print(sentence)


def tell(
    record: CampaignRecord, run: Path, folder: Path, json: bool, holes: Sequence[HolesTable] = ()
) -> None:
    """Write the report into a folder, and print the run's table and the report's path (or all as JSON).

    `run` is the folder of the run itself.
    """
    from holdfast.campaign.history import load_attempts
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json, print_table
    from holdfast.report import render, summary
    from holdfast.report.table import HEADER

    left, attempts = Leavings(), load_attempts(run.name, run.parent)
    report = left.leave("the report", partial(render, record, folder, attempts, holes))
    if json:
        print_json({"report": report and str(report), **record.model_dump(mode="json")})
    else:
        rows = [row.cells() for row in summary(record)]
        print_table(f"{record.run}: the first model against the last", HEADER, rows)
        print_editions([record])
        if report:
            print(f"report: {report}")
    left.settle()
