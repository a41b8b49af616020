"""`holdfast report`."""

from __future__ import annotations

from pathlib import Path

from holdfast.cli.options import Json, RunsFolder


def report(run: str, /, *, runs: RunsFolder = None, out: Path | None = None, json: Json = False) -> None:
    """Write a run's report again, and print its table.

    Everything comes from the store. Of a run that is still going it tells the
    finished rounds.

    For example:

        holdfast report storyworld-demo-s0-20260301-120000
        holdfast report trial --runs elsewhere/runs --out public

    Args:
        run: The run's name, or the path of its folder.
        out: The folder to write the report into; the run's own if not given.
    """
    from holdfast.cli.campaigns import place_of, tell_run
    from holdfast.core.writable import check_new_folder

    folder, name = place_of(run, runs)
    left = out or folder / name
    check_new_folder(left)
    tell_run(folder, name, left, json)
