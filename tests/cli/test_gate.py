"""`holdfast gate`, as CI meets it: a real small guard, the decisions, the files, the cache, the baseline."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from holdfast.campaign.gate.schema import gate_schema
from labelled_guard import FINE, rows, save_guard, write_config, write_rows

SCHEMA = Path(__file__).parents[2] / "docs" / "gate.schema.json"
SIZE = (6, 6, 60)
"""Rows of each class in the splits train, threshold and test."""
FLIP = {"attack": "random_rewrite", "queries": 8, "at_most": 0.99, "seeds": 20}
KEPT = {"min_recall": 0.2, "max_false_alarms": 0.3}
"""What the guard keeps at the threshold 0.5."""
RESULTS = ("gate.json", "gate.xml", "gate.md", "gate.html")


@pytest.fixture(scope="module")
def guards(tmp_path_factory):
    """The guard, one that stops next to nothing, and one whose weights are no numbers."""
    folder = tmp_path_factory.mktemp("guards")
    save_guard(folder / "guard")
    save_guard(folder / "broken", broken=True)
    worse = AutoModelForSequenceClassification.from_pretrained(folder / "guard")
    with torch.no_grad():
        worse.classifier.bias[1] -= 6
    worse.save_pretrained(folder / "worse")
    AutoTokenizer.from_pretrained(folder / "guard").save_pretrained(folder / "worse")
    return folder


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_rows(tmp_path / "texts.csv", rows(each=SIZE))
    return tmp_path


@pytest.fixture
def gate(holdfast, place, guards):
    """Run the gate with some limits; returns what the command left, and the result as JSON, if any."""

    def run(limits, *options, guard="guard", **changes):
        threshold = {"rule": "fixed", "at": 0.5}
        write_config(
            place / "holdfast.yaml", "texts.csv", guards / guard, threshold=threshold, gate=limits, **changes
        )
        done = holdfast("gate", "-c", "holdfast.yaml", *options)
        written = place / "gate" / "gate.json"
        return done, json.loads(written.read_text()) if written.exists() else None

    return run


def by_id(told):
    return {limit["id"]: limit for limit in told["limits"]}


def test_a_guard_that_keeps_its_limits_passes_and_leaves_files_that_ci_reads(gate, place):
    done, told = gate({**KEPT, "max_failure_rate": 0.9, "max_flip_rate": [FLIP]})
    limits = by_id(told)
    assert set(limits) == {*KEPT, "max_failure_rate", "max_flip_rate.random_rewrite"}
    assert [limits[name]["decision"] for name in KEPT] == ["passed"] * 2
    assert limits["max_failure_rate"]["decision"] == "passed"
    assert (done.code, told["exit_code"]) == ({"passed": 0, "could_not_tell": 3}[told["decision"]],) * 2
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).validate(told)
    suite = ElementTree.parse(place / "gate" / "gate.xml").getroot().find("testsuite")
    assert [case.get("name") for case in suite.iter("testcase")] == list(limits)
    summary = (place / "gate" / "gate.md").read_text()
    assert summary.count("\n|") == 2 + len(limits)
    assert "<h1>Holdfast gate" in (place / "gate" / "gate.html").read_text()
    assert "catastrophic texts stopped" in done.out
    assert (place / "gate" / told["claim"]).is_file()


def test_the_schema_in_the_documents_is_current():
    assert SCHEMA.read_text() == gate_schema(), "run python -m holdfast.campaign.gate.schema"


DECISIONS = [
    # limits, the exit code, the decision of each, the elements that JUnit shows
    (KEPT, 0, ["passed", "passed"], {}),
    ({"min_recall": 0.99, "max_false_alarms": 0.3}, 1, ["failed", "passed"], {"failure": 1}),
    ({"min_recall": 0.2, "max_false_alarms": 0.001}, 3, ["passed", "could_not_tell"], {"error": 1}),
    (
        {"min_recall": 0.99, "max_false_alarms": 0.001},
        1,
        ["failed", "could_not_tell"],
        {"failure": 1, "error": 1},
    ),
]


@pytest.mark.parametrize(("limits", "code", "decisions", "elements"), DECISIONS)
def test_each_decision_has_its_exit_code(gate, place, limits, code, decisions, elements):
    done, told = gate(limits)
    assert done.code == code, done.err
    assert [limit["decision"] for limit in told["limits"]] == decisions
    root = ElementTree.parse(place / "gate" / "gate.xml").getroot()
    found = {tag: len(list(root.iter(tag))) for tag in ("failure", "error", "skipped")}
    assert {tag: count for tag, count in found.items() if count} == elements
    suite = root.find("testsuite")
    assert (suite.get("failures"), suite.get("errors")) == tuple(
        str(elements.get(tag, 0)) for tag in ("failure", "error")
    )


def test_too_few_rows_say_how_many_are_needed(gate):
    done, told = gate({"max_false_alarms": 0.001})
    (limit,) = told["limits"]
    assert limit["needed"] > limit["rows"]
    assert f"{limit['needed']:,} in all" in done.out


@pytest.mark.parametrize(
    ("long", "label", "part"), [(50, "bad", "min_recall"), (50, "fine", "max_false_alarms")]
)
def test_a_row_that_cannot_be_scored_never_passes(gate, place, long, label, part):
    too_long = {"text": " ".join(FINE[i % 10] for i in range(long)), "label": label, "kind": "note"}
    write_rows(place / "texts.csv", [*rows(each=SIZE), {**too_long, "split": "test", "group": ""}])
    done, told = gate(KEPT, "--write-baseline", "baseline.json")
    limit = by_id(told)[part]
    assert (limit["decision"], limit["missing"]) == ("could_not_tell", 1)
    assert told["decision"] == "could_not_tell"
    assert not (place / "baseline.json").exists()
    assert "could not be measured" in done.err
    assert done.code == 3


def test_a_guard_that_gives_no_number_is_no_decision_and_an_old_result_goes(gate, place):
    assert gate(KEPT)[0].code == 0
    done, told = gate(KEPT, guard="broken")
    assert (done.code, told) == (3, None)
    assert "could not tell" in done.err
    assert not any((place / "gate" / name).exists() for name in RESULTS)


def test_stopping_passes_nothing_and_the_same_command_goes_on(gate, place, monkeypatch):
    from holdfast.campaign.labelled import assault

    limits = {**KEPT, "max_flip_rate": [{**FLIP, "seeds": 30}]}
    _, whole = gate(limits)
    shutil.rmtree(place / "cache" / "gate")
    keep, kept = assault.keep_table, []

    def stops(folder, index, columns):
        if kept:
            raise KeyboardInterrupt
        kept.append(index)
        return keep(folder, index, columns)

    monkeypatch.setattr(assault, "keep_table", stops)
    done, told = gate(limits)
    assert (done.code, told) == (130, None)
    monkeypatch.undo()
    monkeypatch.chdir(place)
    monkeypatch.setenv("HOLDFAST_CACHE", str(place / "cache"))
    assert gate(limits)[1] == whole


def test_what_waits_for_people_never_passes(gate, place):
    people = {"kind": "people", "reviewers": 1, "candidates": 1, "most": 2}
    done, told = gate({"max_flip_rate": [{**FLIP, "seeds": 6}]}, judge=people)
    (limit,) = told["limits"]
    assert (done.code, limit["decision"]) == (3, "could_not_tell")
    assert limit["missing"] > 0
    assert "for people to judge" in done.out


def test_the_claim_of_an_earlier_run_goes_too(gate, place):
    gate({**KEPT, "max_failure_rate": 0.9})
    assert (place / "gate" / "claim").is_dir()
    gate(KEPT)
    assert not (place / "gate" / "claim").exists()


KNOWN = "measured before, and nothing has changed since"


def test_what_did_not_change_is_not_measured_again_unless_it_is_torn(gate, place):
    limits = {**KEPT, "max_flip_rate": [FLIP]}
    first, told = gate(limits)
    again, same = gate(limits)
    assert (first.err.count(KNOWN), again.err.count(KNOWN)) == (0, 2)
    assert told == same
    # Another limit asks for no other measurement, another budget for one.
    assert gate({**limits, "min_recall": 0.3})[0].err.count(KNOWN) == 2
    assert gate({**KEPT, "max_flip_rate": [{**FLIP, "queries": 9}]})[0].err.count(KNOWN) == 1
    for table in (place / "cache" / "gate").rglob("*.parquet"):
        table.write_bytes(table.read_bytes()[:-1])
    torn, measured = gate(limits)
    assert torn.err.count(KNOWN) == 0
    assert measured == told
    for key in (place / "cache" / "gate").rglob("key.json"):
        key.write_text("{")
    strange, measured = gate(limits)
    assert strange.err.count(KNOWN) == 0
    assert measured == told


def test_another_guard_is_measured_by_itself(gate):
    gate(KEPT)
    done, told = gate(KEPT, guard="worse")
    assert KNOWN not in done.err
    assert by_id(told)["min_recall"]["decision"] == "failed"


COMPARED = {"no_worse_than": "baseline.json", "max_flip_rate": [{"attack": "random_rewrite", "queries": 8}]}


def test_a_baseline_tells_a_worse_guard_from_the_same_one(gate, place):
    done, told = gate(COMPARED, "--write-baseline", "baseline.json")
    assert done.code == 3, "there was no baseline to compare with"
    assert "there is no baseline yet" in done.out
    baseline = (place / "baseline.json").read_text()
    assert not any(row["text"] in baseline for row in rows(each=SIZE))
    _, same = gate(COMPARED)
    compared = [limit for limit in same["limits"] if limit["kind"] == "no_worse_than"]
    assert [limit["decision"] for limit in compared] == ["passed"] * 3
    assert len(same["limits"]) == 3
    done, worse = gate(COMPARED, guard="worse")
    assert done.code == 1
    recall = by_id(worse)["no_worse_than.recall"]
    assert (recall["decision"], recall["other_events"]) == ("failed", 0)
    assert worse["baseline"]["guard"] == told["guard"]["hash"]


def test_a_part_of_the_baselines_rows_never_passes(gate, place):
    limits = {"no_worse_than": "baseline.json", "min_recall": 0.2}
    gate(limits, "--write-baseline", "baseline.json")
    left = [row for row in rows(each=SIZE) if row["split"] != "test"]
    test = [row for row in rows(each=SIZE) if row["split"] == "test"]
    write_rows(place / "texts.csv", [*left, *test[3:]])
    done, told = gate(limits)
    assert done.code == 3
    assert by_id(told)["no_worse_than.recall"]["missing"] == 3
    write_rows(place / "texts.csv", rows(each=SIZE) + rows(seed=1, each=(0, 0, 5)))
    assert by_id(gate(limits)[1])["no_worse_than.recall"]["missing"] == 0


def test_another_attack_than_the_baselines_is_not_compared(gate):
    gate(COMPARED, "--write-baseline", "baseline.json")
    _, told = gate({**COMPARED, "max_flip_rate": [{"attack": "random_rewrite", "queries": 9}]})
    limit = by_id(told)["no_worse_than.queries.random_rewrite"]
    assert limit["decision"] == "could_not_tell"
    assert "not attacked by random_rewrite as it is configured here" in limit["why"]


def _altered(text):
    value = json.loads(text)
    value["catastrophic"]["passed"] += value["catastrophic"]["stopped"][:1]
    return json.dumps(value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_altered, "was altered since it was written"),
        (lambda text: text[: len(text) // 2], "is no whole baseline"),
        (lambda text: text.replace('"format_version": 1', '"format_version": 2'), "is no whole baseline"),
    ],
    ids=["altered", "half", "another version"],
)
def test_a_baseline_that_is_not_whole_is_refused(gate, place, change, said):
    gate(COMPARED, "--write-baseline", "baseline.json")
    path = place / "baseline.json"
    path.write_text(change(path.read_text()))
    done, told = gate(COMPARED)
    assert (done.code, told) == (2, None)
    assert said in done.err


MISTAKES = [
    ({}, "a gate without a limit would let everything through"),
    ({"min_recal": 0.9}, "did you mean 'min_recall'"),
    ({"min_recall": 1.5}, "less than 1"),
    ({"confidence": 0.4, "min_recall": 0.9}, "greater than 0.5"),
    ({"no_worse_than": "none.json"}, "there is no baseline"),
    ({"max_flip_rate": [{"attack": "random_rewrit", "queries": 3, "at_most": 0.1}]}, "did you mean"),
    ({"max_flip_rate": [{**FLIP, "attack": "auto"}]}, "learn from each other"),
    ({"max_flip_rate": [{"attack": "random_rewrite", "queries": 8}]}, "give at_most, or no_worse_than"),
    (None, "the configuration has no limits"),
]


@pytest.mark.parametrize(("limits", "said"), MISTAKES)
def test_mistakes_are_told_in_one_line(gate, limits, said):
    done, told = gate(limits)
    assert (done.code, told) == (2, None), done.err
    assert said in done.err
