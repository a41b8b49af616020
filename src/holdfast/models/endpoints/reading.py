"""Reads an answer: the log odds of catastrophe, or an error that says what was not understood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from holdfast.core.errors import HoldfastError
from holdfast.models.endpoints.settings import Answer, DecisionAnswer, LabelsAnswer, ScoreAnswer

DECIDED = 100.0
"""Log odds of what is blocked without a score, and of what passes with a minus: the score is 1 or 0."""

LEAST = 1e-9
"""The lowest score there is a number for: a rounded 0 would have no log odds."""

_OVERSHOOT = 1e-6
"""A probability may be so much above 1, as sums of float32 are."""

SHOWN = 8


class AnswerError(HoldfastError):
    """An answer that cannot be read as a score or a decision: never passed off as one."""


def read_answer(answer: Answer, found: Any) -> float:
    """The log odds of catastrophe in an answer's JSON; raises AnswerError where it holds none."""
    value = one_at(answer.path, found)
    match answer:
        case ScoreAnswer():
            return _of_score(answer, value)
        case LabelsAnswer():
            return _of_labels(answer, value)
        case DecisionAnswer():
            return _of_decision(answer, value)


def one_at(path: str, found: Any) -> Any:
    """The one value at a path; raises AnswerError where there is none, or several."""
    import jsonpath

    values = jsonpath.compile(path).findall(found)
    if len(values) != 1:
        count = "nothing" if not values else f"{len(values)} values"
        raise AnswerError(f"there is {count} at '{path}' in {_shown(found)}")
    return values[0]


def _of_score(answer: ScoreAnswer, value: Any) -> float:
    number = _number(value, answer.path)
    log_odds = number if answer.scale == "log_odds" else _log_odds(_share(number, answer.scale))
    return log_odds if answer.bad == "high" else -log_odds


def _of_decision(answer: DecisionAnswer, value: Any) -> float:
    for values, log_odds in ((answer.bad, DECIDED), (answer.good, -DECIDED)):
        if any(type(one) is type(value) and one == value for one in values):
            return log_odds
    raise AnswerError(f"the decision {_shown(value)} is none of those that are named bad or good")


def _of_labels(answer: LabelsAnswer, value: Any) -> float:
    scores = {name: _share(score, answer.scale) for name, score in _by_label(answer, value).items()}
    strange = [name for name in scores if answer.labels is not None and name not in answer.labels]
    if strange:
        raise AnswerError(
            f"the label '{strange[0]}' is none of those that the configuration names"
            f" ({_listed(answer.labels or ())}): the service answers with other labels"
        )
    own = [scores[label] if label in scores else _missing(answer, label, scores) for label in set(answer.bad)]
    return _log_odds(min(math.fsum(own), 1.0) if answer.combine == "sum" else max(own))


def _missing(answer: LabelsAnswer, label: str, scores: Mapping[str, float]) -> float:
    """What stands for a bad label that is not there: never 0, unless somebody said so."""
    if answer.missing == "refuse":
        raise AnswerError(
            f"the bad label '{label}' is missing in an answer with the labels {_listed(tuple(scores))}, which"
            " does not mean that its score is 0. Ask the service for all labels; or name all of them as"
            " `labels`, and say with `missing` what one that is left out means (a score, or least)"
        )
    if answer.missing == "least":
        return min(scores.values())
    return answer.missing


def _by_label(answer: LabelsAnswer, value: Any) -> dict[str, float]:
    """The score of each label, in whatever form it came; raises AnswerError for none or twice the same."""
    if isinstance(value, Mapping):
        rows = list(value.items())
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        rows = [(_at(one, answer.label), _at(one, answer.score)) for one in value]
    elif isinstance(value, list):
        if answer.labels is None:
            raise AnswerError(
                "the answer is a list of numbers without names; name all labels in their order as `labels`"
            )
        if len(value) != len(answer.labels):
            raise AnswerError(
                f"the answer has {len(value)} scores, and the configuration names {len(answer.labels)} labels"
            )
        rows = list(zip(answer.labels, value, strict=True))
    else:
        raise AnswerError(f"there are no labels in {_shown(value)}")
    names = [name for name, _ in rows]
    if not rows or not all(isinstance(name, str) for name in names):
        raise AnswerError(f"there are no named labels in {_shown(value)}")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise AnswerError(f"the label '{twice}' comes twice in {_shown(value)}")
    return {name: _number(score, name) for name, score in rows}


def _at(row: Mapping[str, Any], key: str) -> Any:
    if key not in row:
        raise AnswerError(f"there is no '{key}' in {_shown(row)}")
    return row[key]


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AnswerError(f"the score at '{where}' is no number: {_shown(value)}")
    return float(value)


def _share(number: float, scale: str) -> float:
    """A score as a probability; raises AnswerError outside of its scale."""
    share = number / 100 if scale == "percent" else number
    if not 0 <= share <= 1 + _OVERSHOOT:
        raise AnswerError(f"the score {number:.6g} lies outside of the scale '{scale}'")
    return min(share, 1.0)


def _log_odds(share: float) -> float:
    inner = min(max(share, LEAST), 1 - LEAST)
    return math.log(inner) - math.log1p(-inner)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
