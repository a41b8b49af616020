"""The failure rate by a predictor that learnt from earlier rounds' failures (arXiv 1812.01647)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.campaign.evaluate.plan import EarlierRecord, EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.shards import Shard
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.rare import Estimate, checkpoint_features, fit_predictor, predictor_estimate
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table
from holdfast.tasks import Task

PROMPTS = 20_000
"""At most so many are scored by every earlier classifier: half to learn from, half to estimate on."""

LABELS = 1000


def predicted(
    plan: EvaluationPlan, shards: Sequence[Shard], pool: Pool, task: Task, stream: Stream
) -> Estimate:
    """Learn from the earlier classifiers' failures on every second prompt, and estimate on the others.

    Raises UserError where there are not two earlier rounds, or none of them failed.
    """
    if len(plan.earlier) < 2:
        raise UserError(
            f"a failure predictor learns from two earlier rounds or more, and there are {len(plan.earlier)};"
            " evaluate a later round of a run"
        )
    some = pool.before(PROMPTS)
    margins = np.vstack([earlier_margins(plan, shards, len(some.draw), task), _margins(plan, some)])
    learning = some.prompt_index % 2 == 0
    features, failed = [], []
    for checkpoint in range(1, len(plan.earlier)):
        passed = learning & (margins[checkpoint] < 0)
        features.append(checkpoint_features(margins[: checkpoint + 1, passed], checkpoint))
        failed.append(some.bad[passed])
    predictor = fit_predictor(np.concatenate(features), np.concatenate(failed))
    places = np.flatnonzero(~learning & some.passes)
    bad = some.bad[places]
    return predictor_estimate(
        predictor.predict(checkpoint_features(margins[:, places], len(plan.earlier))),
        lambda chosen: bad[chosen],
        LABELS,
        stream,
        confidence=plan.confidence,
    )


def _margins(plan: EvaluationPlan, pool: Pool) -> np.ndarray:
    """Log odds less the threshold, shape (N,)."""
    margins: np.ndarray = pool.log_odds.astype(np.float64) - log_odds_of(plan.threshold)
    return margins


def earlier_margins(plan: EvaluationPlan, shards: Sequence[Shard], draws: int, task: Task) -> np.ndarray:
    """The same of the first so many draws by each earlier classifier, shape (rounds, draws)."""
    snippets = _snippets(shards, draws)
    return np.vstack([_scored(one, snippets, task) for one in plan.earlier])


def _scored(one: EarlierRecord, snippets: Sequence[Snippet], task: Task) -> np.ndarray:
    classifier = Classifier.load(one.classifier, task)
    if classifier.hash != one.hash:
        raise UserError(f"the model in {one.classifier} changed while it was used; start again with --out")
    limit = log_odds_of(one.threshold)
    log_odds = ScoringEngine(classifier, limit=limit).log_odds(classifier.codec.encode(snippets))
    margins: np.ndarray = log_odds.astype(np.float64) - limit
    return margins


def _snippets(shards: Sequence[Shard], draws: int) -> list[Snippet]:
    """The first draws in the order of `Pool`: by prompt, then as drawn."""
    found: list[Snippet] = []
    for shard in shards:
        if len(found) >= draws:
            break
        table = read_table(shard.path, ("prompt_index", "draw", "prompt", "completion"))
        order = np.lexsort((table["draw"], table["prompt_index"]))
        found += [Snippet(table["prompt"][i], table["completion"][i]) for i in order]
    return found[:draws]
