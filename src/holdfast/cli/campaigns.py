"""What the commands about runs share: finding a run, running it to its end, telling how it ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.core.errors import HoldfastError

if TYPE_CHECKING:
    from holdfast.campaign.hardening.record import HardeningRecord
    from holdfast.campaign.loop import Campaign
    from holdfast.campaign.records import CampaignRecord


class StoppedError(HoldfastError):
    """A run that the user stopped; its state is kept."""

    exit_code = 130


def place_of(run: str, runs: Path | None) -> tuple[Path, str]:
    """The folder of runs and the run's name; `run` may also be the path of a run's folder."""
    from holdfast.campaign.history import runs_folder

    path = Path(run)
    if len(path.parts) > 1:
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


def tell_run(runs: Path, name: str, out: Path, json: bool) -> None:
    """Write a run's report into a folder, and print its table and the report's path."""
    from holdfast.campaign.history import campaign_record, hardens_a_guard, open_store

    store = open_store(runs, must_exist=True)
    if hardens_a_guard(store, name):
        from holdfast.campaign.hardening.conclude import hardening_record

        tell_hardening(hardening_record(store, name), runs / name, out, json)
    else:
        tell(campaign_record(store, name), runs / name, out, json)


def tell_hardening(record: HardeningRecord, run: Path, folder: Path, json: bool) -> None:
    """Write the report of a hardened guard, and print its table and the report's path.

    `run` is the folder of the run itself.
    """
    from holdfast.campaign.hardening.conclude import attempt_tables
    from holdfast.cli.output import print_json, print_table
    from holdfast.report.hardening_page import write_hardening_report
    from holdfast.report.hardening_rows import HEADER, headline, rows, second_line

    report = write_hardening_report(record, folder, attempt_tables(run, record))
    if json:
        print_json({"report": str(report), **record.model_dump(mode="json")})
        return
    print(headline(record))
    print(second_line(record))
    print_table(f"{record.run}: the guard as it came against the last", HEADER, rows(record))
    print(f"report: {report}")


def tell(record: CampaignRecord, run: Path, folder: Path, json: bool) -> None:
    """Write the report into a folder, and print the run's table and the report's path (or all as JSON).

    `run` is the folder of the run itself.
    """
    from holdfast.campaign.history import load_attempts
    from holdfast.cli.output import print_json, print_table
    from holdfast.report import render, summary
    from holdfast.report.table import HEADER

    report = render(record, folder, load_attempts(run.name, run.parent))
    if json:
        print_json({"report": str(report), **record.model_dump(mode="json")})
        return
    print_table(
        f"{record.run}: the first model against the last", HEADER, [r.cells() for r in summary(record)]
    )
    print(f"report: {report}")
