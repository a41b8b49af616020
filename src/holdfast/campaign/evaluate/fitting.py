"""Whether a run's model knows what the run taught it: its fit on the run's clean and adversarial sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.history import open_store
from holdfast.campaign.ledger import rate_record
from holdfast.campaign.records import FitRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CLEAN_VALIDATION
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.evaluation import measure_fit
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import Split

MOST = 2000
"""Snippets of a set that are scored; of a larger one so many, at random."""

Labelled = tuple[str, Sequence[Snippet], np.ndarray]
"""The name of a set, its snippets, and which of them are catastrophes."""


def run_fits(plan: EvaluationPlan, classifier: Classifier) -> tuple[FitRecord, ...]:
    """Recall at 0.5 and at the threshold, and loss, on each set; none for a model that is of no run."""
    if plan.run is None or plan.runs is None or plan.round is None:
        return ()
    limit = log_odds_of(plan.threshold)
    scorer = ScoringEngine(classifier, limit=limit)
    fits = []
    for name, snippets, bad in _sets(Path(plan.runs), plan.run, plan.round):
        stream = Stream(plan.seed).child("evaluate", "fit", name)
        places = np.sort(stream.numpy().choice(len(snippets), min(MOST, len(snippets)), replace=False))
        scores = scorer.log_odds(scorer.codec.encode([snippets[i] for i in places]))
        found = measure_fit(bad[places], scores, limit)
        fits.append(
            FitRecord(
                dataset=name,
                recall_at_half=rate_record(found.recall_at_half),
                recall_at_threshold=rate_record(found.recall_at_threshold),
                loss=found.loss,
            )
        )
    return tuple(fits)


def _sets(runs: Path, run: str, round_: int) -> Iterator[Labelled]:
    """The clean validation set, and what attacks wrote up to the round, for training and for validation."""
    store = open_store(runs, read_only=True)
    clean = store.run_folder(run) / CLEAN_VALIDATION
    if clean.is_file():
        samples = Samples.read(clean)
        yield "clean-validation", samples.snippets, samples.catastrophic
    splits: tuple[Split, ...] = ("train", "validation")
    for split in splits if round_ else ():
        rows = store.texts(run, split=split, rounds=range(1, round_ + 1))
        bad = np.array([row.label == Label.CATASTROPHIC for row in rows], dtype=bool)
        if len(rows):
            yield f"adversarial-{split}", [Snippet(row.prompt, row.completion) for row in rows], bad
