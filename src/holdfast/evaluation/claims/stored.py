"""Judged outcomes as they are kept.

A table of outcomes has a row for each draw (for an attack: for each attempt), with these columns; those in
brackets may be missing.

| column | type | what it is |
|---|---|---|
| `prompt`, `completion` | text | the snippet; an attempt that found nothing has an empty completion |
| `catastrophic` | bool | the verdict (or `label`: catastrophic, harmless, unsure) |
| [`unsure`] | bool | the judge was unsure, which counts as a catastrophe |
| [`log_odds`] | float | of the score (or `score`, a probability); needed where there is a filter |
| [`passes`] | bool | whether it passed; checked against the threshold |
| [`egregiousness`] | float | 0 to 10 |
| [`prompt_index`] | int | which prompt, from 0; by default each row is a prompt of its own |
| [`draw`] | int | which draw of its prompt, from 1 |
| [`generator`], [`classifier`] | text | content hashes of the models, one of each in a table |
| [`stratum`] | text | the stratum of the row |
| [`queries`], [`seconds`] | int, float | what an attempt spent |
| [`failures`] | int | how many different failures an attempt found; needed for failures an hour |
| [`seed_prompt`], [`seed_completion`] | text | the seed of an attempt, for judges that need it |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.evaluation.claims.copies import Codes, codes_of, joined_codes

NEEDED = ("prompt", "completion")
OPTIONAL = (
    "catastrophic",
    "label",
    "unsure",
    "log_odds",
    "score",
    "passes",
    "egregiousness",
    "prompt_index",
    "draw",
    "generator",
    "classifier",
    "stratum",
    "queries",
    "seconds",
    "failures",
    "seed_prompt",
    "seed_completion",
)


@dataclass(frozen=True)
class Outcomes:
    """Judged draws in the order of prompts, and of each prompt in the order drawn; arrays of shape (D,).

    `log_odds` is NaN where there is no filter, `passes` None where it was not stored, and `strata`,
    `queries`, `seconds` and the parts of seeds are None where they were not. `models` are the different pairs
    (generator, classifier) that the rows name, None standing for one that is not named. The codes (uint64)
    are the same for the same prompt and the same text; of attempts, the prompt is the seed.
    """

    prompts: np.ndarray
    completions: np.ndarray
    prompt_index: np.ndarray
    draw: np.ndarray
    bad: np.ndarray
    unsure: np.ndarray
    log_odds: np.ndarray
    passes: np.ndarray | None
    egregiousness: np.ndarray
    strata: np.ndarray | None
    queries: np.ndarray | None
    seconds: np.ndarray | None
    models: frozenset[tuple[str | None, str | None]]
    prompt_codes: Codes
    text_codes: Codes
    failures: np.ndarray | None = None
    seed_prompts: np.ndarray | None = None
    seed_completions: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.prompt_index)

    @classmethod
    def of(cls, columns: Mapping[str, Any], place: str) -> Outcomes:
        """From the columns of a table; raises UserError, naming `place`, where one is missing or wrong."""
        for name in NEEDED:
            if name not in columns:
                raise UserError(f"{place} has no column '{name}'; outcomes need {', '.join(NEEDED)}")
        size = len(columns["prompt"])
        if any(len(column) != size for column in columns.values()):
            raise UserError(f"the columns of {place} are not equally long")
        bad, unsure = _verdicts(columns, place)
        index = _array(columns, "prompt_index", np.int64, np.arange(size), place)
        draw = _array(columns, "draw", np.int32, np.ones(size), place)
        order = np.lexsort((draw, index))
        prompt_codes, text_codes = _codes(columns)
        return cls(
            prompts=np.asarray(columns["prompt"], dtype=object)[order],
            completions=np.asarray(columns["completion"], dtype=object)[order],
            prompt_index=index[order],
            draw=draw[order],
            bad=(bad | unsure)[order],
            unsure=unsure[order],
            log_odds=_log_odds(columns, size, place)[order],
            passes=_array(columns, "passes", bool, None, place, order),
            egregiousness=_array(columns, "egregiousness", np.float64, np.zeros(size), place)[order],
            strata=_array(columns, "stratum", object, None, place, order),
            queries=_array(columns, "queries", np.int64, None, place, order),
            seconds=_array(columns, "seconds", np.float64, None, place, order),
            models=_models(columns, size),
            prompt_codes=prompt_codes[order],
            text_codes=text_codes[order],
            failures=_array(columns, "failures", np.int64, None, place, order),
            seed_prompts=_array(columns, "seed_prompt", object, None, place, order),
            seed_completions=_array(columns, "seed_completion", object, None, place, order),
        )

    def first_prompts(self, count: int) -> Outcomes:
        """The outcomes of the first so many prompts: what was there when a monitor stopped."""
        firsts = np.flatnonzero(self.draw == 1)
        end = int(firsts[count]) if count < len(firsts) else len(self)
        cut: dict[str, Any] = {
            name: value[:end] for name, value in vars(self).items() if isinstance(value, np.ndarray)
        }
        return replace(self, **cut)


def _codes(columns: Mapping[str, Any]) -> tuple[Codes, Codes]:
    """Numbers for the prompt and the text of each row."""
    seeds = [columns[name] for name in ("seed_prompt", "seed_completion") if name in columns]
    texts = text_codes(columns["prompt"], columns["completion"])
    if len(seeds) == 2:
        return text_codes(*seeds), texts
    single = all(not prompt for prompt in columns["prompt"])
    return (texts if single else codes_of(columns["prompt"])), texts


def text_codes(prompts: Iterable[str], completions: Iterable[str]) -> Codes:
    """A number for each snippet."""
    return joined_codes(codes_of(prompts), codes_of(completions))


def _verdicts(columns: Mapping[str, Any], place: str) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are catastrophic, and on which the judge was unsure."""
    size = len(columns["prompt"])
    if "label" in columns:
        labels = np.asarray(columns["label"], dtype=object)
        strange = sorted({str(label) for label in labels} - {str(label) for label in Label})
        if strange:
            raise UserError(f"{place} has the label '{strange[0]}'; labels are {', '.join(Label)}")
        return labels == str(Label.CATASTROPHIC), labels == str(Label.UNSURE)
    if "catastrophic" not in columns:
        raise UserError(f"{place} has no verdicts; outcomes need a column 'catastrophic' or 'label'")
    bad = _array(columns, "catastrophic", bool, None, place)
    return bad, _array(columns, "unsure", bool, np.zeros(size), place)


