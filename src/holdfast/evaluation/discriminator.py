"""A plain discriminator of texts: logistic regression on short runs of words, scored on texts it did not see.

It stands for what a classifier could learn by recognising how adversarial texts are worded. It is meant to be
simple: whatever it can tell, a transformer can.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.duplicates import SnippetWords

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LONGEST_RUN = 2
LEAST_TEXTS = 2
"""A run that fewer texts hold tells no text apart from others."""


def word_runs(texts: Sequence[SnippetWords], longest: int = LONGEST_RUN) -> csr_array:
    """(texts, runs) 1 where a text holds a run of 1 to `longest` words, by part, and its lengths in
    doublings.

    Runs reach over the ends of a part, so that a first word is told from the same word elsewhere.
    """
    from scipy.sparse import csr_array

    columns: dict[tuple[str, ...], int] = {}
    indices: list[int] = []
    starts = [0]
    for text in texts:
        own = dict.fromkeys(_features(text, longest))
        indices += [columns.setdefault(feature, len(columns)) for feature in own]
        starts.append(len(indices))
    shape = (len(texts), max(1, len(columns)))
    whole = csr_array((np.ones(len(indices)), indices, starts), shape=shape)
    held = np.bincount(np.array(indices, dtype=np.intp), minlength=shape[1])
    kept = np.flatnonzero((held >= LEAST_TEXTS) & (held < len(texts)))
    return csr_array(whole[:, kept])


def _features(text: SnippetWords, longest: int) -> Iterator[tuple[str, ...]]:
    for part in ("prompt", "completion"):
        words = ("<", *getattr(text, part), ">")
        yield (part, "length", str(len(words).bit_length()))
        for size in range(1, longest + 1):
            for start in range(len(words) - size + 1):
                yield (part, *words[start : start + size])


def fit_logistic(features: csr_array, positive: Booleans, penalty: float = 1.0) -> tuple[Floats, float]:
    """Weights (d,) and intercept of a logistic regression in which both kinds weigh the same.

    It minimises Σ weight · loss + penalty/2 · |weights|², the weights of each kind summing to half the
    cases; the intercept is free. Balanced, it says log odds above 0 where a text is likelier among
    positives than negatives.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    if positive.all() or not positive.any():
        raise UserError(
            "a discriminator needs texts of both kinds to learn from; give more of the rarer kind"
        )
    truth = positive.astype(np.float64)
    sign = 2 * truth - 1
    share = np.where(positive, 0.5 / positive.mean(), 0.5 / (~positive).mean())

    def objective(theta: Floats) -> tuple[float, Floats]:
        weights, intercept = theta[:-1], theta[-1]
        margin = np.asarray(features @ weights) + intercept
        loss = float((share * np.logaddexp(0.0, -sign * margin)).sum()) + penalty / 2 * float(
            weights @ weights
        )
        residual = share * (expit(margin) - truth)
        slope = np.append(np.asarray(features.T @ residual) + penalty * weights, residual.sum())
        return loss, slope

    start = np.zeros(features.shape[1] + 1)
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 500, "gtol": 1e-7})
    return found.x[:-1], float(found.x[-1])


def fold_of(origins: Sequence[Hashable], positive: Booleans, folds: int) -> NDArray[np.int64]:
    """(n,) the fold of each case: cases of one origin together, origins dealt out in turn.

    Origins with positives alone, with negatives alone and with both are dealt out each by themselves, so
    that all folds are alike. Raises UserError when too few origins leave a fold without either kind.
    """
    kinds: dict[Hashable, set[bool]] = {}
    for origin, kind in zip(origins, positive.tolist(), strict=True):
        kinds.setdefault(origin, set()).add(kind)
    alike = sorted(kinds, key=lambda origin: sorted(kinds[origin]))
    dealt = {origin: place % folds for place, origin in enumerate(alike)}
    fold = np.array([dealt[origin] for origin in origins], dtype=np.int64)
    if any(positive[fold == each].all() or not positive[fold == each].any() for each in range(folds)):
        raise UserError(
            f"{len(kinds)} seeds are too few for {folds} folds that each hold adversarial texts and clean"
            " ones; give more seeds of both, or ask for fewer folds"
        )
    return fold


def cross_fitted(
    features: csr_array, positive: Booleans, learns: Booleans, folds: NDArray[np.int64], penalty: float = 1.0
) -> Floats:
    """(n,) log odds of each case by a model of the other folds, of which it learnt from `learns` alone."""
    scores = np.zeros(len(positive))
    for fold in np.unique(folds):
        inside = folds == fold
        rows = np.flatnonzero(~inside & learns)
        weights, intercept = fit_logistic(features[rows], positive[rows], penalty)
        scores[inside] = np.asarray(features[np.flatnonzero(inside)] @ weights) + intercept
    return scores
