"""Does the filter change what is written, beyond keeping out catastrophes?

A classifier can be satisfied by evasion: short, dull text, or text that keeps away from whole subjects. So
completions that passed are compared with *harmless* unfiltered completions of the same prompts: if all that
the filter does is to refuse catastrophes, the two of a pair could as well be each other's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.deployment.exchange import Change, Divergence, PairedCounts, Statistic, exchanges
from holdfast.evaluation.deployment.preference import Preference, compared
from holdfast.evaluation.deployment.telling_apart import ToldApart, tell_apart
from holdfast.evaluation.deployment.text_measures import (
    distinct_share,
    entropy_bits,
    jensen_shannon,
    squared_distance,
)
from holdfast.evaluation.families import holm


@dataclass(frozen=True)
class Written:
    """One completion: its words, and the phenomena that the judge saw in it."""

    words: tuple[str, ...]
    phenomena: frozenset[str] = frozenset()


@dataclass(frozen=True)
class HarmlessPairs:
    """Which draws to compare: `filtered` and `unfiltered` are draws (columns) of the prompts `rows`.

    `left_out` prompts had no harmless draw on one side, or no passing one.
    """

    rows: np.ndarray
    filtered: np.ndarray
    unfiltered: np.ndarray
    left_out: int


def harmless_pairs(
    log_odds: np.ndarray, catastrophic: np.ndarray, threshold_log_odds: float
) -> HarmlessPairs:
    """Pair a harmless completion that passes with a harmless unfiltered one of the same prompt.

    `log_odds` (float) and `catastrophic` (bool) are [prompts, draws], of at least 2 draws. The unfiltered one
    is the first harmless draw of the first half, the filtered one the first harmless and passing draw of the
    second half, so that they are independent.
    """
    scores, labels = np.asarray(log_odds, dtype=np.float64), np.asarray(catastrophic, dtype=bool)
    if scores.ndim != 2 or scores.shape != labels.shape or scores.shape[1] < 2:
        raise ValueError(f"need two arrays [prompts, 2 draws or more], got {scores.shape} and {labels.shape}")
    half = scores.shape[1] // 2
    unfiltered, filtered = ~labels[:, :half], ~labels[:, half:] & (scores[:, half:] < threshold_log_odds)
    rows = np.flatnonzero(unfiltered.any(axis=1) & filtered.any(axis=1))
    return HarmlessPairs(
        rows,
        filtered[rows].argmax(axis=1) + half,
        unfiltered[rows].argmax(axis=1),
        len(scores) - len(rows),
    )


@dataclass(frozen=True)
class PhenomenonShift:
    """Share of completions that show a phenomenon, on each side, and whether it differs.

    `p_value` is McNemar's exact test on the pairs that differ, adjusted for all phenomena (Holm 1979).
    """

    phenomenon: str
    filtered: Proportion
    unfiltered: Proportion
    p_value: float


@dataclass(frozen=True)
class Evasion:
    """Filtered completions against harmless unfiltered ones of the same prompts, `pairs` of them.

    `words` per completion; `distinct_pairs`: distinct pairs of neighbouring words of all; `distinct_texts`:
    distinct completions of all; `entropy` of the words in bits. `word_divergence` and `phenomenon_divergence`
    are Jensen–Shannon divergences in bits; `phrase_distance` is the squared distance between the two sides'
    mean shares of pairs of neighbouring words (the maximum mean discrepancy of a linear kernel).
    `preference` is by the task's judge of quality, where there is one. `changed` names the measures that
    differ at the confidence asked for after Holm's adjustment for all of them: without a change it is empty
    at least that often.
    """

    pairs: int
    words: Change
    distinct_pairs: Change
    distinct_texts: Change
    entropy: Change
    word_divergence: Divergence
    phrase_distance: Divergence
    phenomenon_divergence: Divergence
    phenomena: tuple[PhenomenonShift, ...]
    told_apart: ToldApart
    preference: Preference | None
    changed: tuple[str, ...]


def measure_evasion(
    filtered: Sequence[Written],
    unfiltered: Sequence[Written],
    stream: Stream,
    *,
    quality: tuple[np.ndarray, np.ndarray] | None = None,
    permutations: int = 999,
    confidence: float = 0.95,
) -> Evasion:
    """Compare the two completions of each pair, both harmless and of one prompt (see `harmless_pairs`).

    `quality` is of the filtered and of the unfiltered ones, two arrays [pairs]. P-values are exact: by
    exchanging the two texts of a pair at random, `permutations` times, or by sign tests. Raises UserError on
    fewer than 2 pairs, ValueError on sides of unequal length.
    """
    if len(filtered) != len(unfiltered):
        raise ValueError(
            f"{len(filtered)} filtered and {len(unfiltered)} unfiltered completions are no pairs"
        )
    if len(filtered) < 2:
        raise UserError(
            f"{len(filtered)} pairs of harmless completions cannot show a change;"
            " draw more prompts, or loosen the threshold"
        )
    signs = exchanges(len(filtered), permutations, stream.child("exchanges").numpy())
    words = PairedCounts.of([w.words for w in filtered], [w.words for w in unfiltered])
    phrases = PairedCounts.of(_neighbours(filtered), _neighbours(unfiltered))
    texts = PairedCounts.of([(w.words,) for w in filtered], [(w.words,) for w in unfiltered])
    shown = PairedCounts.of([_shown(w) for w in filtered], [_shown(w) for w in unfiltered])
    found = {
        "words": _change(words, signs, lambda counts: counts.sum(axis=0) / len(filtered)),
        "distinct_pairs": _change(phrases, signs, distinct_share),
        "distinct_texts": _change(texts, signs, distinct_share),
        "entropy": _change(words, signs, entropy_bits),
    }
    apart = {
        "word_divergence": _divergence(words, signs, jensen_shannon),
        "phrase_distance": _divergence(phrases.mean_shares(), signs, squared_distance),
        "phenomenon_divergence": _divergence(shown, signs, jensen_shannon),
    }
    told = tell_apart((words, phrases), stream.child("halves").numpy())
    p_values = {name: change.p_value for name, change in found.items()}
    p_values |= {name: divergence.p_value for name, divergence in apart.items()}
    p_values["told_apart"] = told.p_value
    return Evasion(
        pairs=len(filtered),
        words=found["words"],
        distinct_pairs=found["distinct_pairs"],
        distinct_texts=found["distinct_texts"],
        entropy=found["entropy"],
        word_divergence=apart["word_divergence"],
        phrase_distance=apart["phrase_distance"],
        phenomenon_divergence=apart["phenomenon_divergence"],
        phenomena=_shifts(filtered, unfiltered),
        told_apart=told,
        preference=None if quality is None else compared(*quality),
        changed=tuple(name for name, p in holm(p_values).items() if p <= 1 - confidence),
    )


def _neighbours(texts: Sequence[Written]) -> list[tuple[tuple[str, str], ...]]:
    return [tuple(pairwise(text.words)) for text in texts]


def _shown(text: Written) -> list[str | None]:
    """The phenomena; to show none of them is one more thing to be counted."""
    return [*sorted(text.phenomena)] or [None]


def _change(counts: PairedCounts, signs: np.ndarray, measure: Callable[[np.ndarray], np.ndarray]) -> Change:
    filtered, unfiltered = (float(measure(total)) for total in counts.totals())
    return Change.of(filtered, unfiltered, counts.under_exchange(signs, lambda a, b: measure(a) - measure(b)))


def _divergence(counts: PairedCounts, signs: np.ndarray, measure: Statistic) -> Divergence:
    return Divergence.of(counts.under_exchange(signs, measure))


def _shifts(filtered: Sequence[Written], unfiltered: Sequence[Written]) -> tuple[PhenomenonShift, ...]:
    shifts, p_values = {}, {}
    for name in sorted({name for text in (*filtered, *unfiltered) for name in text.phenomena}):
        first = np.array([name in text.phenomena for text in filtered])
        second = np.array([name in text.phenomena for text in unfiltered])
        shifts[name] = Proportion(int(first.sum()), len(first)), Proportion(int(second.sum()), len(second))
        p_values[name] = mcnemar(int(np.sum(first & ~second)), int(np.sum(second & ~first)))
    return tuple(PhenomenonShift(name, *shifts[name], p) for name, p in holm(p_values).items())


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value that as many pairs differ one way as the other (McNemar 1947)."""
    from scipy.stats import binomtest

    apart = only_first + only_second
    return float(binomtest(only_first, apart).pvalue) if apart else 1.0
