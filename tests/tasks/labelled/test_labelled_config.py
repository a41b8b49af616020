"""What a user may write about data, and what is refused before anything is read."""

import pytest
from labelled_files import config
from pydantic import ValidationError

PAIR = {"prompt": "p", "completion": "c", "label": "label"}
TEXT = {"text": "text", "label": "label"}
GIVEN = {"kind": "given"}

REFUSED = [
    # what is written, and what the message says
    ({"columns": {"label": "label"}}, "either 'text', or both 'prompt' and 'completion'"),
    ({"columns": {"prompt": "p", "label": "label"}}, "either 'text', or both"),
    ({"columns": {**PAIR, "text": "text"}}, "either 'text', or both"),
    ({"columns": {"text": "a", "label": "a"}}, "cannot be both text and label"),
    ({"columns": {"prompt": "a", "completion": "a", "label": "b"}}, "cannot be both prompt and completion"),
    ({"columns": {"text": "text"}}, "'columns.label' or 'columns.votes'"),
    ({"labels": {"every": "harmless"}}, "'columns.label' or 'columns.votes'"),
    ({"columns": {**TEXT, "vote_separator": "|"}}, "exactly one column of votes"),
    ({"labels": {}}, "name the values that are catastrophic"),
    ({"labels": {"catastrophic": [1], "harmless": ["1.0"]}}, "'1' is named twice"),
    ({"labels": {"catastrophic": 1, "harmless": 0, "others_harmless": True}}, "not both"),
    ({"labels": {"every": "harmless", "missing": "drop"}}, "leave the other keys out"),
    ({"path": []}, "name the data once"),
    ({"splits": {**GIVEN, "paths": {"test": "b.csv"}}}, "name the data once"),
    ({"splits": GIVEN}, "either 'columns.split' or 'splits.paths'"),
    ({"columns": {**TEXT, "split": "s"}}, "splits of kind 'given'"),
    ({"splits": {"kind": "derived", "shares": {"train": 0.5, "test": 0.4}}}, "add up to 0.9, not to 1"),
    ({"splits": {"kind": "derived", "shares": {"dev": 1}}}, "train"),
    (
        {"columns": {**TEXT, "split": "s"}, "splits": {**GIVEN, "divide": {"train": {"train": 0.5}}}},
        "add up to 0.5",
    ),
    ({"encoding": "utf-9"}, "no text encoding 'utf-9'"),
    ({"encoding": "rot13"}, "no text encoding 'rot13'"),
    ({"lables": {}}, "Extra inputs"),
]


@pytest.mark.parametrize(("written", "message"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_cannot_be_right_is_refused(written, message):
    with pytest.raises(ValidationError, match=message):
        config(**written)


@pytest.mark.parametrize("value", [1, 1.0, "1", " 1 ", "1.0", [1], ("1",)])
def test_a_value_is_text_however_it_is_written(value):
    assert config(labels={"catastrophic": value}).labels.catastrophic == ("1",)


@pytest.mark.parametrize("value", [True, "true", "True", "TRUE"])
def test_truth_is_one_value(value):
    assert config(labels={"catastrophic": value}).labels.catastrophic == ("true",)


def test_it_survives_as_plain_values():
    told = config(
        path=["a.csv", "b.csv"],
        columns={**PAIR, "votes": ["x", "y"], "group": "g", "slices": ["s"]},
        labels={"catastrophic": ["a", 2], "harmless": "b", "missing": "unsure"},
    )
    assert config(**told.model_dump(mode="json")) == told


def test_the_splits_of_files():
    paths = {"train": "a.csv", "test": ["b.csv", "c.csv"]}
    told = config(path=[], splits={**GIVEN, "paths": paths})
    assert [(str(path), split) for path, split in told.files] == [
        ("a.csv", "train"),
        ("b.csv", "test"),
        ("c.csv", "test"),
    ]


def test_files_of_one_name_are_told_apart():
    assert config(path=["one/a.csv", "two/a.csv", "b.csv"]).file_names == ("one/a.csv", "two/a.csv", "b.csv")
