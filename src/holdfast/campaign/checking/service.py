"""The check of a guard over HTTP: what it makes of the texts, how fine its scores are, what commands cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from holdfast.campaign.checking.costs import planned_queries
from holdfast.campaign.checking.records import (
    Caution,
    ServiceCallsRecord,
    ServiceCommand,
    ServiceRecord,
)
from holdfast.campaign.checking.sampling import measured_split, spread
from holdfast.campaign.checking.wording import many, note, weak
from holdfast.campaign.opening import Opened
from holdfast.core.odds import probability
from holdfast.core.snippet import Label
from holdfast.models.endpoints.service import Service

SAID = "the configuration says so"
FEW = 20
"""Scores from which something can be said of how they are rounded."""

_GIVES = {"score": "one score", "labels": "labels with scores", "decision": "decisions and no scores"}


def service_record(opened: Opened, service: Service, most: int) -> ServiceRecord:
    """The service, and what its scores look like on the texts that were measured, at most so many a label."""
    rows, settings = opened.labelled.rows, service.settings
    split = measured_split(rows)
    found = [
        opened.log_odds(spread(rows.indices(split, label, distinct=True), most))
        for label in (Label.CATASTROPHIC, Label.HARMLESS)
    ]
    scores = probability(np.concatenate(found))
    scores = scores[~np.isnan(scores)]
    labels = settings.answer.labels if settings.answer.kind == "labels" else None
    return ServiceRecord(
        path=settings.url,
        hash=service.hash,
        version=settings.stated_version,
        labels=labels or (),
        bad=settings.answer.told_bad,
        bad_known=SAID,
        gives=_GIVES[settings.answer.kind],
        characters=settings.characters,
        values=len(np.unique(np.round(scores, 9))),
        scores=len(scores),
        step=None if settings.decides_only else rounded_to(scores),
    )


def rounded_to(scores: np.ndarray) -> float | None:
    """The step that all scores are multiples of, from 0.1 to 0.0001; None where there is none, or too few.

    Scores that are 0 and 1 alone are multiples of 0.1 too.
    """
    if len(scores) < FEW:
        return None
    steps = (10.0**-digits for digits in range(1, 5))
    return next(
        (step for step in steps if np.abs(scores - np.round(scores / step) * step).max() < 1e-7), None
    )


def service_calls(opened: Opened, service: Service) -> ServiceCallsRecord:
    """What later commands ask of the service, and what that costs."""
    cost = service.settings.cost
    price = None if cost is None else cost.per_call
    return ServiceCallsRecord(
        sent=service.kept.sent,
        most=service.settings.calls_allowed,
        unit=None if cost is None else cost.unit,
        commands=tuple(
            ServiceCommand(
                command=command,
                what=what,
                queries=queries,
                price=None if price is None else queries * price,
            )
            for command, what, queries in planned_queries(opened.labelled)
        ),
    )


def service_cautions(guard: ServiceRecord, calls: ServiceCallsRecord) -> Iterator[Caution]:
    """What weakens later results on a service."""
    if "decisions" in guard.gives:
        yield note(
            "the endpoint gives decisions and no scores: attacks that follow a margin cannot attack it",
            "use the attack hard_label",
        )
    if guard.step is not None:
        yield (weak if guard.step >= 0.1 else note)(
            f"its scores are rounded to steps of {guard.step:g} ({many(guard.values, 'value')} on"
            f" {many(guard.scores, 'text')}): an attack sees no smaller difference",
            "ask the endpoint for unrounded scores, if it can give them",
        )
    if calls.most is not None:
        left = calls.most - calls.sent
        short = [one.command for one in calls.commands if one.queries > left]
        if short:
            yield note(
                f"{many(left, 'request')} may still be sent to the endpoint, and {' and '.join(short)} may"
                " need more; a command that reaches the limit stops, and keeps what was answered",
                "raise `cost.most` or `most_calls` of the endpoint, or ask for less",
            )
