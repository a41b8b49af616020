"""What rounds did to a guard, as plain strings: for the terminal and for the page.

Gain, over-blocking and the telltale share stand together, since each alone misleads: a guard that blocks more
is harder to break, and one that knows an attack by its signs looks so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.hardening.record import (
    GuardMeasuredRecord,
    GuardRoundRecord,
    HardenedAttackRecord,
    HardeningRecord,
)
from holdfast.core.errors import UserError
from holdfast.evaluation import AtLeast, TimesHarder, summarise_attempts, times_harder
from holdfast.report.evaluation_attacks import survives
from holdfast.report.numbers import NONE, factor_limits, percent, queries, times
from holdfast.report.rounds import asked_queries

Strings = tuple[str, ...]
HEADER = ("measure", "first", "last", "change", "95 % limits", "control")
ROUND_HEADER = (
    "round",
    "threshold",
    "learning rate",
    "queries a seed",
    "failures found",
    "stopped",
    "blocked",
    "blocked, surrounded",
    "seeds broken",
    "gain surviving the telltale test",
)
UNCLEAR = "no clear change"
UNTOLD = "unknown"


def headline(record: HardeningRecord) -> str:
    """The answer in a sentence."""
    _check(record)
    first, last = record.rounds[0], record.rounds[-1]
    if last.index == 0:
        return "The first guard, before any round."
    broken = _shares([_broken(one.guard) for one in (first, last)])
    told = f"attacks break {broken} of the seeds that the guard stops unchanged"
    return f"After {_rounds(last.index)}, {told}."


def second_line(record: HardeningRecord) -> str:
    """What has to be read beside it: over-blocking, and the telltale share."""
    first, last = record.rounds[0], record.rounds[-1]
    if last.index == 0:
        return ""
    told = f"Harmless texts blocked: {_change(first.guard.false_alarms, last.guard.false_alarms)}"
    around = [one.guard.overblocking for one in (first, last)]
    if around[0] and around[1]:
        told += f"; between harmless sentences: {_change(around[0].surrounded, around[1].surrounded)}"
    return f"{told}. {_telltale_sentence(last)}{_pending_sentence(last.guard)}"


def _check(record: HardeningRecord) -> None:
    if not record.rounds:
        raise UserError(f"run '{record.run}' has no finished round yet, so there is nothing to report")


def _rounds(count: int) -> str:
    return "a round" if count == 1 else f"{count} rounds"


def _broken(guard: GuardMeasuredRecord) -> tuple[int, int]:
    """Attempts that broke a seed that the guard stops as it stands, of those made; all attacks together."""
    found = [one.from_stopped for one in guard.attacks]
    return sum(one.events for one in found), sum(one.trials for one in found)


def _shares(counts: list[tuple[int, int]]) -> str:
    first, last = (percent(events / trials) if trials else NONE for events, trials in counts)
    return f"{last} (before: {first})"


def _change(first: BoundRecord, last: BoundRecord) -> str:
    return f"{percent(first.rate)} before, {percent(last.rate)} now"


def _pending_sentence(guard: GuardMeasuredRecord) -> str:
    waiting = sum(one.pending for one in guard.attacks)
    many = "attempts on the last guard wait" if waiting > 1 else "attempt on the last guard waits"
    return f" {waiting:,} {many} for people and is in no rate." if waiting else ""


def _telltale_sentence(last: GuardRoundRecord) -> str:
    if last.telltale is None:
        return f"There is no telltale test: {last.telltale_why}." if last.telltale_why else ""
    share = last.telltale.surviving
    if share.lower is None:
        return f"The share of the gain that survives the telltale test is unknown: {share.why}."
    return f"{survives(share)} of the gain survives the telltale test."


def rows(record: HardeningRecord) -> list[Strings]:
    """One row a measure, in the order of `HEADER`."""
    _check(record)
    guards = [record.rounds[0].guard, record.rounds[-1].guard]
    return [
        *(row for place in range(len(guards[0].attacks)) for row in _attack(record, place)),
        _rate("catastrophic texts stopped", record, [one.recall for one in _three(record)]),
        _rate("harmless texts blocked", record, [one.false_alarms for one in _three(record)]),
        _rate(
            "harmless texts blocked between harmless sentences",
            record,
            [one.overblocking.surrounded if one and one.overblocking else None for one in _three(record)],
        ),
        _area(record),
        (
            "threshold",
            *(percent(one.threshold) for one in guards),
            "",
            "",
            percent(record.control.threshold) if record.control else NONE,
        ),
        (
            "gain that survives the telltale test",
            "",
            _survived(record.rounds[-1]),
            "",
            "",
            "",
        ),
    ]


@dataclass(frozen=True)
class _Nobody:
    """Stands where there is no control."""

    recall: None = None
    false_alarms: None = None
    overblocking: None = None


def _three(record: HardeningRecord) -> list[GuardMeasuredRecord | _Nobody]:
    return [record.rounds[0].guard, record.rounds[-1].guard, record.control or _Nobody()]


def harder(record: HardeningRecord, place: int) -> TimesHarder | None:
    """How many times more queries an attack needs of the last guard than of the first.

    None where no attempt on one of them came to an end.
    """
    first, last = (one.guard.attacks[place].first for one in (record.rounds[0], record.rounds[-1]))
    if not first or not last:
        return None
    return times_harder(first, record.queries_per_seed, last, record.queries_per_seed)


def _attack(record: HardeningRecord, place: int) -> Iterator[Strings]:
    """Queries and success of one attack."""
    guards = [record.rounds[0].guard, record.rounds[-1].guard, *([record.control] if record.control else [])]
    found = [guard.attacks[place] for guard in guards]
    single = record.rounds[-1].index == 0
    ratio = None if single else harder(record, place)
    change = NONE if ratio is None else UNCLEAR if not ratio.tells_apart else _factor(ratio)
    control = [_median(one, record.queries_per_seed) for one in found[2:]] or [NONE]
    medians = [_median(one, record.queries_per_seed) for one in found[:2]]
    limits = NONE if ratio is None else f"{factor_limits(ratio.limits)}"
    yield (f"median queries, {label(found[0])}", *medians, change, limits, *control)
    shares = [percent(one.success.rate) for one in found]
    yield (
        "  seeds broken",
        *shares[:2],
        "" if single else _apart(found[0].success, found[1].success),
        _between(found[1].success),
        *(shares[2:] or [NONE]),
    )
    if any(one.pending for one in found):
        waiting = [f"{one.pending:,} of {one.planned:,}" for one in found]
        yield ("  seeds pending, in no rate", *waiting[:2], "", "", *(waiting[2:] or [NONE]))


def label(attack: HardenedAttackRecord) -> str:
    """The attack's name, marked when training never saw it."""
    return f"{attack.attack} (held out)" if attack.held_out else attack.attack


