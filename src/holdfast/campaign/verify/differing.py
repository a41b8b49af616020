"""Two claims compared field by field, the first difference in words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from holdfast.evaluation.claims import Claim

NAME = "plan"
"""What the check of a claim against its plan is called."""

_ROUNDING = 1e-9
"""By which a number worked out on another machine may differ, relative."""


class NotAsPlannedError(Exception):
    """The folder of an evaluation does not hold what its plan says; the message says how."""


def claim_difference(stated: Claim, beside: Path, made: Claim, made_beside: Path) -> str:
    """The first field in which two claims differ, in words; empty where they are the same.

    The folders are those that their sources' paths begin at.
    """
    return _difference("", _fields(stated, beside), _fields(made, made_beside))


def _fields(claim: Claim, beside: Path) -> dict[str, Any]:
    """A claim as plain data, its sources by the files that they are."""
    fields = claim.model_dump(mode="json")
    for source in fields["evidence"]["sources"]:
        source["path"] = str((beside / source["path"]).resolve())
    fields["evidence"]["sources"].sort(key=lambda source: source["path"])
    return fields


def _difference(name: str, stated: Any, made: Any) -> str:
    """The first field in which two differ, in words; empty where they are the same."""
    if isinstance(stated, dict) and isinstance(made, dict):
        found = (
            _difference(_joined(name, key), stated.get(key), made.get(key)) for key in {**made, **stated}
        )
        return next((each for each in found if each), "")
    if isinstance(stated, list) and isinstance(made, list):
        if len(stated) != len(made):
            return f"{name} has {len(stated)} entries, where the plan gives {len(made)}"
        found = (_difference(name, *pair) for pair in zip(stated, made, strict=True))
        return next((each for each in found if each), "")
    if isinstance(stated, float) and isinstance(made, float):
        same = math.isclose(stated, made, rel_tol=_ROUNDING, abs_tol=0)
    else:
        same = stated == made
    return "" if same else f"{name} is {_short(stated)}, where the plan gives {_short(made)}"


def _joined(name: str, key: str) -> str:
    told = key.replace("_", " ")
    return f"{name}: {told}" if name else told


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
