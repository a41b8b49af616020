"""The objectives compared: one attack with each, from the same seeds, at the end of a campaign."""

from pathlib import Path

import pytest

from holdfast.campaign.history import load_record
from holdfast.campaign.loop import Campaign
from holdfast.campaign.plan import steps
from holdfast.campaign.presets import preset
from holdfast.campaign.records import CampaignRecord
from holdfast.campaign.stages.objectives import attack_compared
from holdfast.store.store import Store
from tiny import tiny

BLIND = [{"attack": "best_of_n", "seeds": 6, "queries_per_seed": 10}]


def only(kind: str) -> dict[str, object]:
    return {"attack": kind, "seeds": 6, "queries_per_seed": 20}


@pytest.mark.parametrize("config", [tiny(), tiny(rounds=0), preset("storyworld", "demo")])
def test_the_step_stands_once_and_last(config) -> None:
    plan = steps(config)
    names = [step.name for step in plan]
    assert names.count("objectives") == 1
    assert names[-1] == "objectives"
    assert plan[-1].weight > 0


def test_without_an_attack_that_heeds_an_objective_there_is_no_step() -> None:
    blind = tiny(attacks=BLIND)
    assert attack_compared(blind) is None
    assert [step.name for step in steps(blind)][-1] == "round-02/conclude"


@pytest.mark.parametrize(
    ("kinds", "chosen"),
    [
        (["best_of_n", "random_rewrite"], "random_rewrite"),
        (["random_rewrite", "greedy_rewrite"], "greedy_rewrite"),
        (["hotflip", "random_rewrite"], "hotflip"),
    ],
)
def test_greedy_rewrite_is_preferred_and_else_the_first(kinds: list[str], chosen: str) -> None:
    asked = attack_compared(tiny(attacks=[only(kind) for kind in kinds]))
    assert asked is not None
    assert asked.attack["kind"] == chosen


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CampaignRecord]:
    folder = tmp_path_factory.mktemp("objectives") / "trial"
    return folder, Campaign(tiny(rounds=1, held_out=()), folder).run()


def test_both_objectives_meet_both_models_from_the_same_seeds(found: tuple[Path, CampaignRecord]) -> None:
    folder, record = found
    assert [(o.round, o.objective) for o in record.objectives] == [
        (0, "egregious"),
        (0, "lowest_score"),
        (1, "egregious"),
        (1, "lowest_score"),
    ]
    for one in record.objectives:
        assert (one.attack, one.queries_per_seed) == ("random_rewrite", 120)
        assert f"objective='{one.objective}'" in one.call or one.objective == "egregious"
        assert one.success.trials == len(one.egregiousness) == len(one.scores) == 6
        assert one.success.events == sum(value is not None for value in one.egregiousness)
        assert all(score is None or score < one.threshold for score in one.scores)
        assert 0 < one.cost.queries <= 6 * 120
    (row,) = [row for row in Store(folder.parent).costs("trial") if row.step == "objectives"]
    assert (row.side, row.queries) == ("evaluation", sum(one.cost.queries for one in record.objectives))


def test_the_record_reads_back_and_one_from_before_reads_too(found: tuple[Path, CampaignRecord]) -> None:
    folder, record = found
    assert load_record("trial", folder.parent) == record
    assert CampaignRecord.model_validate_json(record.model_dump_json()) == record
    old = record.model_dump(mode="json")
    del old["objectives"]
    assert CampaignRecord.model_validate(old) == record.model_copy(update={"objectives": ()})
