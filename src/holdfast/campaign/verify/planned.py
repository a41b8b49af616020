"""A claim against the plan of the evaluation that it lies in: made again from it, and compared whole.

Whatever an evaluation claims follows from its plan and its shards. So the claim is made again from every
shard of the plan, and each field of the one must be that of the other. Shards left out, rows that are missing
or more, another word anywhere in the claim: none of them needs a rule of its own then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.attacking import rows_file
from holdfast.campaign.evaluate.claiming import CLAIMS, attack_claims, natural_claims
from holdfast.campaign.evaluate.plan import PLAN, EvaluationPlan, read_plan
from holdfast.campaign.evaluate.series import AttackSeries, Series
from holdfast.campaign.evaluate.shards import Shard, whole_shards
from holdfast.campaign.evaluate.watching import Watched, watch
from holdfast.campaign.verify.check import Check
from holdfast.campaign.verify.differing import NAME, NotAsPlannedError, claim_difference
from holdfast.core.errors import UserError
from holdfast.evaluation.claims import Claim
from holdfast.store.disk import read_table


@dataclass(frozen=True)
class PlannedShards:
    """The series of a plan that a claim is counted in, and those of its shards that count."""

    plan: EvaluationPlan
    series: Series
    shards: Sequence[Shard]


def check_plan(claim: Claim, place: Path, folder: Path) -> tuple[Check, PlannedShards | None]:
    """The claim in the file `place` against the plan and the shards of an evaluation's folder.

    Returns what the claim is counted in, too, where all of it is there.
    """
    try:
        plan = read_plan(folder)
        series = _series(plan, claim)
        planned = _whole(plan, series, folder)
        made = _made_again(claim, planned, folder)
    except (NotAsPlannedError, UserError) as error:
        return Check(NAME, False, str(error)), None
    differs = claim_difference(claim, place.parent, made, folder / CLAIMS)
    if differs:
        return Check(
            NAME, False, f"the claim is not the one that {PLAN} and its shards give: {differs}"
        ), None
    shards = len(planned.shards)
    told = f"made again from {PLAN} and all {shards:,} of its shards, the claim is the same in every field"
    return Check(NAME, True, told), planned


def _series(plan: EvaluationPlan, claim: Claim) -> Series:
    """What the plan draws for such a claim."""
    if claim.distribution.attack is None:
        return plan.filtered
    names = {source.path.split("/")[-3] for source in claim.evidence.sources if source.path.count("/") > 2}
    for series in plan.assaults:
        if series.role == "this" and names == {series.attack}:
            return series
    asked = ", ".join(plan.attacks.names) if plan.attacks else "none"
    raise NotAsPlannedError(f"{PLAN} has no such attack on this model; its attacks are: {asked}")


def _whole(plan: EvaluationPlan, series: Series, folder: Path) -> PlannedShards:
    """Every shard of a series, or all up to the monitor's verdict, each with the rows it should have."""
    found, strange = whole_shards(folder, series)
    if strange:
        raise NotAsPlannedError(
            f"{series.name} holds {strange[0].name}, which is no shard of the plan, or is not what its name"
            " says"
        )
    counted: list[Shard] = []
    if series.name == plan.filtered.name:
        counted = _watched(plan, series, found).shards
    else:
        counted = list(_each(series, found))
    beyond = sorted(set(found) - {shard.index for shard in counted})
    if beyond:
        raise NotAsPlannedError(
            f"shard {beyond[0]} of {series.name} was drawn after the monitor had decided; the draws end there"
        )
    for shard in counted:
        _check_rows(series, shard, folder)
    return PlannedShards(plan, series, counted)


def _watched(plan: EvaluationPlan, series: Series, found: dict[int, Shard]) -> Watched:
    return watch(plan, _each(series, found))


def _each(series: Series, found: dict[int, Shard]) -> Iterator[Shard]:
    for index in range(series.shards):
        if index not in found:
            raise NotAsPlannedError(
                f"shard {index} of the {series.shards} in {series.name} that the plan asks for is missing"
            )
        yield found[index]


def _check_rows(series: Series, shard: Shard, folder: Path) -> None:
    """A shard has the prompts of its place, each of them, and no other (of attacks: as many attempts)."""
    size, first = series.size(shard.index), shard.index * series.shard
    if isinstance(series, AttackSeries):
        rows = read_table(rows_file(folder, series.name, shard.index), ["seed", "outcome"])
        made = int(np.count_nonzero(rows["outcome"] != "skipped"))
        stored = len(read_table(shard.path, ["prompt"])["prompt"])
        whole = np.array_equal(np.sort(rows["seed"]), np.arange(first, first + size))
        if not whole or made != stored:
            raise NotAsPlannedError(
                f"shard {shard.index} of {series.name} has {stored:,} attempts where the plan asks for"
                f" {size:,}, of which {len(rows['seed']) - made:,} could not be made"
            )
        return
    prompts = np.unique(read_table(shard.path, ["prompt_index"])["prompt_index"])
    if not np.array_equal(prompts, np.arange(first, first + size)):
        raise NotAsPlannedError(
            f"shard {shard.index} of {series.name} has not the prompts {first:,} to {first + size - 1:,} that"
            f" the plan gives it, each once ({len(prompts):,} of {size:,} are there, or they are others)"
        )


def _made_again(claim: Claim, planned: PlannedShards, folder: Path) -> Claim:
    plan, series = planned.plan, planned.series
    if isinstance(series, AttackSeries):
        claims = [made for *_, made in attack_claims(folder, plan, series, planned.shards)]
        made_by = dict(zip(("attack success rate", "worst failure found"), claims, strict=True))
    else:
        watched = watch(plan, planned.shards)
        made_by = {str(quantity): made for quantity, made in natural_claims(folder, plan, watched)}
    if str(claim.quantity) not in made_by:
        raise NotAsPlannedError(f"an evaluation claims nothing on the {claim.quantity} from such draws")
    return made_by[str(claim.quantity)]().weakened_as(claim)