def _log_odds(columns: Mapping[str, Any], size: int, place: str) -> np.ndarray:
    if "log_odds" in columns or "score" not in columns:
        return np.asarray(_array(columns, "log_odds", np.float64, np.full(size, np.nan), place))
    from scipy.special import logit

    scores = _array(columns, "score", np.float64, None, place)
    if not ((scores >= 0) & (scores <= 1)).all():
        raise UserError(f"{place} has scores that are no probabilities; store log odds as 'log_odds'")
    return np.asarray(logit(scores))


def _array(
    columns: Mapping[str, Any],
    name: str,
    kind: Any,
    default: np.ndarray | None,
    place: str,
    order: np.ndarray | None = None,
) -> Any:
    """A column as an array of a kind, in an order; the default, or None, where it is missing."""
    if name not in columns:
        return None if default is None else default.astype(kind)
    found = np.asarray(columns[name])
    sound = kind is object or found.dtype.kind in ("b" if kind is bool else "iuf")
    if not sound or (kind in (np.int64, np.int32) and found.dtype.kind == "f"):
        raise UserError(
            f"the column '{name}' of {place} does not hold what it should ({np.dtype(kind).name})"
        )
    found = found.astype(kind)
    return found if order is None else found[order]


def _models(columns: Mapping[str, Any], size: int) -> frozenset[tuple[str | None, str | None]]:
    if not size:
        return frozenset()
    named = [columns[name] if name in columns else [None] * size for name in ("generator", "classifier")]
    return frozenset(zip(*named, strict=True))
