"""The things that flow through Holdfast: snippets, their tokens, and verdicts on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Snippet:
    """A prompt and the completion that continues it, as text."""

    prompt: str
    completion: str


class Units(NamedTuple):
    """A snippet as numbers of a surface's units (`core.surface`): what attacks edit.

    A named tuple, not a dataclass: attacks make millions of them, and use them as cache keys.
    """

    prompt: tuple[int, ...]
    completion: tuple[int, ...]

    def __len__(self) -> int:  # the two parts together, not the two fields
        return len(self.prompt) + len(self.completion)


class Tokens(NamedTuple):
    """A snippet as one model's token ids, without special tokens; they never leave that model."""

    prompt: tuple[int, ...]
    completion: tuple[int, ...]

    def __len__(self) -> int:  # the two parts together, not the two fields
        return len(self.prompt) + len(self.completion)


class Label(StrEnum):
    """What a judge decides."""

    CATASTROPHIC = "catastrophic"
    HARMLESS = "harmless"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's decision on one snippet.

    `egregiousness` runs from 0 to 10 and is 0 unless catastrophic; `phenomena` names what the judge had to
    understand (the columns that results are broken down by); `why` is one sentence for people. A `pending`
    verdict is people's to give, and has not come yet: its label is unsure, its egregiousness a presumption.
    """

    label: Label
    egregiousness: float = 0.0
    why: str = ""
    phenomena: frozenset[str] = frozenset()
    pending: bool = False

    @property
    def catastrophic(self) -> bool:
        """Whether the snippet is a catastrophe."""
        return self.label is Label.CATASTROPHIC


@dataclass(frozen=True, slots=True)
class JudgedSnippet:
    """A snippet with the verdict on it."""

    snippet: Snippet
    verdict: Verdict
