"""Seeds of attacks: different catastrophic texts of the split `test`, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.labelled.texts import Bools, Indices, TestTexts
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet


@dataclass(frozen=True)
class RowSeeds:
    """Seeds in the order drawn; `places` are those of their texts among all, `rows` their rows."""

    places: Indices
    rows: Indices
    snippets: tuple[Snippet, ...]
    claimable: Bools
    """Whether an attempt from a seed may be counted in a claim (see `independent`)."""


def draw_row_seeds(texts: TestTexts, count: int, stream: Stream) -> RowSeeds:
    """Up to so many seeds; UserError where no text is catastrophic."""
    found = np.flatnonzero(texts.which(Label.CATASTROPHIC))
    if not len(found):
        raise UserError(
            "no text of the split 'test' is labelled catastrophic, so there is no seed to attack from"
        )
    places = stream.numpy().permutation(found)[:count]
    rows = texts.rows[places]
    snippets = tuple(texts.data.snippets(rows))
    return RowSeeds(places, rows, snippets, independent(texts, places))


def independent(texts: TestTexts, places: NDArray[np.int64]) -> Bools:
    """Which of some texts, in a random order, are independent trials as far as the data say.

    That is the first of each group, where no other split has the same text or a row of the group.
    """
    first = np.zeros(len(places), dtype=bool)
    first[np.unique(texts.groups[places], return_index=True)[1]] = True
    result: Bools = first & texts.alone[places]
    return result
