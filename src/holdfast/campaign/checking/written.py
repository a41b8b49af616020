"""Writes a configuration for people: short, a word on each key, paths as seen from its own folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from holdfast import __version__
from holdfast.campaign.checking.settling import Settled
from holdfast.campaign.config import RunConfig
from holdfast.campaign.starts import GeneratorFolder, GuardFolder, ProposerFolder
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.tasks.labelled.config import GivenSplits, LabelledConfig

_WORDS: Mapping[str, str] = {
    "classifier": "The guard: its folder, hub name or address, which labels are bad, how it reads a text.",
    "task": "The data: files, columns, what the label's values mean, splits (docs/tasks/labelled.md).",
    "judge": "Who judges rewrites. `carried`: a labelled passage keeps its label in its surroundings.",
    "threshold": "A text passes when its score is below the threshold, which this rule sets.",
    "generator": "A language model that writes phrases.",
    "proposer": "A masked language model that proposes single words.",
}


def config_text(settled: Settled, folder: Path) -> str:
    """The configuration as YAML, which `load_config` reads back to the same from a file in that folder."""
    values = _values(settled.config, folder)
    parts = [
        f"# Made by `holdfast check` {__version__}; change it as you like. All commands read it with -c:",
        "#   holdfast attack -c FILE    holdfast evaluate -c FILE",
        "# Paths are as seen from this file.",
    ]
    for key, words in _WORDS.items():
        if key in values:
            parts += ["", f"# {words}", *_notes(key, settled), _yaml({key: values[key]})]
    rest = {key: value for key, value in values.items() if key not in _WORDS}
    return "\n".join([*parts, *(["", _yaml(rest)] if rest else []), ""])


def _notes(key: str, settled: Settled) -> Iterator[str]:
    if key == "classifier" and isinstance(settled.config.classifier, GuardFolder):
        yield f"# bad: {settled.bad_known}. layout: {settled.layout_known}."


def _yaml(value: Mapping[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100).rstrip("\n")


def _values(config: RunConfig, folder: Path) -> dict[str, Any]:
    """What differs from the defaults, and the kinds that tell which thing it is."""
    values = config.model_dump(mode="json", exclude_defaults=True)
    for name in ("classifier", "generator", "proposer"):
        start = getattr(config, name)
        if isinstance(start, GuardFolder | GeneratorFolder | ProposerFolder):
            own = {"kind": start.kind, **values[name]}
            if isinstance(start, GuardFolder):  # a default that was said may differ from what the folder says
                own |= start.format.model_dump(mode="json", include=set(start.told))
            values[name] = {**own, "path": _model_path(start.path, folder)}
    values["threshold"] = {"rule": config.threshold.rule, **values.get("threshold", {})}
    data = config.task.get("data")
    if isinstance(data, LabelledConfig):
        values["task"] = {"kind": config.task_kind, "data": _data(data, folder)}
    return values


def _data(data: LabelledConfig, folder: Path) -> dict[str, Any]:
    values = data.model_dump(mode="json", exclude_defaults=True)
    if data.path:
        values["path"] = _one_or_several(data.path, folder)
    if "splits" in values:
        values["splits"] = {"kind": data.splits.kind, **values["splits"]}
    if isinstance(data.splits, GivenSplits) and data.splits.paths:
        paths = data.splits.paths.items()
        values["splits"]["paths"] = {split: _one_or_several(own, folder) for split, own in paths}
    return values


def _one_or_several(paths: Sequence[Path], folder: Path) -> str | list[str]:
    found = [_path(path, folder) for path in paths]
    return found[0] if len(found) == 1 else found


def _model_path(path: str, folder: Path) -> str:
    """A folder here as seen from the file's folder; a hub name stays as it is."""
    return _path(Path(path), folder) if Path(path).exists() else path


def _path(path: Path, folder: Path) -> str:
    """An absolute path stays; one from here becomes one from the folder."""
    return str(path) if path.is_absolute() else Path(os.path.relpath(path, folder)).as_posix()


def write_config(text: str, path: Path, *, replace: bool = False) -> None:
    """Write the file whole or not at all; raises UserError as `check_writable` does."""
    check_writable(text, path, replace=replace)
    write_text(path, text)


def check_writable(text: str, path: Path, *, replace: bool = False) -> None:
    """Raise UserError where another file is there that nobody said to replace."""
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file in it")
    if replace or not path.exists() or path.read_bytes() == text.encode():
        return
    raise UserError(
        f"{path} is there already and says something else; --force replaces it, --out names another file"
    )
