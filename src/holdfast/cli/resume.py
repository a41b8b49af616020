"""`holdfast resume`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from holdfast.cli.options import Json, RunsFolder


def resume(
    run: str,
    /,
    *,
    leave_pending: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Go on with a run that was stopped.

    It goes on from its last finished step, to the result that it would have
    had. A finished run only prints its result again. One that
    waits for people's verdicts goes on once they are there, and says how many
    are missing before that (exit code 3).

    For example:

        holdfast resume storyworld-demo-s0-20260301-120000
        holdfast resume elsewhere/runs/trial

    Args:
        run: The run's name, or the path of its folder.
        leave_pending: Go on without the verdicts that are missing: what waits for them stays pending, is
            counted neither as broken nor as withstood, and is not trained on.
    """
    from holdfast.campaign.loop import Campaign
    from holdfast.cli.campaigns import carry_out_and_tell, place_of

    folder, name = place_of(run, runs)
    carry_out_and_tell(Campaign.begun((folder / name).absolute()), json, leave_pending=leave_pending)
