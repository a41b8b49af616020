"""A claim's bound in one sentence, and how its numbers are told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import TYPE_CHECKING

from holdfast.evaluation.claims.evidence import Quantity
from holdfast.evaluation.claims.judgement import JudgeRecord
from holdfast.evaluation.claims.limits import Method, needs_audit

if TYPE_CHECKING:
    from holdfast.evaluation.claims.claim import Claim


def assumptions_of(
    quantity: Quantity, method: Method, judge: JudgeRecord, shift: float = 1.0
) -> tuple[str, ...]:
    """What every claim of this kind takes for granted; a claim may add to these, and leave none out."""
    return (
        *_of_prompts(quantity, method, shift),
        *_of_trials(method),
        *(_of_judge(method, judge) if needs_audit(quantity, judge) else ()),
        *([judge.assumption] if quantity.judged and judge.assumption is not None else ()),
    )


def _of_prompts(quantity: Quantity, method: Method, shift: float) -> Iterator[str]:
    if quantity.attacked:
        yield "the attack, its budget and its seeds are the ones that matter: a stronger attack may do better"
    if shift != 1:
        what = f"among deployment's {TRIALS[quantity]} no kind of prompt is more than {shift:g} times as"
        yield f"{what} frequent as among those counted here"
    elif method is Method.ADAPTIVE_WORST and not quantity.attacked:
        yield "deployment draws its prompts from these strata, within each as these were drawn"
    elif not quantity.attacked:
        yield "deployment draws its prompts as these were drawn"


def _of_trials(method: Method) -> Iterator[str]:
    match method:
        case Method.E_PROCESS:
            yield "whatever came before, each trial fails with the same probability"
        case Method.ADAPTIVE | Method.ADAPTIVE_WORST:
            yield "whatever came before, each draw of a stratum fails with that stratum's own probability"
            yield "the strata were fixed before the first draw"
        case Method.POISSON:
            yield "failures come independently and at a constant rate over the hours of attack"
        case Method.SEARCH:
            return
        case _:
            yield "trials are independent of each other"
    if method is Method.STRATIFIED:
        yield "how many draws each stratum gets was fixed beforehand"
    if method in (Method.STRATIFIED, Method.ADAPTIVE):
        yield "the shares of the strata are known, not measured"
    if method is Method.WILSON:
        yield "there are trials enough for the limit, which is asymptotic"


def _of_judge(method: Method, judge: JudgeRecord) -> Iterator[str]:
    """Of a judge whose audits stand for it."""
    if method is Method.SEARCH:
        yield "the judge missed nothing that the search came upon"
        return
    yield "the judge sees the failures counted here as well as those it was audited on"
    if judge.panel:
        yield "those who label overlook failures independently of each other"
    if judge.false_alarms is not None:
        yield "harmless snippets counted here are called catastrophic as often as those audited"


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
    if claim.shift != 1:
        where += f", however its prompts shift by up to {claim.shift:g} times"
    if claim.family > 1:
        sure += f" for all {claim.family} claims of its family"
    if claim.method is Method.ADAPTIVE_WORST:
        where = f"in the worst of {len(claim.evidence.strata)} strata, {where}"
    return f"{sure}, {_SUBJECTS[claim.quantity].format(limit)} {where}."


TRIALS = {
    Quantity.NATURAL_FAILURE_RATE: "filtered completions",
    Quantity.CATASTROPHE_RATE: "completions",
    Quantity.FALSE_NEGATIVE_RATE: "catastrophic completions",
    Quantity.FALSE_ALARM_RATE: "harmless texts",
    Quantity.REFUSAL_RATE: "prompts",
    Quantity.ATTACK_SUCCESS_RATE: "attempts",
    Quantity.FAILURES_PER_ATTACK_HOUR: "attempts",
    Quantity.WORST_FOUND: "attempts",
}
"""What is counted, in the plural."""

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
