"""What the choice of an objective does: one attack with each of them, on the first model and the last."""

from __future__ import annotations

from holdfast.attacks.objective import ObjectiveName
from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack
from holdfast.campaign.config import RunConfig
from holdfast.campaign.ledger import cost, rate_record, spend_record
from holdfast.campaign.records import ObjectiveRecord
from holdfast.campaign.rounds import TrainingAttack
from holdfast.campaign.stages.assault import evaluation_seeds
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Budget, Spend
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.store.store import StepOutput

COMPARED: tuple[ObjectiveName, ...] = ("egregious", "lowest_score")
"""What the original project's contractors should have been told, and what they were told."""

MOST_SEEDS = 20

PREFERRED = "greedy_rewrite"
"""Where it is trained against, the objectives are compared with this attack, as in arXiv 2205.01663."""

QUERIES = 3
"""Times the queries that training gives the attack's attempts, so that its search comes to an end."""


def attack_compared(config: RunConfig) -> TrainingAttack | None:
    """The training attack to compare objectives with: the first that works towards its objective.

    One that draws blindly, such as `best_of_n`, finds the same whatever it is asked to prefer. None where
    there is no other.
    """
    guided = [each for each in config.attacks if build_attack(each.attack).guided]
    return min(guided, key=lambda each: each.attack["kind"] != PREFERRED, default=None)


def seeds_compared(config: RunConfig) -> int:
    """How many of the evaluation's seeds each run starts from."""
    return min(MOST_SEEDS, config.extent(0).attack_seeds)


def models_compared(config: RunConfig) -> tuple[int, ...]:
    """The rounds whose models are attacked: the first and the last."""
    return (0, config.last_round) if config.rounds else (0,)


def queries_compared(config: RunConfig, asked: TrainingAttack) -> int:
    """The most queries that all runs together may spend."""
    runs = len(models_compared(config)) * len(COMPARED)
    return runs * seeds_compared(config) * QUERIES * asked.queries_per_seed


def compare_objectives(context: StepContext, asked: TrainingAttack) -> StepOutput:
    """Attack each model with each objective, every attempt until its queries are spent."""
    seeds = evaluation_seeds(context)[: seeds_compared(context.config)]
    records, spend = [], Spend()
    for round_ in models_compared(context.config):
        target = context.target(round_)
        for objective in COMPARED:
            result = _attacked(context, target, seeds, asked, objective)
            records.append(_record(result, target, asked, objective, round_))
            spend += result.spend
    return StepOutput(
        result={"records": [record.model_dump(mode="json") for record in records]},
        costs=(cost("evaluation", context.config.last_round, spend),),
    )


def _attacked(
    context: StepContext,
    target: Target,
    seeds: list[Snippet],
    asked: TrainingAttack,
    objective: ObjectiveName,
) -> AttackResult:
    """All runs share one stream, so that they begin alike and differ by their objective and model alone."""
    made = build_attack(asked.attack, objective=objective, stop="budget")
    budget = Budget(queries_per_seed=QUERIES * asked.queries_per_seed)
    return made(target, seeds, budget, context.stream.child("attack"), context.progress)


def _record(
    result: AttackResult, target: Target, asked: TrainingAttack, objective: ObjectiveName, round_: int
) -> ObjectiveRecord:
    best = [attempt.best for attempt in result.made]
    return ObjectiveRecord(
        objective=objective,
        round=round_,
        attack=asked.attack["kind"],
        call=result.attack,
        queries_per_seed=QUERIES * asked.queries_per_seed,
        threshold=target.threshold,
        success=rate_record(Proportion(result.broken, len(best))),
        egregiousness=tuple(None if b is None else b.verdict.egregiousness for b in best),
        scores=tuple(None if b is None else b.score for b in best),
        cost=spend_record(result.spend),
    )
