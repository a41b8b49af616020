"""Vetoes: further conditions of a filter; what one turns away does not pass, whatever its score.

A veto sees the text and the generator, and nothing else: neither the oracle nor the task's sampler. A new one
is one file here, a row in `vetoes` below, and a row in `tests/models/test_every_veto.py`; a third party
registers one by an entry point in the group `holdfast.vetoes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.core.registry import Registry

if TYPE_CHECKING:
    from holdfast.models.vetoes.base import Veto

vetoes: Registry[Veto] = Registry(
    "veto", {"likelihood": "holdfast.models.vetoes.likelihood:Likelihood"}, plural="vetoes"
)
