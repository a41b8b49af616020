"""What rounds did to a generator with no filter, as plain strings: for the terminal and for the page.

Safety and its cost stand together, since each alone misleads: a generator that writes nothing useful any
more is safe, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.campaign.generators.record import (
    LearntRecord,
    MeanRecord,
    MeasuredGeneratorRecord,
    TunedRecord,
    TunedRoundRecord,
)
from holdfast.campaign.records import RateRecord, SpendRecord
from holdfast.core.errors import UserError
from holdfast.report.numbers import NONE, flops, percent, significant
from holdfast.report.rounds import asked_queries

Strings = tuple[str, ...]
HEADER = ("measure", "first", "last", "change", "95 % limits of the last", "control")
ROUND_HEADER = (
    "round",
    "queries a seed",
    "trained on",
    "catastrophe rate",
    "seeds broken",
    "quality",
    "divergence",
    "FLOPs of attack, defence",
)
UNCLEAR = "no clear change"
Limits = tuple[float | None, float | None, float | None]
"""A value, and its lower and upper limit."""


def headline(record: TunedRecord) -> str:
    """Whether the generator is safer, in a sentence."""
    _check(record)
    first, last = record.rounds[0], record.rounds[-1]
    rates = [one.generator.written.catastrophes for one in (first, last)]
    if last.index == 0:
        return f"Before any round, {percent(rates[0].rate)} of completions are catastrophes."
    told = f"on natural prompts {_from_to(rates[0].rate, rates[1].rate)}"
    worst = [_worst_rate(one.generator) for one in (first, last)]
    if None not in worst:
        told += f", under the worst attack {_from_to(*worst)}"
    return f"Catastrophes per completion after {_rounds(last.index)}: {told}. {_verdict(record)}"


def _verdict(record: TunedRecord) -> str:
    """Says whether a change is clear: limits of the first and the last that do not overlap."""
    first, last = (record.rounds[place].generator for place in (0, -1))
    pairs = [(_of_rate(first.written.catastrophes), _of_rate(last.written.catastrophes))]
    for one, other in zip(first.attacks, last.attacks, strict=True):
        pairs.append((_of_mean(one.attacked_rate), _of_mean(other.attacked_rate)))
        pairs.append((_of_rate(one.success), _of_rate(other.success)))
    changes = [_way(*pair) for pair in pairs]
    if "worse" in changes:
        return "It is less safe in at least one measure."
    if "better" in changes:
        return "It is safer in at least one measure, and in none clearly less safe."
    return "No measure tells the two apart."


def cost_sentence(record: TunedRecord) -> str:
    """What it cost: quality, diversity, distance, and work."""
    _check(record)
    first, last = (record.rounds[place].generator.written for place in (0, -1))
    parts = []
    if first.quality is not None and last.quality is not None:
        parts.append(f"quality {_from_to(first.quality.mean, last.quality.mean)}")
    parts.append(f"distinct pairs of words {_from_to(first.distinct[1], last.distinct[1])}")
    if last.divergence is not None:
        parts.append(f"divergence {significant(last.divergence)} nats a token")
    defence = sum(_flops(one.training_cost) for one in record.rounds)
    labels = sum(one.training_cost.judge_calls + one.training_cost.word_labels for one in record.rounds)
    work = f"The defence took {flops(defence)} and {labels:,} labels."
    return f"What it cost: {', '.join(parts)}. {work}"


def rows(record: TunedRecord) -> list[Strings]:
    """One row a measure, in the order of `HEADER`."""
    _check(record)
    return [
        _shown(record, "catastrophe rate, natural prompts", lambda g: _of_rate(g.written.catastrophes)),
        *(row for place in range(len(record.rounds[0].generator.attacks)) for row in _attack(record, place)),
        _shown(record, "quality", lambda g: _of_mean(g.written.quality)),
        _shown(record, "completions of the best quality", lambda g: _of_rate(g.written.best)),
        *(_distinct(record, n) for n in range(len(record.rounds[0].generator.written.distinct))),
        _plain(
            record, "divergence from the first, nats a token", lambda g: g.written.divergence, significant
        ),
        _plain(record, "words a completion", lambda g: g.written.words, significant),
    ]


def round_rows(record: TunedRecord) -> list[Strings]:
    """One row a round, in the order of `ROUND_HEADER`; the control last."""
    shown = [_round(one) for one in record.rounds]
    if record.control is not None and record.control_cost is not None:
        cost = f"{NONE}, {flops(_flops(record.control_cost))}"
        shown.append(("control", NONE, "the task's harmless text", *_figures(record.control), cost))
    return shown


def _round(one: TunedRoundRecord) -> Strings:
    cost = f"{flops(_flops(one.attack_cost))}, {flops(_flops(one.training_cost))}"
    return (
        str(one.index),
        asked_queries(one.attacked),
        learnt(one.learnt),
        *_figures(one.generator),
        cost if one.index else NONE,
    )


def learnt(record: LearntRecord | None) -> str:
    """What a round trained on, in words."""
    if record is None:
        return NONE
    if record.untrained is not None:
        return f"not trained: {record.untrained}"
    pairs = f", {record.pairs:,} pairs" if record.pairs else ""
    return f"{record.harmless:,} harmless, {record.catastrophes:,} catastrophic{pairs}"


def _figures(generator: MeasuredGeneratorRecord) -> tuple[str, str, str, str]:
    found = generator.written
    broken = [(one.success.events, one.success.trials) for one in generator.attacks]
    events, trials = (sum(counts) for counts in zip(*broken, strict=True)) if broken else (0, 0)
    return (
        percent(found.catastrophes.rate),
        f"{events:,} of {trials:,}",
        percent(found.quality.mean) if found.quality else NONE,
        NONE if found.divergence is None else significant(found.divergence),
    )


def _attack(record: TunedRecord, place: int) -> Iterator[Strings]:
    one = record.rounds[0].generator.attacks[place]
    name = f"{one.attack} (held out)" if one.held_out else one.attack
    yield _shown(record, f"catastrophe rate under {name}", lambda g: _of_mean(g.attacks[place].attacked_rate))
    yield _shown(record, "  seeds broken", lambda g: _of_rate(g.attacks[place].success))


def _distinct(record: TunedRecord, place: int) -> Strings:
    words = ("words", "pairs of words", "runs of three words")[place]
    return _plain(record, f"distinct {words}", lambda g: g.written.distinct[place], percent)


def _shown(record: TunedRecord, measure: str, of: Callable[[MeasuredGeneratorRecord], Limits]) -> Strings:
    """A share with limits; the change stands where the limits of first and last do not overlap."""
    first, last = (of(record.rounds[place].generator) for place in (0, -1))
    way = "" if record.rounds[-1].index == 0 else _way(first, last)
    control = percent(of(record.control)[0]) if record.control else NONE
    change = UNCLEAR if way == "unclear" else ""
    if way in ("better", "worse") and first[0] is not None and last[0] is not None:
        change = f"{100 * (last[0] - first[0]):+.3g} points".replace("-", "\u2212")
    limits = NONE if last[1] is None or last[2] is None else f"{percent(last[1])} to {percent(last[2])}"
    return (measure, percent(first[0]), percent(last[0]), change, limits, control)


def _plain(
    record: TunedRecord,
    measure: str,
    of: Callable[[MeasuredGeneratorRecord], float | None],
    told: Callable[[float], str],
) -> Strings:
    """A number without limits."""
    named = [record.rounds[0].generator, record.rounds[-1].generator, record.control]
    found = [None if one is None else of(one) for one in named]
    first, last, control = (NONE if value is None else told(value) for value in found)
    return (measure, first, last, "", NONE, control)


def _way(first: Limits, last: Limits) -> str:
    """Whether a rate that should be low is `better` or `worse` by limits apart; `unclear` otherwise."""
    if _apart(last, first):
        return "better"
    return "worse" if _apart(first, last) else "unclear"


def _apart(one: Limits, other: Limits) -> bool:
    """Whether the limits of one lie below those of the other."""
    return one[2] is not None and other[1] is not None and one[2] < other[1]


def _of_rate(rate: RateRecord | None) -> Limits:
    return (None, None, None) if rate is None else (rate.rate, rate.lower, rate.upper)


def _of_mean(mean: MeanRecord | None) -> Limits:
    return (None, None, None) if mean is None else (mean.mean, mean.lower, mean.upper)


def _worst_rate(generator: MeasuredGeneratorRecord) -> float | None:
    found = [one.attacked_rate.mean for one in generator.attacks if one.attacked_rate.mean is not None]
    return max(found, default=None)


def _flops(cost: SpendRecord) -> float:
    return cost.forward_flops + cost.backward_flops


def _from_to(first: float | None, last: float | None) -> str:
    return f"{percent(first)} before, {percent(last)} now"


def _rounds(count: int) -> str:
    return "a round" if count == 1 else f"{count} rounds"


def _check(record: TunedRecord) -> None:
    if not record.rounds:
        raise UserError(f"run '{record.run}' has no finished round yet, so there is nothing to report")
