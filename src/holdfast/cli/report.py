"""`holdfast report`."""

from __future__ import annotations

from pathlib import Path

from holdfast.cli.options import Json, RunsFolder


def report(
    run: str,
    /,
    *,
    runs: RunsFolder = None,
    out: Path | None = None,
    holes: Path | None = None,
    json: Json = False,
) -> None:
    """Write a run's report again, and print its table.

    All figures come from the store. For a run that is still active, the report has
    the finished rounds.

    For example:

        holdfast report storyworld-demo-s0-20260301-120000
        holdfast report trial --runs elsewhere/runs --out public
        holdfast report trial --holes docs/results/holes.csv

    Args:
        run: The run's name, or the path of its folder.
        out: The folder for the report; the run's own folder if not given.
        holes: The table of a study of planted holes (CSV): the report then says what it
            means that an attack found no failure.
    """
    from holdfast.cli.campaigns import place_of, tell_run
    from holdfast.core.writable import check_new_folder

    folder, name = place_of(run, runs)
    left = out or folder / name
    check_new_folder(left)
    tell_run(folder, name, left, json, holes)
