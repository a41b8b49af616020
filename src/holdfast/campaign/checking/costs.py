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
    texts = _like_rewrites(task, carried=opened.judge.name == "carried")
    tokens = guard.codec.encode(texts)
    tokens = [one for one, fit in zip(tokens, guard.fits(tokens).tolist(), strict=True) if fit]
    if not tokens:
        return CostsRecord(
            machine=machine(), threads=torch.get_num_threads(), speeds=(), stray=0, commands=()
        )
    progress.start("timing the guard", 2)
    twin = low_precision(guard)
    speeds, scores = [], []
    for precision, model in (("fp32", guard), ("bf16", twin)):
        speed, found = _timed(model, tokens, precision)
        speeds.append(speed)
        scores.append(found)
        progress.advance(1)
    progress.finish(**{f"{one.precision} texts/s": one.texts_per_second for one in speeds})
    alike = min(map(len, scores))
    strays = np.abs(scores[0][:alike] - scores[1][:alike])
    return CostsRecord(
        machine=machine(),
        threads=torch.get_num_threads(),
        speeds=tuple(speeds),
        stray=float(np.max(strays[np.isfinite(strays)], initial=0.0)),
        commands=tuple(_commands(task, speeds)),
    )


def _like_rewrites(task: LabelledTask, carried: bool) -> list[Snippet]:
    """Catastrophic texts of the split that measures, in harmless sentences where the judge carries them."""
    rows = task.rows
    found = rows.indices(measured_split(rows), Label.CATASTROPHIC, distinct=True)
    texts = rows.snippets(spread(found if len(found) else rows.indices(), TIMED))
    sentences = task.harmless_sentences if carried else ()
    if not sentences:
        return texts
    half = SURROUNDINGS // 2
    return [
        Snippet(
            text.prompt,
            " ".join([*_some(sentences, 2 * i, half), text.completion, *_some(sentences, 2 * i + 1, half)]),
        )
        for i, text in enumerate(texts)
    ]


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


def _commands(task: LabelledTask, speeds: Sequence[SpeedRecord]) -> list[CommandCost]:
    rows = task.rows
    full, rough = (one.texts_per_second for one in speeds)
    seeds = min(ATTACK_SEEDS, len(rows.indices(measured_split(rows), Label.CATASTROPHIC, distinct=True)))
    measured = sum(
        len(rows.indices(split, label, distinct=True))
        for split in ("threshold", "test")
        for label in (Label.CATASTROPHIC, Label.HARMLESS)
    )
    plans = (
        ("attack", f"{seeds} seeds with {ATTACK_QUERIES} queries each, at most", seeds * ATTACK_QUERIES),
        ("evaluate", f"the {measured:,} distinct texts of threshold and test, no attacks", measured),
    )
    return [
        CommandCost(
            command=command,
            what=what,
            queries=queries,
            seconds=queries / full,
            seconds_bf16=queries / rough,
        )
        for command, what, queries in plans
    ]
