"""Judged snippets in bulk, as Parquet tables hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.models.codec import Codec
from holdfast.store.disk import read_table
from holdfast.training.classifier import LabelledTokens


@dataclass(frozen=True)
class Samples:
    """Judged snippets as columns; the arrays have shape (N,)."""

    snippets: list[Snippet]
    catastrophic: np.ndarray
    egregiousness: np.ndarray
    phenomena: list[tuple[str, ...]]

    @classmethod
    def of(cls, judged: Sequence[JudgedSnippet]) -> Samples:
        """From judged snippets."""
        return cls(
            [j.snippet for j in judged],
            np.array([j.verdict.catastrophic for j in judged], dtype=bool),
            np.array([j.verdict.egregiousness for j in judged], dtype=np.float32),
            [tuple(sorted(j.verdict.phenomena)) for j in judged],
        )

    @classmethod
    def read(cls, path: Path) -> Samples:
        """From a table that `columns` made."""
        table = read_table(path, ["prompt", "completion", "catastrophic", "egregiousness", "phenomena"])
        return cls(
            [Snippet(p, c) for p, c in zip(table["prompt"], table["completion"], strict=True)],
            table["catastrophic"].astype(bool),
            table["egregiousness"],
            [tuple(names) for names in table["phenomena"]],
        )

    def columns(self, **more: Any) -> dict[str, Any]:
        """The columns of a table, with some more of the same length."""
        return {
            "prompt": [s.prompt for s in self.snippets],
            "completion": [s.completion for s in self.snippets],
            "catastrophic": self.catastrophic,
            "egregiousness": self.egregiousness,
            "phenomena": [list(names) for names in self.phenomena],
            **more,
        }

    def labelled(self, codec: Codec) -> LabelledTokens:
        """Something to train on."""
        return LabelledTokens(
            codec.encode(self.snippets), self.catastrophic.astype(np.float32), self.egregiousness
        )

    def drawn(self, count: int, stream: Stream) -> Samples:
        """So many at random, or all, in the order kept."""
        places = np.sort(stream.numpy().choice(len(self), min(count, len(self)), replace=False))
        return Samples(
            [self.snippets[i] for i in places],
            self.catastrophic[places],
            self.egregiousness[places],
            [self.phenomena[i] for i in places],
        )

    def first(self, count: int) -> Samples:
        """The first so many."""
        return Samples(
            self.snippets[:count],
            self.catastrophic[:count],
            self.egregiousness[:count],
            self.phenomena[:count],
        )

    def __len__(self) -> int:
        return len(self.snippets)
