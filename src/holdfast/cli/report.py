"""`holdfast report`."""

from __future__ import annotations

from pathlib import Path

from holdfast.cli.options import RUNS, Json, RunsFolder


def report(run: str, /, *, runs: RunsFolder = RUNS, out: Path | None = None, json: Json = False) -> None:
    """Write a run's report anew, and print its table.

    Everything comes from the store. Of a run that is still going it tells the finished rounds.

    For example:

        holdfast report storyworld-demo-seed0
        holdfast report storyworld-demo-seed0 --out ~/public

    Args:
        run: The run's name, or the path of its folder.
        out: The folder to write the report into; the run's own if not given.
    """
    from holdfast.campaign.loop import campaign_record
    from holdfast.cli.campaigns import open_store, place_of, tell

    folder, name = place_of(run, runs)
    record = campaign_record(open_store(folder), name)
    tell(record, out or folder / name, json)
