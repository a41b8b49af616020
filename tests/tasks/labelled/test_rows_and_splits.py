"""Passages, egregiousness, groups and splits: how they are read, and what stays on one side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import as_csv, as_jsonl, config, opened

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.config import SPLITS
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.faults import UnsoundDataError
from holdfast.tasks.labelled.grouping import groups
from holdfast.tasks.labelled.passages import spans
from holdfast.tasks.labelled.splitting import derived

SPANS = [
    # as written, of a text of ten characters, as kept
    ([], ()),
    ([[0, 3]], ((0, 3),)),
    ([[7, 10], [0, 3]], ((0, 3), (7, 10))),
    ([[0, 4], [2, 6]], ((0, 6),)),
    ([[0, 2], [2, 4]], ((0, 2), (2, 4))),
    ([3, 4, 5], ((3, 6),)),
    ([8, 0, 1, 9, 1], ((0, 2), (8, 10))),
]
NO_SPANS = [
    ([[0, 11]], "goes beyond the text"),
    ([10], "goes beyond the text"),
    ([[3, 3]], "is empty or begins before"),
    ([[4, 3]], "is empty or begins before"),
    ([-1], "is empty or begins before"),
    ([[0, 1], 5], "mix pairs and offsets"),
    ([[0, 1, 2]], "neither"),
    (["a"], "neither"),
    ([True], "neither"),
    ({"start": 0}, "neither"),
    (None, "neither"),
]


@pytest.mark.parametrize(("written", "kept"), SPANS)
def test_passages_are_kept_in_order(written, kept):
    assert spans(written, 10) == kept


@pytest.mark.parametrize(("written", "reason"), NO_SPANS)
def test_passages_that_are_none(written, reason):
    with pytest.raises(ValueError, match=reason):
        spans(written, 10)


@given(st.sets(st.integers(0, 30)))
def test_offsets_and_passages_are_the_same_characters(offsets):
    found = spans(sorted(offsets), 31)
    assert {place for start, stop in found for place in range(start, stop)} == offsets
    assert spans([list(span) for span in found], 31) == found


@pytest.mark.parametrize(
    ("written", "kept"), [("[0, 1]", ((0, 2),)), ("[]", ()), ("", None), ("[[0, 2]]", ((0, 2),))]
)
def test_passages_of_a_csv_file(written, kept, tmp_path):
    content = as_csv([{"text": "some text", "spans": written}])
    columns = {"text": "text", "passages": "spans"}
    data = opened(tmp_path, content, columns=columns, labels={"every": "catastrophic"})
    assert data.rows([0])[0].passages == kept


def test_a_passage_beyond_its_text_is_named(tmp_path):
    content = as_jsonl([{"text": "abc", "spans": [[0, 3]]}, {"text": "abc", "spans": [[1, 4]]}])
    columns = {"text": "text", "passages": "spans"}
    with pytest.raises(
        UnsoundDataError, match=r"line 2, column 'spans': a passage .* \(from 1 to 4, of 3 char"
    ):
        opened(tmp_path, content, "texts.jsonl", columns=columns, labels={"every": "catastrophic"})


@pytest.mark.parametrize(("written", "kept"), [("0", 0.0), (" 9.5", 9.5), ("10", 10.0), ("", None)])
def test_egregiousness(written, kept, tmp_path):
    columns = {"text": "text", "label": "label", "egregiousness": "how"}
    data = opened(tmp_path, f"text,label,how\na,1,{written}\n", columns=columns)
    assert data.rows([0])[0].egregiousness == kept


@pytest.mark.parametrize("written", ["11", "-1", "bad", "nan", "inf"])
def test_egregiousness_that_is_none(written, tmp_path):
    columns = {"text": "text", "label": "label", "egregiousness": "how"}
    with pytest.raises(UnsoundDataError, match=r"line 2, column 'how': .* from 0 to 10"):
        opened(tmp_path, f"text,label,how\na,1,{written}\n", columns=columns)


def test_prompt_and_completion(tmp_path):
    content = "p,c,label\nask,answer,1\n,alone,0\nrefused,,0\n"
    columns = {"prompt": "p", "completion": "c", "label": "label"}
    data = opened(tmp_path, content, columns=columns)
    assert [(row.snippet.prompt, row.snippet.completion) for row in data.rows([0, 1, 2])] == [
        ("ask", "answer"),
        ("", "alone"),
        ("refused", ""),
    ]
    with pytest.raises(UnsoundDataError, match="line 2, column 'c': the text is empty"):
        opened(tmp_path, "p,c,label\n,,1\n", columns=columns)


# Groups


def slow_groups(keys):
    """Rows that share a key, joined one pair after the other."""
    first = list(range(len(keys)))
    for one in range(len(keys)):
        for other in range(one):
            if set(keys[one]) & set(keys[other]) - {0}:
                low, high = sorted([first[one], first[other]])
                first = [low if place == high else place for place in first]
    return first


few_keys = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


@settings(max_examples=50)
@given(few_keys)
def test_groups_are_what_hangs_together(keys):
    assert groups(np.array(keys, dtype=np.uint64)).tolist() == slow_groups(keys)


def test_rows_of_a_pair_are_a_group(tmp_path):
    content = "id,of,text,label\n7,,a,1\n8,7,b,0\n9,,c,1\n10,8,d,0\n"
    columns = {"text": "text", "label": "label", "group": ["id", "of"]}
    data = opened(tmp_path, content, columns=columns)
    assert data.groups.tolist() == [0, 0, 2, 0]
    assert [row.group for row in data.rows(range(4))] == ["#1", "#1", "#3", "#1"]


def test_a_group_is_named_as_it_is_written(tmp_path):
    columns = {"text": "text", "label": "label", "group": "work"}
    data = opened(tmp_path, "work,text,label\nHeidi,a,1\n,b,0\n Heidi,c,1\n", columns=columns)
    assert [row.group for row in data.rows(range(3))] == ["Heidi", None, "Heidi"]
    assert data.groups.tolist() == [0, 1, 0]


# Splits

keys = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 8)), min_size=1, max_size=30)
EVEN = dict.fromkeys(SPLITS, 0.25)


def split_of(pairs, seed=0, shares=EVEN):
    group_keys = np.array([[group] for group, _ in pairs], dtype=np.uint64)
    texts = np.array([text for _, text in pairs], dtype=np.uint64)
    return derived(groups(group_keys), group_keys, texts, shares, seed).tolist()


@settings(max_examples=50)
@given(keys, st.integers(0, 50), st.randoms(use_true_random=False))
def test_a_group_and_a_text_stay_on_one_side_whatever_the_order(pairs, seed, random):
    sides = split_of(pairs, seed)
    for (group, text), side in zip(pairs, sides, strict=True):
        for (other_group, other_text), other_side in zip(pairs, sides, strict=True):
            if text == other_text or (group and group == other_group):
                assert side == other_side
    order = list(range(len(pairs)))
    random.shuffle(order)
    assert split_of([pairs[place] for place in order], seed) == [sides[place] for place in order]


def test_shares_and_seeds():
    pairs = [(0, text) for text in range(1, 20_001)]
    sides = split_of(pairs, shares={"train": 0.7, "test": 0.3})
    assert set(sides) == {0, 3}
    # A binomial count: 300 is more than four standard deviations of it.
    assert abs(sides.count(0) - 14_000) < 300
    assert split_of(pairs, seed=1) != split_of(pairs, seed=2)
    assert set(split_of(pairs, shares={"threshold": 1.0})) == {2}


def test_more_rows_leave_the_others_where_they_are():
    pairs = [(0, text) for text in range(1, 500)]
    assert split_of(pairs)[:100] == split_of(pairs[:100])


GIVEN_BY_COLUMN = {"text": "text", "label": "label", "split": "part"}
PARTS = "text,label,part\na,1,train\nb,0,dev\nc,1,spare\n"


def test_splits_given_by_a_column(tmp_path):
    values = {"train": "train", "dev": "validation", "spare": None}
    data = opened(tmp_path, PARTS, columns=GIVEN_BY_COLUMN, splits={"kind": "given", "values": values})
    assert [row.split for row in data.rows(range(2))] == ["train", "validation"]
    assert data.summary.dropped["in no split"] == 1


def test_names_of_splits_are_themselves(tmp_path):
    content = "text,label,part\na,1,train\nb,0,threshold\n"
    data = opened(tmp_path, content, columns=GIVEN_BY_COLUMN, splits={"kind": "given"})
    assert [row.split for row in data.rows(range(2))] == ["train", "threshold"]


def test_a_given_split_may_be_divided(tmp_path):
    content = "text,label,part\n" + "".join(
        f"text {n},{n % 2},{('train', 'test')[n % 2]}\n" for n in range(400)
    )
    divide = {"train": {"train": 0.8, "threshold": 0.2}}
    data = opened(tmp_path, content, columns=GIVEN_BY_COLUMN, splits={"kind": "given", "divide": divide})
    sides = [row.split for row in data.rows(range(400))]
    assert set(sides[0::2]) == {"train", "threshold"}
    assert set(sides[1::2]) == {"test"}
    assert 10 < sides.count("threshold") < 80


def test_an_unknown_split_is_refused_with_counts(tmp_path):
    with pytest.raises(
        UserError, match=r"'train' \(1\), 'dev' \(1\), 'spare' \(1\), of which only .*splits.values"
    ):
        opened(tmp_path, PARTS, columns=GIVEN_BY_COLUMN, splits={"kind": "given"})


def test_a_row_without_a_split_is_named(tmp_path):
    with pytest.raises(UnsoundDataError, match="line 3, column 'part': there is no split"):
        opened(
            tmp_path, "text,label,part\na,1,train\nb,0,\n", columns=GIVEN_BY_COLUMN, splits={"kind": "given"}
        )


def test_splits_given_by_files(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(as_jsonl([{"text": "a", "label": 1}]))
    (tmp_path / "b.csv").write_text("text,label\nb,0\nc,1\n")
    paths = {"train": "a.jsonl", "test": ["b.csv", "texts.csv"]}
    (tmp_path / "texts.csv").write_text("text,label\nd,0\n")
    told = config(path=[], splits={"kind": "given", "paths": paths})
    data = Labelled.open(told, base=tmp_path, cache=tmp_path / "cache")
    assert [(row.split, row.place) for row in data.rows(range(4))] == [
        ("train", "a.jsonl, line 1"),
        ("test", "b.csv, line 2"),
        ("test", "b.csv, line 3"),
        ("test", "texts.csv, line 2"),
    ]
