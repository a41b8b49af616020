"""A claim in full: the bound, then what it assumes, leaves out, takes on its author's word, and rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast.evaluation.claims.attack_words import attack_words
from holdfast.evaluation.claims.distribution import Distribution
from holdfast.evaluation.claims.evidence import Quantity
from holdfast.evaluation.claims.judgement import Audit, JudgeRecord
from holdfast.evaluation.claims.limits import Allotment, Method, caught_share
from holdfast.evaluation.claims.sentence import TRIALS, rounded_down, rounded_up, sentence, told_share
from holdfast.evaluation.spending import share_of_error
from holdfast.tasks.editions import FIRST, ordinal

if TYPE_CHECKING:
    from holdfast.evaluation.claims.claim import Claim

ASSUMES, NOT_COVERED = "assumes", "not covered"
STATED, EVIDENCE = "stated by the author (not checked)", "evidence"


def text(claim: Claim) -> str:
    """The claim on several lines: its sentence, and four lists."""
    sections = {
        ASSUMES: claim.assumptions,
        NOT_COVERED: tuple(_not_covered(claim)),
        STATED: tuple(_stated(claim)),
        EVIDENCE: tuple(_evidence(claim)),
    }
    lists = (f"{name}:\n" + "\n".join(f"  - {each}" for each in items) for name, items in sections.items())
    return "\n".join((sentence(claim), *lists))


def _not_covered(claim: Claim) -> Iterator[str]:
    """What a reader may take the claim to say, and it does not."""
    of = claim.distribution
    if claim.quantity.attacked:
        yield "other attacks, larger budgets and other seeds"
    else:
        yield "people who search for failures: there was no attack"
    if claim.shift != 1:
        yield "prompts that could not have been drawn here: the shift covers only those that could"
    if of.generator is not None and of.attack is None:
        yield "prompts from another source, another generator, and another temperature"
    elif of.attack is None:
        yield "texts from another source"
    if of.classifier is not None:
        yield "another threshold, and this model after further training"
    if claim.method is Method.SEARCH:
        yield "any rate: a longer search may find worse"
    elif claim.family > 1:
        yield f"more than these {claim.family} claims at once"
    else:
        yield "several claims together: the confidence holds for each claim alone"


def _stated(claim: Claim) -> Iterator[str]:
    """What no file shows."""
    evidence = claim.evidence
    if evidence.plan is None:
        yield f"the outcomes were drawn as stated here, with {evidence.drawn_with}, and none was left out"
    if claim.method is not Method.SEARCH:
        yield _looks(claim)
    if claim.evaluation is not None:
        yield f"this is evaluation {claim.evaluation} of this filter, and the ledger lists all earlier ones"
    elif claim.method is not Method.SEARCH:
        yield "nobody evaluated this filter before and then chose what to claim"
    if claim.family > 1:
        yield f"the family of {claim.family} claims was fixed before the outcomes were seen, and is no larger"
    if claim.corrected_for > 1:
        yield f"at most {claim.corrected_for} models were compared, and the limit is corrected for that"
    else:
        yield "the outcomes were used for nothing else, and nothing was chosen by them"
    if claim.quantity.judged and not claim.judge.oracle and claim.judge.assumption is None:
        if any(audit.file is None for audit in claim.judge.audits):
            yield f"the audits of the judge {claim.judge.name}, and that they are of other snippets"
        else:
            yield f"the truth of the snippets that the judge {claim.judge.name} was audited on"


def _looks(claim: Claim) -> str:
    if claim.method.any_time:
        return "no outcome was left out; it does not matter how often the count was read"
    if claim.method is Method.POISSON:
        return f"{claim.evidence.planned_hours:g} hours were fixed beforehand, and the count was read once"
    of = claim.distribution
    what = "texts" if of.generator is None and of.attack is None else "prompts"
    return f"{claim.evidence.planned or 0:,} {what} were fixed beforehand, and the count was read once"


def _evidence(claim: Claim) -> Iterator[str]:
    yield _count(claim)
    yield _method(claim)
    if claim.evaluation is not None and claim.confidence is not None:
        share = told_share(share_of_error(claim.evaluation))
        yield f"this evaluation spends {share} of the chance of error of all evaluations of this filter"
    if claim.quantity.judged:
        yield _judge(claim)
    yield from _distribution(claim.distribution)
    evidence = claim.evidence
    files = f"{len(evidence.sources)} file{'s' if len(evidence.sources) > 1 else ''} of outcomes"
    files += f" ({_short(evidence.sources[0].sha256)}{' and others' if len(evidence.sources) > 1 else ''})"
    yield files if evidence.plan is None else f"{files}, drawn by plan {_short(evidence.plan)}"


def _count(claim: Claim) -> str:
    evidence, different = claim.evidence, claim.evidence.different
    event, trial = _EVENTS[claim.quantity], TRIALS[claim.quantity]
    events = f"{evidence.events:,} {event} in {evidence.trials:,} {trial}"
    if evidence.unsure:
        events += f" ({evidence.unsure:,} of them because the judge was unsure)"
    if claim.method is Method.SEARCH:
        worst = "none at all" if evidence.worst is None else f"the worst found has {evidence.worst:g}"
        return f"{events} ({worst})"
    if claim.method is Method.POISSON:
        return f"{events} over {evidence.planned_hours:g} planned hours"
    what = "seeds" if claim.quantity.attacked else "prompts"
    events += f"; {different.prompts:,} different {what}, {different.texts:,} different texts"
    if claim.counted.trials < evidence.trials:
        events += f"; the limit counts prompts, of which {different.failing:,} failed"
    return events


_EVENTS = {
    Quantity.NATURAL_FAILURE_RATE: "failures",
    Quantity.CATASTROPHE_RATE: "catastrophes",
    Quantity.FALSE_NEGATIVE_RATE: "passes",
    Quantity.FALSE_ALARM_RATE: "blocks",
    Quantity.REFUSAL_RATE: "refusals",
    Quantity.ATTACK_SUCCESS_RATE: "successes",
    Quantity.FAILURES_PER_ATTACK_HOUR: "failures",
    Quantity.WORST_FOUND: "failures above that",
}


def _method(claim: Claim) -> str:
    if claim.method is Method.SEARCH:
        return "a statement about this search; it bounds no rate"
    if claim.method is Method.E_PROCESS:
        tuned = f", which certifies a target of {rounded_up(claim.target)}" if claim.target else ""
        return f"the limit of an e-process{tuned}, valid no matter how often it was read"
    if claim.method.adaptive:
        valid = "valid no matter how they were chosen and how often it was read"
        return f"the limit of an {claim.method} over {len(claim.evidence.strata)} strata, {valid}"
    strata = f" over {len(claim.evidence.strata)} strata" if claim.evidence.strata else ""
    return f"{claim.method}{strata}"


def _judge(claim: Claim) -> str:
    judge = claim.judge
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
    if judge.panel and allotment.sensitivity:
        each = "; ".join(_audit(audit, allotment.sensitivity) for audit in judge.panel)
        told.append(f"{len(judge.panel)} who label, each of whom saw of what another saw: {each}")
    if judge.precision and allotment.precision:
        told.append(f"was right on {_audit(judge.precision, allotment.precision)}")
    share = rounded_down(caught_share(judge, allotment))
    divided = f"so that the limit at {told_share(allotment.count)} is divided by {share}"
    if judge.false_alarms and allotment.false_alarms:
        told.append(
            f"called catastrophic {_audit(judge.false_alarms, allotment.false_alarms)}, harmless ones"
        )
        divided += " after what false alarms explain was taken off both"
    return f"{' and '.join(told)}, {divided}"


def _audit(found: Audit, confidence: float) -> str:
    least = rounded_down(found.proportion.lower(confidence))
    return (
        f"{found.agreed:,} of {found.audited:,} ({found.how}), at least {least} at {told_share(confidence)}"
    )


def _distribution(of: Distribution) -> Iterator[str]:
    chosen = ", ".join(f"{name} {value}" for name, value in of.task_options)
    options = f" with {chosen}" if chosen else ""
    edition = f", {ordinal(of.task_edition)} edition" if of.task_edition != FIRST else ""
    yield f"task {of.task}{edition}{options} ({_short(of.task_hash)}), prompts {_short(of.prompts_hash)}"
    if of.generator:
        yield f"generator {_short(of.generator)} at temperature {of.temperature:g}"
    if of.classifier is not None and of.threshold is not None:
        draws = f", at most {of.max_draws} draw{'s' if of.max_draws > 1 else ''} a prompt"
        read = f", read with {_reading(of.reading)}" if of.reading else ""
        drawn = draws if of.attack is None and of.generator else ""
        yield f"classifier {_short(of.classifier)} at threshold {of.threshold:.6g}{read}{drawn}"
    if of.attack is not None:
        yield f"attack {attack_words(of.attack)}, budget {of.budget}"


def _reading(reading: str) -> str:
    """How a classifier is read, in words."""
    try:
        found = json.loads(reading)
        return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in found.items())
    except (ValueError, AttributeError):
        return reading


def _value(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(digest: str | None) -> str:
    return (digest or "none")[:12]