def _median(attack: HardenedAttackRecord, budget: int) -> str:
    if not attack.first:
        return NONE
    return queries(summarise_attempts(attack.first, budget).median)


def _factor(ratio: TimesHarder) -> str:
    if ratio.ratio is None:
        return "fewer"
    return f"at least {times(ratio.ratio.value)}" if isinstance(ratio.ratio, AtLeast) else times(ratio.ratio)


def _rate(measure: str, record: HardeningRecord, found: list[BoundRecord | None]) -> Strings:
    first, last, control = found
    if first is None or last is None:
        return (measure, *(percent(one.rate) if one else NONE for one in (first, last)), "", "", NONE)
    change = "" if record.rounds[-1].index == 0 else _apart(first, last)
    shown = percent(control.rate) if control else NONE
    return (measure, percent(first.rate), percent(last.rate), change, _between(last), shown)


def _apart(first: BoundRecord, last: BoundRecord) -> str:
    if first.rate is None or last.rate is None:
        return NONE
    if not (first.upper < last.lower or last.upper < first.lower):
        return UNCLEAR
    return f"{100 * (last.rate - first.rate):+.0f} points".replace("-", "\u2212")


def _area(record: HardeningRecord) -> Strings:
    areas = [record.rounds[0].guard.area, record.rounds[-1].guard.area]
    control = record.control.area if record.control else None
    shown = [NONE if one is None else f"{one.value:.3f}" for one in (*areas, control)]
    last = areas[1]
    limits = f"{last.lower:.3f} to {last.upper:.3f}" if last else NONE
    return ("area under the ROC curve", *shown[:2], "", limits, shown[2])


def _survived(last: GuardRoundRecord) -> str:
    if last.telltale is None:
        return NONE
    return UNTOLD if last.telltale.surviving.lower is None else survives(last.telltale.surviving)


def _between(rate: BoundRecord) -> str:
    return f"{percent(rate.lower)} to {percent(rate.upper)}"


def round_rows(record: HardeningRecord) -> list[Strings]:
    """One row a round, in the order of `ROUND_HEADER`; the control last."""
    shown = [_round(str(one.index), one.guard, one) for one in record.rounds]
    return [*shown, _round("control", record.control, None)] if record.control else shown


def _found(one: GuardRoundRecord) -> str:
    left_out = one.pool.left_out if one.pool else 0
    return f"{one.found:,}" + (f"; {left_out:,} texts too long to train on" if left_out else "")


def _round(name: str, guard: GuardMeasuredRecord, one: GuardRoundRecord | None) -> Strings:
    events, trials = _broken(guard)
    around = guard.overblocking
    return (
        name,
        percent(guard.threshold),
        f"{one.learning_rate:g}" if one and one.learning_rate else NONE,
        asked_queries(one.attacked) if one else NONE,
        _found(one) if one and one.index else NONE,
        percent(guard.recall.rate),
        percent(guard.false_alarms.rate),
        percent(around.surrounded.rate) if around else NONE,
        f"{events:,} of {trials:,}",
        _survived(one) if one and one.index else NONE,
    )
