"""How a guard reads the rows of the data: too long, without a token, not known to it, special tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.checking.records import LongSlice, ReadingRecord, WrittenSpecial
from holdfast.campaign.checking.sampling import spread
from holdfast.campaign.checking.wording import of
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.findings import whole

LOOKED_AT = 100_000
"""Rows that are cut into tokens, at most."""

FIRST = 5
"""Rows that are named as examples."""

SLICES = 40
"""Values of slices with rows that are too long, at most."""

_BATCH = 2048


@dataclass
class _Seen:
    """What has been seen so far, by the rows' numbers."""

    lengths: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    special: dict[str, list[int]] = field(default_factory=dict)


def read(guard: Classifier, rows: Labelled, progress: Progress) -> ReadingRecord:
    """Cut the rows (where there are very many, some spread evenly) into the guard's tokens."""
    chosen = spread(np.arange(len(rows)), LOOKED_AT)
    seen, written = _Seen(), _special_tokens(guard)
    progress.start("reading the texts as the guard does", len(chosen))
    for start in range(0, len(chosen), _BATCH):
        some = chosen[start : start + _BATCH]
        _look_at(guard, rows.snippets(some), some.tolist(), seen, written)
        progress.advance(len(some))
    progress.finish(too_long=len(seen.long))

    def places(numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(rows.place(number) for number in numbers[:FIRST])

    return ReadingRecord(
        rows=len(chosen),
        of=len(rows),
        median_tokens=int(np.median(seen.lengths)),
        most_tokens=max(seen.lengths),
        too_long=len(seen.long),
        too_long_first=places(seen.long),
        kept=float(np.mean(seen.kept)) if seen.kept else None,
        long_slices=tuple(_by_slice(rows, chosen, np.array(seen.long, dtype=np.int64))),
        empty=len(seen.empty),
        empty_first=places(seen.empty),
        unknown=len(seen.unknown),
        unknown_first=places(seen.unknown),
        special=tuple(
            WrittenSpecial(token=token, rows=len(there), first=places(there))
            for token, there in sorted(seen.special.items(), key=lambda one: -len(one[1]))
        ),
    )


def _look_at(
    guard: Classifier,
    snippets: Sequence[Snippet],
    numbers: Sequence[int],
    seen: _Seen,
    written: re.Pattern[str] | None,
) -> None:
    tokens = guard.codec.encode(snippets)
    lengths = guard.layout.lengths(tokens).tolist()
    most = guard.positions
    seen.lengths += lengths
    seen.long += [n for n, length in zip(numbers, lengths, strict=True) if most and length > most]
    seen.empty += [n for n, own in zip(numbers, tokens, strict=True) if not len(own)]
    if most and guard.format.overflow != "refuse":
        cut = [own for own, length in zip(tokens, lengths, strict=True) if length > most]
        seen.kept += [one.kept / one.of for one in guard.fitting.cuts(cut)]
    seen.unknown += [n for n, own in zip(numbers, tokens, strict=True) if _has_unknown(guard, own)]
    for number, snippet in zip(numbers, snippets, strict=True) if written else ():
        for token in set(written.findall(whole(snippet))) if written else ():
            seen.special.setdefault(token, []).append(number)


def _has_unknown(guard: Classifier, tokens: Tokens) -> bool:
    unknown = guard.tokenizer.unk_token_id
    return unknown is not None and (unknown in tokens.completion or unknown in tokens.prompt)


def _special_tokens(guard: Classifier) -> re.Pattern[str] | None:
    """Finds the guard's special tokens where they stand in a text as characters."""
    tokens = sorted({str(token) for token in guard.tokenizer.all_special_tokens}, key=len, reverse=True)
    several = [re.escape(token) for token in tokens if len(token) > 1]
    return re.compile("|".join(several)) if several else None


def _by_slice(rows: Labelled, chosen: NDArray[np.int64], long: NDArray[np.int64]) -> list[LongSlice]:
    """The values of slices that have rows that are too long, the largest share first."""
    found = []
    for name, values in rows.slices.items() if len(long) else ():
        codes = rows.slice_codes(name)
        every = np.bincount(codes[chosen], minlength=len(values)).tolist()
        own = np.bincount(codes[long], minlength=len(values)).tolist()
        found += [
            LongSlice(slice=name, value=value, rows=count, too_long=cut)
            for value, count, cut in zip(values, every, own, strict=True)
            if cut
        ]
    return sorted(found, key=lambda one: (-one.too_long / one.rows, one.slice, one.value))[:SLICES]


def check_answered(reading: ReadingRecord, guard: Classifier) -> None:
    """Raise UserError where rows are too long and nobody has said what is to become of them."""
    if not reading.too_long:
        return
    raise UserError(
        f"{of(reading.too_long, reading.rows)} are longer than the {guard.positions} tokens that the guard"
        f" reads (first {reading.too_long_first[0]}); say what is read of them: --overflow head or tail (one"
        " end), window (overlapping windows, the highest score), or refuse (they are left out, and counted as"
        " skipped)"
    )
