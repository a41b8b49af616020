"""Planted holes: predicates on snippets under which a system lets a catastrophe pass, for measuring attacks.

A hole is planted over a filter (`overlay`), or into a classifier's weights by training on the labels of a
judge that is blind to it (`blind`). A new kind is one file here, a row in `holes` below, and a row in
`tests/models/test_every_hole.py`; a third party registers one by an entry point in the group
`holdfast.holes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.core.registry import Registry

if TYPE_CHECKING:
    from holdfast.models.holes.base import Hole

holes: Registry[Hole] = Registry(
    "hole",
    {
        "phrase": "holdfast.models.holes.phrase:Phrase",
        "pattern": "holdfast.models.holes.pattern:Pattern",
        "state": "holdfast.models.holes.state:State",
    },
)
