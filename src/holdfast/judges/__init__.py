"""Judges: each decides the snippets of a task.

A judge is made for a task: `judges.get("oracle")(task)`. A new one is one file here, a row in `judges` below,
and a row in `tests/judges/test_every_judge.py`; a third party registers one by an entry point in the group
`holdfast.judges`.
"""

from __future__ import annotations

from holdfast.core.judge import Judge
from holdfast.core.registry import Registry

__all__ = ["Judge", "judges"]

judges: Registry[Judge] = Registry(
    "judge",
    {
        "oracle": "holdfast.judges.oracle:oracle",
        "labels": "holdfast.judges.labels:labels",
        "carried": "holdfast.judges.carried:carried",
        "edits": "holdfast.judges.edits:edits",
        "people": "holdfast.judges.people:people",
    },
)
