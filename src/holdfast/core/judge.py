"""The judge: the one thing that decides whether a snippet is a catastrophe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from holdfast.core.snippet import Snippet, Verdict


@runtime_checkable
class Judge(Protocol):
    """Decides snippets, in order. An oracle is a judge that is code, right by definition, and total."""

    @property
    def name(self) -> str:
        """The registered name, for records."""

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet, in the same order."""
