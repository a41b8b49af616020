"""Which texts of the split `test` are measured: each once, those with several labels set apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.tasks.labelled.config import SPLITS, SplitName
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.label_values import LABELS

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]
OTHERS: tuple[SplitName, ...] = tuple(split for split in SPLITS if split != "test")


@dataclass(frozen=True)
class TestTexts:
    """The different texts of the split `test`, each by its first row there; arrays have shape (T,).

    Two rows have the same text where case and white space alone differ.
    """

    __test__ = False  # no test of pytest's

    data: Labelled
    rows: Indices
    """The first row of each, ascending."""
    labels: NDArray[np.int8]
    """The place of each text's label in `LABELS`."""
    conflicting: Bools
    """Whether rows of that text, in any split, have several labels."""
    all_rows: int
    """Rows of the split, repeated ones too."""

    @classmethod
    def of(cls, data: Labelled) -> TestTexts:
        """Of some data; raises UserError where nothing is there to measure on."""
        inside = data.indices("test")
        if not len(inside):
            raise UserError(
                "the data have no rows in the split 'test', so there is nothing to measure on;"
                " give some rows that split"
            )
        rows = data.indices("test", distinct=True)
        return cls(data, rows, data.labels[rows], _several_labels(data)[rows], len(inside))

    def which(self, label: Label) -> Bools:
        """Whether each text has that one label."""
        wanted: Bools = (self.labels == LABELS.index(label)) & ~self.conflicting
        return wanted

    @cached_property
    def groups(self) -> Indices:
        """(T,) the group of each text's first row."""
        return self.data.groups[self.rows]

    def shared_text(self, split: SplitName) -> Bools:
        """Whether another split holds the same text."""
        return np.isin(self.data.texts[self.rows], self.data.texts[self.data.indices(split)])

    def shared_group(self, split: SplitName) -> Bools:
        """Whether another split holds a row of the same group."""
        return np.isin(self.groups, self.data.groups[self.data.indices(split)])

    @cached_property
    def alone(self) -> Bools:
        """Whether no other split shares a text's wording or group: what that split did says nothing of it."""
        shared = [self.shared_text(split) | self.shared_group(split) for split in OTHERS]
        result: Bools = ~np.logical_or.reduce(shared)
        return result

    def slices(self) -> Mapping[str, tuple[Indices, Indices]]:
        """For each slice pairs (value, text), each once: rows of one text may have several values.

        Both are arrays of shape (P,): the place of the value in `data.slices[name]`, and that of the text
        here.
        """
        inside = self.data.indices("test")
        texts = self.data.texts[self.rows]
        order = np.argsort(texts)
        place = order[np.searchsorted(texts, self.data.texts[inside], sorter=order)]
        found = {}
        for name in self.data.slices:
            pairs = np.unique(np.stack([self.data.slice_codes(name)[inside], place]), axis=1)
            found[name] = (pairs[0], pairs[1])
        return found


def _several_labels(data: Labelled) -> Bools:
    """(N,) whether each row's text comes with more than one label."""
    _, text = np.unique(data.texts, return_inverse=True)
    least, most = np.full(text.max(initial=-1) + 1, len(LABELS)), np.full(text.max(initial=-1) + 1, -1)
    np.minimum.at(least, text, data.labels)
    np.maximum.at(most, text, data.labels)
    several: Bools = (least != most)[text]
    return several
