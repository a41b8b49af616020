"""When rounds end: a fixed attack on validation seeds says whether the models still become harder to break.

The attack may be one that rounds train against. It is no evaluation, for the last model is chosen by it; so
its seeds are of the validation side, and an attack that is held out cannot be it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from holdfast.campaign.choices import build_attack
from holdfast.campaign.config import RunConfig
from holdfast.campaign.ledger import cost
from holdfast.campaign.records import ValidationRecord
from holdfast.campaign.rounds import StopRule
from holdfast.campaign.split import different_catastrophes
from holdfast.campaign.step import StepContext, round_name, stream_of
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.store.store import StepOutput, Store

VALIDATION = "validation"
"""The random stream of the attack and its seeds, the same for all models, so that these differ alone."""


def validate_step(round_: int) -> str:
    """The step that asks whether the model of a round is harder to break than those before."""
    return f"{round_name(round_)}/validate"


def validate(context: StepContext, round_: int, asked: StopRule) -> StepOutput:
    """Attack a round's model from the validation seeds, and say whether rounds end with it."""
    stream = stream_of(context.config, VALIDATION)
    seeds = different_catastrophes(
        context.task, context.judge, asked.seeds, "validation", stream.child("seeds")
    )
    made = build_attack(asked.attack, objective=context.config.objective, stop="first")
    budget = Budget(queries_per_seed=asked.queries_per_seed)
    result = made(context.target(round_), seeds, budget, stream.child("attack"), context.progress)
    if not result.made:
        raise UserError(
            f"no attempt of '{asked.attack['kind']}' could be made, so it cannot say when rounds end; name"
            " another attack as stop.attack"
        )
    queries = queries_to_failure(result.first_failure_queries, asked.queries_per_seed)
    before = [context.result(validate_step(earlier))["queries"] for earlier in range(round_)]
    best = best_round([*before, queries])
    record = ValidationRecord(
        attack=asked.attack["kind"],
        queries_per_seed=asked.queries_per_seed,
        attempts=len(result.made),
        broken=result.broken,
        queries=queries,
        best=best,
    )
    ends = round_ > 0 and (round_ - best >= asked.patience or round_ == context.config.rounds)
    return StepOutput(
        result={"queries": queries, "best": best, "ends": ends, "record": record.model_dump(mode="json")},
        # Choosing a model is the defence's; what its attack costs is counted with the attacks of rounds.
        costs=(cost("attack", round_, result.spend),),
    )


def queries_to_failure(first: Sequence[int | None], budget: int) -> float:
    """The geometric mean of the queries to the first failure; an attempt that withstood counts its budget."""
    return float(np.exp(np.mean(np.log([budget if each is None else each for each in first]))))


def best_round(queries: Sequence[float]) -> int:
    """The round whose model was hardest to break, of equals the first."""
    return int(np.argmax(queries))


def ended_after(config: RunConfig, round_: int) -> RunConfig:
    """The configuration of a run whose rounds ended early: as if only so many had been asked for."""
    return config.model_copy(update={"rounds": round_})


def ended_round(store: Store, run: str, config: RunConfig) -> int | None:
    """The round with which the rounds of a run have ended by its rule; None where they have not."""
    if config.stop is None:
        return None
    done = store.results(run)
    rounds = range(1, config.rounds + 1)
    return next((r for r in rounds if done.get(validate_step(r), {}).get("ends")), None)


def trained_round(store: Store, run: str, config: RunConfig) -> int:
    """The round whose training made the run's last model."""
    ended = ended_round(store, run, config)
    return config.rounds if ended is None else int(store.result(run, validate_step(ended))["best"])


def take_best(context: StepContext, round_: int) -> StepOutput:
    """The model that was hardest to break on validation seeds, as the run's last; nothing is trained."""
    best: int = context.result(validate_step(context.config.rounds))["best"]
    context.progress.start(f"round {round_}: take the model of round {best}", 1)
    kept = context.keep_model(context.classifier(best), "classifier", round_)
    context.progress.finish()
    trained = context.result(f"{round_name(best)}/train")
    result: dict[str, Any] = {name: trained[name] for name in ("parameters", "pool") if name in trained}
    return StepOutput(
        result={**result, "hash": kept.row.hash, "losses": [], "examples": 0, "taken_from": best},
        artifacts=(kept.artifact,),
        models=(kept.row,),
    )
