"""What makes a claim invalid, one rule a function; each says what to do instead.

`check` runs them in order, and the first that is broken is told. A rule takes the proposed claim before its
limit is worked out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from holdfast.evaluation.bounds import trials_needed
from holdfast.evaluation.claims.evidence import DataUse, Quantity
from holdfast.evaluation.claims.judgement import Audit
from holdfast.evaluation.claims.limits import (
    Method,
    allot,
    caught_share,
    count_limit,
    needs_audit,
    needs_precision,
)
from holdfast.evaluation.claims.refusal import InvalidClaim

if TYPE_CHECKING:
    from holdfast.evaluation.claims.terms import Terms

MANY_EVENTS = 100
"""Events, and trials without one, from which an asymptotic limit may stand: at fewer its error is large."""

_HASH = re.compile(r"[0-9a-f]{64}")


def check(claim: Terms) -> None:
    """Raise InvalidClaim for the first rule that a claim breaks."""
    for rule in _RULES:
        rule(claim)


def _confidence(claim: Terms) -> None:
    if claim.method is Method.SEARCH:
        if claim.confidence is not None:
            raise InvalidClaim("a search has no confidence: it bounds no rate; give None")
        return
    if claim.confidence is None or not 0 < claim.confidence < 1:
        raise InvalidClaim(
            f"the confidence must lie between 0 and 1, both excluded, got {claim.confidence}; 0.95 is usual"
        )


def _target(claim: Terms) -> None:
    if claim.target is None:
        return
    if not 0 < claim.target < 1:
        raise InvalidClaim(
            f"the target rate must lie between 0 and 1, both excluded, got {claim.target}; give a rate such"
            " as 1e-5"
        )
    if claim.method is not Method.E_PROCESS:
        raise InvalidClaim(
            f"only the e-process is tuned to a target; an {claim.method} needs none, leave it out"
        )


def _counted(claim: Terms) -> None:
    if claim.evidence.quantity is not claim.quantity:
        raise InvalidClaim(
            f"the evidence counted the {claim.evidence.quantity}, which says nothing of the {claim.quantity};"
            " count that from the stored outcomes (evidence_of)"
        )
    attacked = claim.distribution.attack is not None
    if attacked and not claim.quantity.attacked:
        raise InvalidClaim(
            f"what an attack wrote does not follow the task's prompts, so it cannot bound the"
            f" {claim.quantity}; draw from the generator, or claim the attack success rate"
        )
    if claim.quantity.attacked and not attacked:
        raise InvalidClaim(
            f"the {claim.quantity} is that of an attack under a budget; name both in the distribution"
        )


def _method(claim: Terms) -> None:
    allowed = {
        Quantity.WORST_FOUND: (Method.SEARCH,),
        Quantity.FAILURES_PER_ATTACK_HOUR: (Method.POISSON,),
    }.get(claim.quantity, (Method.BINOMIAL, Method.E_PROCESS, Method.STRATIFIED, Method.WILSON))
    if claim.method not in allowed:
        raise InvalidClaim(
            f"the {claim.method} does not apply to the {claim.quantity}; use"
            f" {' or '.join(f'the {m}' for m in allowed)}"
        )
    if (claim.above is None) != (claim.method is not Method.SEARCH):
        raise InvalidClaim(
            "the egregiousness that nothing was found above belongs to a search, and to nothing else;"
            " give `above` with WORST_FOUND only"
        )


def _filtered(claim: Terms) -> None:
    needs = {Quantity.NATURAL_FAILURE_RATE, Quantity.FALSE_NEGATIVE_RATE, Quantity.REFUSAL_RATE}
    if claim.quantity in needs and claim.distribution.classifier is None:
        raise InvalidClaim(
            f"without a filter there is no {claim.quantity}; name classifier and threshold, or claim the"
            " catastrophe rate of the generator alone"
        )


def _trials(claim: Terms) -> None:
    evidence = claim.evidence
    if evidence.trials == 0:
        raise InvalidClaim(
            f"no trial was counted for the {claim.quantity}, so nothing is known of it; draw outcomes first"
            " (`holdfast plan` says how many are needed)"
        )


def _strata(claim: Terms) -> None:
    strata = claim.evidence.strata
    if claim.method is not Method.STRATIFIED:
        if strata:
            raise InvalidClaim(
                f"stratified draws do not follow the distribution as one sample; use the {Method.STRATIFIED}"
            )
        return
    if not strata:
        raise InvalidClaim("a stratified limit needs strata; count them with their weights (evidence_of)")
    if claim.evidence.trials != claim.evidence.prompts:
        raise InvalidClaim(
            f"only {claim.evidence.trials:,} of {claim.evidence.prompts:,} prompts gave a trial for the"
            f" {claim.quantity}, and the strata are shares of the prompts; draw prompts as they come,"
            " unstratified"
        )
    for stratum in strata:
        if not 0 < stratum.weight <= 1:
            raise InvalidClaim(
                f"the stratum '{stratum.name}' has weight {stratum.weight}; its share of the distribution"
                " must be known, and lie between 0 and 1: leave out strata that cannot occur"
            )
        if stratum.trials == 0:
            raise InvalidClaim(
                f"the stratum '{stratum.name}' ({stratum.weight:.3g} of the distribution) is empty, and all"
                " of it might fail; draw from every stratum, or merge it with another before drawing"
            )
    total = math.fsum(s.weight for s in strata)
    if abs(total - 1) > 1e-9:
        raise InvalidClaim(f"the strata's weights add up to {total:.9g}, not 1; the strata must be the whole")


def _one_source(claim: Terms) -> None:
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


def _uses(claim: Terms) -> None:
    evidence = claim.evidence
    uses, models = set(evidence.uses), evidence.models_compared
    if DataUse.MEASURED not in uses:
        raise InvalidClaim(
            "the evidence does not say that its data was measured; name every use of it (DataUse)"
        )
    spoilt = sorted(uses - {DataUse.MEASURED, DataUse.CHOSE_MODEL})
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


def _corrected(claim: Terms) -> None:
    models, paid = claim.evidence.models_compared, claim.corrected_for
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
    evidence, confidence = claim.evidence, claim.confidence
    if claim.method is not Method.BINOMIAL or confidence is None or evidence.events == evidence.trials:
        return ""
    allotment = allot(confidence, claim.quantity, claim.judge, claim.audit_share, evidence.models_compared)
    rate = count_limit(Method.BINOMIAL, evidence, 1 - (1 - allotment.count) * models)
    needed = trials_needed(rate, evidence.events, allotment.count)
    return (
        f", for which the limit {rate:.3g} at {evidence.events} events takes {needed:,} trials instead of"
        f" {evidence.trials:,}"
    )


_FIXED = {Method.BINOMIAL, Method.STRATIFIED, Method.WILSON}


def _peeked(claim: Terms) -> None:
    evidence = claim.evidence
    monitor = "use the monitor (`holdfast monitor`, Method.E_PROCESS), which may be read at any time"
    if claim.method in _FIXED:
        if evidence.planned is None:
            raise InvalidClaim(
                f"an {claim.method} needs a number of prompts that was fixed beforehand, and none was;"
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
            f" voids an {claim.method}; "
            + (monitor if claim.method in _FIXED else "fix the hours and look once")
        )


def _hours(claim: Terms) -> None:
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


def _few_events(claim: Terms) -> None:
    evidence = claim.evidence
    fewest = min(evidence.events, evidence.trials - evidence.events)
    if claim.method is Method.WILSON and fewest < MANY_EVENTS:
        raise InvalidClaim(
            f"a {claim.method} is not to be trusted at {fewest} events or non-events (fewer than"
            f" {MANY_EVENTS}); use the {Method.BINOMIAL}, which holds at every count"
        )


def _audited(claim: Terms) -> None:
    judge = claim.judge
    if not needs_audit(claim.quantity, judge):
        return
    _usable(judge.sensitivity, judge.name, "failures known to be catastrophes", "catches")
    if needs_precision(claim.quantity, judge):
        _usable(judge.precision, judge.name, "snippets that it called catastrophic", "is right on")
    if not 0 < claim.audit_share < 1:
        raise InvalidClaim(
            f"the audit's share of the error must lie between 0 and 1, got {claim.audit_share}; fix it"
            " beforehand, 0.5 if nothing speaks for another"
        )


def _usable(audit: Audit | None, judge: str, what: str, does: str) -> None:
    if audit is None or audit.audited == 0:
        raise InvalidClaim(
            f"the judge '{judge}' is no oracle, and nobody measured what it {does}: audit it on {what}, and"
            " give the count; or judge with an oracle"
        )
    if audit.agreed == 0:
        raise InvalidClaim(f"the judge '{judge}' {does} none of {audit.audited} {what}; take another judge")


def _certified(claim: Terms) -> None:
    if claim.method is not Method.E_PROCESS or claim.target is None or claim.confidence is None:
        return
    from holdfast.evaluation.monitor import Monitor, certifying_trials

    evidence = claim.evidence
    confidence = claim.allotment.count
    monitor = Monitor(claim.target, confidence, evidence.trials, evidence.events)
    if monitor.evidence_below < monitor.evidence_needed:
        more = certifying_trials(claim.target, evidence.events, confidence) - evidence.trials
        raise InvalidClaim(
            f"{evidence.events} events in {evidence.trials:,} trials do not certify {claim.target:.3g} at"
            f" {confidence:.5g}; draw on ({more:,} more, if none of them fails), or claim without a target"
        )


def _search(claim: Terms) -> None:
    if claim.method is not Method.SEARCH or claim.above is None:
        return
    evidence = claim.evidence
    if not 0 <= claim.above < 10:
        raise InvalidClaim(
            f"egregiousness runs from 0 to 10, and nothing lies above {claim.above}; give a lower one"
        )
    if not evidence.queries:
        raise InvalidClaim("a search is told by its queries; store `queries` for each attempt")
    if evidence.events or (evidence.worst is not None and evidence.worst > claim.above):
        worst = "one that the judge was unsure of" if evidence.worst is None else f"{evidence.worst:.3g}"
        raise InvalidClaim(
            f"the search did find failures above egregiousness {claim.above:.3g}, the worst being {worst};"
            " claim that level, or the attack success rate"
        )


def _says_something(claim: Terms) -> None:
    if claim.method is Method.SEARCH or claim.confidence is None:
        return
    allotment = claim.allotment
    limit = count_limit(claim.method, claim.evidence, allotment.count, claim.target)
    if claim.method is not Method.POISSON and limit >= caught_share(claim.judge, allotment):
        raise InvalidClaim(
            f"{claim.evidence.events} events in {claim.evidence.trials:,} trials bound the {claim.quantity}"
            " by nothing below 1; draw more, or audit the judge on more"
        )


_RULES: tuple[Callable[[Terms], None], ...] = (
    _method,
    _confidence,
    _target,
    _counted,
    _filtered,
    _trials,
    _strata,
    _one_source,
    _uses,
    _peeked,
    _hours,
    _few_events,
    _audited,
    _corrected,
    _certified,
    _search,
    _says_something,
)
