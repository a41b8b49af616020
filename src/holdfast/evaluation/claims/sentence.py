"""A claim in words: what it rests on, and all of it in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import TYPE_CHECKING

from holdfast.evaluation.claims.distribution import Distribution
from holdfast.evaluation.claims.evidence import Quantity
from holdfast.evaluation.claims.judgement import Audit, JudgeRecord
from holdfast.evaluation.claims.limits import Allotment, Method, caught_share, needs_audit

if TYPE_CHECKING:
    from holdfast.evaluation.claims.claim import Claim


def assumptions_of(quantity: Quantity, method: Method, judge: JudgeRecord) -> tuple[str, ...]:
    """What every claim of this kind takes for granted; a claim may add to these, and leave none out."""
    found = []
    if quantity.attacked:
        found.append(
            "the attack, its budget and its seeds are the ones that matter: a stronger attack may do better"
        )
    else:
        found.append("deployment draws its prompts as these were drawn")
    if method is Method.E_PROCESS:
        found.append("whatever came before, each trial fails with the same probability")
    elif method is Method.POISSON:
        found.append("failures come independently and at a constant rate over the hours of attack")
    elif method is not Method.SEARCH:
        found.append("trials are independent of each other")
    if method is Method.STRATIFIED:
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
    """The whole claim in one sentence; names are free of full stops that would end it."""
    parts = [_head(claim), _distribution(claim.distribution), _count(claim)]
    told = "; ".join(part for part in [*parts, _judge(claim), _data(claim)] if part)
    return f"{told}; assuming {_listed([f'that {each}' for each in claim.assumptions])}."


def _head(claim: Claim) -> str:
    if claim.method is Method.SEARCH:
        return (
            f"In {claim.evidence.queries or 0:,} queries a search found no failure above egregiousness"
            f" {claim.above or 0:g}, which is a statement about this search and bounds no rate"
        )
    limit = rounded_up(claim.bound or 0.0)
    return (
        f"With {told_confidence(claim.confidence or 0)} confidence, {_SUBJECTS[claim.quantity].format(limit)}"
    )


_SUBJECTS = {
    Quantity.NATURAL_FAILURE_RATE: "the natural failure rate (of filtered completions) is at most {}",
    Quantity.CATASTROPHE_RATE: "the catastrophe rate (catastrophes per raw completion) is at most {}",
    Quantity.FALSE_NEGATIVE_RATE: "the false-negative rate (catastrophes that pass) is at most {}",
    Quantity.FALSE_ALARM_RATE: "the false-alarm rate (harmless texts that are blocked) is at most {}",
    Quantity.REFUSAL_RATE: "the refusal rate (prompts on which every draw is refused) is at most {}",
    Quantity.ATTACK_SUCCESS_RATE: "the attack success rate (attempts that find a failure) is at most {}",
    Quantity.FAILURES_PER_ATTACK_HOUR: "the attack finds at most {} failures an hour",
}


def _distribution(of: Distribution) -> str:
    chosen = ", ".join(f"{name}={value}" for name, value in of.task_options)
    options = f" with {chosen}" if chosen else ""
    parts = [
        f"on {of.prompts} ({_short(of.prompts_hash)}) of the task {of.task}{options} ({_short(of.task_hash)})"
    ]
    if of.generator:
        parts.append(f"of the generator {_short(of.generator)} at temperature {of.temperature:g}")
    elif of.attack is None:
        parts.append("of the texts given")
    if of.classifier is not None and of.threshold is not None:
        draws = f" and at most {of.max_draws} draw{'s' if of.max_draws > 1 else ''} a prompt"
        read = f" (read as {of.reading})" if of.reading else ""
        filtered = f"behind the classifier {_short(of.classifier)}{read} at threshold {of.threshold:.6g}"
        parts.append(filtered + (draws if of.attack is None and of.generator else ""))
    if of.attack is not None:
        parts.append(f"under the attack {of.attack} with {of.budget}")
    return ", ".join(parts)


def _count(claim: Claim) -> str:
    evidence = claim.evidence
    event, trial = _EVENTS[claim.quantity]
    events = f"{evidence.events:,} {event} in {evidence.trials:,} {trial}"
    if evidence.unsure:
        events += f" ({evidence.unsure:,} of them because the judge was unsure)"
    if claim.method is Method.SEARCH:
        worst = "none at all" if evidence.worst is None else f"the worst found has {evidence.worst:g}"
        return f"{events} ({worst})"
    if claim.method is Method.POISSON:
        return f"{events} over {evidence.planned_hours:g} planned hours give the {claim.method}"
    return f"{events} {_how(claim)}"


def _how(claim: Claim) -> str:
    evidence = claim.evidence
    if claim.method is Method.E_PROCESS:
        tuned = f", which certifies a target of {rounded_up(claim.target)}" if claim.target else ""
        return f"give the limit of an e-process{tuned}, valid however often it was read"
    fixed = f"{evidence.planned:,} {_planned(claim.distribution)}"
    planned = f"{fixed} were fixed beforehand and the count was read once"
    strata = f" over {len(evidence.strata)} strata" if evidence.strata else ""
    return f"give the {claim.method}{strata} ({planned})"


def _planned(of: Distribution) -> str:
    """What the number fixed beforehand is of."""
    return "texts" if of.generator is None and of.attack is None else "prompts"


_EVENTS = {
    Quantity.NATURAL_FAILURE_RATE: ("failures", "filtered completions"),
    Quantity.CATASTROPHE_RATE: ("catastrophes", "completions"),
    Quantity.FALSE_NEGATIVE_RATE: ("passes", "catastrophic completions"),
    Quantity.FALSE_ALARM_RATE: ("blocks", "harmless texts"),
    Quantity.REFUSAL_RATE: ("refusals", "prompts"),
    Quantity.ATTACK_SUCCESS_RATE: ("successes", "attempts"),
    Quantity.FAILURES_PER_ATTACK_HOUR: ("failures", "attempts"),
    Quantity.WORST_FOUND: ("failures above that", "attempts"),
}


def _judge(claim: Claim) -> str:
    judge = claim.judge
    if not claim.quantity.judged:
        return ""
    if judge.oracle:
        return f"judged by {judge.name}, which is right by definition"
    if judge.assumption is not None:
        return f"judged by {judge.name}"
    if claim.method is Method.SEARCH and judge.sensitivity is not None:
        audit = judge.sensitivity
        return f"judged by {judge.name}, which caught {audit.agreed:,} of {audit.audited:,} ({audit.how})"
    return f"judged by {judge.name}, {_audits(judge, claim.allotment)}"


def _audits(judge: JudgeRecord, allotment: Allotment) -> str:
    told = []
    if judge.sensitivity and allotment.sensitivity:
        told.append(f"which caught {_audit(judge.sensitivity, allotment.sensitivity)}")
    if judge.precision and allotment.precision:
        told.append(f"was right on {_audit(judge.precision, allotment.precision)}")
    share = _rounded_down(caught_share(judge, allotment))
    return f"{' and '.join(told)}, so that the limit at {_about(allotment.count)} is divided by {share}"


def _audit(found: Audit, confidence: float) -> str:
    least = _rounded_down(found.proportion.lower(confidence))
    return f"{found.agreed:,} of {found.audited:,} ({found.how}), at least {least} at {_about(confidence)}"


def _data(claim: Claim) -> str:
    evidence = claim.evidence
    files = f"counted in {len(evidence.sources)} file{'s' if len(evidence.sources) > 1 else ''}"
    files += f" of outcomes ({_short(evidence.sources[0].sha256)}{' …' if len(evidence.sources) > 1 else ''})"
    if claim.corrected_for > 1:
        return (
            f"{files} that measured {claim.corrected_for} models, for the choice among which the limit pays"
        )
    if claim.method is Method.SEARCH:
        return files
    return f"{files} that were used for nothing else"


def rounded_up(limit: float) -> str:
    """Three digits that are never below the limit."""
    with localcontext(prec=3, rounding=ROUND_CEILING):
        return f"{float(+Decimal(repr(limit))):.3g}"


def _rounded_down(share: float) -> str:
    with localcontext(prec=3, rounding=ROUND_FLOOR):
        return f"{float(+Decimal(repr(share))):.3g}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _short(digest: str | None) -> str:
    return (digest or "none")[:12]


def _about(confidence: float) -> str:
    """A share of the confidence, which has many digits, rounded towards 1 and never to it."""
    with localcontext(prec=3, rounding=ROUND_FLOOR):
        rest = +(1 - Decimal(repr(confidence)))
    return told_confidence(float(1 - rest))


def told_confidence(confidence: float) -> str:
    """A confidence as it is, in per cent: one near 1 is never rounded up to it."""
    told = (100 * Decimal(repr(confidence))).normalize()
    return f"{told:f} %"
