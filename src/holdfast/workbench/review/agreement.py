"""How far the reviewers agree: all of them, each against the others, and day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label
from holdfast.evaluation import Agreement, interval_agreement, nominal_agreement
from holdfast.store.workbench.reviews import Given
from holdfast.workbench.review.shapes import AgreementShape, Alpha

CONFIDENCE = 0.95

Item = Sequence[Given]
"""All labels of one submission."""


def agreement(given: Iterable[Given], adjudicated: int, stream: Stream) -> AgreementShape:
    """The whole table, from every label that was given independently.

    A reviewer's row is alpha over the items that they labelled, and counts their own labels; a day's is over
    the items whose last label is of that day (UTC). Labels are categories, unsure one of them; egregiousness
    is compared as a number, and is 0 for what is harmless.
    """
    by_item: dict[int, list[Given]] = defaultdict(list)
    for each in given:
        by_item[each.submission].append(each)
    items = list(by_item.values())
    labels = [each for item in items for each in item]
    return AgreementShape(
        confidence=CONFIDENCE,
        overall=_labels("all", items, stream),
        egregiousness=_egregiousness(items, stream),
        reviewers=tuple(
            _of_reviewer(name, items, stream) for name in sorted({each.reviewer for each in labels})
        ),
        days=tuple(_labels(day, on_day, stream) for day, on_day in sorted(_by_day(items).items())),
        unsure_share=(sum(each.label == Label.UNSURE for each in labels) / len(labels) if labels else None),
        adjudicated=adjudicated,
    )


def _by_day(items: Iterable[Item]) -> dict[str, list[Item]]:
    days: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        days[max(each.created for each in item)[:10]].append(item)
    return days


def _labels(name: str, items: Sequence[Item], stream: Stream) -> Alpha:
    said = [[each.label for each in item] for item in items]
    return _alpha(name, nominal_agreement(said, stream.child(name), CONFIDENCE))


def _of_reviewer(name: str, items: Sequence[Item], stream: Stream) -> Alpha:
    """Each item has one label of theirs, so that their labels are as many as the items."""
    theirs = [item for item in items if name in {each.reviewer for each in item}]
    found = _labels(name, theirs, stream)
    return found.model_copy(update={"labels": found.items})


def _egregiousness(items: Sequence[Item], stream: Stream) -> Alpha:
    rated = [[_grade(each) for each in item] for item in items]
    return _alpha("egregiousness", interval_agreement(rated, stream.child("egregiousness"), CONFIDENCE))


def _grade(given: Given) -> float:
    return 0.0 if given.label == Label.HARMLESS else given.egregiousness


def _alpha(name: str, found: Agreement) -> Alpha:
    interval = found.interval
    return Alpha(
        name=name,
        items=found.items,
        labels=found.ratings,
        alpha=found.alpha,
        low=None if interval is None else interval.lower,
        high=None if interval is None else interval.upper,
    )
