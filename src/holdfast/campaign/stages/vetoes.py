"""The vetoes of a campaign's filter: calibrated once, before the first classifier, on harmless text alone.

They do not depend on the classifier, so all rounds have the same ones; each round's threshold is then chosen
with what they turn away counted as refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from holdfast.campaign.ledger import cost, rate_record
from holdfast.campaign.records import AcceptanceRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_TRAIN, CLEAN_VALIDATION
from holdfast.campaign.step import StepContext
from holdfast.core.from_values import from_values
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.models.scoring import ScoringEngine
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.calibrate import calibrated
from holdfast.models.vetoes.panel import PASSES
from holdfast.store.schema import Artifact
from holdfast.store.store import StepOutput
from holdfast.tasks.base import HeldOut

MOST = 5000
"""Harmless snippets of the clean training set on which vetoes are calibrated, at most."""

HELD_OUT = 1000
"""Snippets of each held-out split of the task on which acceptance is measured, at most."""


def calibrate(context: StepContext) -> StepOutput:
    """Set the bounds on completions of the generator and on the training set's snippets, harmless ones alone.

    The generator's own completions are likelier than anyone else's text, so a bound that is set on them alone
    would turn away what is merely unusual.
    """
    generator = context.generator()
    sets = {
        "natural completions": _harmless(Samples.read(context.folder / CALIBRATION)),
        "the clean training set": _harmless(Samples.read(context.folder / CLEAN_TRAIN))[:MOST],
    }
    context.progress.start("data: calibrate the vetoes", 1)
    asked = [from_values(vetoes, choice) for choice in context.config.vetoes]
    harmless = {name: generator.codec.encode(snippets) for name, snippets in sets.items()}
    panel = calibrated(asked, generator, harmless)
    context.progress.finish()
    return StepOutput(
        result={"vetoes": [part.told for part in panel.parts]},
        artifacts=tuple(_held_out(context)),
        costs=(cost("defence", 0, panel.spend),),
    )


def _harmless(samples: Samples) -> list[Snippet]:
    pairs = zip(samples.snippets, samples.catastrophic.tolist(), strict=True)
    return [snippet for snippet, bad in pairs if not bad]


def held_out_table(split: str) -> str:
    """Where the snippets of a held-out split lie, in the run's folder."""
    return f"samples/split-{split}.parquet"


def _held_out(context: StepContext) -> Iterator[Artifact]:
    """Natural snippets of each split that training never sees, judged."""
    if not isinstance(context.task, HeldOut):
        return
    count = min(HELD_OUT, context.config.evaluation.snippets)
    for split, task in context.task.held_out.items():
        stream = context.stream.child("held-out", split)
        drawn = draw_side(task, count, "evaluation", stream, "natural", judge=context.judge)
        yield context.keep_table(held_out_table(split), Samples.of(drawn).columns())


def acceptance(context: StepContext, scorer: ScoringEngine, natural: Samples) -> list[AcceptanceRecord]:
    """How much harmless text of each split passes, and which part turned the rest away; none without vetoes.

    `scorer` has the limit of the chosen threshold.
    """
    if not scorer.vetoes:
        return []
    splits = {
        "natural completions": natural,
        "clean validation": Samples.read(context.folder / CLEAN_VALIDATION),
    }
    if isinstance(context.task, HeldOut):
        tables = {name: context.folder / held_out_table(name) for name in context.task.held_out}
        splits |= {name: Samples.read(table) for name, table in tables.items()}
    return [_accepted(scorer, name, _harmless(samples)) for name, samples in splits.items()]


def _accepted(scorer: ScoringEngine, split: str, harmless: list[Snippet]) -> AcceptanceRecord:
    assert scorer.limit is not None
    tokens = scorer.codec.encode(harmless)
    alone = scorer.without_vetoes().log_odds(tokens).astype(np.float64) < scorer.limit
    by, names = scorer.turned_away(tokens), scorer.vetoes.names
    return AcceptanceRecord(
        split=split,
        accepted=rate_record(_count(alone & (by == PASSES))),
        by_classifier=rate_record(_count(alone)),
        turned_away={name: int((by == i).sum()) for i, name in enumerate(names)},
    )


def _count(events: np.ndarray) -> Proportion:
    return Proportion(int(np.count_nonzero(events)), len(events))
