"""`holdfast resume`."""

from __future__ import annotations

from holdfast.cli.options import Json, RunsFolder


def resume(run: str, /, *, runs: RunsFolder = None, json: Json = False) -> None:
    """Go on with a run that was stopped.

    It goes on from its last finished step, to the result that it would have
    had. A run that is finished already only tells its result again.

    For example:

        holdfast resume storyworld-demo-s0-20260301-120000
        holdfast resume elsewhere/runs/trial

    Args:
        run: The run's name, or the path of its folder.
    """
    from holdfast.campaign.loop import Campaign
    from holdfast.cli.campaigns import carry_out_and_tell, place_of

    folder, name = place_of(run, runs)
    carry_out_and_tell(Campaign.begun((folder / name).absolute()), json)
