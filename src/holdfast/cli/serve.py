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

    It uses the newest finished run, unless you name one. If there is none, it first
    trains a model for the task storyworld, which takes about a minute. With -c it
    uses your own guard and your labelled text, from a configuration of `holdfast
    check`. The terminal shows a link that signs you in. With --team people sign in
    with accounts (`holdfast accounts add`).

    The settings of the workbench are kept with the run: options that you do not
    give stay as they were. Ctrl-C ends the server; no text is lost.

    For example:

        holdfast serve
        holdfast serve -c holdfast.yaml
        holdfast serve trial --failures-per-round 5
        holdfast serve trial --team --judge people --labels 2 --host 0.0.0.0

    Args:
        run: The run's name, or the path of its folder. With -c: a name for the run that keeps the work.
        config: The configuration of a guard of your own.
        host: The address to listen on; 0.0.0.0 stands for all addresses of this machine.
        port: The port to listen on; 0 for any free one.
        team: People sign in with accounts and roles.
        objective: How failures earn points: `egregious` (the first setting), `lowest_score`, `diverse`.
        judge: Who decides what is a catastrophe: the task's `oracle` (the first setting; with -c the
            configuration's judge), or `people`, who review texts.
        labels: If people judge: the number of labels that decide on a text (first setting: 2). With 0, the
            writer's own label counts.
        failures_per_round: The number of accepted failures after which the next model is trained (first
            setting: 20).
        steps_per_round: Optimiser steps of this training (first setting: 200).
        conditions: Tool conditions, separated by commas. Each session of a writer gets one of them at
            random: all, none, without_saliency, without_suggestions, without_phrase_fill.
        allow_host: Another host name under which the server may be reached, such as that of a proxy; may be
            repeated.
        behind_proxy: Trust a proxy on this machine for the caller's address and for https.
        open_: Open the browser; by default if there is a terminal and a screen.
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
