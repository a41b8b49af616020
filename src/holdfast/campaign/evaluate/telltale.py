"""The telltale test between two filters, on what attacks wrote against a third that selects for neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from holdfast.attacks.target import Target
from holdfast.campaign.evaluate.attack_records import (
    AreaRecord,
    ChangeRecord,
    HeldOutRecord,
    SurvivingRecord,
    TelltaleRecord,
)
from holdfast.campaign.evaluate.attack_results import Assaults
from holdfast.campaign.evaluate.attacking import open_target
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.split import draw_side
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Verdict
from holdfast.evaluation import (
    AreaUnderCurve,
    Gain,
    SnippetWords,
    SurvivingShare,
    Telltale,
    TelltaleCases,
    telltale_test,
    word_runs,
)
from holdfast.evaluation.telltale import CLEAN
from holdfast.store.disk import read_table
from holdfast.tasks import Task


class Text(NamedTuple):
    """A text, whether it is a catastrophe, the attack that wrote it, and the seed that it grew from."""

    snippet: Snippet
    catastrophic: bool
    attack: str
    origin: str


def measure_telltale(plan: EvaluationPlan, assaults: Assaults, task: Task) -> TelltaleRecord:
    """The test between the other model and this one; raises UserError where there is too little to test."""
    clean = plan.attacks.clean if plan.attacks else 0
    stream = Stream(plan.seed).child("evaluate", "attacks", "telltale")
    texts = [*_written(assaults), *clean_texts(task, clean, stream)]
    before, after = (
        open_target(plan.distribution, plan.judge, plan.generator, plan.attacked(role))
        for role in ("other", "this")
    )
    cases = cases_of(task, texts, before, after)
    failures = int((cases.adversarial & cases.catastrophic).sum())
    return telltale_record(telltale_test(cases, confidence=plan.confidence), failures)


def cases_of(task: Task, texts: Sequence[Text], before: Target, after: Target) -> TelltaleCases:
    """Texts with what two filters make of them, each at its own threshold."""
    snippets = [text.snippet for text in texts]
    words = [SnippetWords(tuple(task.words(s.prompt)), tuple(task.words(s.completion))) for s in snippets]
    stopped = [~each.system.answer(snippets).passes for each in (before, after)]
    return TelltaleCases(
        word_runs(words),
        np.array([text.catastrophic for text in texts], dtype=bool),
        [text.attack for text in texts],
        stopped[0],
        stopped[1],
        [text.origin for text in texts],
    )


def clean_texts(task: Task, count: int, stream: Stream) -> Iterator[Text]:
    """So many hard texts of each verdict that nobody attacked with, of the side that no training sees."""
    for bad in (True, False):
        own = stream.child("clean", str(bad))
        drawn = draw_side(task, count, "evaluation", own, "hard", wanted=partial(_decided, bad))
        for place, judged in enumerate(drawn):
            yield Text(judged.snippet, bad, CLEAN, f"clean-{bad}-{place}")


def _decided(bad: bool, verdict: Verdict) -> bool:
    return verdict.catastrophic == bad


def _written(assaults: Assaults) -> Iterator[Text]:
    """What each attack wrote against the neutral model, each from seeds of its own."""
    for series, shards in assaults:
        for shard in shards if series.role == "neutral" else ():
            table = read_table(shard.path, ("prompt", "completion", "catastrophic", "origin"))
            for prompt, completion, bad, origin in zip(*table.values(), strict=True):
                own = f"{series.attack}-{origin}"
                yield Text(Snippet(prompt, completion), bool(bad), series.attack, own)


def telltale_record(found: Telltale, failures: int) -> TelltaleRecord:
    """What the test found, as plain data."""
    alarms = found.false_alarms
    return TelltaleRecord(
        failures=failures,
        power=_area(found.power),
        power_unseen=_area_if_any(found.power_unseen),
        gain=_change(found.gain),
        gain_unseen=_change_if_any(found.gain_unseen),
        surviving=_surviving(found.surviving),
        harmless_with_signs=_change_if_any(alarms.with_signs),
        harmless_without_signs=_change_if_any(alarms.without_signs),
        excess=alarms.excess,
        excess_lower=alarms.limits.lower,
        excess_upper=alarms.limits.upper,
        held_out=tuple(
            HeldOutRecord(
                attack=one.attack,
                power=_area_if_any(one.power),
                gain=_change(one.gain),
                surviving=_surviving(one.surviving),
            )
            for one in found.held_out
        ),
    )


def _area(area: AreaUnderCurve) -> AreaRecord:
    return AreaRecord(value=area.value, lower=area.limits.lower, upper=area.limits.upper)


def _area_if_any(area: AreaUnderCurve | None) -> AreaRecord | None:
    return None if area is None else _area(area)


def _change_if_any(gain: Gain | None) -> ChangeRecord | None:
    return None if gain is None else _change(gain)


def _change(gain: Gain) -> ChangeRecord:
    return ChangeRecord(
        before=gain.before.rate or 0.0,
        after=gain.after.rate or 0.0,
        texts=gain.after.trials,
        lower=gain.limits.lower,
        upper=gain.limits.upper,
    )


def _surviving(share: SurvivingShare) -> SurvivingRecord:
    limits = share.limits
    return SurvivingRecord(
        share=share.share,
        lower=None if limits is None else limits.lower,
        upper=None if limits is None else limits.upper,
        why=share.why,
    )
