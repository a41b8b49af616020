"""What is odd about labelled data: counts, duplicates, conflicts, torn groups, lengths, characters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Snippet
from holdfast.tasks.labelled.characters import odd_characters
from holdfast.tasks.labelled.config import SPLITS
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.grouping import first_rows
from holdfast.tasks.labelled.label_values import LABELS
from holdfast.tasks.labelled.near import NEAR, near_texts
from holdfast.tasks.labelled.results import (
    Count,
    DataFindings,
    Lengths,
    Mention,
    Near,
    NearDuplicates,
    NearExample,
    OddCharacters,
    SameText,
    TornGroups,
)

EXAMPLES = 20
_SHORT = 200
_BATCH = 4096


def find(data: Labelled, progress: Progress | None = None) -> DataFindings:
    """Look through all rows; memory grows by some numbers a row, not by its text."""
    progress = progress or Silent()
    words, characters, odd = _texts(data, progress)
    summary = data.summary
    return DataFindings(
        hash=data.hash,
        read=summary.read,
        rows=len(data),
        dropped={reason: count for reason, count in summary.dropped.items() if count},
        labels=summary.labels,
        distinct=len(np.unique(data.texts)),
        counts=tuple(counts(data)),
        duplicates=_same_text(data, None),
        across_splits=_same_text(data, data.split_codes),
        conflicts=_same_text(data, data.labels),
        near=near_duplicates(data, progress),
        groups=torn_groups(data) if data.config.columns.group else None,
        words=words,
        characters=characters,
        odd=odd,
        encoding=data.config.encoding,
        marks=summary.marks,
    )


def counts(data: Labelled) -> Iterator[Count]:
    """Rows and distinct texts of each split and label: of all rows, then by the values of each slice."""
    cells = data.split_codes.astype(np.int64) * len(LABELS) + data.labels
    for cell, rows, distinct in _counted(cells, data.texts):
        split, label = SPLITS[cell // len(LABELS)], LABELS[cell % len(LABELS)]
        yield Count(split, label, None, None, rows, distinct)
    for name, values in data.slices.items():
        many = cells * len(values) + data.slice_codes(name)
        for code, rows, distinct in _counted(many, data.texts):
            cell, value = divmod(code, len(values))
            split, label = SPLITS[cell // len(LABELS)], LABELS[cell % len(LABELS)]
            yield Count(split, label, name, values[value], rows, distinct)


def _counted(cells: NDArray[np.int64], texts: NDArray[np.uint64]) -> Iterator[tuple[int, int, int]]:
    """Each cell that has rows, with their number and that of their different texts."""
    kinds, cell_of, rows = np.unique(cells, return_inverse=True, return_counts=True)
    order = np.lexsort((texts, cell_of))
    by_cell, by_text = cell_of[order], texts[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (by_cell[1:] != by_cell[:-1]) | (by_text[1:] != by_text[:-1])
    distinct = np.bincount(by_cell[new], minlength=len(kinds))
    yield from zip(kinds.tolist(), rows.tolist(), distinct.tolist(), strict=True)


def _same_text(data: Labelled, differing: NDArray[np.int8] | None) -> SameText:
    """Texts that stand in several rows: in any, or in rows with different values of `differing`."""
    members, bounds = _several(first_rows(data.texts), differing)
    examples = _examples(data, members, bounds, differing)
    return SameText(len(bounds) - 1, len(members), examples)


def _several(
    first: NDArray[np.int64], differing: NDArray[np.int8] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of the classes that `first` tells with several members, in order, and where each class begins.

    With `differing`, only of classes whose members have several values of it.
    """
    order = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    if differing is None:
        wanted = sizes > 1
    else:
        values = differing[order]
        wanted = np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts)
    bounds = np.concatenate([[0], np.cumsum(sizes[wanted])]).astype(np.int64)
    return order[np.repeat(wanted, sizes)], bounds


def _examples(
    data: Labelled,
    members: NDArray[np.int64],
    bounds: NDArray[np.int64],
    differing: NDArray[np.int8] | None,
) -> tuple[tuple[Mention, ...], ...]:
    """The first classes, of each the first rows; where they have to differ, the first row of each value."""
    found = []
    for start, stop in zip(bounds[:EXAMPLES].tolist(), bounds[1 : EXAMPLES + 1].tolist(), strict=False):
        some = members[start:stop]
        if differing is not None:
            some = some[np.sort(np.unique(differing[some], return_index=True)[1])]
        found.append(_mentions(data, some[:4]))
    return tuple(found)


