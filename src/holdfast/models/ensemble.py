"""Several classifiers as one: their log odds combined, with gradients over the embeddings of all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from holdfast.core.errors import UserError
from holdfast.models.gradients import TokenGradients

Combine = Literal["max", "mean", "cascade"]
"""`max`: the highest log odds count, so every member must pass a text. `mean`: their mean counts. `cascade`:
as `max`, but the others read first, in order, and what one turns away is not read by the next."""

FILE, VERSION = "holdfast-ensemble.json", 1
"""What names the other members in the folder of the first, and the version of what is in it."""


def combined(how: Combine, parts: Sequence[np.ndarray]) -> np.ndarray:
    """(B,) the log odds of all members, in the precision of the first."""
    if len(parts) == 1:
        return parts[0]
    stacked = np.stack(parts)
    whole: np.ndarray = stacked.mean(axis=0) if how == "mean" else stacked.max(axis=0)
    return whole.astype(parts[0].dtype)


def combined_gradients(how: Combine, parts: Sequence[Sequence[TokenGradients]]) -> list[TokenGradients]:
    """Of each snippet by the embeddings of all members, side by side in their order.

    But for `mean` they are those of the member that decides, and 0 elsewhere.
    """
    if len(parts) == 1:
        return list(parts[0])
    return [_joined(how, of_snippet) for of_snippet in zip(*parts, strict=True)]


def _joined(how: Combine, parts: Sequence[TokenGradients]) -> TokenGradients:
    log_odds = np.array([part.log_odds for part in parts])
    weights = np.full(len(parts), 1 / len(parts))
    if how != "mean":
        weights = (np.arange(len(parts)) == log_odds.argmax()).astype(np.float64)
    sides = [
        np.concatenate(
            [getattr(p, side) * np.float32(w) for p, w in zip(parts, weights, strict=True)], axis=1
        )
        for side in ("prompt", "completion")
    ]
    return TokenGradients(sides[0], sides[1], float(log_odds.mean() if how == "mean" else log_odds.max()))


def read_in_turn(parts: Sequence[Sequence[TokenGradients]], limit: float) -> list[list[TokenGradients]]:
    """Gradients of a cascade's members, the first of which reads last, with those who never read a snippet
    out of the running.
    """
    turned_away = np.zeros(len(parts[0]), dtype=bool)
    found: list[list[TokenGradients]] = []
    for part in (*parts[1:], parts[0]):
        found.append(
            [replace(g, log_odds=-np.inf) if away else g for g, away in zip(part, turned_away, strict=True)]
        )
        turned_away |= np.array([each.log_odds >= limit for each in part], dtype=bool)
    return [found[-1], *found[:-1]]


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
    if found.get("version") != VERSION or how not in get_args(Combine):
        raise UserError(
            f"{path} is of another version, or combines by '{how}'; use the Holdfast that wrote it"
        )
    return how, members
