"""What a new run is called: of a task by what was chosen, of a guard by the name that its owner gave it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path

from holdfast.campaign.config import LABELLED, RunConfig
from holdfast.campaign.history import runs_folder
from holdfast.campaign.starts import GuardFolder
from holdfast.models.located import hub_name

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
"""What a run may be called: its name is also that of a folder."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

_LONGEST = 80
"""Characters of a guard's name that a run's name takes over."""

_SAYS_NOTHING = ("holdfast", "config")
"""Names of configuration files that everybody's has; the first is what `holdfast check` writes."""


def new_folder(config: RunConfig, runs: Path | None = None, file: Path | None = None) -> Path:
    """A folder that is not there yet, such as `runs/storyworld-demo-s0-20260131-235959`.

    A run on a guard and labelled text is called after the configuration's file, or after the guard's folder
    where the file's name says nothing, such as `runs/my-guard-20260131-235959`.
    """
    base = f"{_called(config, file)}-{datetime.now():%Y%m%d-%H%M%S}"
    folder = (runs or runs_folder()) / base
    turn = 1
    while folder.exists():
        turn += 1
        folder = folder.with_name(f"{base}-{turn}")
    return folder


def _called(config: RunConfig, file: Path | None) -> str:
    start = config.classifier
    if config.task_kind != LABELLED or not isinstance(start, GuardFolder):
        return f"{config.task_kind}-{config.preset}-s{config.seed}"
    if file is not None and (name := safe(file.stem)) and name.lower() not in _SAYS_NOTHING:
        return name
    named = hub_name(start.path)
    return safe(named.rpartition("/")[2] if named else Path(start.path).resolve().name) or "guard"


def safe(name: str) -> str:
    """The name with what a run's name may not hold left out; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return _UNSAFE.sub("-", plain).strip("-._")[:_LONGEST].rstrip("-._")
