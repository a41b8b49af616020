"""Several classifiers as one: their log odds combined, with gradients over the embeddings of all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from holdfast.core.errors import UserError
from holdfast.models.gradients import TokenGradients

Combine = Literal["max", "mean"]
"""`max`: the highest log odds count, so every member must pass a text; `mean`: their mean."""

FILE, VERSION = "holdfast-ensemble.json", 1
"""What names the other members in the folder of the first, and the version of what is in it."""


def combined(how: Combine, parts: Sequence[np.ndarray]) -> np.ndarray:
    """(B,) the log odds of all members, in the precision of the first."""
    if len(parts) == 1:
        return parts[0]
    stacked = np.stack(parts)
    whole: np.ndarray = stacked.max(axis=0) if how == "max" else stacked.mean(axis=0)
    return whole.astype(parts[0].dtype)


def combined_gradients(how: Combine, parts: Sequence[Sequence[TokenGradients]]) -> list[TokenGradients]:
    """Of each snippet by the embeddings of all members, side by side in their order.

    Of `max` they are those of the member that decides, and 0 elsewhere.
    """
    if len(parts) == 1:
        return list(parts[0])
    return [_joined(how, of_snippet) for of_snippet in zip(*parts, strict=True)]


def _joined(how: Combine, parts: Sequence[TokenGradients]) -> TokenGradients:
    log_odds = np.array([part.log_odds for part in parts])
    weights = np.full(len(parts), 1 / len(parts))
    if how == "max":
        weights = (np.arange(len(parts)) == log_odds.argmax()).astype(np.float64)
    sides = [
        np.concatenate(
            [getattr(p, side) * np.float32(w) for p, w in zip(parts, weights, strict=True)], axis=1
        )
        for side in ("prompt", "completion")
    ]
    return TokenGradients(sides[0], sides[1], float((weights * log_odds).sum()))


def kept_text(how: Combine, members: Sequence[str]) -> str:
    """The file's text; `members` are the folders of the others, in the first one's."""
    return json.dumps({"version": VERSION, "combine": how, "members": list(members)}, indent=2) + "\n"


def read_kept(folder: Path) -> tuple[Combine, list[Path]]:
    """How the members of a folder's classifier are combined, and where the others lie; none without a file.

    Raises UserError for a file that is not sound.
    """
    path = folder / FILE
    if not path.is_file():
        return "max", []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        how, members = found["combine"], [folder / str(name) for name in found["members"]]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} cannot be read as an ensemble ({error!r}); restore it") from error
    if found.get("version") != VERSION or how not in ("max", "mean"):
        raise UserError(
            f"{path} is of another version, or combines by '{how}'; use the Holdfast that wrote it"
        )
    return how, members
