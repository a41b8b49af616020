"""`holdfast resume`."""

from __future__ import annotations

from holdfast.cli.options import RUNS, Json, RunsFolder


def resume(run: str, /, *, runs: RunsFolder = RUNS, json: Json = False) -> None:
    """Go on with a run that was stopped.

    It goes on from its last finished step, to the result that it would have had. A run that is
    finished already only tells its result again.

    For example:

        holdfast resume storyworld-demo-seed0
        holdfast resume elsewhere/runs/trial

    Args:
        run: The run's name, or the path of its folder.
    """
    from holdfast.campaign.config import resolve
    from holdfast.cli.campaigns import open_store, place_of, run_and_tell

    folder, name = place_of(run, runs)
    config = resolve(open_store(folder).run(name).config)
    run_and_tell(config, folder / name, json)
