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
    """Continue a run that was stopped.

    It continues after the last finished step and ends with the result of an
    uninterrupted run. A finished run only prints its result again. A run that waits
    for people's verdicts continues when all are there; before that, the command
    prints how many are missing and ends with exit code 3.

    For example:

        holdfast resume storyworld-demo-s0-20260301-120000
        holdfast resume elsewhere/runs/trial

    Args:
        run: The run's name, or the path of its folder.
        leave_pending: Continue without the missing verdicts. Attempts that wait for them stay pending: they
            count neither as broken nor as withstood, and nothing is trained on them.
    """
    from holdfast.campaign.loop import Campaign
    from holdfast.cli.campaigns import carry_out_and_tell, place_of

    folder, name = place_of(run, runs)
    carry_out_and_tell(Campaign.begun((folder / name).absolute()), json, leave_pending=leave_pending)
