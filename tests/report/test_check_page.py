"""The page of a check: everything in it that came from data is escaped, and what it says is in its tables."""

import csv

import pytest
from pages import HOSTILE, outline

from guard_texts import rows, vile, write
from holdfast.campaign.checking.checking import check
from holdfast.campaign.checking.records import Caution, CheckRecord
from holdfast.campaign.config import resolve
from holdfast.report.check_page import check_page, write_check_report
from holdfast.report.check_tables import headline, score
from planted_guard import save


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> CheckRecord:
    """A check of data with hostile texts, slices and values of the label."""
    folder = tmp_path_factory.mktemp("check")
    content = rows(36)
    hostile = f"{HOSTILE} {vile(400)}"
    for split, label in (("test", "hate"), ("test", "nothate"), ("train", HOSTILE)):
        content.append({"text": hostile, "label": label, "split": split, "place": HOSTILE})
    data = {
        "path": [str(write(folder / "texts.csv", content))],
        "columns": {"text": "text", "label": "label", "split": "split", "slices": ["place"]},
        "labels": {"catastrophic": ["hate", HOSTILE], "harmless": ["nothate"]},
        "splits": {"kind": "given"},
    }
    classifier = {"kind": "folder", "path": str(save(folder / "guard")), "overflow": "window"}
    threshold = {"rule": "fixed", "at": 0.5}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_CACHE", str(folder / "cache"))
        task = {"kind": "labelled", "data": data}
        return check(resolve({"task": task, "classifier": classifier, "threshold": threshold}))


def test_the_page_is_whole_and_holds_no_markup_of_the_data(record):
    page = check_page(record, "check-data")
    found = outline(page)
    assert not found.open
    assert len(found.ids) == len(set(found.ids))
    assert not {"script", "img"} & set(found.tags)
    assert "{{ 7*7 }}" in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page


def test_the_page_says_the_verdict_and_every_caution(record):
    page = check_page(record, "check-data")
    assert headline(record) in page
    for caution in record.cautions:
        assert caution.what.split(";")[0].replace(" %", "\u00a0%")[1:30].replace("'", "&#39;") in page


def test_the_same_check_gives_the_same_bytes_and_its_tables(record, tmp_path):
    path = write_check_report(record, tmp_path / "check.html")
    first = path.read_bytes()
    assert write_check_report(record, path).read_bytes() == first
    tables = {one.name for one in (tmp_path / "check-data").iterdir()}
    assert tables == {"rates.csv", "scores.csv", "slices.csv", "rows.csv", "cautions.csv"}
    with (tmp_path / "check-data" / "slices.csv").open(newline="") as file:
        slices = list(csv.DictReader(file))
    assert {row["value"] for row in slices} == {one.value for one in record.measure.slices}
    assert sum(int(row["recall_trials"]) for row in slices) == record.measure.recall.trials


VERDICTS = {
    "nothing": ((), "This guard can be attacked as it is."),
    "a note": (("note",), "This guard can be attacked as it is."),
    "one weakness": (("weak", "note"), "one thing weakens the results."),
    "several": (("weak", "weak"), "2 things weaken the results."),
    "something to mend": (("stop", "weak"), "This guard cannot be attacked as it is: what 0."),
}


@pytest.mark.parametrize(("weights", "said"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_is_a_sentence(record, weights, said):
    cautions = tuple(Caution(weight=weight, what=f"what {i}") for i, weight in enumerate(weights))
    assert headline(record.model_copy(update={"cautions": cautions})).endswith(said)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.5, "0.5"), (0.12345, "0.123"), (0.927, "0.927"), (0.99996, "0.99996"), (1e-7, "1e-07"), (1.0, "1")],
)
def test_scores_near_one_are_told_from_one(value, said):
    assert score(value) == said


def test_a_check_of_nothing_readable_still_has_a_page(record):
    nothing = {"area": None, "points": (), "scores": (), "slices": ()}
    measure = record.measure.model_copy(update=nothing)
    costs = record.costs.model_copy(update={"speeds": (), "commands": ()})
    none = record.model_copy(update={"measure": measure, "costs": costs})
    page = check_page(none, "check-data")
    assert not outline(page).open
    assert "Unknown: the guard cannot read any" in page
