"""`holdfast attack` and `holdfast evaluate` of a generator that nothing filters."""

import csv
import json
import re

import pytest

ATTACK_MISTAKES = [
    (["--threshold", "0.5"], "leave out --threshold"),
    (["--classifier", "somewhere"], "leave out --classifier"),
    (["--journal", "kept"], "--journal keeps a classifier's scores"),
    (["--attack", "best_of_n"], "'best_of_n' cannot attack this target"),
    (["--frozen", "prompt"], "nothing is left that the attack may write"),
    (["--claims", "here", "--budget", "80q"], "as in 500q/seed"),
    (["--round", "1"], "--round and --runs are of a run"),
]


@pytest.fixture
def attacked(models):
    system = ["--generator", models / "generator", "--system", "generator"]
    return ["attack", "--task", "brackets", *system, "--seeds", 2, "--draws", 4]


def test_prompts_that_make_a_generator_fail_are_found_and_reported(attacked, holdfast, tmp_path):
    page = tmp_path / "found.html"
    searched = ["--attack", "random_rewrite,hotflip", "--stop", "budget", "--budget", "24q/seed", "--json"]
    ended = holdfast(*attacked, *searched, "--report", page)
    assert ended.code == 0
    for one in json.loads(ended.out)["attacks"]:
        assert one["spend"]["queries"] <= 48
        assert one["broken"]
        for attempt in one["attempts"]:
            if attempt["best"]:
                assert attempt["fresh_draws"]["draws"] == attempt["fresh_draws"]["passing"] == 200
    text = page.read_text(encoding="utf-8")
    assert re.search(r"generator <code>[^<]*generator</code>", text)
    assert "The best prompt of each attempt" in text
    assert "threshold" not in text
    with (tmp_path / "found-data" / "prompts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert float(row["lower"]) <= int(row["failed"]) / int(row["drawn"]) <= float(row["upper"])
    again = holdfast(*attacked, *searched)
    assert _prompts(json.loads(again.out)) == _prompts(json.loads(ended.out))


def _prompts(told):
    best = [attempt["best"] for one in told["attacks"] for attempt in one["attempts"]]
    return [(row["prompt"], row["completion"], row["query"]) for row in best if row]


@pytest.mark.parametrize(("options", "says"), ATTACK_MISTAKES)
def test_a_mistake_is_said_in_a_line(options, says, attacked, holdfast):
    ended = holdfast(*attacked, *options)
    assert ended.code == 2
    assert says in ended.err


@pytest.fixture
def measured(models, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = ["--generator", models / "generator", "--system", "generator"]
    return ["evaluate", "--task", "brackets", *generator, "--samples", 300]


def test_how_often_a_generator_fails_by_itself_is_measured_and_claimed(measured, holdfast, tmp_path):
    told = json.loads(holdfast(*measured, "--json").out)
    folder = tmp_path / told["folder"]
    rate, (claim,) = told["rate"], told["claims"]
    assert rate["trials"] == 300
    assert 0 < rate["events"] < 300
    assert rate["lower"] <= rate["rate"] <= rate["upper"] <= 1
    assert claim["quantity"] == "catastrophe rate"
    assert rate["rate"] <= claim["bound"] <= 1
    assert told["worst"][0]["egregiousness"] == max(one["egregiousness"] for one in told["worst"])
    checked = holdfast("claim", "verify", folder / claim["file"])
    assert checked.code == 0, checked.out
    assert "evaluation 1 of 1 of this filter" in checked.out
    assert json.loads(holdfast(*measured, "--json").out) == told
    people = holdfast(*measured).out
    assert "no filter" in people
    assert claim["sentence"].split(",")[0] in people


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--threshold", "0.5"], "--threshold is for a filter"),
        (["--monitor", "0.1"], "--monitor is for a filter"),
        (["--workers", "2"], "--workers is for a filter"),
    ],
)
def test_what_only_a_filter_has_is_refused(options, says, measured, holdfast, tmp_path):
    ended = holdfast(*measured, *options, "--out", tmp_path / "two")
    assert ended.code == 2
    assert says in ended.err
