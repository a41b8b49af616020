"""A score that is no number is an error: it would count as blocked, and make a broken model look safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from holdfast.core.errors import HoldfastError
from holdfast.core.snippet import Tokens

_SHOWN = 80
"""Characters of a snippet in a message."""


class NotANumberError(HoldfastError):
    """A model gave no finite number for a snippet."""


def check_finite(
    values: np.ndarray, tokens: Sequence[Tokens], text_of: Callable[[Tokens], str], model: str
) -> None:
    """Raise NotANumberError, naming the model and the first such snippet, unless every value is finite.

    `values` has one row for each snippet, shape (B, ...).
    """
    if np.isfinite(values).all():
        return
    broken = ~np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    first = " ".join(text_of(tokens[int(broken.argmax())]).split())
    shown = first if len(first) <= _SHOWN else first[: _SHOWN - 1] + "…"
    count = f"{int(broken.sum())} of {len(tokens)} snippets"
    raise NotANumberError(
        f"the classifier {model} gives no number for {count}, the first being '{shown}'; its training may "
        "have diverged: use an earlier model, or train it again with a lower learning rate"
    )
