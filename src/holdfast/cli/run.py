"""`holdfast run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import RUNS, Json, RunsFolder

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig

PresetName = Literal["smoke", "demo", "full"]


def run(
    task: str = "storyworld",
    /,
    *,
    preset: PresetName | None = None,
    config: Path | None = None,
    seed: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    runs: RunsFolder = RUNS,
    name: str | None = None,
    show_config: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Run a campaign: attack, judge, retrain and measure, in rounds.

    Trains a generator and a first classifier, then hardens the classifier round after round.

    Ends with a short table and the path of the report. Stopped at any moment, `holdfast resume` goes on from
    there, to the same result.

    For example:

        holdfast run storyworld
        holdfast run storyworld --preset smoke --seed 3 --name trial
        holdfast run storyworld --show-config > mine.yaml
        holdfast run storyworld --config mine.yaml

    Args:
        task: The task's name; `holdfast tasks` lists them.
        preset: How large: `smoke` takes seconds, `demo` (the default) minutes, `full` hours.
        config: A YAML file laid over the preset; it may hold any part of what --show-config prints.
        seed: The root of all randomness: the same seed gives the same result. 0 unless the file says another.
        name: The run's name; made from task, preset and seed if not given.
        show_config: Print the whole resolved configuration as YAML, and run nothing.
    """
    resolved = resolve_config(task, preset, config, seed)
    if show_config:
        _show(resolved, json)
        return

    from holdfast.cli.campaigns import run_and_tell

    run_and_tell(resolved, runs / (name or free_name(resolved, runs)), json)


def resolve_config(task: str, preset: PresetName | None, config: Path | None, seed: int | None) -> RunConfig:
    """The configuration that the options and the file make together, validated whole.

    Raises UserError naming what is wrong, and in a file its line.
    """
    from holdfast.campaign.config import load_config
    from holdfast.campaign.presets import preset as made

    over = {} if seed is None else {"seed": seed}
    if config is not None:
        defaults = made(task, preset) if preset else None
        return load_config(config, defaults, task=task, **over)
    return made(task, preset or "demo", **over)


def _show(config: RunConfig, json: bool) -> None:
    from holdfast.campaign.config import to_yaml
    from holdfast.cli.output import print_json

    if json:
        print_json(config.model_dump(mode="json"))
    else:
        sys.stdout.write(to_yaml(config))


def free_name(config: RunConfig, runs: Path) -> str:
    """The first of `storyworld-demo-seed0`, `storyworld-demo-seed0-2`, ... that is not taken."""
    base = f"{config.task_kind}-{config.preset}-seed{config.seed}"
    number = 1
    while (runs / (name := base if number == 1 else f"{base}-{number}")).exists():
        number += 1
    return name
