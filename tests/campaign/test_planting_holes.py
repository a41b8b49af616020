"""Planting: holes near the wished rarity, measured on a sample of their own, sealed, and read back."""

import json

import pytest
from scipy.stats import binomtest

from holdfast.campaign.holes.planted import PlantedHole, read_holes, write_holes
from holdfast.campaign.holes.planting import NEAR, Pools, plant
from holdfast.campaign.holes.table import COLUMNS, HolesTable, holes_csv, read_holes_table
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.planted_holes import HoleAttacked, HoleClass
from holdfast.models.holes import holes
from holdfast.tasks import tasks

TASK = tasks.get("brackets")()


@pytest.fixture(scope="module")
def pools():
    return Pools.drawn(TASK, TASK.oracle, "hard", 600, 800, Stream(1))


@pytest.fixture(scope="module")
def planted(pools):
    return tuple(plant(TASK, kind, 0.1, Stream(7).child(kind), pools) for kind in holes)


@pytest.mark.parametrize("number", range(len(list(holes))))
def test_a_hole_is_near_the_wished_rarity(planted, pools, number):
    hole, opened = planted[number], planted[number].hole()
    share = sum(map(opened.contains, pools.choosing)) / len(pools.choosing)
    assert 0.1 / NEAR <= share <= 0.1 * NEAR
    inside = sum(map(opened.contains, pools.measuring))
    limits = binomtest(inside, 800).proportion_ci(0.95, method="exact")
    assert hole.rarity.share == inside / 800
    assert (hole.rarity.lower, hole.rarity.upper) == pytest.approx((limits.low, limits.high), abs=1e-9)
    assert (hole.rarity.how, hole.rarity.trials, hole.rarity.focus) == ("sampled", 800, "hard")


def test_the_pools_share_no_draw(pools):
    assert {each.words for each in pools.choosing} != {each.words for each in pools.measuring}
    assert all(each.verdict.catastrophic for each in (*pools.choosing, *pools.measuring))


def test_the_same_stream_plants_the_same_and_another_something_else(planted, pools):
    again = plant(TASK, planted[0].kind, 0.1, Stream(7).child(planted[0].kind), pools)
    other = plant(TASK, planted[0].kind, 0.1, Stream(8).child(planted[0].kind), pools)
    assert again == planted[0]
    assert other.hash != planted[0].hash


def test_a_share_that_can_be_counted_is_taken_as_it_is(pools):
    hole = plant(TASK, "phrase", 0.25, Stream(2), pools, lambda one: 0.5 ** len(one.words), other=pools)
    assert 0.25 / NEAR <= 0.5 ** len(hole.hole().words) <= 0.25 * NEAR
    counted, sampled = hole.rarities
    assert (counted.how, counted.share, counted.lower, counted.upper) == ("counted", 0.25, 0.25, 0.25)
    assert sampled.how == "sampled"


def test_what_is_sealed_is_not_seen_and_is_what_was_planted(planted, tmp_path):
    path = tmp_path / "planted.json"
    write_holes(path, planted)
    text = path.read_text(encoding="utf-8")
    assert '"words"' not in text
    assert "seed" not in text
    assert read_holes(path) == planted
    assert planted[0].opened()["seed"] == 7
    other = planted[0].model_copy(update={"sealed": planted[1].sealed})
    with pytest.raises(UserError, match="is not what was planted"):
        other.hole()
    with pytest.raises(UserError, match="cannot be opened"):
        planted[0].model_copy(update={"sealed": "no seal"}).hole()


@pytest.mark.parametrize(
    ("text", "says"), [(None, "plant some first"), ("[{}]", "no file of planted holes"), ("(", "no file")]
)
def test_a_file_that_is_none_is_refused(tmp_path, text, says):
    path = tmp_path / "planted.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        read_holes(path)


@pytest.mark.parametrize(
    ("kind", "wished", "says"),
    [("phrases", 0.1, "did you mean 'phrase'"), ("phrase", 1.5, "a share between 0 and 1"),
     ("phrase", 1e-5, "wish for a commoner one")],
)  # fmt: skip
def test_what_cannot_be_planted_is_refused(pools, kind, wished, says, monkeypatch):
    monkeypatch.setattr("holdfast.campaign.holes.planting.TRIES", 20)
    with pytest.raises(UserError, match=says):
        plant(TASK, kind, wished, Stream(0), pools)


TABLES = (
    HolesTable("brackets", (HoleAttacked("a", HoleClass("phrase", "flat"), 1e-6, "genetic", None, 5000.0),)),
    HolesTable("storyworld", (HoleAttacked("b", HoleClass("state", "slope"), 0.1, "mcmc", 17.0, 5000.0),)),
)


def test_a_table_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "holes.csv"
    path.write_text(holes_csv(TABLES), encoding="utf-8")
    assert read_holes_table(path) == TABLES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "line 1: no table of planted holes"),
        (",".join(COLUMNS) + "\nbrackets,phrase,flat,much,a,genetic,,5\n", "line 2: could not convert"),
        (",".join(COLUMNS) + "\nbrackets,phrase,flat,0.1,a,genetic,9,5\n", "line 2: found after 9"),
        (",".join(COLUMNS) + "\nbrackets,phrase,flat,0.1\n", "line 2"),
    ],
)
def test_a_table_that_is_none_is_refused_by_its_line(tmp_path, text, says):
    path = tmp_path / "holes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        read_holes_table(path)


def test_a_planted_hole_is_plain_json(planted):
    assert PlantedHole.model_validate(json.loads(planted[0].model_dump_json())) == planted[0]
