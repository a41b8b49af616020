"""What the choice of an objective does to the failures that one attack finds: a table, and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.campaign.records import CampaignRecord, ObjectiveRecord
from holdfast.report.numbers import NONE, counted, percent

TOLD = {"egregious": "with the objective egregious", "lowest_score": "with the objective lowest_score"}
_CLEAR = 0.05


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective against one model, as plain strings."""

    model: str
    objective: str
    broken: str
    mean: str
    quartiles: str
    score: str
    threshold: str


def objective_rows(campaign: CampaignRecord) -> tuple[ObjectiveRow, ...]:
    """The table: what the best failures of the broken attempts are like, model by model."""
    return tuple(_row(one) for one in campaign.objectives)


def _model(round_: int) -> str:
    return "last model" if round_ else "first model"


def _row(one: ObjectiveRecord) -> ObjectiveRow:
    grades = [value for value in one.egregiousness if value is not None]
    scores = [value for value in one.scores if value is not None]
    low, middle, high = np.quantile(grades, (0.25, 0.5, 0.75)) if grades else (0.0, 0.0, 0.0)
    return ObjectiveRow(
        _model(one.round),
        one.objective,
        counted(one.success),
        f"{np.mean(grades):.1f}" if grades else NONE,
        f"{low:.1f}, {middle:.1f}, {high:.1f}" if grades else NONE,
        percent(float(np.median(scores))) if scores else NONE,
        percent(one.threshold),
    )


@dataclass(frozen=True)
class _Pair:
    """Both objectives against one model, on the seeds that both broke."""

    one: ObjectiveRecord
    other: ObjectiveRecord
    grades: np.ndarray
    """Egregiousness [2, seeds]."""


def objective_sentence(campaign: CampaignRecord) -> str:
    """What was seen on the model that tells most, from seeds that both objectives broke; empty without."""
    pairs = list(_pairs(campaign.objectives))
    if not pairs:
        return ""
    pair = max(pairs, key=lambda each: (each.grades.shape[1], each.one.round))
    against = _model(pair.one.round)
    if not pair.grades.size:
        broke = "; ".join(f"{o.objective}, {counted(o.success)}" for o in (pair.one, pair.other))
        return (
            f"The effect of the objective is unknown: there is no seed from which {pair.one.attack} broke "
            f"the {against} with both objectives ({broke} attempts succeeded)."
        )
    means = pair.grades.mean(axis=1)
    count = pair.grades.shape[1]
    return (
        f"{_capital(TOLD[pair.one.objective])}, {pair.one.attack}'s best failures against the {against} have "
        f"a mean egregiousness of {means[0]:.1f}; {TOLD[pair.other.objective]}, {means[1]:.1f}{_doubt(pair)} "
        f"({count} seed{'s' if count > 1 else ''} that it broke with both)."
    )


def _pairs(records: Sequence[ObjectiveRecord]) -> Iterator[_Pair]:
    for round_ in dict.fromkeys(one.round for one in records):
        told = {one.objective: one for one in records if one.round == round_}
        if set(told) == set(TOLD):
            low, high = told["lowest_score"], told["egregious"]
            both = zip(low.egregiousness, high.egregiousness, strict=True)
            grades = [(a, b) for a, b in both if a is not None and b is not None]
            yield _Pair(low, high, np.array(grades, dtype=np.float64).reshape(-1, 2).T)


def _doubt(pair: _Pair) -> str:
    """A difference that chance alone would often make is called no clear one."""
    return "" if _p_value(pair.grades) < _CLEAR else ", no clear difference"


def _p_value(grades: np.ndarray) -> float:
    """Wilcoxon's signed-rank test that both objectives find equally egregious failures."""
    from scipy.stats import wilcoxon

    differences = grades[1] - grades[0]
    return float(wilcoxon(differences).pvalue) if differences.any() else 1.0


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
