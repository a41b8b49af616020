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

SystemName = Literal["filter", "generator"]
PresetName = Literal["ready", "smoke", "demo", "full"]


def run(
    task: str | None = None,
    /,
    *,
    preset: PresetName | None = None,
    system: SystemName | None = None,
    config: Annotated[Path | None, Parameter(name=("--config", "-c"))] = None,
    rounds: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    seed: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    runs: RunsFolder = None,
    name: str | None = None,
    show_config: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    json: Json = False,
) -> None:
    """Run a campaign: attack, judge, retrain and measure, in rounds.

    Trains a generator and a first classifier, then hardens the classifier in
    rounds. With a configuration of `holdfast check`, it takes your guard and your
    labelled text and hardens the guard. With --system generator it attacks and
    trains the generator alone, with no filter behind it; in sandbox that is the rule.

    Prints a short table and the path of the report at the end. A run that was
    stopped is continued by `holdfast resume`, with the same result. If people judge
    (judge: people), the command ends with exit code 3 when it has to wait for their
    verdicts; `holdfast resume` continues here too.

    For example:

        holdfast run storyworld
        holdfast run storyworld --preset smoke --seed 3 --name trial
        holdfast run sandbox --preset smoke
        holdfast run storyworld --system generator
        holdfast run storyworld --show-config > mine.yaml
        holdfast run storyworld --config mine.yaml
        holdfast run -c holdfast.yaml --rounds 5

    Args:
        task: The task's name; `holdfast tasks` lists them. Without it, the configuration's task, or
            storyworld.
        preset: How large: `smoke` takes seconds, `demo` (the default) minutes, `full` hours.
        system: What rounds attack and train: the classifier of a `filter`, or the `generator` itself. Without
            it, what the configuration or the task's preset says.
        config: A YAML file whose values replace those of the preset; it may have any part of what
            --show-config prints. If it names a guard and labelled text, as the file of `holdfast check`
            does, it replaces values that suit these.
        rounds: The number of rounds, instead of that of the preset or the file.
        seed: The root of all randomness: the same seed gives the same result. 0 unless the file says another.
        name: The run's name; a stopped run of this name is continued. Without it, the name consists of
            task, preset, seed and time, or for your own guard of the name of the configuration (for
            holdfast.yaml: of the guard) and time.
        show_config: Print the complete configuration as YAML, and run nothing.
    """
    resolved = resolve_config(task, preset, config, seed, rounds, system)
    if name is not None:
        _check_name(name)
    if show_config:
        _show(resolved, json)
        return

    from holdfast.campaign.history import runs_folder
    from holdfast.campaign.loop import Campaign
    from holdfast.campaign.run_names import new_folder
    from holdfast.cli.campaigns import carry_out_and_tell

    folder = (runs or runs_folder()) / name if name else new_folder(resolved, runs, config)
    carry_out_and_tell(Campaign(resolved, folder), json)


def _check_name(name: str) -> None:
    from holdfast.campaign.history import is_path

    if is_path(name):
        raise UserError(f"the run name '{name}' is a path; --runs names the folder, --name the run")


def resolve_config(
    task: str | None,
    preset: PresetName | None,
    config: Path | None,
    seed: int | None,
    rounds: int | None,
    system: SystemName | None = None,
) -> RunConfig:
    """The configuration that the options and the file make together, validated whole.

    Raises UserError naming what is wrong, and in a file its line.
    """
    from holdfast.campaign.config import load_config, with_paths_from
    from holdfast.campaign.presets import guard_rounds
    from holdfast.campaign.presets import preset as made

    given = {"seed": seed, "rounds": rounds, "task": task}
    over = {name: value for name, value in given.items() if value is not None}
    if config is None:
        over.pop("task", None)
        return made(task or "storyworld", preset or "demo", system, **over)
    if system is not None:
        over["system"] = system
    defaults = made(task or "storyworld", preset, system) if preset else None
    found = load_config(config, defaults, guard_rounds, **over)
    # A run is gone on with from anywhere, so its paths are kept whole.
    return with_paths_from(found, Path.cwd())


def _show(config: RunConfig, json: bool) -> None:
    from holdfast.campaign.config import to_yaml
    from holdfast.cli.output import print_json

    if json:
        print_json(config.model_dump(mode="json"))
    else:
        sys.stdout.write(to_yaml(config))
