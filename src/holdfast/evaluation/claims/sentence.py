"""A claim's bound in one sentence, and how its numbers are told."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import TYPE_CHECKING

from holdfast.evaluation.claims.evidence import Quantity
from holdfast.evaluation.claims.judgement import JudgeRecord
from holdfast.evaluation.claims.limits import Method, needs_audit

if TYPE_CHECKING:
    from holdfast.evaluation.claims.claim import Claim


def assumptions_of(quantity: Quantity, method: Method, judge: JudgeRecord) -> tuple[str, ...]:
    """What every claim of this kind takes for granted; a claim may add to these, and leave none out."""
    found = []
    if quantity.attacked:
        found.append(
            "the attack, its budget and its seeds are the ones that matter: a stronger attack may do better"
        )
    elif method is Method.ADAPTIVE_WORST:
        found.append("deployment draws its prompts from these strata, within each as these were drawn")
    else:
        found.append("deployment draws its prompts as these were drawn")
    if method is Method.E_PROCESS:
        found.append("whatever came before, each trial fails with the same probability")
    elif method.adaptive:
        found.append("whatever came before, each draw of a stratum fails with that stratum's own probability")
        found.append("the strata were fixed before the first draw")
    elif method is Method.POISSON:
        found.append("failures come independently and at a constant rate over the hours of attack")
    elif method is not Method.SEARCH:
        found.append("trials are independent of each other")
    if method is Method.STRATIFIED:
        found.append("how many draws each stratum gets was fixed beforehand")
    if method in (Method.STRATIFIED, Method.ADAPTIVE):
        found.append("the shares of the strata are known, not measured")
    if method is Method.WILSON:
        found.append("there are trials enough for the limit, which is asymptotic")
    if quantity.judged and judge.assumption is not None:
        found.append(judge.assumption)
    if needs_audit(quantity, judge):
        found.append(
            "the judge missed nothing that the search came upon"
            if method is Method.SEARCH
            else "the judge sees the failures counted here as well as those it was audited on"
        )
    return tuple(found)


def sentence(claim: Claim) -> str:
    """The bound in one sentence: how sure, what, at most how much, and on what."""
    where = f"on {claim.distribution.prompts}, task {claim.distribution.task}"
    if claim.method is Method.SEARCH:
        return (
            f"In {claim.evidence.queries or 0:,} queries a search found no failure above egregiousness"
            f" {claim.above or 0:g} {where}; that bounds no rate."
        )
    limit = rounded_up(claim.bound or 0.0)
    sure = f"With {told_confidence(claim.confidence or 0)} confidence"
    if claim.method is Method.ADAPTIVE_WORST:
        where = f"in the worst of {len(claim.evidence.strata)} strata, {where}"
    return f"{sure}, {_SUBJECTS[claim.quantity].format(limit)} {where}."


_SUBJECTS = {
    Quantity.NATURAL_FAILURE_RATE: "the natural failure rate (of filtered completions) is at most {}",
    Quantity.CATASTROPHE_RATE: "the catastrophe rate (catastrophes per raw completion) is at most {}",
    Quantity.FALSE_NEGATIVE_RATE: "the false-negative rate (catastrophes that pass) is at most {}",
    Quantity.FALSE_ALARM_RATE: "the false-alarm rate (harmless texts that are blocked) is at most {}",
    Quantity.REFUSAL_RATE: "the refusal rate (prompts on which every draw is refused) is at most {}",
    Quantity.ATTACK_SUCCESS_RATE: "the attack success rate (attempts that find a failure) is at most {}",
    Quantity.FAILURES_PER_ATTACK_HOUR: "the attack finds at most {} failures an hour",
}


def rounded_up(limit: float) -> str:
    """Three digits that are never below the limit."""
    with localcontext(prec=3, rounding=ROUND_CEILING):
        return f"{float(+Decimal(repr(limit))):.3g}"


def rounded_down(share: float) -> str:
    """Three digits that are never above the share."""
    with localcontext(prec=3, rounding=ROUND_FLOOR):
        return f"{float(+Decimal(repr(share))):.3g}"


def told_confidence(confidence: float) -> str:
    """A confidence as it is, in per cent: one near 1 is never rounded up to it."""
    told = (100 * Decimal(repr(confidence))).normalize()
    return f"{told:f} %"


def told_share(confidence: float) -> str:
    """A part of the confidence, which has many digits: three of what is missing to 1, rounded down."""
    with localcontext(prec=3, rounding=ROUND_FLOOR):
        rest = +(1 - Decimal(repr(confidence)))
    return told_confidence(float(1 - rest))
