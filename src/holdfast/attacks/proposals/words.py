"""Proposals: where candidates come from, word by word. Spans of words are in `spans`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.snippet import Units
from holdfast.core.surface import Limits

if TYPE_CHECKING:
    from holdfast.models.unit_filler import Fill

Ids = NDArray[np.int64]

FILLS = 48
"""Words that a masked language model is asked for at a place, as in BERT-Attack (arXiv 2004.09984)."""


def uniform_edit(
    units: Units, mask: Mask, alphabet: list[int], limits: Limits, draw: random.Random
) -> Units | None:
    """One replacement, insertion, deletion or swap, each as likely, at a place and with a word drawn
    uniformly.

    None where the one drawn is not possible.
    """
    kind = int(draw.random() * 4)
    if kind == 0:
        slot = _one_of(mask.slots(units), draw)
        return edits.insert(units, slot, (alphabet[int(draw.random() * len(alphabet))],), limits)
    places = mask.positions(units)
    if not places:
        return None
    place = _one_of(places, draw)
    if kind == 1:
        return edits.delete(units, place, place + 1)
    if kind == 2:
        return edits.swap(units, place, _one_of(places, draw))
    return edits.replace(units, place, alphabet[int(draw.random() * len(alphabet))])


def _one_of(places: Sequence[int], draw: random.Random) -> int:
    return places[int(draw.random() * len(places))]


def uniform_words(alphabet: Ids, shape: tuple[int, int], draw: np.random.Generator) -> Ids:
    """Words drawn uniformly from the alphabet."""
    chosen: Ids = alphabet[draw.integers(len(alphabet), size=shape)]
    return chosen


def likely_words(
    log_probs: NDArray[np.float32], alphabet: Ids, count: int, temperature: float, draw: np.random.Generator
) -> Ids:
    """(rows, count) words drawn from a language model's rows (rows, V), at a temperature, special units left
    out.

    `log_probs` are those of `Generator.word_log_probs`: each row knows the words to its left alone.
    """
    logits = log_probs[:, alphabet].astype(np.float64) / temperature
    sums = np.exp(logits - logits.max(axis=1, keepdims=True)).cumsum(axis=1)
    sums /= sums[:, -1:]
    # One search over all rows at once: each row's sums are moved above those of the rows before it.
    rows = np.arange(len(sums))[:, None]
    at = draw.random((len(sums), count))
    found = np.searchsorted((sums + 2.0 * rows).ravel(), (at + 2.0 * rows).ravel(), side="right")
    places = found.reshape(at.shape) - rows * len(alphabet)
    chosen: Ids = alphabet[np.minimum(places, len(alphabet) - 1)]
    return chosen


def words_of_fill(
    fill: Fill, uniform: Ids, temperature: float, uniform_share: float, draw: np.random.Generator
) -> Ids:
    """As many words as `uniform` has, drawn from a fill at a temperature; the uniform ones for their share.

    All are uniform where the fill has none.
    """
    if not len(fill.units):
        return uniform
    logits = fill.log_probs / temperature
    odds = np.exp(logits - logits.max())
    likely = draw.choice(fill.units, size=len(uniform), p=odds / odds.sum())
    return mixed_words(likely, uniform, uniform_share, draw)


def mixed_words(likely: Ids, uniform: Ids, uniform_share: float, draw: np.random.Generator) -> Ids:
    """The likely words, with that share of them exchanged for uniform ones."""
    return np.where(draw.random(likely.shape) < uniform_share, uniform, likely)


def places_by_weight(weights: NDArray[np.float64], draw: np.random.Generator) -> list[int]:
    """All places in an order drawn without replacement with probability proportional to their weights.

    Exponential keys divided by weights (Efraimidis and Spirakis 2006); places of no weight come last.
    """
    keys = draw.exponential(size=len(weights)) / np.maximum(weights, 1e-30)
    order: list[int] = np.argsort(keys, kind="stable").tolist()
    return order
