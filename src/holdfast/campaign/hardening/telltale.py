"""The telltale test of a round: is the guard's gain in what is written, or in the signs of the writing?

On rewrites from the seeds of 'validation', a sample of all that the attacks wrote and not of what passed, and
on their matched negatives, beside the clean rows of that split.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from holdfast.campaign.evaluate.telltale import Text, cases_of, telltale_record
from holdfast.campaign.hardening.attack import checking_table
from holdfast.campaign.hardening.guards import guard_target
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.attack import attacks_in_round
from holdfast.campaign.stages.data import CLEAN_VALIDATION
from holdfast.campaign.step import StepContext
from holdfast.core.errors import UserError
from holdfast.evaluation.telltale import CLEAN, telltale_test
from holdfast.store.disk import read_table
from holdfast.store.store import StepOutput

_MOST = 600
"""Texts of attacks and of clean rows, each: two models score them all."""


def telltale(context: StepContext, round_: int) -> StepOutput:
    """Test the round's guard against the first; where the texts do not allow it the result says why."""
    written = _drawn(context, list(_written(context, round_)), "written")
    clean = _drawn(context, list(_clean(context)), "clean")
    context.progress.start(f"round {round_}: telltale test", 1)
    before, after = guard_target(context, 0), guard_target(context, round_)
    texts = [*written, *clean]
    fits = before.scorer.classifier.fits(before.scorer.codec.encode([text.snippet for text in texts]))
    texts = [text for text, fit in zip(texts, fits.tolist(), strict=True) if fit]
    cases = cases_of(context.task, texts, before, after)
    try:
        found = telltale_test(cases)
    except UserError as error:
        return StepOutput(result={"record": None, "why": str(error)})
    finally:
        context.progress.finish()
    failures = int((cases.adversarial & cases.catastrophic).sum())
    return StepOutput(result={"record": telltale_record(found, failures).model_dump(mode="json")})


def _written(context: StepContext, round_: int) -> Iterator[Text]:
    for earlier in range(1, round_ + 1):
        for label in attacks_in_round(context.config, earlier):
            path = context.folder / checking_table(earlier, label)
            samples, seeds = Samples.read(path), read_table(path, ["seed"])["seed"]
            rows = zip(samples.snippets, samples.catastrophic.tolist(), seeds, strict=True)
            for snippet, bad, seed in rows:
                yield Text(snippet, bad, label, str(seed))


def _clean(context: StepContext) -> Iterator[Text]:
    samples = Samples.read(context.folder / CLEAN_VALIDATION)
    for snippet, bad in zip(samples.snippets, samples.catastrophic.tolist(), strict=True):
        yield Text(snippet, bad, CLEAN, snippet.completion)


def _drawn(context: StepContext, texts: list[Text], name: str) -> list[Text]:
    """Each text once, in its order; as many at random where there are too many."""
    different = list({text.snippet: text for text in texts}.values())
    if len(different) <= _MOST:
        return different
    chosen = context.stream.child(name).numpy().choice(len(different), _MOST, replace=False)
    return [different[i] for i in np.sort(chosen).tolist()]
