"""Guards of one's own on the workbench: a configuration of `holdfast check` stands for the run.

No campaign made such a run: it has no rounds, no generator's completions and no report. Its row holds the
configuration, so that drafts, submissions and labels have something to belong to.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from holdfast import __version__
from holdfast.campaign.config import RunConfig, resolve, with_paths_from
from holdfast.campaign.history import WORKBENCH_PRESET
from holdfast.campaign.machine import machine
from holdfast.campaign.starts import GuardFolder
from holdfast.core.errors import UserError
from holdfast.store.schema import Run
from holdfast.store.store import Store, now


def is_guard(store: Store, run: str, config: RunConfig) -> bool:
    """Whether the run is a guard on the workbench, which no campaign has made."""
    return isinstance(config.classifier, GuardFolder) and store.run(run).preset == WORKBENCH_PRESET


def guard_name(config: RunConfig) -> str:
    """The name of the run that stands for a configuration: one for each guard, data, judge and threshold.

    Raises UserError where the guard is still to be trained.
    """
    if not isinstance(config.classifier, GuardFolder):
        raise UserError(
            "the configuration's classifier is still to be trained; train it with `holdfast run`, and serve"
            " the run"
        )
    return f"{Path(config.classifier.path).name}-{_digest(with_paths_from(config, Path.cwd()))}"


def keep_guard(store: Store, config: RunConfig, name: str | None = None) -> str:
    """The run that stands for a configuration, begun if it is new; returns its name.

    Without a name it has one of its own for each guard, data, judge and threshold. Raises UserError where
    that name stands for something else.
    """
    own = guard_name(config)
    name = name or own
    config = with_paths_from(config, Path.cwd())
    known = next((run for run in store.runs() if run.id == name), None)
    if known is None:
        store.add_run(_row(name, config))
    elif known.preset != WORKBENCH_PRESET or _digest(resolve(known.config)) != _digest(config):
        raise UserError(
            f"the run '{name}' is of another guard, judge or data; leave its name out, or choose another"
        )
    return name


def _row(name: str, config: RunConfig) -> Run:
    time = now()
    return Run(
        id=name,
        task=config.task_kind,
        preset=WORKBENCH_PRESET,
        seed=config.seed,
        config=config.model_dump(mode="json"),
        version=__version__,
        machine=machine(),
        status="finished",
        started=time,
        finished=time,
    )


def _digest(config: RunConfig) -> str:
    """Of what decides whether a text is a failure: another number of threads makes no other workbench."""
    told: dict[str, Any] = config.model_dump(
        mode="json", include={"task", "judge", "classifier", "threshold"}
    )
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
