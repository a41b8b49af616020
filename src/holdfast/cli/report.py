"""`holdfast report`."""

from __future__ import annotations

from pathlib import Path

from holdfast.cli.options import Json, RunsFolder


def report(run: str, /, *, runs: RunsFolder = None, out: Path | None = None, json: Json = False) -> None:
    """Write a run's report anew, and print its table.

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

    folder, name = place_of(run, runs)
    tell_run(folder, name, out or folder / name, json)
