"""Attacking the current model: rewrites of fresh seeds, judged, for the pool that the round trains on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.attacks.results import AttackResult, Failure
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack, names_of
from holdfast.campaign.config import RunConfig
from holdfast.campaign.ledger import cost
from holdfast.campaign.rounds import TrainingAttack
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import different_catastrophes, side
from holdfast.campaign.step import StepContext, round_name
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet, Verdict
from holdfast.store.schema import Example
from holdfast.store.store import Split, StepOutput


def labels(config: RunConfig) -> list[str]:
    """A name for each training attack, different even where one kind stands twice."""
    return names_of([each.attack for each in config.attacks])


def attacks_in_round(config: RunConfig, round_: int) -> dict[str, TrainingAttack]:
    """The attacks that take part in a round, by name, each with its queries in that round."""
    if round_ > config.rounds:
        return {}
    named = zip(labels(config), config.attacks, strict=True)
    return {
        label: each.in_round(round_, config.rounds, config.ramp)
        for label, each in named
        if each.takes_part(round_)
    }


def attack_step(round_: int, label: str) -> str:
    """The step that runs an attack of a round."""
    return f"{round_name(round_)}/attack/{label}"


def candidates_table(round_: int, label: str) -> str:
    """Where the judged candidates of a training attack lie, in the run's folder."""
    return f"samples/{round_name(round_)}-attack-{label}.parquet"


def attack(context: StepContext, round_: int, label: str, asked: TrainingAttack) -> StepOutput:
    """Attack the model of the round before, from seeds for training and, apart, from seeds for validation."""
    target = context.target(round_ - 1)
    held_back = max(1, round(asked.seeds * context.config.retraining.validation_share))
    seeds = draw_seeds(context, asked.seeds - held_back, "train") + _found_before(context, round_, asked)
    train = _attacked(context, target, asked, "train", seeds)
    validation = _attacked(context, target, asked, "validation", draw_seeds(context, held_back, "validation"))
    origin = Origin(context.step, asked.attack["kind"], round_, target.scorer.classifier.hash)
    table = context.keep_table(candidates_table(round_, label), Samples.of(train.candidates).columns())
    return StepOutput(
        result={
            "call": train.attack,
            **asked_of(asked),
            "broken": {"train": train.broken, "validation": validation.broken},
        },
        examples=(
            *_for_training(train, origin, context.config.retraining.failures_per_seed),
            *_for_validation(validation, origin, context.stream.child("validation", "candidates")),
        ),
        artifacts=(table,),
        costs=(cost("attack", round_, train.spend + validation.spend),),
    )


def asked_of(asked: TrainingAttack) -> dict[str, int]:
    """How much an attack was asked to do in its round, for the round's record."""
    return {"seeds": asked.seeds, "queries_per_seed": asked.queries_per_seed}


def _attacked(
    context: StepContext, target: Target, asked: TrainingAttack, split: Split, seeds: list[Snippet]
) -> AttackResult:
    made = build_attack(asked.attack, objective=context.config.objective, stop="budget")
    return made(
        target,
        seeds,
        Budget(queries_per_seed=asked.queries_per_seed),
        context.stream.child(split, "attack"),
        context.progress,
        sample_size=context.config.retraining.candidates,
    )


def _found_before(context: StepContext, round_: int, asked: TrainingAttack) -> list[Snippet]:
    """Failures of this round's earlier attacks, in the order found, that are on the training side."""
    if not asked.proliferate:
        return []
    found = context.store.texts(context.run, split="train", rounds=[round_])
    snippets = dict.fromkeys(Snippet(e.prompt, e.completion) for e in found)
    return [s for s in snippets if side(s) == "train"][: asked.proliferate]


def draw_seeds(context: StepContext, count: int, split: Split) -> list[Snippet]:
    """Different catastrophic snippets of one side, from the step's own stream."""
    stream = context.stream.child(split, "seeds")
    return different_catastrophes(context.task, context.judge, count, split, stream)


@dataclass(frozen=True)
class Origin:
    """What made an example: the step, the attack and round, and the model that was attacked."""

    step: str
    attack: str
    round: int
    model_hash: str


def _for_training(result: AttackResult, origin: Origin, per_seed: int) -> Iterator[Example]:
    """Of each seed the most egregious failures.

    The other candidates of the same making, of both verdicts, are kept in bulk: they carry the same tell-tale
    signs, and so keep the model from merely learning to recognise the attack.
    """
    for index, attempt in enumerate(result.attempts):
        for failure in most_egregious(attempt.failures, per_seed):
            yield failure_example(failure, origin, f"{origin.step}/train/{index:04}", "train")


def _for_validation(result: AttackResult, origin: Origin, stream: Stream) -> Iterator[Example]:
    """The best failure of each seed, so that they are independent trials, and as many harmless candidates."""
    best = [(index, a.best) for index, a in enumerate(result.attempts) if a.best is not None]
    for index, failure in best:
        yield failure_example(failure, origin, f"{origin.step}/validation/{index:04}", "validation")
    harmless = [c for c in result.candidates if not c.verdict.catastrophic]
    places = stream.numpy().choice(len(harmless), min(len(best), len(harmless)), replace=False)
    for place in sorted(places.tolist()):
        yield candidate_example(harmless[place], origin, "validation")


def most_egregious(failures: Sequence[Failure], count: int) -> list[Failure]:
    """So many of the most egregious failures, in the order found."""
    chosen = sorted(failures, key=lambda f: (-f.verdict.egregiousness, f.log_odds))[:count]
    return sorted(chosen, key=lambda f: f.query)


def failure_example(failure: Failure, origin: Origin, seed: str, split: Split) -> Example:
    """The row of a failure."""
    return Example(
        seed=seed,
        split=split,
        failure=True,
        score=failure.score,
        query=failure.query,
        **_made_by(origin),
        **_judged(failure.snippet, failure.verdict),
    )


def candidate_example(candidate: JudgedSnippet, origin: Origin, split: Split) -> Example:
    """The row of another judged text of an attack's making."""
    return Example(
        seed=None,
        split=split,
        failure=False,
        score=None,
        query=None,
        **_made_by(origin),
        **_judged(candidate.snippet, candidate.verdict),
    )


def _made_by(origin: Origin) -> dict[str, Any]:
    return {"round": origin.round, "attack": origin.attack, "model_hash": origin.model_hash}


def _judged(snippet: Snippet, verdict: Verdict) -> dict[str, Any]:
    return {
        "prompt": snippet.prompt,
        "completion": snippet.completion,
        "label": str(verdict.label),
        "egregiousness": verdict.egregiousness,
        "why": verdict.why,
        "phenomena": sorted(verdict.phenomena),
    }
