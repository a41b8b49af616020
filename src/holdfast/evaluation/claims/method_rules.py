"""Rules on whether a method carries a claim on that count, by that judge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from holdfast.evaluation.claims.distribution import focus_of
from holdfast.evaluation.claims.evidence import Quantity
from holdfast.evaluation.claims.judgement import Audit, JudgeRecord
from holdfast.evaluation.claims.limits import (
    Method,
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


def confidence_given(claim: Terms) -> None:
    """A limit has a confidence, and a search has none."""
    if claim.method is Method.SEARCH:
        if claim.confidence is not None:
            raise InvalidClaim("a search has no confidence: it bounds no rate; give None")
        return
    if claim.confidence is None or not 0 < claim.confidence < 1:
        raise InvalidClaim(
            f"the confidence must lie between 0 and 1, both excluded, got {claim.confidence}; 0.95 is usual"
        )


def target_fits(claim: Terms) -> None:
    """A target is a rate, and belongs to the e-process."""
    if claim.target is None:
        return
    if not 0 < claim.target < 1:
        raise InvalidClaim(
            f"the target rate must lie between 0 and 1, both excluded, got {claim.target}; give a rate such"
            " as 1e-5"
        )
    if claim.method is not Method.E_PROCESS:
        raise InvalidClaim(
            f"only the e-process is tuned to a target; the {claim.method} needs none, leave it out"
        )


def right_quantity(claim: Terms) -> None:
    """What was counted is what is claimed, under an attack or under none."""
    if claim.evidence.quantity is not claim.quantity:
        raise InvalidClaim(
            f"the evidence counted the {claim.evidence.quantity}, which says nothing of the {claim.quantity};"
            " count that from the stored outcomes (evidence_of)"
        )
    if claim.quantity is Quantity.NATURAL_FAILURE_RATE and focus_of(claim.distribution.prompts) == "hard":
        raise InvalidClaim(
            "hard prompts are not those that deployment sees, so their failure rate is not the natural one;"
            " draw natural prompts"
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


_ON_RATES = (
    Method.BINOMIAL,
    Method.E_PROCESS,
    Method.STRATIFIED,
    Method.ADAPTIVE,
    Method.ADAPTIVE_WORST,
    Method.WILSON,
)


def method_applies(claim: Terms) -> None:
    """The method fits the quantity."""
    allowed = {
        Quantity.WORST_FOUND: (Method.SEARCH,),
        Quantity.FAILURES_PER_ATTACK_HOUR: (Method.POISSON,),
    }.get(claim.quantity, _ON_RATES)
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


def filter_named(claim: Terms) -> None:
    """What speaks of a filter names one."""
    needs = {
        Quantity.NATURAL_FAILURE_RATE,
        Quantity.FALSE_NEGATIVE_RATE,
        Quantity.FALSE_ALARM_RATE,
        Quantity.REFUSAL_RATE,
    }
    if claim.quantity in needs and claim.distribution.classifier is None:
        raise InvalidClaim(
            f"without a filter there is no {claim.quantity}; name classifier and threshold, or claim the"
            " catastrophe rate of the generator alone"
        )


def some_trials(claim: Terms) -> None:
    """Something was counted."""
    evidence = claim.evidence
    if evidence.trials == 0:
        raise InvalidClaim(
            f"no trial was counted for the {claim.quantity}, so nothing is known of it; draw outcomes first"
            " (`holdfast plan` says how many are needed)"
        )


def strata_whole(claim: Terms) -> None:
    """Strata are the whole distribution, each drawn from."""
    strata = claim.evidence.strata
    if not claim.method.in_strata:
        if strata:
            raise InvalidClaim(
                f"stratified draws do not follow the distribution as one sample; use the {Method.STRATIFIED},"
                f" or the {Method.ADAPTIVE} where strata were chosen by what was seen"
            )
        return
    if not strata:
        raise InvalidClaim(f"the {claim.method} needs strata; count them with their weights (evidence_of)")
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
    counted = claim.counted
    if counted.trials < claim.evidence.trials:
        raise InvalidClaim(
            f"only {counted.trials:,} of {claim.evidence.trials:,} prompts are different, and"
            " strata cannot be bounded by prompt; draw each prompt once, or claim unstratified"
        )
    total = math.fsum(s.weight for s in strata)
    if claim.method is not Method.ADAPTIVE_WORST and abs(total - 1) > 1e-9:
        raise InvalidClaim(f"the strata's weights add up to {total:.9g}, not 1; the strata must be the whole")


def events_enough(claim: Terms) -> None:
    """An asymptotic limit has events enough."""
    counted = claim.counted
    fewest = min(counted.events, counted.trials - counted.events)
    if claim.method is Method.WILSON and fewest < MANY_EVENTS:
        raise InvalidClaim(
            f"the {claim.method} is not to be trusted at {fewest} events or non-events (fewer than"
            f" {MANY_EVENTS}); use the {Method.BINOMIAL}, which holds at every count"
        )


def judge_audited(claim: Terms) -> None:
    """A judge that is no oracle was audited."""
    judge, task = claim.judge, claim.distribution.task
    if judge.oracle and judge != JudgeRecord.oracle_of(task):
        raise InvalidClaim(
            f"only the task's own oracle is right by definition, and '{judge.name}' is not that of {task};"
            " judge with it (JudgeRecord.oracle_of), or audit the judge"
        )
    if not needs_audit(claim.quantity, judge):
        return
    if claim.quantity is Quantity.FALSE_ALARM_RATE:
        raise InvalidClaim(
            f"the judge '{judge.name}' is no oracle, and audits on failures do not say how many texts that it"
            " calls harmless are; judge with an oracle, or with people's labels"
        )
    for one in judge.panel or (judge.sensitivity,):
        _usable(one, judge.name, "failures known to be catastrophes", "catches")
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


def certified(claim: Terms) -> None:
    """The monitor did certify the target."""
    if claim.method is not Method.E_PROCESS or claim.target is None or claim.confidence is None:
        return
    from holdfast.evaluation.monitor import Monitor, certifying_trials

    evidence = claim.counted
    confidence = claim.allotment.count
    monitor = Monitor(claim.target, confidence, evidence.trials, evidence.events)
    if monitor.evidence_below < monitor.evidence_needed:
        more = certifying_trials(claim.target, evidence.events, confidence) - evidence.trials
        raise InvalidClaim(
            f"{evidence.events} events in {evidence.trials:,} trials do not certify {claim.target:.3g} at"
            f" {confidence:.5g}; draw on ({more:,} more, if none of them fails), or claim without a target"
        )


def search_found_nothing(claim: Terms) -> None:
    """A search tells its queries, and found nothing worse."""
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


def shift_fits(claim: Terms) -> None:
    """A shift is a number from 1, of a rate over prompts."""
    if claim.family < 1:
        raise InvalidClaim("a family has at least the one claim; leave family at 1")
    if claim.shift == 1:
        return
    if not 1 < claim.shift < math.inf:
        raise InvalidClaim(
            "prompts can be at most so many times as frequent in deployment: a number from 1, not"
            f" {claim.shift}"
        )
    if claim.method in (Method.POISSON, Method.SEARCH, Method.ADAPTIVE_WORST):
        raise InvalidClaim(
            f"a shift of prompts multiplies a rate over all of them, and the {claim.method} bounds none;"
            " leave it out"
        )


def clauses_only(claim: Terms) -> None:
    """Texts given by people fit into the one sentence."""
    of, judge = claim.distribution, claim.judge
    audits = [audit.how for audit in judge.audits]
    given = (of.prompts, of.reading or "", of.attack or "", of.budget or "", judge.name)
    for text in (*given, *audits, *claim.assumptions):
        if "\n" in text or ". " in text or text.endswith("."):
            raise InvalidClaim(
                f"'{' '.join(text.split())[:80]}' is more than a clause of the claim's one sentence; write it"
                " without full stops"
            )


def bounds_something(claim: Terms) -> None:
    """The limit says something."""
    if claim.method is Method.SEARCH or claim.confidence is None:
        return
    allotment = claim.allotment
    counted = claim.counted
    limit = count_limit(claim.method, claim.evidence, counted, allotment.count, claim.target)
    if claim.method is Method.POISSON:
        return
    if limit >= caught_share(claim.judge, allotment) or (claim.limit or 0.0) >= 1:
        raise InvalidClaim(
            f"{counted.events} events in {counted.trials:,} independent trials bound the {claim.quantity}"
            " by nothing below 1; draw more, or audit the judge on more"
        )
