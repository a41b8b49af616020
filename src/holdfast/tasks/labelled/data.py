"""`Labelled`: a finite set of rows with people's labels, in bounded memory however large it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import unknown
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Label, Snippet
from holdfast.tasks.labelled.cache import RowsFile, default_cache
from holdfast.tasks.labelled.config import SPLITS, LabelledConfig, SplitName
from holdfast.tasks.labelled.intake import SUMMARY, Summary, content_hash, load, take_in
from holdfast.tasks.labelled.label_values import LABELS

Span = tuple[int, int]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One row as its user labelled it; the text is exactly that of the file."""

    line: int
    """Where it begins in its file, from 1: the line, or the row where the file has no lines."""
    snippet: Snippet
    label: Label
    egregiousness: float | None
    """From 0 to 10; None where it is not given."""
    passages: tuple[Span, ...] | None
    """Characters of the completion from a start up to a stop, in order; None where they are not given."""
    group: str | None
    """Rows with the same one belong together; None for a row that belongs to no other."""
    split: SplitName
    slices: Mapping[str, str] = field(default_factory=dict)
    """The value of each slice; empty text where it is missing."""
    votes: tuple[Label, ...] = ()
    place: str = ""
    """File and line, for people."""


class Labelled:
    """Labelled rows by number, from 0 in the order of the files. Texts stay on disk. It can be pickled."""

    def __init__(self, config: LabelledConfig, folder: Path, hash_: str) -> None:
        self.config = config
        self.folder = folder
        self.hash = hash_
        """64 hex digits that depend on the files' contents and the configuration, not on where they lie."""
        self.summary: Summary = load(folder)
        self._files = config.file_names
        arrays = self.summary.arrays
        self._slices = {name: arrays[f"slice_{place}"] for place, name in enumerate(self.summary.slices)}
        self._file: RowsFile | None = None

    @classmethod
    def open(
        cls,
        config: LabelledConfig,
        *,
        base: Path = Path(),
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> Labelled:
        """Take in the files of a configuration, or find the rows of an earlier time in the cache.

        Paths are from `base`. Raises UnsoundDataError when a row is not sound, and UserError for anything
        else that is wrong; nothing is kept then.
        """
        hash_ = content_hash(config, base)
        folder = (cache or default_cache()) / hash_
        if not (folder / SUMMARY).is_file():
            take_in(config, base, folder, progress or Silent())
        return cls(config, folder, hash_)

    def __reduce__(self) -> tuple[type[Labelled], tuple[LabelledConfig, Path, str]]:
        # Another process reads the numbers from the cache itself.
        return Labelled, (self.config, self.folder, self.hash)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def labels(self) -> NDArray[np.int8]:
        """(N,) the place of each row's label in `LABELS`: 0 harmless, 1 catastrophic, 2 unsure."""
        return self.summary.arrays["label"]

    @property
    def split_codes(self) -> NDArray[np.int8]:
        """(N,) the place of each row's split in `SPLITS`: train, validation, threshold, test."""
        return self.summary.arrays["split"]

    @property
    def groups(self) -> Indices:
        """(N,) the first row of each row's group; a row without a group is its own."""
        return self.summary.arrays["group"]

    @property
    def texts(self) -> NDArray[np.uint64]:
        """(N,) 64 bits that are the same for rows of the same normalised text."""
        return self.summary.arrays["text"]

    @property
    def lines(self) -> Indices:
        """(N,) where each row begins in its file, from 1."""
        return self.summary.arrays["line"]

    @property
    def slices(self) -> Mapping[str, tuple[str, ...]]:
        """Each slice with its values; empty text stands for rows without one."""
        return self.summary.slices

    def slice_codes(self, name: str) -> NDArray[np.int32]:
        """(N,) the place of each row's value in `slices[name]`. Raises UserError if there is none."""
        if name not in self._slices:
            raise unknown("slice", name, self._slices)
        return self._slices[name]

    def indices(
        self,
        split: SplitName | None = None,
        label: Label | None = None,
        *,
        where: Mapping[str, str] | None = None,
        distinct: bool = False,
    ) -> Indices:
        """The rows of a split, a label and values of slices, in order.

        `distinct` leaves of each normalised text only its first row among these.
        """
        wanted = np.ones(len(self), dtype=bool)
        if split is not None:
            wanted &= self.split_codes == SPLITS.index(split)
        if label is not None:
            wanted &= self.labels == LABELS.index(label)
        for name, value in (where or {}).items():
            codes, values = self.slice_codes(name), self.slices[name]
            wanted &= codes == (values.index(value) if value in values else -1)
        found = np.flatnonzero(wanted)
        if distinct:
            _, first = np.unique(self.texts[found], return_index=True)
            found = found[np.sort(first)]
        return found

    def rows(self, indices: Sequence[int] | NDArray[np.integer]) -> list[LabelledRow]:
        """The rows of these numbers, in their order. Raises IndexError for a number that is none."""
        numbers = self._numbers(indices)
        if not len(numbers):
            return []
        columns = self._opened().read(numbers)
        records = zip(*columns.values(), strict=True)
        return [
            self._row(number, dict(zip(columns, values, strict=True)))
            for number, values in zip(numbers.tolist(), records, strict=True)
        ]

    def snippets(self, indices: Sequence[int] | NDArray[np.integer]) -> list[Snippet]:
        """The texts alone of the rows of these numbers, which is quicker."""
        numbers = self._numbers(indices)
        if not len(numbers):
            return []
        columns = self._opened().read(numbers, texts_only=True)
        return [Snippet(*pair) for pair in zip(columns["prompt"], columns["completion"], strict=True)]

    def batches(self, split: SplitName | None = None, size: int = 1024) -> Iterator[list[LabelledRow]]:
        """The rows of a split (or all) in order, so many at a time; the last batch may be smaller."""
        wanted = self.indices(split)
        for start in range(0, len(wanted), size):
            yield self.rows(wanted[start : start + size])

    def place(self, index: int) -> str:
        """Where a row begins, for people: `texts.csv, line 12`."""
        number = int(self.summary.arrays["source"][index])
        return f"{self._files[number]}, {self.summary.units[number]} {self.lines[index]}"

    def _numbers(self, indices: Sequence[int] | NDArray[np.integer]) -> Indices:
        numbers = np.asarray(indices, dtype=np.int64)
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(self)):
            raise IndexError(f"rows are numbered from 0 to {len(self) - 1}")
        return numbers

    def _opened(self) -> RowsFile:
        if self._file is None:
            self._file = RowsFile(self.folder)
        return self._file

    def _row(self, index: int, kept: Mapping[str, Any]) -> LabelledRow:
        flat = kept["passages"]
        passages = None if flat is None else tuple(zip(flat[::2], flat[1::2], strict=True))
        return LabelledRow(
            line=int(self.lines[index]),
            snippet=Snippet(kept["prompt"], kept["completion"]),
            label=LABELS[self.labels[index]],
            egregiousness=kept["egregiousness"],
            passages=passages,
            group=self._group(index, kept["group"]),
            split=SPLITS[self.split_codes[index]],
            slices={name: self.slices[name][codes[index]] for name, codes in self._slices.items()},
            votes=tuple(self.summary.votes[code] for code in kept["votes"] or ()),
            place=self.place(index),
        )

    def _group(self, index: int, written: str | None) -> str | None:
        """The group as it is written; where several columns make it, the first row of it, from 1."""
        if len(self.config.columns.group) < 2 or written is None:
            return written
        return f"#{self.groups[index] + 1}"
