"""`holdfast run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import Json, RunsFolder
from holdfast.core.errors import UserError

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
    runs: RunsFolder = None,
    name: str | None = None,
    show_config: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    json: Json = False,
) -> None:
    """Run a campaign: attack, judge, retrain and measure, in rounds.

    Trains a generator and a first classifier, then hardens the classifier round
    after round.

    Ends with a short table and the path of the report. Stopped at any moment,
    `holdfast resume` goes on from there, to the same result.

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
        name: The run's name; one that was stopped goes on. Made of task, preset, seed and time if not given.
        show_config: Print the whole resolved configuration as YAML, and run nothing.
    """
    resolved = resolve_config(task, preset, config, seed)
    if name is not None and Path(name).name != name:
        raise UserError(f"the run name '{name}' is a path; --runs names the folder, --name the run")
    if show_config:
        _show(resolved, json)
        return

    from holdfast.campaign.history import runs_folder
    from holdfast.campaign.loop import Campaign, new_folder
    from holdfast.cli.campaigns import run_and_tell

    campaign = Campaign(resolved, (runs or runs_folder()) / name if name else new_folder(resolved, runs))
    run_and_tell(campaign.run, campaign.folder, json)


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
