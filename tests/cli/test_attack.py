"""`holdfast attack`: what it finds, prints and writes."""

import json

import pytest

from holdfast.core.snippet import Snippet
from holdfast.tasks.brackets import Brackets

MISTAKES = [
    # options, what the line says
    (["--attack", "random_rewrit"], "did you mean 'random_rewrite'?"),
    (["--budget", "60 parsecs"], "write 100000q, 60s or 1e12flops"),
    (["--set.widht", "3", "--attack", "random_rewrite"], "no field 'widht'; did you mean 'width'?"),
    (["--set.width", "0", "--attack", "random_rewrite"], "field 'width'"),
    (["--threshold", "1.5"], "--threshold"),
    (["--classifier", "nowhere"], "nowhere"),
    (["--objective", "worst"], "worst"),
]


@pytest.fixture
def basics(models):
    classifier = ["--classifier", models / "classifier", "--threshold", "0.999"]
    return ["attack", "--task", "brackets", *classifier, "--seeds", 5, "--attack", "random_rewrite"]


def test_failures_are_written_whole_and_hold(basics, holdfast, tmp_path):
    out = tmp_path / "deep" / "found.jsonl"
    ended = holdfast(*basics, "--budget", "200q", "--out", out, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["broken"] == len(told["attempts"]) == 5
    assert told["spend"]["queries"] <= 200
    assert all(0 < seconds < told["spend"]["seconds"] for seconds in told["first_failure_seconds"])
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == sum(attempt["failures"] for attempt in told["attempts"])
    assert all(row["score"] < 0.999 for row in rows)
    verdicts = Brackets().oracle.judge([Snippet(row["prompt"], row["completion"]) for row in rows])
    assert all(verdict.catastrophic for verdict in verdicts)
    assert [path.name for path in out.parent.iterdir()] == ["found.jsonl"]


def test_the_same_seed_finds_the_same(basics, holdfast):
    first, second, other = (
        json.loads(holdfast(*basics, "--budget", "100q", "--seed", seed, "--json").out)["attempts"]
        for seed in (1, 1, 2)
    )
    assert first == second != other


def test_people_see_failures_and_what_they_took(basics, holdfast):
    ended = holdfast(*basics, "--budget", "200q", "--show", 2)
    assert ended.out.count("score ") == 2
    assert "5 of 5" in ended.out
    assert "median queries to the first failure" in ended.out
    assert "attack: random_rewrite" in ended.err


def test_a_filter_that_passes_nothing_has_no_failures(basics, holdfast):
    strict = ["1e-9" if part == "0.999" else part for part in basics]
    ended = holdfast(*strict, "--budget", "50q")
    assert ended.code == 0
    assert "0 of 5" in ended.out
    assert "beyond the budget" in ended.out


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=lambda value: " ".join(value)[:40])
def test_mistakes_leave_nothing_behind(options, says, basics, holdfast, tmp_path):
    defaults = dict(zip(basics[1::2], basics[2::2], strict=True))
    given = {**defaults, **dict(zip(options[::2], options[1::2], strict=True))}
    out = tmp_path / "found.jsonl"
    ended = holdfast("attack", *[part for pair in given.items() for part in pair], "--out", out)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert says in ended.err
    assert not out.exists()
