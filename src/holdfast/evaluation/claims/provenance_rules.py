"""Rules on where the data comes from, and on what was done with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.evaluation.bounds import trials_needed
from holdfast.evaluation.claims.evidence import DataUse
from holdfast.evaluation.claims.limits import Method, allot
from holdfast.evaluation.claims.refusal import InvalidClaim

if TYPE_CHECKING:
    from holdfast.evaluation.claims.terms import Terms

_HASH = re.compile(r"[0-9a-f]{64}")
_FIXED = {Method.BINOMIAL, Method.STRATIFIED, Method.WILSON}
"""Methods that want a number of prompts fixed beforehand."""


def one_source(claim: Terms) -> None:
    """All outcomes come from files of the one distribution that is claimed."""
    sources = claim.evidence.sources
    if not sources:
        raise InvalidClaim(
            "the evidence names no file of outcomes, so nobody could count again; store the judged outcomes"
            " and name the file with its SHA-256"
        )
    for source in sources:
        if not (_HASH.fullmatch(source.sha256) and _HASH.fullmatch(source.drawn_from)):
            raise InvalidClaim(f"the file {source.path} must be named by SHA-256, 64 hex digits")
    if len({source.sha256 for source in sources}) < len(sources):
        raise InvalidClaim("the evidence names the same file twice; an outcome may be counted once")
    kinds = {source.drawn_from for source in sources}
    if len(kinds) > 1:
        raise InvalidClaim(
            f"the evidence mixes outcomes of {len(kinds)} different distributions (models, filters,"
            " thresholds or prompts); make one claim for each from its own outcomes"
        )
    if kinds != {claim.distribution.hash}:
        raise InvalidClaim(
            "the outcomes were drawn from another distribution (model, filter, threshold or prompts) than the"
            " claim names; claim that one, or draw from this"
        )


def only_measured(claim: Terms) -> None:
    """The data chose nothing and trained nothing, or the choice is told."""
    evidence = claim.evidence
    uses, models = set(evidence.uses), evidence.models_compared
    if DataUse.MEASURED not in uses:
        raise InvalidClaim(
            "the evidence does not say that its data was measured; name every use of it (DataUse)"
        )
    if DataUse.CHOSE_CASES in uses and not claim.method.adaptive:
        raise InvalidClaim(
            f"the data chose the next cases, which voids the {claim.method}; claim by the"
            f" {Method.ADAPTIVE}, which holds however strata are chosen"
        )
    spoilt = sorted(uses - {DataUse.MEASURED, DataUse.CHOSE_MODEL, DataUse.CHOSE_CASES})
    if spoilt:
        raise InvalidClaim(
            f"the data {' and '.join(spoilt)}, so what it then shows is no independent evidence; draw fresh"
            " outcomes with everything fixed, and claim from those"
        )
    if DataUse.CHOSE_MODEL in uses and models == 1:
        raise InvalidClaim(
            "the data chose the model, and the evidence does not say among how many; draw fresh outcomes of"
            " the model chosen, or say how many were compared (models_compared) and pay for it"
            " (corrected_for)"
        )


def choice_paid_for(claim: Terms) -> None:
    """The best of several models pays for having been chosen."""
    models, paid = claim.evidence.models_compared, claim.corrected_for
    if claim.evaluation is not None and claim.evaluation < 1:
        raise InvalidClaim("the evaluations of a filter are numbered from 1")
    if paid < 1:
        raise InvalidClaim("a claim is corrected for at least one model; leave corrected_for at 1")
    if claim.method is Method.SEARCH or paid >= models:
        return
    raise InvalidClaim(
        f"the model is the best of {models} measured on the same data, which is worth δ/{models} alone: draw"
        f" fresh outcomes of the model chosen, or set corrected_for={models}{_price(claim, models)}"
    )


def _price(claim: Terms, models: int) -> str:
    """What the correction costs where the same number of events comes again."""
    counted, confidence = claim.counted, claim.confidence
    if claim.method is not Method.BINOMIAL or confidence is None or counted.events == counted.trials:
        return ""
    allotment = allot(
        confidence, claim.quantity, claim.judge, claim.audit_share, models, claim.evaluation, claim.family
    )
    rate = counted.upper(1 - (1 - allotment.count) * models)
    needed = trials_needed(rate, counted.events, allotment.count)
    return (
        f", for which the limit {rate:.3g} at {counted.events} events takes {needed:,} trials instead of"
        f" {counted.trials:,}"
    )


def not_peeked(claim: Terms) -> None:
    """What wants a number fixed beforehand has one, and was read once."""
    evidence = claim.evidence
    monitor = "use the monitor (`holdfast monitor`, Method.E_PROCESS), which may be read at any time"
    if claim.method in _FIXED:
        if evidence.planned is None:
            raise InvalidClaim(
                f"the {claim.method} needs a number of prompts that was fixed beforehand, and none was;"
                f" {monitor}"
            )
        if evidence.prompts != evidence.planned:
            raise InvalidClaim(
                f"{evidence.planned:,} prompts were planned and {evidence.prompts:,} drawn, so the number"
                f" was not fixed beforehand: finish the plan, or {monitor}"
            )
    if claim.method in _FIXED | {Method.POISSON} and evidence.looks > 1:
        raise InvalidClaim(
            f"the count was looked at {evidence.looks} times while it could still have been stopped, which"
            f" voids the {claim.method}; "
            + (monitor if claim.method in _FIXED else "fix the hours and look once")
        )


def hours_spent(claim: Terms) -> None:
    """A rate an hour stands on the hours that were planned."""
    if claim.method is not Method.POISSON:
        return
    hours, planned = claim.evidence.hours, claim.evidence.planned_hours
    if hours is None or planned is None or not planned > 0:
        raise InvalidClaim(
            "a rate an hour needs the hours spent and the hours that were planned; store `seconds` for each"
            " attempt and fix the total beforehand"
        )
    if hours < planned:
        raise InvalidClaim(
            f"{planned:.4g} hours of attack were planned and {hours:.4g} spent, so the end was not fixed"
            " beforehand; go on to the planned hours"
        )
