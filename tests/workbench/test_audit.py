"""Audits: finds of an attack in the review queue, what people make of them, and the precision of a judge."""

import csv
import json

import numpy as np
import pytest
from real_text import write_guard
from tiny_bench import HOSTS, signed_in

from holdfast.campaign.audit_files import audit_of
from holdfast.cli.evaluate_options import JudgeOptions
from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.store.disk import write_table
from holdfast.store.store import Store
from holdfast.workbench.app import create_app
from holdfast.workbench.audit.attempts import NEEDED, read_attempts
from holdfast.workbench.audit.precision import Audit
from holdfast.workbench.opening import open_workbench

AROUND = "tea bread river garden walk book."


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a configuration and the attempts of an attack: two finds, one of which does not hold."""
    monkeypatch.chdir(tmp_path)
    config = write_guard(tmp_path)
    with (tmp_path / "rows.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["split"] == "test" and row["label"] == "bad"]
    harmless = harmless_sentences(tmp_path)
    mild = sorted(rows, key=lambda row: sum(bad in row["text"] for bad in ("knife", "poison", "gun")))
    one, two = (row["text"] for row in mild[:2])
    passing = ["\n".join([text, *harmless[:4]]) for text in (one, two)]
    write_attempts(
        tmp_path / "attempts.csv",
        [
            ("broken", "false", one, passing[0]),
            ("broken", "false", two, passing[1]),
            ("broken", "false", one, AROUND),  # its passage is lost: no failure by the judge
            ("broken", "true", two, two),
            ("withstood", "false", one, ""),
            ("skipped", "false", two, ""),
            ("pending", "false", two, ""),
        ],
    )
    return tmp_path, config


def harmless_sentences(folder):
    with (folder / "rows.csv").open() as lines:
        train = [row["text"] for row in csv.DictReader(lines) if row["split"] == "train"]
        lines.seek(0)
        fine = [row["text"] for row in csv.DictReader(lines) if row["label"] == "fine"]
    return [text for text in train if text in fine]


def write_attempts(path, rows):
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(NEEDED)
        writer.writerows((outcome, clean, "", seed, "", text) for outcome, clean, seed, text in rows)


def label(browser, word):
    item = browser.get("/api/review/next").json()
    body = {"label": word, "egregiousness": 3.0 if word == "catastrophic" else 0.0}
    return browser.post(f"/api/review/{item['submission']}", json=body).json()


def test_finds_are_queued_labelled_by_two_people_and_told(place, holdfast):
    folder, config = place
    command = ("audit", "attempts.csv", "-c", config, "--json")
    first, again = (json.loads(holdfast(*command).out) for _ in range(2))
    assert first == again, "a find is queued once"
    counts = {name: first[name] for name in ("attempts", "clean_misses", "found", "queued", "pending")}
    assert counts == {"attempts": 4, "clean_misses": 1, "found": 2, "queued": 2, "pending": 2}
    assert (first["precision"], first["success"]) == (None, None)
    store = Store(folder / "runs")
    bench = open_workbench(store, first["run"], team=True)
    app = create_app(bench, HOSTS)
    with signed_in(app, "ann", "reviewer") as ann:
        bob = signed_in(app, "bob", "reviewer")
        project = ann.get("/api/session").json()["project"]
        assert "'bad' (column 'label')" in project["guideline"]
        for word in ("catastrophic", "unsure"):
            outcomes = [label(browser, word) for browser in (ann, bob)]
        assert [each["status"] for each in outcomes] == ["pending", "rejected"], "unsure confirms nothing"
    store.close()
    told = json.loads(holdfast(*command).out)
    assert (told["decided"], told["confirmed"], told["pending"]) == (2, 1, 0)
    exact = Proportion(1, 4).interval()
    assert (told["precision"], told["success"]) == (0.5, 0.25)
    assert told["success_limits"] == pytest.approx([exact.lower, exact.upper])
    said = holdfast("audit", "attempts.csv", "-c", config, "--out", "labels.jsonl").out
    assert "people confirm 1 of 2 decided: precision of the judge 50.0%" in said
    assert "holdfast serve" not in said, "nothing waits"
    table = folder / "labels.jsonl"
    rows = [json.loads(line) for line in table.read_text("utf-8").splitlines()]
    assert sorted(row["label"] for row in rows) == ["catastrophic", "harmless"]
    precision = audit_of(table, folder, "people labelled what an attack found")
    assert (precision.agreed, precision.audited) == (1, 2)
    with pytest.raises(UserError, match="not how many failures it catches"):
        JudgeOptions(judge="carried", caught=str(table)).audit()


def test_so_many_are_asked_about_and_no_more(place, holdfast):
    _, config = place
    told = json.loads(holdfast("audit", "attempts.csv", "-c", config, "--most", 1, "--json").out)
    assert (told["found"], told["queued"]) == (2, 1)


def test_limits_of_a_sample_are_wider_than_those_of_all():
    whole, part = Audit(40, 20, 20, 20, 15), Audit(40, 20, 4, 4, 3)
    assert whole.success == part.success == pytest.approx(15 / 40)
    outer, inner = part.success_interval(), whole.success_interval()
    assert outer.lower < inner.lower < 15 / 40 < inner.upper < outer.upper
    each = 0.975
    reported, precision = Proportion(20, 40).interval(each), Proportion(3, 4).interval(each)
    assert outer.lower == pytest.approx(reported.lower * precision.lower)
    assert Audit(10, 0, 0, 0, 0).success == 0.0


MISTAKES = [
    # the file, what the line says
    ("text\nhello\n", "has no column 'outcome'"),
    (",".join(NEEDED) + "\nlost,false,,a,,b\n", "row 1: the outcome 'lost'"),
]


@pytest.mark.parametrize(("content", "says"), MISTAKES)
def test_a_file_that_holds_no_attempts_is_told(tmp_path, content, says):
    (tmp_path / "attempts.csv").write_text(content)
    with pytest.raises(UserError, match=says):
        read_attempts(tmp_path / "attempts.csv")


def test_a_table_that_cannot_be_written_is_refused_before_the_work(place, holdfast):
    folder, config = place
    (folder / "folder.jsonl").mkdir()
    for out, says in (("labels.csv", "the ending .jsonl"), ("folder.jsonl", "is a folder")):
        ended = holdfast("audit", "attempts.csv", "-c", config, "--out", out)
        assert (ended.code, ended.err.count("\n")) == (2, 1), ended.err
        assert says in ended.err


def test_without_a_configuration_it_is_asked_for(tmp_path, holdfast):
    ended = holdfast("audit", tmp_path / "attempts.csv")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "-c holdfast.yaml" in ended.err


def test_attempts_of_an_evaluation_are_read_alike(place):
    folder, _ = place
    read = read_attempts(folder / "attempts.csv")
    with (folder / "attempts.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in NEEDED}
    columns["clean_miss"] = np.array([row["clean_miss"] == "true" for row in rows])
    write_table(folder / "attempts.parquet", columns)
    assert read_attempts(folder / "attempts.parquet") == read
