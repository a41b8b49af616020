"""What was measured before and did not change: a folder for each measurement, found by what decides it.

A measurement's key holds the hashes of the guard, of the rows and of the judge's files, the attack with all
its options, where the models run, and the versions of Holdfast and of the libraries that compute a score. Its
tables have their SHA-256 in their names (`campaign.tables`), so one that is half-written or altered is
measured again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

import holdfast
from holdfast.campaign.config import JUDGES_FILES
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.opening import Opened
from holdfast.core.files import folder_hash, write_text
from holdfast.store.lock import held
from holdfast.tasks.labelled.cache import default_cache

KEY = "key.json"
LIBRARIES = ("tokenizers", "torch", "transformers")
"""What reads a text and computes its score."""
Key = Mapping[str, Any]


def gate_cache() -> Path:
    """Where measurements are kept by default: `gate`, beside the rows of labelled text."""
    return default_cache().with_name("gate")


def digest(key: Key) -> str:
    """SHA-256 of a key, as 64 hex digits."""
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


@contextmanager
def cell(cache: Path, kind: str, key: Key) -> Iterator[Path]:
    """The folder of a measurement, for this process alone; emptied where it is not of this key.

    Another process that wants the same one waits.
    """
    folder = cache / f"{kind}-{digest(key)[:32]}"
    with held(cache / f".{folder.name}.lock"):
        if _kept_key(folder) != key:
            shutil.rmtree(folder, ignore_errors=True)
            write_text(folder / KEY, json.dumps(key, indent=2, sort_keys=True) + "\n")
        yield folder


def rows_key(plan: LabelledPlan, opened: Opened) -> Key:
    """What decides the score of a row."""
    return {
        "version": holdfast.__version__,
        "libraries": {name: version(name) for name in LIBRARIES},
        "placement": opened.config.placement.model_dump(mode="json"),
        "data": plan.data,
        "guard": plan.guard,
        "format": plan.format,
    }


def attack_key(plan: LabelledPlan, opened: Opened) -> dict[str, Any]:
    """What an attack is, whatever guard it is made on: of a plan with that attack alone."""
    (attack,) = plan.attacks
    key: dict[str, Any] = {
        "attack": attack,
        "queries": plan.attack_queries,
        "seed": plan.seed,
        "judge": _by_content(plan.judge),
        "judge_rests_on": plan.judge_rests_on,
        "policy": plan.policy,
        "proposer": plan.proposer,
        "generator": None if opened.generator is None else opened.generator.hash,
    }
    plain: dict[str, Any] = to_jsonable_python(key)
    return plain


def _by_content(judge: Mapping[str, Any]) -> dict[str, Any]:
    """A judge's choice with the hash of each file or folder in place of its path."""
    return {
        name: folder_hash(Path(value)) if name in JUDGES_FILES and value and Path(value).exists() else value
        for name, value in judge.items()
    }


def _kept_key(folder: Path) -> Any:
    try:
        return json.loads((folder / KEY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
