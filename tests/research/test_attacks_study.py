"""The study of attacks: cells are filled once, pooled over models, and told in a page and a table."""

import csv
import io

import pytest

from holdfast.campaign.loop import Campaign
from holdfast.campaign.step import finished_target
from holdfast.campaign.study.findings import findings, sentence
from holdfast.campaign.study.plan import StudyPlan
from holdfast.campaign.study.running import run_study
from holdfast.core.errors import UserError
from research.attacks import study
from research.attacks.tables import Cell, Pooled, Tried, page, table
from tiny import tiny


def test_every_attack_is_tried_on_the_first_and_the_last_model():
    planned = study.plan([0, 3]).cells
    own = [Cell(**cell.declared["cell"]) for cell in planned]
    kinds = {cell.label for cell in own if cell.part == "attacks"}
    assert {"auto", "random_rewrite", "gcg", "mcmc"} <= kinds
    assert {cell.budget for cell in planned} == {"first", "last"}
    for task, configs in study.campaigns([0]).items():
        found = {(c.model, d.declared["round"]) for c, d in zip(own, planned, strict=True) if c.task == task}
        assert found == {("first", 0), ("last", configs[0].rounds)}


QUERIES = {"first": 40, "last": 40}


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(study, "SEEDS", 4)
    monkeypatch.setattr(study, "QUERIES", QUERIES)


@pytest.mark.slow
def test_a_cell_is_filled_once_and_told(small, tmp_path):
    config = tiny(rounds=1)
    Campaign(config, tmp_path / "trial").run()
    asked = [
        ("attacks", "random_rewrite", {}),
        ("attacks", "greedy_rewrite", {}),
        ("attacks", "hotflip", {}),
        ("filtered", "random_rewrite", {}),
    ]
    asked += [("ablation", name, chosen) for name, chosen in list(study.ABLATIONS.items())[:2]]
    cells = [
        study.study_cell(
            Cell("storyworld", 0, model, part, label), {"kind": label, **chosen}, "trial", round_
        )
        for model, round_ in (("first", 0), ("last", 1))
        for part, label, chosen in asked
    ]
    rows, plan = tmp_path / "rows.jsonl", StudyPlan("attacks", study.ENDPOINT, tuple(cells))
    done = run_study(plan, rows, study.Attacks(tmp_path))
    kept = rows.read_bytes()
    filled = [study.tried_of(result) for result in done.values()]
    assert run_study(plan, rows, study.Attacks(tmp_path)) == done
    assert rows.read_bytes() == kept
    for tried in filled:
        assert len(tried.queries) == 4
        assert tried.spend["queries"] <= 160
    assert sentence(findings(plan, done)).startswith("share of starts from which")
    text = page(filled, "a test", 4, QUERIES, 16)
    assert text.count("| `random_rewrite` |") == 4
    assert "without saliency | last" in text
    rows = list(csv.DictReader(io.StringIO(table(filled))))
    assert len(rows) == len(filled) * 5
    with pytest.raises(UserError, match="nowhere"):
        finished_target(tmp_path / "nowhere", 0)


def tried(queries, distinct=0, seconds=2.0) -> Tried:
    return Tried(
        cell=Cell("storyworld", 0, "first", "attacks", "x"),
        call="X()",
        config="{}",
        queries=queries,
        seconds=[None if q is None else q / 100 for q in queries],
        flops=[None if q is None else 1e9 * q for q in queries],
        failures=distinct,
        distinct=distinct,
        worst=5.0 if distinct else None,
        success_of_prompts=[],
        spend={"seconds": seconds, "queries": 10, "forward_flops": 1.0, "backward_flops": 0.0},
    )


def test_models_are_pooled():
    both = Pooled("x", [tried([1, 5, None], 4), tried([2, None, None], 0)])
    assert (both.success.events, both.success.trials) == (3, 6)
    assert both.median(lambda t: t.queries).value == 5
    assert both.distinct == 4
    assert both.seconds_each == [0.5, float("inf")]
    assert both.worst == 5.0


def test_the_storyworld_campaigns_are_those_of_the_demo_study(tmp_path):
    assert study.folder("storyworld", 2, tmp_path).name == "study-demo-s2"
    assert [c.seed for c in study.campaigns([0, 2])["brackets"]] == [0, 2]
