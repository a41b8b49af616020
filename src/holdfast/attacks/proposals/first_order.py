"""What a gradient promises of exchanging words, to first order (arXiv 1712.06751).

Exchanging the word at position i for w changes a loss by about (e_w - e_i) · g_i, with g_i its gradient with
respect to the embedding there; one gradient call so ranks every exchange of a snippet (arXiv 1908.07125).
"""

from __future__ import annotations

import numpy as np

from holdfast.attacks.engine.attempt import Matrix
from holdfast.attacks.objective import Floats
from holdfast.attacks.proposals.words import Ids
from holdfast.core.snippet import Units


def promised_drops(
    units: Units, positions: Ids, gradients: Matrix, embeddings: Matrix, alphabet: Ids
) -> Floats:
    """(positions, alphabet) first-order falls of the loss, -(e_w - e_i) · g_i; -inf for the word there.

    `gradients` has a row for each unit up to the last of the positions at least, `embeddings` shape (V, H).
    """
    present = np.array([*units.prompt, *units.completion], dtype=np.int64)[positions]
    rises = (gradients[positions] @ embeddings.T).astype(np.float64)
    promise: Floats = np.take_along_axis(rises, present[:, None], axis=1) - rises[:, alphabet]
    promise[present[:, None] == alphabet] = -np.inf
    return promise


def most_promising(promise: Floats, alphabet: Ids, count: int) -> Ids:
    """(positions, count) the words that promise most at each position, ascending by id.

    Fewer where the alphabet has no more. Their order says nothing of the promise, so that a draw from them
    does not hang on a gradient's last bits.
    """
    count = min(count, promise.shape[1] - 1)  # the word that is there already is never offered
    columns = np.argpartition(-promise, count, axis=1)[:, :count]
    words: Ids = alphabet[np.sort(columns, axis=1)]
    return words
