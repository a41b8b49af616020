"""How fast a guard scores on this machine, and what later commands will take."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
import torch

from holdfast.campaign.checking.records import CommandCost, CostsRecord, SpeedRecord
from holdfast.campaign.checking.sampling import measured_split, spread
from holdfast.campaign.machine import machine
from holdfast.campaign.opening import Opened
from holdfast.core.progress import Progress
from holdfast.core.snippet import Label, Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.screening import batched_log_odds, low_precision
from holdfast.tasks.labelled.task import LabelledTask

ATTACK_QUERIES, ATTACK_SEEDS = 400, 50
"""Of `holdfast attack --budget 400q/seed`, whose seeds are so many by default."""

SURROUNDINGS = 4
"""Harmless sentences put around a passage, so that the texts timed are as long as rewrites."""

TIMED, LONG_ENOUGH = 128, 2.0
"""Texts that are timed at most, and seconds after which no more are."""

_FEW, _TOKENS = 8, 1024


def measure_costs(opened: Opened, progress: Progress) -> CostsRecord:
    """Time the guard on texts as long as an attack's, in both precisions, and work out the rest."""
    guard, task = opened.classifier, opened.labelled
    plain = _catastrophic(task)
    rewrites = _surrounded(plain, task.harmless_sentences) if opened.judge.name == "carried" else []
    fitting = _readable(guard, rewrites)
    tokens = fitting or _readable(guard, plain)
    speeds, stray = _both_speeds(guard, tokens, progress) if tokens else ((), 0.0)
    return CostsRecord(
        machine=machine(),
        threads=torch.get_num_threads(),
        speeds=speeds,
        surrounded=SURROUNDINGS if fitting else 0,
        rewrites=len(rewrites),
        rewrites_fit=len(fitting),
        stray=stray,
        commands=tuple(_commands(task, speeds)),
    )


def _catastrophic(task: LabelledTask) -> list[Snippet]:
    """Catastrophic texts of the split that measures, from which attacks start; any rows where it has none."""
    rows = task.rows
    found = rows.indices(measured_split(rows), Label.CATASTROPHIC, distinct=True)
    return rows.snippets(spread(found if len(found) else rows.indices(), TIMED))


def _surrounded(texts: Sequence[Snippet], sentences: Sequence[str]) -> list[Snippet]:
    """Each text between harmless sentences, other ones each time."""
    if not sentences:
        return []
    half = SURROUNDINGS // 2
    around = [(_some(sentences, 2 * i, half), _some(sentences, 2 * i + 1, half)) for i in range(len(texts))]
    return [
        Snippet(text.prompt, " ".join([*before, text.completion, *after]))
        for text, (before, after) in zip(texts, around, strict=True)
    ]


def _readable(guard: Classifier, texts: Sequence[Snippet]) -> list[Tokens]:
    tokens = guard.codec.encode(texts)
    return [one for one, fit in zip(tokens, guard.fits(tokens).tolist(), strict=True) if fit]


def _both_speeds(
    guard: Classifier, tokens: Sequence[Tokens], progress: Progress
) -> tuple[tuple[SpeedRecord, ...], float]:
    """The speed in each precision, and by how much log odds differ at most."""
    progress.start("timing the guard", 2)
    full, exact = _timed(guard, tokens, "fp32")
    progress.advance(1)
    low, rough = _timed(low_precision(guard), tokens, "bf16")
    progress.finish(fp32=full.texts_per_second, bf16=low.texts_per_second)
    alike = min(len(exact), len(rough))
    strays = np.abs(exact[:alike] - rough[:alike])
    return (full, low), float(np.max(strays[np.isfinite(strays)], initial=0.0))


def _some(sentences: Sequence[str], place: int, count: int) -> list[str]:
    return [sentences[(place * count + i) % len(sentences)] for i in range(count)]


def _timed(guard: Classifier, tokens: Sequence[Tokens], precision: str) -> tuple[SpeedRecord, np.ndarray]:
    """Score a few at a time until it has taken long enough; the first few only warm up."""
    batched_log_odds(guard, tokens[:_FEW], _TOKENS)
    found: list[np.ndarray] = []
    began = perf_counter()
    for start in range(0, len(tokens), _FEW):
        found.append(batched_log_odds(guard, tokens[start : start + _FEW], _TOKENS))
        if perf_counter() - began > LONG_ENOUGH:
            break
    taken = perf_counter() - began
    scores = np.concatenate(found)
    lengths = guard.fitting.lengths(tokens[: len(scores)])
    speed = SpeedRecord.model_validate(
        {
            "precision": precision,
            "texts": len(scores),
            "tokens": float(lengths.mean()),
            "texts_per_second": len(scores) / taken,
        }
    )
    return speed, scores


def planned_queries(task: LabelledTask) -> tuple[tuple[str, str, int], ...]:
    """Later commands, what they do in words, and how many texts they score at most."""
    rows = task.rows
    seeds = min(ATTACK_SEEDS, len(rows.indices(measured_split(rows), Label.CATASTROPHIC, distinct=True)))
    measured = sum(
        len(rows.indices(split, label, distinct=True))
        for split in ("threshold", "test")
        for label in (Label.CATASTROPHIC, Label.HARMLESS)
    )
    return (
        ("attack", f"{seeds} seeds with {ATTACK_QUERIES} queries each, at most", seeds * ATTACK_QUERIES),
        ("evaluate", f"the {measured:,} distinct texts of threshold and test, no attacks", measured),
    )


def _commands(task: LabelledTask, speeds: Sequence[SpeedRecord]) -> list[CommandCost]:
    if not speeds:
        return []
    full, rough = (one.texts_per_second for one in speeds)
    return [
        CommandCost(
            command=command,
            what=what,
            queries=queries,
            seconds=queries / full,
            seconds_bf16=queries / rough,
        )
        for command, what, queries in planned_queries(task)
    ]
