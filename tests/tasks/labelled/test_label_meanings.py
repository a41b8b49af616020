"""What label values mean: said or certain, and otherwise refused with all values and counts."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_files import as_jsonl, opened

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.tasks.labelled.config import LabelValues
from holdfast.tasks.labelled.faults import UnsoundDataError
from holdfast.tasks.labelled.label_values import decided, meanings

BAD, FINE, UNSURE = Label.CATASTROPHIC, Label.HARMLESS, Label.UNSURE

CERTAIN = [
    # values that occur, what is said, what they mean
    ("1 0", {"catastrophic": 1}, {"1": BAD, "0": FINE}),
    ("hate nothate", {"catastrophic": "hate"}, {"hate": BAD, "nothate": FINE}),
    ("a b", {"catastrophic": ["a", "b"]}, {"a": BAD, "b": BAD}),
    ("a b c", {"catastrophic": "a", "harmless": ["b", "c"]}, {"a": BAD, "b": FINE, "c": FINE}),
    ("a b c", {"catastrophic": "a", "others_harmless": True}, {"a": BAD, "b": FINE, "c": FINE}),
    ("a b c", {"catastrophic": "a", "unsure": "c"}, {"a": BAD, "b": FINE, "c": UNSURE}),
    ("b", {"catastrophic": "a", "harmless": "b"}, {"b": FINE}),
    ("a b None", {"catastrophic": "a", "missing": "unsure"}, {"a": BAD, "b": FINE, None: UNSURE}),
    ("a b None", {"catastrophic": "a", "missing": "harmless"}, {"a": BAD, "b": FINE, None: FINE}),
]
GUESSES = [
    ("a b c", {"catastrophic": "a"}, r"'a' \(3\), 'b' \(2\), 'c' \(1\).*leaves open.*others_harmless"),
    ("a b c", {"catastrophic": "a", "harmless": "b"}, r"'c' is neither catastrophic, harmless nor unsure"),
    ("a b c d", {"catastrophic": "a", "harmless": "b"}, r"'c', 'd' are neither"),
    ("hateful fine", {"catastrophic": "hatefull"}, r"never occurs; did you mean 'hateful'"),
    (
        "0",
        {"catastrophic": "1"},
        r"'1' that is to be catastrophic never occurs.*write labels.harmless .* too",
    ),
    ("a b c", {"catastrophic": ["a", "z"], "others_harmless": True}, r"'z' that is to be catastrophic never"),
]


def counts(values):
    names = [None if name == "None" else name for name in values.split()]
    return {name: len(names) - place for place, name in enumerate(names)}


@pytest.mark.parametrize(("values", "said", "meaning"), CERTAIN)
def test_what_is_certain(values, said, meaning):
    assert meanings(counts(values), LabelValues.model_validate(said), "label") == meaning


@pytest.mark.parametrize(("values", "said", "message"), GUESSES)
def test_what_would_be_a_guess_is_refused(values, said, message):
    with pytest.raises(UserError, match=message):
        meanings(counts(values), LabelValues.model_validate(said), "label")


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([BAD], BAD),
        ([BAD, FINE], UNSURE),
        ([BAD, FINE, FINE], FINE),
        ([BAD, BAD, UNSURE], BAD),
        ([BAD, FINE, UNSURE], UNSURE),
        ([BAD, BAD, FINE, UNSURE], BAD),
        ([BAD, BAD, FINE, FINE, UNSURE], UNSURE),
    ],
)
def test_votes_decide(votes, label):
    assert decided(votes, None) is label


@given(
    st.lists(st.sampled_from(Label), min_size=1).flatmap(lambda v: st.tuples(st.just(v), st.permutations(v)))
)
def test_the_order_of_votes_is_nothing(votes):
    assert decided(votes[0], None) is decided(votes[1], None)


MISSING = [{"text": "a", "S": 1}, {"text": "b", "S": 0}, {"text": "c"}, {"text": "d", "S": None}]


@pytest.mark.parametrize(
    ("missing", "labels"), [("unsure", [1, 0, 2, 2]), ("harmless", [1, 0, 0, 0]), ("drop", [1, 0])]
)
def test_a_missing_label_is_what_is_said(missing, labels, tmp_path):
    data = opened(
        tmp_path,
        gzip.compress(as_jsonl(MISSING)),
        "texts.jsonl.gz",
        columns={"text": "text", "label": "S"},
        labels={"catastrophic": 1, "missing": missing},
    )
    assert data.labels.tolist() == labels
    assert data.summary.read == 4
    assert data.summary.dropped["no label"] == 4 - len(labels)


def test_a_row_that_is_left_out_need_not_be_sound(tmp_path):
    content = "text,label,part\na,1,train\n,,spare\n,9,spare\n,,train\n"
    data = opened(
        tmp_path,
        content,
        columns={"text": "text", "label": "label", "split": "part"},
        labels={"catastrophic": 1, "harmless": 0, "missing": "drop"},
        splits={"kind": "given", "values": {"train": "train", "spare": None}},
    )
    assert (len(data), data.summary.read) == (1, 4)
    assert data.summary.dropped == {"no label": 1, "in no split": 2}


def test_a_missing_label_is_refused_where_nothing_is_said(tmp_path):
    with pytest.raises(UnsoundDataError, match=r"there is no label \(2\); write labels.missing"):
        opened(tmp_path, as_jsonl(MISSING), "texts.jsonl", columns={"text": "text", "label": "S"})


def test_a_refusal_keeps_nothing(tmp_path):
    with pytest.raises(UserError, match="leaves open"):
        opened(tmp_path, "text,label\na,1\nb,2\nc,3\n")
    assert list((tmp_path / "cache").glob("*")) == []


VOTES = [
    # columns of votes and their separator, a row's values, the label and the votes
    (["x", "y", "z"], None, {"x": 1, "y": 0, "z": 1}, BAD, [BAD, FINE, BAD]),
    (["x", "y", "z"], None, {"x": 1, "y": None, "z": ""}, BAD, [BAD]),
    (["x", "y"], None, {"x": 1, "y": 0}, UNSURE, [BAD, FINE]),
    (["x"], None, {"x": [1, 0, 0]}, FINE, [BAD, FINE, FINE]),
    (["x"], None, {"x": '["1", 0, 1.0]'}, BAD, [BAD, FINE, BAD]),
    (["x"], "|", {"x": "1|0| 1 "}, BAD, [BAD, FINE, BAD]),
    (["x"], ";", {"x": "0;;"}, FINE, [FINE]),
]


@pytest.mark.parametrize(("columns", "separator", "row", "label", "votes"), VOTES)
def test_votes_are_read_and_kept(columns, separator, row, label, votes, tmp_path):
    data = opened(
        tmp_path,
        as_jsonl([{"text": "a", **row}]),
        "texts.jsonl",
        columns={"text": "text", "votes": columns, "vote_separator": separator},
        labels={"catastrophic": 1, "harmless": 0},
    )
    (found,) = data.rows([0])
    assert found.label is label
    assert list(found.votes) == votes


def test_a_label_decides_over_votes(tmp_path):
    data = opened(
        tmp_path,
        "text,final,x,y\na,1,0,0\nb,0,1,0\n",
        columns={"text": "text", "label": "final", "votes": ["x", "y"]},
    )
    assert data.labels.tolist() == [1, 0]
    assert data.rows([0])[0].votes == (FINE, FINE)


@pytest.mark.parametrize(
    ("row", "separator", "reason"),
    [
        ({"x": "1,0"}, None, "the votes are no list"),
        ({"x": [1]}, "|", "the votes are no text"),
        ({"x": []}, None, "there is no label"),
        ({"x": ""}, None, "there is no label"),
        ({"x": None}, None, "there is no label"),
    ],
)
def test_votes_that_cannot_be_read(row, separator, reason, tmp_path):
    with pytest.raises(UnsoundDataError) as refused:
        opened(
            tmp_path,
            as_jsonl([{"text": "a", **row}]),
            "texts.jsonl",
            columns={"text": "text", "votes": "x", "vote_separator": separator},
        )
    assert reason in refused.value.counts


def test_all_rows_of_one_kind(tmp_path):
    data = opened(tmp_path, "text\na\nb\n", columns={"text": "text"}, labels={"every": "harmless"})
    assert data.labels.tolist() == [0, 0]


def test_a_column_of_text_is_no_label(tmp_path, monkeypatch):
    monkeypatch.setattr("holdfast.tasks.labelled.rows.MOST_LABELS", 5)
    content = "text,label\n" + "".join(f"a,{n}\n" for n in range(7))
    with pytest.raises(
        UserError, match=r"the column 'label' has more than 5 different values \('0', '1', '2' "
    ):
        opened(tmp_path, content)
