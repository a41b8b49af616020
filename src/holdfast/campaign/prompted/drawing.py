"""Completions drawn and filtered, in tables of a few prompts each, from which a killed evaluation goes on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.prompted.asked import Parts
from holdfast.campaign.prompted.costs import keep_seconds
from holdfast.campaign.prompted.draws import DRAWS
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.prompted.prompts import of_samples
from holdfast.campaign.tables import Table, finished_tables, keep_table
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.models.joined import JoinedByText, Turn

SIZE = 64
"""Completions of one table: what a kill loses at most, and what the generator writes at a time."""


def draw_tables(
    plan: PromptedPlan, parts: Parts, threshold: float, folder: Path, progress: Progress
) -> list[Table]:
    """Every draw of the plan, in tables: those that are there as they are, and the others made now."""
    place, owner = folder / DRAWS, of_samples(plan.samples, parts.prompts.texts)
    blocks = [range(i, min(i + SIZE, plan.samples)) for i in range(0, plan.samples, SIZE)]
    done, tables = finished_tables(place, len(blocks)), []
    if done:
        progress.note(f"{len(done):,} of {len(blocks):,} tables of draws were finished already")
    progress.start("completions", plan.samples)
    for index, block in enumerate(blocks):
        tables.append(done.get(index) or _drawn(plan, parts, threshold, folder, index, block, owner))
        progress.advance(len(block))
    progress.finish()
    return tables


def _drawn(
    plan: PromptedPlan,
    parts: Parts,
    threshold: float,
    folder: Path,
    index: int,
    block: range,
    owner: list[int],
) -> Table:
    """Draw one table, from a random stream of its own."""
    # What other tables asked must not change the batches of this one.
    scorer = parts.opened.scorer.fresh()
    joined = JoinedByText(parts.generator, scorer, threshold, plan.tokens, plan.max_draws, plan.temperature)
    texts = [parts.prompts.texts[owner[sample]] for sample in block]
    turns = list(joined.turns(texts, Stream(plan.seed).child("prompted", SIZE, index)))
    seconds = (sum(turn.writing_seconds for turn in turns), sum(turn.scoring_seconds for turn in turns))
    keep_seconds(folder, index, *seconds)
    return keep_table(folder / DRAWS, index, _columns(turns, block, owner))


def _columns(turns: list[Turn], block: range, owner: list[int]) -> dict[str, Any]:
    """A row for each draw: completions in turn, and the draws of each in theirs."""
    rows: list[dict[str, Any]] = [
        {
            "sample": block[row],
            "prompt_index": owner[block[row]],
            "draw": turn.draw,
            "prompt": snippet.prompt,
            "completion": snippet.completion,
            "log_odds": log_odds,
            "passed": passed,
            "why": why,
            "log_likelihood": float(np.sum(written.log_probs)),
            "tokens": len(written.log_probs),
            "ended": not written.cut,
            "read": read,
        }
        for turn in turns
        for row, snippet, written, log_odds, passed, why, read in zip(
            turn.rows.tolist(),
            turn.snippets,
            turn.written,
            turn.scored.log_odds.tolist(),
            turn.passes.tolist(),
            turn.scored.why,
            turn.scored.tokens.tolist(),
            strict=True,
        )
    ]
    columns: dict[str, list[Any]] = defaultdict(list)
    for one in sorted(rows, key=lambda one: (one["sample"], one["draw"])):
        for name, value in one.items():
            columns[name].append(value)
    return columns
