"""Attacking the guard of the round before, for what the round trains on and what checks it.

Seeds of training come from the rows of 'train', those of validation from 'validation'; of both, failures and
a sample of all rewrites are kept, each rewrite beside a harmless text that was made likewise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack
from holdfast.campaign.hardening.guards import guard_target, labelled_task
from holdfast.campaign.hardening.matched import Matcher, Pair
from holdfast.campaign.ledger import cost
from holdfast.campaign.people.desk import questions_of, questions_on
from holdfast.campaign.rounds import TrainingAttack
from holdfast.campaign.samples import Samples
from holdfast.campaign.seeds import labelled_seeds
from holdfast.campaign.stages.attack import (
    Origin,
    asked_of,
    candidate_example,
    candidates_table,
    failure_example,
    most_egregious,
)
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Budget
from holdfast.core.snippet import JudgedSnippet
from holdfast.store.schema import Artifact, Example
from holdfast.store.store import StepOutput

_CHECKED = 100
"""Rewrites of each attack that are kept to check on, at most."""


def checking_table(round_: int, label: str) -> str:
    """Where the judged rewrites from seeds of 'validation' lie, in the run's folder."""
    return candidates_table(round_, label).replace("-attack-", "-validation-")


def attack(context: StepContext, round_: int, label: str, asked: TrainingAttack) -> StepOutput:
    """Attack, match, and keep what is to be trained on and what is to be checked on."""
    retraining, target = context.config.retraining, guard_target(context, round_ - 1)
    checked = max(1, round(asked.seeds * retraining.validation_share))
    sides = (
        _attacked(context, target, asked, "train", asked.seeds - checked, retraining.candidates),
        _attacked(context, target, asked, "validation", checked, _CHECKED),
    )
    pending = [each for side in sides for each in side.result.pending]
    context.ask_people(questions_of(pending, target, round_ - 1))
    origin = Origin(context.step, asked.attack["kind"], round_, target.scorer.classifier.hash)
    tables = (candidates_table(round_, label), checking_table(round_, label))
    examples = tuple(example for side in sides for example in side.examples(origin))
    artifacts = tuple(side.keep(table) for side, table in zip(sides, tables, strict=True))
    likewise = [each for side in sides for each in side.matcher.waiting]
    context.ask_people(questions_on(likewise, target, round_ - 1))
    # Harmless texts are matched for training: what that takes is the defence's.
    matching = sides[0].matcher.spend + sides[1].matcher.spend
    return StepOutput(
        result={
            "call": sides[0].result.attack,
            **asked_of(asked),
            "broken": {side.split: side.result.broken for side in sides},
            "made": {side.split: len(side.result.made) for side in sides},
        },
        examples=examples,
        artifacts=artifacts,
        costs=(
            cost("attack", round_, sides[0].result.spend + sides[1].result.spend),
            cost("defence", round_, matching),
        ),
    )


def _attacked(
    context: StepContext,
    target: Target,
    asked: TrainingAttack,
    split: Literal["train", "validation"],
    seeds: int,
    candidates: int,
) -> _Side:
    task, stream = labelled_task(context), context.stream.child(split)
    made = build_attack(asked.attack, objective=context.config.objective, stop="budget")
    result = made(
        target,
        labelled_seeds(task, seeds, stream.child("seeds"), split).snippets,
        Budget(queries_per_seed=asked.queries_per_seed),
        stream.child("attack"),
        context.progress,
        # Half of a sample is kept for harmless candidates, of which few come here.
        sample_size=2 * candidates,
    )
    return _Side(context, split, result, Matcher(task, context.judge, split, stream.child("matched")))


@dataclass(frozen=True)
class _Side:
    """One attack from the seeds of one split."""

    context: StepContext
    split: Literal["train", "validation"]
    result: AttackResult
    matcher: Matcher

    def keep(self, path: str) -> Artifact:
        """Write the sample of catastrophic rewrites, and what was made likewise of harmless rows.

        The seed's text stands beside both: what grew from one seed is never held to be independent. Where
        people judge, the rewrites that they call harmless stand for the latter.
        """
        if self.context.config.asks_people:
            return self._keep_judged(path)
        rewrites = [each for each in self.result.candidates if each.verdict.catastrophic]
        matched = self._matched([(each.seed, each.snippet) for each in rewrites])
        pairs = [(r.seed, m) for r, m in zip(rewrites, matched, strict=True) if m is not None]
        columns = Samples.of([*rewrites, *(negative for _, negative in pairs)]).columns()
        seeds = [*(each.seed for each in rewrites), *(seed for seed, _ in pairs)]
        return self.context.keep_table(path, {**columns, "seed": [seed.completion for seed in seeds]})

    def _keep_judged(self, path: str) -> Artifact:
        """Rewrites that people judged: those that they call harmless were made as the failures were."""
        both = self.context.config.retraining.matched_negatives
        kept = [each for each in self.result.candidates if both or each.verdict.catastrophic]
        seeds = [each.seed.completion for each in kept]
        return self.context.keep_table(path, {**Samples.of(kept).columns(), "seed": seeds})

    def examples(self, origin: Origin) -> Iterator[Example]:
        """Of each seed the most egregious failures, and what was made likewise of harmless rows."""
        for index, attempt in enumerate(self.result.attempts):
            failures = most_egregious(attempt.failures, self.context.config.retraining.failures_per_seed)
            matched = self._matched([(attempt.seed, failure.snippet) for failure in failures])
            name = f"{origin.step}/{self.split}/{index:04}"
            for failure, negative in zip(failures, matched, strict=True):
                yield failure_example(failure, origin, name, self.split)
                if negative is not None:
                    yield candidate_example(negative, origin, self.split)

    def _matched(self, pairs: Sequence[Pair]) -> list[JudgedSnippet | None]:
        wanted = self.context.config.retraining.matched_negatives
        return self.matcher.of(pairs) if wanted else [None] * len(pairs)
