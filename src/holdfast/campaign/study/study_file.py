"""A study as a YAML file: arms × seeds × budgets over one configuration of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from holdfast.campaign.config import RunConfig, config_in, load_config, resolve, with_paths_from
from holdfast.campaign.presets import guard_rounds
from holdfast.campaign.starts import Part
from holdfast.campaign.study.plan import ONE_BUDGET, Cell, Endpoint, Name, StudyPlan
from holdfast.campaign.study.runs import campaign_cell
from holdfast.campaign.yamlfile import ConfigFile, merged, user_error
from holdfast.core.errors import UserError

Overlay = dict[str, Any]
"""What an arm or a budget changes: any part of what `holdfast run --show-config` prints."""

_APART = {"seed": "seeds", "preset": "config"}
"""Keys that an overlay cannot have, and where they are said instead."""


class StudyConfig(Part):
    """The whole file."""

    study: Name
    config: str | Overlay
    """What all cells have in common: a configuration, or the path of one's file, as seen from this file."""
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)]
    """Training seeds: each arm and budget is run with each."""
    arms: Annotated[dict[Name, Overlay], Field(min_length=2)]
    budgets: Annotated[dict[Name, Overlay], Field(min_length=1, default_factory=lambda: {ONE_BUDGET: {}})]
    endpoint: Endpoint
    rows: str | None = None
    """The file of rows, as seen from this file; beside it, with its name and `.jsonl`, if not given."""
    runs: str | None = None
    """The folder of the cells' runs; beside this file, with its name and `-runs`, if not given."""

    @field_validator("arms", "budgets", mode="before")
    @classmethod
    def _empty_overlays(cls, value: Any) -> Any:
        """`none:` alone changes nothing."""
        if not isinstance(value, dict):
            return value
        return {str(name): {} if overlay is None else overlay for name, overlay in value.items()}


@dataclass(frozen=True)
class StudyFile:
    """A study that was read: its plan, and where its rows and runs lie."""

    plan: StudyPlan
    rows: Path
    runs: Path


def read_study(path: Path) -> StudyFile:
    """Read a study's file, every cell's configuration validated whole.

    Raises UserError naming file, line and what is wrong.
    """
    file = ConfigFile.read(path)
    try:
        asked = StudyConfig.model_validate(file.value)
    except ValidationError as error:
        raise user_error(error, StudyConfig, file) from None
    if len(set(asked.seeds)) < len(asked.seeds):
        raise file.error(["seeds"], "seeds: one is there twice")
    base = _base(file, asked)
    cells = [
        campaign_cell(arm, seed, budget, _overlaid(file, base, {"arms": arm, "budgets": budget}, asked))
        # Seed by seed, so that what is done of a study that was stopped can be compared.
        for seed in asked.seeds
        for budget in asked.budgets
        for arm in asked.arms
    ]
    return StudyFile(
        _plan(file, asked, cells),
        path.parent / (asked.rows or f"{path.stem}.jsonl"),
        path.parent / (asked.runs or f"{path.stem}-runs"),
    )


def _base(file: ConfigFile, asked: StudyConfig) -> RunConfig:
    """What all cells have in common, its paths kept whole."""
    if not isinstance(asked.config, str):
        return with_paths_from(config_in(file.part("config"), rounds_of=guard_rounds), Path.cwd())
    try:
        found = load_config(file.path.parent / asked.config, rounds_of=guard_rounds)
    except UserError as error:
        raise file.error(["config"], f"config: {error}") from None
    return with_paths_from(found, Path.cwd())


def _overlaid(file: ConfigFile, base: RunConfig, names: Mapping[str, str], asked: StudyConfig) -> RunConfig:
    """The configuration of an arm at a budget; the budget is laid over the arm."""
    values = base.model_dump()
    changed: set[str] = set()
    for key, name in names.items():
        overlay = getattr(asked, key)[name]
        for apart, instead in _APART.items():
            if apart in overlay:
                raise file.error([key, name, apart], f"{apart}: it is said in '{instead}', for all cells")
        for shared in changed & set(overlay):
            if not isinstance(overlay[shared], dict):
                raise file.error(
                    [key, name, shared], f"{shared}: an arm changes it, too; say it in one of the two"
                )
        changed |= set(overlay)
        values = merged(values, overlay)
    try:
        config = resolve(values)
    except UserError as error:
        where = " at ".join(f"'{name}'" for name in names.values())
        raise file.error(["arms", names["arms"]], f"{where}: {error}") from None
    return with_paths_from(config, file.path.parent.absolute())


def _plan(file: ConfigFile, asked: StudyConfig, cells: list[Cell]) -> StudyPlan:
    try:
        return StudyPlan(asked.study, asked.endpoint, tuple(cells))
    except UserError as error:
        raise file.error(["endpoint"], str(error)) from None
