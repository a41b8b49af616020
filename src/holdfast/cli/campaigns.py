"""What the commands about runs share: finding a run, running it to its end, telling how it ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.core.errors import HoldfastError

if TYPE_CHECKING:
    from holdfast.campaign.records import CampaignRecord
    from holdfast.core.progress import Progress


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


def run_and_tell(work: Callable[[Progress], CampaignRecord], folder: Path, json: bool) -> None:
    """Do the work with progress shown; then print the run's table and the report's path."""
    from holdfast.cli.progress import showing

    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            record = work(progress)
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; resume with: holdfast resume {folder}") from None
    tell(record, folder, folder, json)


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
