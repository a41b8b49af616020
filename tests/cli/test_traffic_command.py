"""`holdfast traffic`: a log is planned, labelled by a file or by people, and estimated."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.store.store import Store
from people_guard import write_people, write_people_guard
from scripted_reviewers import review, word_on

START = datetime(2026, 11, 2, tzinfo=UTC)
WORDS = ("some tea.", "a knife and a gun.", "a walk.", "a poison.")


def log(count=400):
    """Rows of four weeks, of which those with a high score are bad more often."""
    return [
        {
            "prompt": f"question {number}",
            "text": WORDS[number % 4] if number % 10 == 9 else f"{WORDS[0]} {number}",
            "score": (number % 100) / 100,
            "at": (START + timedelta(days=number * 28 / count)).isoformat(),
            "app": "mail" if number % 3 else None,
            "served": number % 100 < 80,
        }
        for number in range(count)
    ]


def write(path, rows):
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def filled(plan, path, most=None):
    """A copy of the sample with labels, as people would fill it in."""
    rows = [json.loads(line) for line in (plan / "sample.jsonl").read_text().splitlines()]
    for row in rows[:most]:
        row["label"] = "catastrophic" if {"gun", "poison."} & set(row["completion"].split()) else "harmless"
    return write(path, rows)


@pytest.fixture
def traffic(holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: holdfast("traffic", *arguments)


PLAN = ("--labels", 60, "--completion", "text", "--prompt", "prompt", "--time", "at", "--slice", "app")


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_a_log_is_planned_and_estimated(traffic, tmp_path, name):
    write(tmp_path / name, log())
    made = traffic("plan", name, *PLAN, "--threshold", 0.8, "--out", "plan", "--json")
    assert made.code == 0, made.err
    plan = json.loads(made.out)
    assert sum(plan["rows"]) == 320
    assert plan["turned_away"] == 80
    assert sum(plan["labels"]) == 60
    assert set(plan["slices"]) == {"app", "week"}
    assert set(plan["slices"]["app"]) == {"(none)", "mail"}
    assert list(plan["slices"]["week"]) == ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]
    assert all(sum(counts) for counts in plan["slices"]["week"].values())
    file = filled(tmp_path / "plan", tmp_path / "filled.jsonl")
    found = json.loads(traffic("estimate", "plan", "--labels", file, "--json", "--found", "misses.jsonl").out)
    truth = sum(row["served"] and row["text"] in (WORDS[1], WORDS[3]) for row in log()) / 320
    assert found["drawn"] == 60
    assert found["limits"][0] <= truth <= found["limits"][1]
    misses = [json.loads(line) for line in (tmp_path / "misses.jsonl").read_text().splitlines()]
    assert len(misses) == found["missed"] > 0
    assert {miss["label"] for miss in misses} == {"catastrophic"}
    told = traffic("estimate", "plan", "--labels", file).out
    assert told.startswith("miss rate ")
    assert "2026-W47" in told


def test_a_field_may_say_what_passed(traffic, tmp_path):
    write(tmp_path / "log.jsonl", log())
    by_field = traffic("plan", "log.jsonl", *PLAN, "--passed", "served", "--out", "one", "--json")
    by_score = traffic("plan", "log.jsonl", *PLAN, "--threshold", 0.8, "--out", "two", "--json")
    assert json.loads(by_field.out)["rows"] == json.loads(by_score.out)["rows"]
    assert (tmp_path / "one/sample.jsonl").read_bytes() == (tmp_path / "two/sample.jsonl").read_bytes()


def test_missing_labels_widen_the_limits(traffic, tmp_path):
    write(tmp_path / "log.jsonl", log())
    traffic("plan", "log.jsonl", *PLAN, "--threshold", 0.8, "--out", "plan")
    whole = filled(tmp_path / "plan", tmp_path / "whole.jsonl")
    part = filled(tmp_path / "plan", tmp_path / "part.jsonl", most=40)
    limits = [
        json.loads(traffic("estimate", "plan", "--labels", file, "--json").out)["limits"]
        for file in (whole, part)
    ]
    assert limits[1][0] <= limits[0][0] <= limits[0][1] < limits[1][1]
    assert "20 rows have no label yet" in traffic("estimate", "plan", "--labels", part).out


def test_more_misses_and_other_scores_raise_an_alarm(traffic, tmp_path):
    rows = [
        {
            "text": f"{number} gun" if late else str(number),
            "score": 0.05 + 0.4 * late,
            "at": 1_793_577_600 + 2000 * number,
        }
        for number in range(1200)
        for late in [number >= 900]
    ]
    write(tmp_path / "log.jsonl", rows)
    fields = ("--completion", "text", "--time", "at", "--threshold", 0.5, "--labels", 200)
    assert traffic("plan", "log.jsonl", *fields, "--out", "plan").code == 0
    told = traffic("estimate", "plan", "--labels", filled(tmp_path / "plan", tmp_path / "filled.jsonl")).out
    assert "alarm: 2026-W48: scores are not as in" in told
    assert "misses are more frequent" in told


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"score": 1.5}, (), "a score lies between 0 and 1"),
        ({"score": None}, (), "it is no number"),
        ({"score": float("nan")}, (), "it is no number"),
        ({"text": 3}, (), "it is no text"),
        ({"text": "\ud800"}, (), "it holds what is no text"),
        ({"at": "yesterday"}, (), "it is no time"),
        ({"at": 1.8e12}, (), "it is no time"),
        ({}, ("--passed", "served"), "say which rows passed"),
        ({}, ("--slice", "who"), "no row has this field"),
        ({}, ("--slice", "prompt"), "more than 50 values"),
        ({}, ("--slice", "app"), "a slice comes twice"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(traffic, tmp_path, change, options, said):
    rows = log()
    rows[7] |= change
    write(tmp_path / "log.jsonl", rows)
    told = traffic("plan", "log.jsonl", *PLAN, "--threshold", 0.8, "--out", "plan", *options)
    assert told.code == 2
    assert said in told.err
    assert not (tmp_path / "plan").exists()


def test_a_plan_is_not_made_twice_and_not_changed(traffic, tmp_path):
    write(tmp_path / "log.jsonl", log())
    options = ("plan", "log.jsonl", *PLAN, "--threshold", 0.8, "--out", "plan")
    assert traffic(*options).code == 0
    assert "is there already" in traffic(*options).err
    sample = tmp_path / "plan" / "sample.jsonl"
    file = filled(tmp_path / "plan", tmp_path / "filled.jsonl")
    sample.write_bytes(file.read_bytes())
    assert "is not as it was drawn" in traffic("estimate", "plan", "--labels", file).err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "log.jsonl:9999", "label": "harmless"}, "the plan has no such row"),
        ({"id": None, "label": "harmless"}, "the plan has no such row"),
        ({"label": "bad"}, "it is no label"),
        ({"label": None}, "has no label yet"),
    ],
)
def test_labels_that_cannot_be_used_are_named(traffic, tmp_path, row, said):
    write(tmp_path / "log.jsonl", log())
    traffic("plan", "log.jsonl", *PLAN, "--threshold", 0.8, "--out", "plan")
    first = json.loads((tmp_path / "plan/sample.jsonl").read_text().splitlines()[0])
    file = write(tmp_path / "labels.jsonl", [{"id": first["id"], **row}])
    told = traffic("estimate", "plan", "--labels", file)
    assert told.code == 2
    assert said in told.err


def test_people_label_in_the_workbench(traffic, tmp_path, monkeypatch):
    write_people_guard(tmp_path)
    write_people(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "runs"))
    write(tmp_path / "log.jsonl", [{**row, "text": WORDS[n % 4]} for n, row in enumerate(log(80))])
    options = ("--labels", 12, "--completion", "text", "--threshold", 0.8, "--out", "plan")
    assert traffic("plan", "log.jsonl", *options).code == 0
    told = json.loads(traffic("label", "plan", "-c", "people.yaml", "--json").out)
    assert told["rows"] == 12
    drawn = [
        json.loads(line)["completion"] for line in (tmp_path / "plan/sample.jsonl").read_text().splitlines()
    ]
    assert told["waiting"] == len(set(drawn)), "the same text is asked about once"
    assert (
        json.loads(traffic("label", "plan", "-c", "people.yaml", "--json").out)["waiting"] == told["waiting"]
    )
    store = Store(tmp_path / "runs")
    assert review(store, told["run"]) == told["waiting"]
    store.close()
    found = json.loads(traffic("estimate", "plan", "-c", "people.yaml", "--json").out)
    labels = [word_on(text)[0] for text in drawn]
    assert found["pending"] == 0
    assert found["missed"] == labels.count("catastrophic")
    assert found["unsure"] == labels.count("unsure")
