"""`holdfast serve`."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import ConfigPath, RunsFolder

AtLeastOne = Annotated[int | None, Parameter(validator=validators.Number(gte=1), show_default=False)]


def serve(
    run: str | None = None,
    /,
    *,
    config: ConfigPath = None,
    runs: RunsFolder = None,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=validators.Number(gte=0, lte=65535))] = 8765,
    team: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    objective: Literal["egregious", "lowest_score", "diverse"] | None = None,
    judge: Literal["oracle", "people"] | None = None,
    labels: Annotated[
        int | None, Parameter(validator=validators.Number(gte=0, lte=9), show_default=False)
    ] = None,
    failures_per_round: AtLeastOne = None,
    steps_per_round: AtLeastOne = None,
    conditions: str | None = None,
    allow_host: Annotated[tuple[str, ...], Parameter(negative="", show_default=False)] = (),
    behind_proxy: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    open_: Annotated[bool | None, Parameter(name="--open", show_default=False)] = None,
) -> None:
    """Open the workbench: people find failures of a run's filter in the browser.

    It works on the newest finished run unless one is named; without any, a
    model of the task storyworld is trained first, in about a minute. With -c it works on a guard of your
    own and your labelled text, as `holdfast check` wrote them down. The terminal shows a link that signs
    you in. With --team people sign in with accounts (`holdfast accounts add`).

    How the workbench is set is kept with the run: what is not given stays as it
    was. Ctrl-C ends it; nothing that was written is lost.

    For example:

        holdfast serve
        holdfast serve -c holdfast.yaml
        holdfast serve trial --failures-per-round 5
        holdfast serve trial --team --judge people --labels 2 --host 0.0.0.0

    Args:
        run: The run's name, or the path of its folder; with -c a name to keep the work under.
        config: The configuration of a guard of your own.
        host: The address to listen on; 0.0.0.0 for all of this machine's.
        port: The port to listen on; 0 for any free one.
        team: Have people sign in with accounts and roles.
        objective: What failures are worth: `egregious` (at first), `lowest_score`, `diverse`.
        judge: Who says what is a catastrophe: the task's `oracle` (at first), which with
            -c is the configuration's judge, or `people`, in review.
        labels: Labels that decide an item where people judge (2 at first); with 0 the writer's word counts.
        failures_per_round: Accepted failures after which the next model is trained (20 at first).
        steps_per_round: Optimiser steps of such a training (200 at first).
        conditions: Tool conditions, parted by commas, one of which each sitting gets at random:
            all, none, without_saliency, without_suggestions, without_phrase_fill.
        allow_host: Another name that the server may be called by, such as a proxy's; may be repeated.
        behind_proxy: Believe a proxy on this machine about the caller's address, and about https.
        open_: Open the browser; by default where there is a terminal and a screen.
    """
    from holdfast.cli.extras import need_workbench

    need_workbench()

    from holdfast.cli.serving import Listening, Place, serve_run

    given = {
        "objective": objective,
        "judge": judge,
        "labels_per_item": labels,
        "failures_per_round": failures_per_round,
        "steps_per_round": steps_per_round,
        "conditions": None if conditions is None else [each.strip() for each in conditions.split(",")],
    }
    changes = {name: value for name, value in given.items() if value is not None}
    serve_run(Place(run, runs, config), team, changes, Listening(host, port, allow_host, behind_proxy, open_))
