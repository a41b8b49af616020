"""Setting a round's threshold: by the share of harmless completions accepted, or by draws made for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.campaign.config import RunConfig, ThresholdConfig
from holdfast.campaign.ledger import cost
from holdfast.campaign.pools import draw_pool
from holdfast.campaign.step import StepContext
from holdfast.campaign.thresholds import Chosen, choose_by_draws, prompts_for
from holdfast.core.budget import Spend
from holdfast.core.files import folder_hash
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion, ThresholdChoice
from holdfast.evaluation.deployment import threshold_grid
from holdfast.evaluation.threshold import sigmoid
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table
from holdfast.store.store import StepOutput
from holdfast.tasks.base import QualityJudge

_BLOCK = 8192
"""Snippets scored together between two signs of progress."""

DRAWS = "samples/threshold-draws.parquet"
"""Several draws a prompt, on which thresholds are chosen and nothing else is measured."""


def draws_wanted(config: RunConfig) -> tuple[int, int]:
    """Prompts, and draws of each: an unfiltered one, and those to filter. None for a rule that needs none."""
    rule, drawn = config.threshold, config.threshold.drawn
    if drawn is None:
        return 0, 0
    prompts = rule.prompts or prompts_for(drawn, rule.risk, rule.confidence or 0.95)
    return prompts, 1 + config.evaluation.max_draws


def draw(context: StepContext) -> StepOutput:
    """Draw and judge what every round's threshold is chosen on, in the order of the prompts."""
    prompts, draws = draws_wanted(context.config)
    context.progress.start("data: draws to choose thresholds", prompts * draws)
    temperature = context.config.writer.temperature
    pool = draw_pool(
        context.task,
        context.generator(),
        prompts,
        draws,
        context.stream,
        context.progress,
        temperature=temperature,
    )
    context.progress.finish()
    snippets = [pool.snippets[k][row] for row in range(prompts) for k in range(draws)]
    columns = {
        "prompt": [snippet.prompt for snippet in snippets],
        "completion": [snippet.completion for snippet in snippets],
        "catastrophic": pool.catastrophic.ravel(),
    }
    words = sum(len(context.task.words(snippet.completion)) + 1 for snippet in snippets)
    spend = Spend(generated_tokens=words, judge_calls=len(snippets))
    return StepOutput(artifacts=(context.keep_table(DRAWS, columns),), costs=(cost("evaluation", 0, spend),))


def calibrated_by_draws(
    context: StepContext, scorer: ScoringEngine, scores: np.ndarray, bad: np.ndarray
) -> ThresholdChoice:
    """The threshold that a rule for draws sets, among those of the calibration set's scores (log odds)."""
    chosen = _by_draws(context, scorer, threshold_grid(scores[~bad]))
    # Where none passes the first one tested is nearest: the strictest, or for quality's sake the loosest.
    log_odds = chosen.tested[0].log_odds if chosen.log_odds is None else chosen.log_odds
    told = (
        f"none passed, so the first tested stands ({chosen.rule})" if chosen.log_odds is None else chosen.rule
    )
    harmless, missed = (scores[which] < log_odds for which in (~bad, bad))
    return ThresholdChoice(
        sigmoid(log_odds),
        log_odds,
        Proportion(int(np.count_nonzero(harmless)), len(harmless)),
        Proportion(int(np.count_nonzero(missed)), len(missed)),
        told,
    )


def scored_in_blocks(context: StepContext, scorer: ScoringEngine, snippets: Sequence[Snippet]) -> np.ndarray:
    """Log odds of each snippet, shape (N,), told as progress."""
    scores = np.zeros(len(snippets), dtype=np.float32)
    for first in range(0, len(snippets), _BLOCK):
        block = snippets[first : first + _BLOCK]
        scores[first : first + _BLOCK] = scorer.log_odds(scorer.codec.encode(block))
        context.progress.advance(len(block))
    return scores


def _by_draws(context: StepContext, scorer: ScoringEngine, grid: tuple[float, ...]) -> Chosen:
    rule: ThresholdConfig = context.config.threshold
    assert rule.drawn is not None
    _, draws = draws_wanted(context.config)
    table, task = context.folder / DRAWS, context.task
    stored = read_table(table, ["prompt", "completion", "catastrophic"])
    snippets = [Snippet(*texts) for texts in zip(stored["prompt"], stored["completion"], strict=True)]
    log_odds = scored_in_blocks(context, scorer, snippets)
    quality = np.array(task.quality(snippets)) if isinstance(task, QualityJudge) else None
    return choose_by_draws(
        rule.drawn,
        log_odds.reshape(-1, draws).astype(np.float64),
        stored["catastrophic"].reshape(-1, draws),
        None if quality is None else quality.reshape(-1, draws),
        grid,
        draws - 1,
        [folder_hash(table)],
        margin=rule.margin,
        risk=rule.risk,
        confidence=rule.confidence or 0.95,
    )
