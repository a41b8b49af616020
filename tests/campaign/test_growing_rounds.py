"""Rounds: how attacks grow and take turns, and what a run says of each round."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.plan import steps
from holdfast.campaign.rounds import Ramp, TrainingAttack
from holdfast.campaign.stages.attack import attacks_in_round
from holdfast.campaign.study.declared import declared_config
from holdfast.core.errors import UserError
from tiny import tiny

GROWING = {
    "rounds": 4,
    "ramp": {"start": 0.125},
    "attacks": [
        {"attack": "random_rewrite", "seeds": 6, "queries_per_seed": 80},
        {"attack": "best_of_n", "seeds": 6, "queries_per_seed": 16, "from_round": 2, "every": 2},
    ],
}


@dataclass(frozen=True)
class Asked:
    """The queries of each attack of a round, by name."""

    round: int
    queries: dict[str, int]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(1, {"random_rewrite": 10}),
        Asked(2, {"random_rewrite": 20, "best_of_n": 4}),
        Asked(3, {"random_rewrite": 40}),
        Asked(4, {"random_rewrite": 80, "best_of_n": 16}),
    ],
    ids=lambda asked: f"round {asked.round}",
)
def test_attacks_grow_and_take_part_when_they_are_asked_to(asked: Asked) -> None:
    config = tiny(**GROWING)
    found = attacks_in_round(config, asked.round)
    assert {name: each.queries_per_seed for name, each in found.items()} == asked.queries
    planned = {step.name for step in steps(config) if step.name.startswith(f"round-{asked.round:02}/attack/")}
    assert planned == {f"round-{asked.round:02}/attack/{name}" for name in asked.queries}


@given(
    start=st.floats(0.001, 0.999),
    shape=st.sampled_from(["geometric", "linear"]),
    rounds=st.integers(2, 60),
    queries=st.integers(1, 20_000),
)
def test_a_ramp_goes_from_its_start_to_the_whole_and_never_falls(
    start: float, shape: str, rounds: int, queries: int
) -> None:
    ramp = Ramp(start=start, shape=shape)
    attack = TrainingAttack(attack="random_rewrite", seeds=2, queries_per_seed=queries)
    grown = [attack.in_round(r, rounds, ramp).queries_per_seed for r in range(1, rounds + 1)]
    assert grown == sorted(grown)
    assert grown[0] == max(1, round(start * queries))
    assert grown[-1] == queries


def test_one_round_has_all_queries_and_no_ramp_changes_nothing() -> None:
    attack = TrainingAttack(attack="random_rewrite", seeds=2, queries_per_seed=40)
    assert attack.in_round(1, 1, Ramp(start=0.1)) == attack
    assert attack.in_round(3, 9, None) == attack


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ramp": {"start": 1.0}}, "ramp.start"),
        ({"ramp": {"start": 0.1, "shape": "steep"}}, "'geometric' or 'linear'"),
        ({"rounds": 1}, "'best_of_n' begins in round 2, and there are 1"),
        ({"attacks": GROWING["attacks"][1:]}, "no attack takes part in round 1"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_rounds_that_cannot_be_are_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        tiny(**{**GROWING, **change})


def test_a_configuration_of_before_there_were_ramps_means_the_same() -> None:
    now = tiny()
    stored = now.model_dump(mode="json")
    del stored["ramp"]
    for each in stored["attacks"]:
        del each["from_round"], each["every"]
    assert resolve(stored) == now
    assert isinstance(now, RunConfig)


def test_a_later_option_at_its_default_leaves_a_studys_cells_as_they_were() -> None:
    """The names of before these options came: a cell that is done must not run again."""
    plain = declared_config(tiny())
    assert not {"ramp", "stop"} & set(plain)
    assert not {"from_round", "every"} & set(plain["attacks"][0])
    assert not {"torn", "defence"} & set(plain["retraining"])
    assert not {"balanced_by", "minimal_pairs"} & set(plain["retraining"]["mixing"])
    assert "defence" not in plain["classifier"]
    assert resolve(plain) == tiny()
    growing = declared_config(tiny(**GROWING))
    assert growing["ramp"] == {"start": 0.125, "shape": "geometric"}
    assert [each.get("every") for each in growing["attacks"]] == [None, 2]
    assert resolve(growing) == tiny(**GROWING)
