"""What the commands about runs share: finding a run, running it to its end, telling how it ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.core.errors import HoldfastError, UserError

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.records import CampaignRecord
    from holdfast.store.store import Store


class StoppedError(HoldfastError):
    """A run that the user stopped; its state is kept."""

    exit_code = 130


def place_of(run: str, runs: Path) -> tuple[Path, str]:
    """The folder of runs and the run's name; `run` may also be the path of a run's folder."""
    path = Path(run)
    return (path.parent, path.name) if len(path.parts) > 1 or path.is_absolute() else (runs, run)


def open_store(runs: Path) -> Store:
    """The store of a folder of runs; raises UserError if there is none (and makes none)."""
    from holdfast.store.store import Store

    if not (runs / "holdfast.db").is_file():
        raise UserError(f"there are no runs in {runs}; `holdfast run` makes one, --runs names another folder")
    return Store(runs)


def run_and_tell(config: RunConfig, folder: Path, json: bool) -> None:
    """Run a campaign from where it stands, with progress; then print its table and the report's path."""
    from holdfast.campaign.loop import Campaign
    from holdfast.cli.progress import showing

    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            record = Campaign(config, folder).run(progress)
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; resume with: holdfast resume {folder}") from None
    tell(record, folder, json)


def tell(record: CampaignRecord, folder: Path, json: bool) -> None:
    """Write the report, and print the run's table and the report's path (or the whole record as JSON)."""
    from holdfast.cli.output import print_json, print_table
    from holdfast.report import render, summary
    from holdfast.report.table import HEADER

    report = render(record, folder)
    if json:
        print_json({"report": str(report), **record.model_dump(mode="json")})
        return
    print_table(record.run, HEADER, [row.cells() for row in summary(record)])
    print(f"report: {report}")
