"""The page of the telltale study, from its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.paired_gain import Gain, SurvivingShare
from holdfast.evaluation.ranking import AreaUnderCurve
from holdfast.evaluation.telltale import FalseAlarms, Telltale


def page(found: Mapping[int, Telltale], how: str, seeds: int, queries: int) -> str:
    """The whole page in Markdown; `found` by the campaign's seed."""
    lines = [
        "# What of the gain is recognising the attack?",
        "",
        f"Made by {how}. Each attack wrote failures of another campaign's first model, from {seeds} seeds"
        f" that no training saw, {queries} queries each; with clean catastrophes they were shown to the first"
        " and the last filter of a campaign, each at its own threshold. A plain discriminator (logistic"
        " regression on runs of one and two words, cross-fitted over seeds) learnt to tell the adversarial"
        " catastrophes from the clean ones. The gain is the rise in the share of adversarial catastrophes"
        " that the filter stops; the share that survives is the gain on those that the discriminator takes"
        " for clean, over the gain on all. Limits are approximate, at 95 %, over seeds.",
        "",
        *_gains(found),
        "",
        "## Harmless texts that carry the signs",
        "",
        *_alarms(found),
        "",
        "## Each attack, to a discriminator that never saw it",
        "",
        *_attacks(found),
        "",
    ]
    return "\n".join(lines)


def _gains(found: Mapping[int, Telltale]) -> Iterator[str]:
    yield (
        "| campaign | area under the discriminator's curve | stopped before | stopped after | gain"
        " | gain where it sees no sign | share that survives |"
    )
    yield "|---|---|---|---|---|---|---|"
    for seed, one in found.items():
        cells = (
            f"seed {seed}",
            _area(one.power),
            _rate(one.gain.before),
            _rate(one.gain.after),
            _gain(one.gain),
            _gain(one.gain_unseen),
            _share(one.surviving),
        )
        yield f"| {' | '.join(cells)} |"


def _alarms(found: Mapping[int, Telltale]) -> Iterator[str]:
    yield "Refused by the filter though harmless; above 0, the excess says that signs are taken for harm."
    yield ""
    yield "| campaign | with signs, before → after | without, before → after | excess |"
    yield "|---|---|---|---|"
    for seed, one in found.items():
        alarms: FalseAlarms = one.false_alarms
        excess = "–" if alarms.excess is None else f"{alarms.excess:+.1%} {_points(alarms.limits)}"
        yield f"| seed {seed} | {_change(alarms.with_signs)} | {_change(alarms.without_signs)} | {excess} |"


def _attacks(found: Mapping[int, Telltale]) -> Iterator[str]:
    yield "| attack | campaign | told from clean | gain | share that survives |"
    yield "|---|---|---|---|---|"
    names = dict.fromkeys(held.attack for one in found.values() for held in one.held_out)
    for name in names:
        for seed, one in found.items():
            for held in one.held_out:
                if held.attack == name:
                    told = (_area(held.power), _gain(held.gain), _share(held.surviving))
                    yield f"| `{name}` | seed {seed} | {' | '.join(told)} |"


def _area(area: AreaUnderCurve | None) -> str:
    return "–" if area is None else f"{area.value:.2f} ({area.limits.lower:.2f}–{area.limits.upper:.2f})"


def _rate(rate: Proportion) -> str:
    return f"{rate.events} of {rate.trials}"


def _gain(gain: Gain | None) -> str:
    return "–" if gain is None else f"{gain.change:+.1%} {_points(gain.limits)}"


def _change(gain: Gain | None) -> str:
    return "–" if gain is None else f"{_rate(gain.before)} → {_rate(gain.after)}"


def _points(limits: Interval) -> str:
    return f"({100 * limits.lower:+.1f} to {100 * limits.upper:+.1f})"


def _share(share: SurvivingShare) -> str:
    if share.share is None:
        return f"– ({share.why})" if share.why else "–"
    limits = "no limits" if share.limits is None else f"{share.limits.lower:.2f}–{share.limits.upper:.2f}"
    return f"{share.share:.2f} ({limits})"
