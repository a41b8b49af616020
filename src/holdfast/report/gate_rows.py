"""What a gate says as plain strings: for the terminal, a pull request and the page."""

from __future__ import annotations

from holdfast.campaign.gate.record import GateRecord, LimitRecord
from holdfast.campaign.gate.wording import bound, share
from holdfast.evaluation.gate import Decision
from holdfast.report.numbers import NONE

Strings = tuple[str, ...]
HEADER = ("limit", "asked", "measured", "limits", "rows", "decision")

WORDS = {
    Decision.PASSED: "passed",
    Decision.FAILED: "failed",
    Decision.COULD_NOT_TELL: "could not tell",
}


def gate_rows(record: GateRecord) -> list[Strings]:
    """One row for each limit, in the order of `HEADER`."""
    return [
        (limit.what, asked(limit), measured(limit), between(limit), counted(limit), WORDS[limit.decision])
        for limit in record.limits
    ]


def asked(limit: LimitRecord) -> str:
    """What a limit asks for."""
    if limit.kind == "no_worse_than":
        return f"worse by at most {share(limit.limit)}"
    return f"{'at least' if limit.at_least else 'at most'} {share(limit.limit)}"


def measured(limit: LimitRecord) -> str:
    """What was measured, rounded to two decimals of a percent."""
    if limit.measured is None:
        return NONE
    rounded = f"{100 * limit.measured:.2f}".rstrip("0").rstrip(".").replace("-", "−")
    sign = "+" if limit.kind == "no_worse_than" and limit.measured > 0 else ""
    return f"{sign}{rounded} %"


def between(limit: LimitRecord) -> str:
    """Both one-sided limits, rounded outwards."""
    if limit.lower is None or limit.upper is None or not limit.rows:
        return NONE
    low, high = bound(limit.lower, False), bound(limit.upper, True)
    return f"{low.removesuffix(' %')} to {high}".replace("-", "−")


def counted(limit: LimitRecord) -> str:
    """How many rows it was measured on, and how many are missing."""
    missing = f", {limit.missing:,} missing" if limit.missing else ""
    return f"{limit.rows:,}{missing}"


def headline(record: GateRecord) -> str:
    """The decision in a sentence."""
    of = {each: [one for one in record.limits if one.decision is each] for each in Decision}
    count = len(record.limits)
    limits = f"{count} limit{'' if count == 1 else 's'}"
    match record.decision:
        case Decision.PASSED:
            return f"The guard passed: it keeps {'the limit' if count == 1 else f'all {limits}'}."
        case Decision.FAILED:
            rest = len(of[Decision.COULD_NOT_TELL])
            more = f", and {rest} could not be decided" if rest else ""
            return f"The guard failed: {len(of[Decision.FAILED])} of {limits} broken{more}."
        case Decision.COULD_NOT_TELL:
            return f"Could not tell: {len(of[Decision.COULD_NOT_TELL])} of {limits} neither kept nor broken."


def error_sentence(record: GateRecord) -> str:
    """How often the gate errs."""
    sure = min(limit.confidence for limit in record.limits)
    passes, fails = share(1 - sure), share(1 - record.confidence)
    return (
        f"A guard that breaks a limit passes with probability at most {passes}; a guard that keeps all"
        f" limits, and is no worse than the baseline, fails with probability at most {fails}. Exact, for"
        " independent rows and correct labels."
    )