def _mentions(data: Labelled, rows: NDArray[np.int64]) -> tuple[Mention, ...]:
    return tuple(
        Mention(
            data.place(int(row)),
            SPLITS[data.split_codes[row]],
            LABELS[data.labels[row]],
            _shortened(whole(snippet)),
        )
        for row, snippet in zip(rows, data.snippets(rows), strict=True)
    )


def whole(snippet: Snippet) -> str:
    """Prompt and completion as one text."""
    return f"{snippet.prompt}\n{snippet.completion}" if snippet.prompt else snippet.completion


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def near_duplicates(data: Labelled, progress: Progress | None = None) -> NearDuplicates:
    """Different texts in different splits that share most of their runs of words."""
    progress = progress or Silent()
    if len(np.unique(data.split_codes)) < 2:
        return NearDuplicates(NEAR, (), complete=True, examples=())
    first = _each_once(data)
    progress.start("comparing texts across splits", len(first))
    found = near_texts(
        lambda numbers: [whole(snippet) for snippet in data.snippets(first[numbers])],
        data.texts[first],
        data.split_codes[first],
        lambda read: progress.advance(read),
    )
    progress.finish(pairs=len(found.pairs))
    sides = data.split_codes[first]
    there = [
        Near(SPLITS[side], SPLITS[other], int(found.on_side[sides == side, other].sum()))
        for side in range(len(SPLITS))
        for other in range(found.on_side.shape[1])
    ]
    examples = tuple(
        NearExample(one, other, round(pair.likeness, 3))
        for pair in found.pairs[:EXAMPLES]
        for one, other in [_mentions(data, first[[pair.one, pair.other]])]
    )
    return NearDuplicates(NEAR, tuple(n for n in there if n.texts), found.complete, examples)


def _each_once(data: Labelled) -> NDArray[np.int64]:
    """The first row of each text in each split, in order."""
    order = np.lexsort((data.split_codes, data.texts))
    texts, splits = data.texts[order], data.split_codes[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (texts[1:] != texts[:-1]) | (splits[1:] != splits[:-1])
    return np.sort(order[new])


def torn_groups(data: Labelled) -> TornGroups:
    """Groups of several rows, and those that are in several splits."""
    _, bounds = _several(data.groups, None)
    members, torn = _several(data.groups, data.split_codes)
    examples = _examples(data, members, torn, data.split_codes)
    return TornGroups(len(bounds) - 1, len(torn) - 1, len(members), examples)


def _texts(data: Labelled, progress: Progress) -> tuple[Lengths, Lengths, tuple[OddCharacters, ...]]:
    """What can be seen only in the texts themselves."""
    words, characters = np.empty(len(data), dtype=np.int32), np.empty(len(data), dtype=np.int32)
    odd: dict[str, tuple[int, int, list[int]]] = {}
    progress.start("looking through the texts", len(data))
    for start in range(0, len(data), _BATCH):
        numbers = np.arange(start, min(start + _BATCH, len(data)))
        for number, snippet in zip(numbers.tolist(), data.snippets(numbers), strict=True):
            text = whole(snippet)
            words[number], characters[number] = len(text.split()), len(text)
            for kind, count in odd_characters(text).items():
                rows, all_, places = odd.get(kind, (0, 0, []))
                odd[kind] = rows + 1, all_ + count, [*places, number][:EXAMPLES]
        progress.advance(len(numbers))
    progress.finish()
    kinds = (
        OddCharacters(kind, rows, count, tuple(map(data.place, places)))
        for kind, (rows, count, places) in sorted(odd.items())
    )
    return _lengths("words", words), _lengths("characters", characters), tuple(kinds)


def _lengths(unit: str, values: NDArray[np.int32]) -> Lengths:
    quantiles = np.quantile(values, [0, 0.1, 0.5, 0.9, 0.99, 1], method="inverted_cdf")
    return Lengths(unit, *(int(value) for value in quantiles))
