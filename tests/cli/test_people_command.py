"""`holdfast people`: texts of a file for people, what they have said, and that as labelled text again."""

import csv
import json

import pytest

from holdfast.core.snippet import Label
from holdfast.store.store import Store
from holdfast.tasks.labelled.task import LabelledTask
from people_guard import texts, write_people, write_people_guard
from scripted_reviewers import review, word_on

GIVEN = [
    ("a knife and a gun.", "knife gun poison."),
    ("a knife and a gun.", ""),
    ("some tea.", "knife gun poison."),
    ("a poison.", ""),
]
"""Texts with what they were made of; the second repeats the first."""


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    place = tmp_path_factory.mktemp("guard")
    write_people_guard(place)
    write_people(place)
    return place


@pytest.fixture
def people(guard, tmp_path, holdfast, monkeypatch):
    """Runs `holdfast people` in the guard's folder, over runs of the test's own."""
    monkeypatch.chdir(guard)
    monkeypatch.setenv("HOLDFAST_CACHE", str(guard / "cache"))
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "runs"))
    return lambda *arguments: holdfast("people", *arguments, "-c", "people.yaml")


def write(path, rows, names=("text", "original")):
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out)
            table.writerow(names)
            table.writerows(rows)
    else:
        path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_texts_go_in_and_verdicts_come_out_as_labelled_text(people, tmp_path, ending):
    row = texts()[0]["text"]
    file = write(tmp_path / f"more{ending}", [*GIVEN, (row, "")])
    told = people("import", file, "--seed", "original")
    assert told.code == 0, told.err
    assert told.out.startswith(
        "4 different texts: 3 wait for people, 0 are judged already, 1 are rows of the data\n"
    )
    assert "holdfast serve guard-" in told.out
    counts = json.loads(people("status", "--json").out)
    store = Store(tmp_path / "runs")
    assert counts["waiting"] == review(store, counts["run"]) == 3
    store.close()
    again = json.loads(people("import", file, "--json").out)
    assert (again["waiting"], again["judged"], again["labelled"]) == (0, 3, 1)
    assert "2 people judge each text: 1 catastrophic, 1 harmless, 1 unsure" in people("status").out
    out = tmp_path / f"verdicts{ending}"
    assert people("export", out).out == f"3 verdicts written: {out}\n"
    task = LabelledTask(
        {
            "path": str(out),
            "columns": {
                "text": "text",
                "label": "label",
                "egregiousness": "egregiousness",
                "group": ["group"],
            },
            "labels": {"catastrophic": "catastrophic", "harmless": "harmless", "unsure": "unsure"},
            "splits": {"kind": "derived", "shares": {"train": 1.0}},
        }
    )
    found = task.rows.snippets(range(3))
    assert [snippet.completion for snippet in found] == ["a knife and a gun.", "some tea.", "a poison."]
    for snippet, verdict in zip(found, task.oracle.judge(found), strict=True):
        label, grade = word_on(snippet.completion)
        assert (verdict.label, verdict.egregiousness) == (Label(label), grade)
    groups = task.rows.groups.tolist()
    assert groups[0] == groups[1] != groups[2], "what was made of one text stays together"


REFUSED = [
    # the file's rows, its columns, what the line says
    ([("", "")], ("text", "original"), "line 2, column 'text': its text is empty"),
    ([("tea " * 60, "")], ("text", "original"), "line 2, column 'text': it is longer than the guard reads"),
    ([("tea", "")], ("words", "original"), "has no column 'text'"),
    ([], ("text", "original"), "has no texts"),
]


@pytest.mark.parametrize(("rows", "names", "says"), REFUSED, ids=[says for *_, says in REFUSED])
def test_a_file_that_is_not_sound_is_refused_whole(people, tmp_path, rows, names, says):
    file = write(tmp_path / "bad.csv", [*rows, *([("some bread", "")] if rows else [])], names)
    told = people("import", file)
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert json.loads(people("status", "--json").out)["waiting"] == 0


def test_an_export_needs_an_ending_that_says_its_format(people, tmp_path):
    told = people("export", tmp_path / "verdicts.txt")
    assert told.code == 2
    assert ".csv or .jsonl" in told.err


def test_another_judge_asks_nobody(guard, holdfast, monkeypatch):
    monkeypatch.chdir(guard)
    config = json.loads((guard / "people.yaml").read_text())
    del config["judge"]
    (guard / "carried.yaml").write_text(json.dumps(config))
    told = holdfast("people", "status", "-c", "carried.yaml")
    assert told.code == 2
    assert "the judge of carried.yaml is 'carried'" in told.err
    assert "name the configuration" in holdfast("people", "status").err
