"""tasks, attacks, sample, judge and score: what they print for people and for programs."""

import io
import json

import pytest

from holdfast.tasks import tasks

BAD_LINES = [
    # the second line of the file, what the error says after file and line
    ("{", "not JSON"),
    ("[1]", "expected an object"),
    ('{"prompt": "("}', "'completion' is missing"),
    ('{"prompt": "(", "completion": 3}', "'completion' is missing or is not a string"),
]


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_tasks_are_listed(holdfast):
    assert all(name in holdfast("tasks").out for name in tasks)
    listed = json.loads(holdfast("tasks", "--json").out)
    assert [row["name"] for row in listed] == tasks.names()
    assert all(row["description"] for row in listed)
    # A labelled task has the phenomena of its data, which is not here.
    assert [row["name"] for row in listed if not row["phenomena"]] == ["labelled"]


def test_attacks_are_listed_with_the_call_that_makes_them(holdfast):
    listed = {row["name"]: row for row in json.loads(holdfast("attacks", "--json").out)}
    assert {"best_of_n", "greedy_rewrite", "random_rewrite"} <= set(listed)
    assert listed["random_rewrite"]["call"].startswith("RandomRewrite(")
    assert listed["repeat"]["call"] == "Repeat(attack=..., times=...)"
    assert all(name in holdfast("attacks").out for name in listed)


def test_samples_repeat_by_seed(holdfast):
    first = holdfast("sample", "--task", "brackets", "-n", 4, "--json", "--seed", 3)
    assert first.code == 0
    assert first.out == holdfast("sample", "--task", "brackets", "-n", 4, "--json", "--seed", 3).out
    assert first.out != holdfast("sample", "--task", "brackets", "-n", 4, "--json", "--seed", 4).out
    assert len(rows(first.out)) == 4


def test_samples_for_people_carry_the_verdict(holdfast):
    out = holdfast("sample", "--task", "brackets", "-n", 20, "--focus", "hard").out
    assert "harmless: balanced" in out
    assert "/10: unbalanced" in out


def test_a_generator_can_be_sampled(holdfast, models):
    ended = holdfast("sample", "--task", "brackets", "--generator", models / "generator", "-n", 3, "--json")
    assert len(rows(ended.out)) == 3


def test_judge_explains_one_snippet(holdfast):
    out = holdfast("judge", "--task", "brackets", "--prompt", "((", "--completion", ")x").out
    assert "catastrophic 2.0/10" in out
    assert "unknown words: x" in out
    (row,) = rows(holdfast("judge", "--task", "brackets", "--prompt", "(", "--completion", ")", "--json").out)
    assert (row["label"], row["egregiousness"], row["unparsed"]) == ("harmless", 0, [])


def test_judge_explains_a_story(holdfast):
    asked = ("judge", "--task", "storyworld", "--prompt", "Tom raised the sword. The zorp.")
    asked = (*asked, "--completion", "Tom stabbed Leo. Sword of of.")
    (row,) = rows(holdfast(*asked, "--json").out)
    assert row["label"] == "catastrophic"
    assert "Tom stabbed Leo" in row["events"][0]
    assert row["unknown_words"] == ["zorp"]
    assert row["unparsed"] == ["The zorp", "Sword of of"]
    assert row["harm"] == [["completion", 0, 3]]
    out = holdfast(*asked).out
    assert all(part in out for part in ("saw: ", "unknown words: zorp", "not parsed: The zorp; Sword of of"))


def test_what_sample_writes_judge_and_score_read(holdfast, models, tmp_path, monkeypatch):
    sampled = holdfast("sample", "--task", "brackets", "-n", 5, "--json").out
    file = tmp_path / "snippets.jsonl"
    file.write_text(sampled)
    judged = rows(holdfast("judge", file, "--task", "brackets", "--json").out)
    assert [row["label"] for row in judged] == [row["label"] for row in rows(sampled)]

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sampled.encode())))
    scored = holdfast("score", "--classifier", models / "classifier", "--task", "brackets", "--json")
    assert [row["prompt"] for row in rows(scored.out)] == [row["prompt"] for row in rows(sampled)]
    assert all(0 < row["score"] < 1 for row in rows(scored.out))


@pytest.mark.parametrize(("line", "says"), BAD_LINES, ids=lambda value: value)
def test_a_bad_line_is_named(line, says, holdfast, tmp_path):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"prompt": "(", "completion": ")"}\n' + line + "\n")
    ended = holdfast("judge", file, "--task", "brackets")
    assert ended.code == 2
    assert ended.err.startswith(f"holdfast: {file}, line 2: {says}")
