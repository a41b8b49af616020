"""Attacking the current model: rewrites of fresh seeds, judged, for the pool that the round trains on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.attacks.results import AttackResult, Failure
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack
from holdfast.campaign.config import RunConfig, TrainingAttack
from holdfast.campaign.ledger import cost
from holdfast.campaign.split import draw_side
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Budget, Spend
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet, Verdict
from holdfast.store.schema import Example
from holdfast.store.store import Split, StepOutput


def labels(config: RunConfig) -> list[str]:
    """A name for each training attack, different even where one kind stands twice."""
    names: list[str] = []
    for each in config.attacks:
        kind = each.attack["kind"]
        turn = sum(name.split("-")[0] == kind for name in names) + 1
        names.append(kind if turn == 1 else f"{kind}-{turn}")
    return names


def attack(context: StepContext, round_: int, asked: TrainingAttack) -> StepOutput:
    """Attack the model of the round before, from seeds for training and, apart, from seeds for validation."""
    target = context.target(round_ - 1)
    held_back = max(1, round(asked.seeds * context.config.retraining.validation_share))
    examples: list[Example] = []
    spend, broken = Spend(), {}
    sides: tuple[tuple[Split, int], ...] = (("train", asked.seeds - held_back), ("validation", held_back))
    for split, count in sides:
        result = _attacked(context, target, asked, split, count)
        examples += _examples(context, result, target, asked, split, round_)
        spend += result.spend
        broken[split] = result.broken
    return StepOutput(
        result={"call": result.attack, "broken": broken},
        examples=tuple(examples),
        costs=(cost("attack", round_, spend),),
    )


def _attacked(
    context: StepContext, target: Target, asked: TrainingAttack, split: Split, count: int
) -> AttackResult:
    made = build_attack(asked.attack, objective=context.config.objective, stop="budget")
    stream = context.stream.child(split)
    seeds = draw_seeds(context, count, split)
    return made(
        target,
        seeds,
        Budget(queries_per_seed=asked.queries_per_seed),
        stream.child("attack"),
        context.progress,
    )


def draw_seeds(context: StepContext, count: int, split: Split) -> list[Snippet]:
    """Different catastrophic snippets of one side, from the step's own stream."""
    stream = context.stream.child(split, "seeds")
    drawn = draw_side(context.task, count, split, stream, "hard", wanted=lambda v: v.catastrophic)
    return [judged.snippet for judged in drawn]


def _examples(
    context: StepContext,
    result: AttackResult,
    target: Target,
    asked: TrainingAttack,
    split: Split,
    round_: int,
) -> Iterator[Example]:
    """What enters the pool.

    For training: of each seed the most egregious failures, and other candidates of the same making, of both
    verdicts: they carry the same tell-tale signs and so keep the model from merely learning to recognise the
    attack. For validation: the best failure of each seed, so that they are independent trials, and as many
    harmless candidates.
    """
    rules = context.config.retraining
    model_hash = target.scorer.classifier.hash
    failures = 0
    for index, attempt in enumerate(result.attempts):
        chosen: Sequence[Failure] = _worst(attempt.failures, rules.failures_per_seed)
        if split == "validation":
            chosen = [attempt.best] if attempt.best else []
        failures += len(chosen)
        for failure in chosen:
            seed = f"{context.step}/{split}/{index:04}"
            yield failure_example(failure, asked.attack["kind"], seed, split, round_, model_hash)
    stream = context.stream.child(split, "candidates")
    half = rules.candidates // 2
    counts = (half, half) if split == "train" else (failures, 0)
    for candidate in _drawn(result.candidates, *counts, stream):
        yield _candidate_example(candidate, asked.attack["kind"], split, round_, model_hash)


def _drawn(
    candidates: Sequence[JudgedSnippet], harmless: int, catastrophic: int, stream: Stream
) -> Iterator[JudgedSnippet]:
    """So many of each verdict at random, as far as they go, in the order judged."""
    random = stream.numpy()
    for wanted, verdict in ((harmless, False), (catastrophic, True)):
        group = [c for c in candidates if c.verdict.catastrophic is verdict]
        places = random.choice(len(group), min(wanted, len(group)), replace=False)
        yield from (group[i] for i in sorted(places.tolist()))


def _worst(failures: Sequence[Failure], count: int) -> list[Failure]:
    """The most egregious, in the order found."""
    chosen = sorted(failures, key=lambda f: (-f.verdict.egregiousness, f.log_odds))[:count]
    return sorted(chosen, key=lambda f: f.query)


def failure_example(
    failure: Failure, kind: str, seed: str, split: Split, round_: int, model_hash: str
) -> Example:
    """The row of a failure."""
    return Example(
        round=round_,
        attack=kind,
        seed=seed,
        split=split,
        failure=True,
        score=failure.score,
        model_hash=model_hash,
        query=failure.query,
        **_judged(failure.snippet, failure.verdict),
    )


def _candidate_example(
    candidate: JudgedSnippet, kind: str, split: Split, round_: int, model_hash: str
) -> Example:
    return Example(
        round=round_,
        attack=kind,
        seed=None,
        split=split,
        failure=False,
        score=None,
        model_hash=model_hash,
        query=None,
        **_judged(candidate.snippet, candidate.verdict),
    )


def _judged(snippet: Snippet, verdict: Verdict) -> dict[str, Any]:
    return {
        "prompt": snippet.prompt,
        "completion": snippet.completion,
        "label": str(verdict.label),
        "egregiousness": verdict.egregiousness,
        "why": verdict.why,
        "phenomena": sorted(verdict.phenomena),
    }
