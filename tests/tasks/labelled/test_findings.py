"""What is odd about data, against slow counting; near duplicates against comparing all pairs."""

import json
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import as_jsonl, config, opened

from holdfast.core.snippet import Label
from holdfast.tasks.labelled import near
from holdfast.tasks.labelled.characters import odd_characters
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.findings import find
from holdfast.tasks.labelled.results import warnings

BAD, FINE = Label.CATASTROPHIC, Label.HARMLESS
LONG = "the quick brown fox jumps over the lazy dog and runs far away from here today"
TRAIN = [
    {"text": "the same", "label": 1, "lang": "en", "work": "A"},
    {"text": "The  Same", "label": 1, "lang": "de", "work": "A"},
    {"text": "in dispute", "label": 1, "lang": "en", "work": "B"},
    {"text": LONG, "label": 0, "lang": "en", "work": "C"},
]
TEST = [
    {"text": "in dispute", "label": 0, "lang": "en", "work": "B"},
    {"text": LONG + " too", "label": 0, "lang": "en", "work": "D"},
    {"text": "\u200bhidden \u202e", "label": 1, "lang": "en", "work": "E"},
]


@pytest.fixture
def found(tmp_path):
    (tmp_path / "train.jsonl").write_bytes(as_jsonl(TRAIN))
    (tmp_path / "test.jsonl").write_bytes(as_jsonl(TEST))
    told = config(
        path=[],
        columns={"text": "text", "label": "label", "slices": "lang", "group": "work"},
        splits={"kind": "given", "paths": {"train": "train.jsonl", "test": "test.jsonl"}},
    )
    return find(Labelled.open(told, base=tmp_path, cache=tmp_path / "cache"))


def places(examples):
    return [[mention.place for mention in example] for example in examples]


def test_rows_and_distinct_texts_are_counted(found):
    assert (found.rows, found.distinct) == (7, 5)
    assert {(c.split, c.label, c.value): (c.rows, c.distinct) for c in found.counts} == {
        ("train", BAD, None): (3, 2),
        ("train", FINE, None): (1, 1),
        ("test", BAD, None): (1, 1),
        ("test", FINE, None): (2, 2),
        ("train", BAD, "en"): (2, 2),
        ("train", BAD, "de"): (1, 1),
        ("train", FINE, "en"): (1, 1),
        ("test", BAD, "en"): (1, 1),
        ("test", FINE, "en"): (2, 2),
    }
    assert {c.slice for c in found.counts} == {None, "lang"}


def test_duplicates_and_conflicts(found):
    assert (found.duplicates.texts, found.duplicates.rows) == (2, 4)
    assert places(found.duplicates.examples) == [
        ["train.jsonl, line 1", "train.jsonl, line 2"],
        ["train.jsonl, line 3", "test.jsonl, line 1"],
    ]
    for several in (found.conflicts, found.across_splits):
        assert (several.texts, several.rows) == (1, 2)
        assert places(several.examples) == [["train.jsonl, line 3", "test.jsonl, line 1"]]
    assert [mention.label for mention in found.conflicts.examples[0]] == [BAD, FINE]


def test_groups_that_a_split_tears(found):
    assert (found.groups.groups, found.groups.torn, found.groups.rows) == (2, 1, 2)
    assert places(found.groups.examples) == [["train.jsonl, line 3", "test.jsonl, line 1"]]


def test_near_duplicates_across_splits(found):
    assert {(n.split, n.other, n.texts) for n in found.near.counts} == {
        ("train", "test", 1),
        ("test", "train", 1),
    }
    (example,) = found.near.examples
    assert {example.one.place, example.other.place} == {"train.jsonl, line 4", "test.jsonl, line 2"}
    # 16 words have 16 runs with their marks; the longer text shares all but the two at its end.
    assert example.likeness == round(15 / 18, 3)
    assert found.near.complete


def test_lengths_and_characters(found):
    assert (found.words.least, found.words.median, found.words.most) == (2, 2, 17)
    assert found.characters.most == len(LONG) + 4
    assert [(odd.kind, odd.rows, odd.characters, odd.places) for odd in found.odd] == [
        ("bidi", 1, 1, ("test.jsonl, line 3",)),
        ("zero-width", 1, 1, ("test.jsonl, line 3",)),
    ]


def test_it_is_plain_json(found):
    again = json.loads(json.dumps(found.as_json()))
    assert again["distinct"] == 5
    assert again["conflicts"]["examples"][0][0]["text"] == "in dispute"


def test_what_a_user_should_know(found):
    assert warnings(found) == (
        "1 text with several labels (2 rows); first train.jsonl, line 3 and test.jsonl, line 1",
        "1 text in several splits (2 rows); first train.jsonl, line 3 and test.jsonl, line 1",
        "2 texts in several rows (4 rows); first train.jsonl, line 1 and train.jsonl, line 2",
        "1 text of train with a near duplicate in test",
        "1 text of test with a near duplicate in train",
        "1 of 2 groups in several splits; first train.jsonl, line 3 and test.jsonl, line 1",
        "1 text with bidi characters; first test.jsonl, line 3",
        "1 text with zero-width characters; first test.jsonl, line 3",
    )


def test_a_split_without_a_label_is_a_warning(tmp_path):
    columns = {"text": "text", "label": "label", "split": "part"}
    content = "text,label,part\na,1,train\nb,0,train\nc,0,test\nd,,test\n"
    data = opened(
        tmp_path,
        content,
        columns=columns,
        splits={"kind": "given"},
        labels={"catastrophic": 1, "missing": "drop"},
    )
    assert warnings(find(data)) == (
        "1 row left out: no label",
        "the split test has no catastrophic rows",
    )


def test_a_long_text_is_cut_in_examples(tmp_path):
    data = opened(tmp_path, as_jsonl([{"text": "x" * 500, "label": 1}] * 2), "texts.jsonl")
    (mention, _) = find(data).duplicates.examples[0]
    assert len(mention.text) == 200
    assert mention.text.endswith("…")


def test_derived_splits_hold_no_text_twice(tmp_path):
    rows = [{"text": f"text {n % 40}", "label": n % 2, "work": n % 7} for n in range(200)]
    columns = {"text": "text", "label": "label", "group": "work"}
    result = find(opened(tmp_path, as_jsonl(rows), "texts.jsonl", columns=columns))
    assert (result.across_splits.texts, result.groups.torn) == (0, 0)
    assert result.duplicates.texts == 40


ODD = [
    ("plain text,\ttab\r\n and é 🙂", {}),
    ("a\x07b\x7f", {"control": 2}),
    ("k\u200bi\u200cll", {"zero-width": 2}),
    ("👩\u200d🚀 and می\u200cخواهم", {}),
    ("\u202eabc\u2066", {"bidi": 2}),
    ("hi\U000e0041\U000e0042", {"tag": 2}),
    ("🏴\U000e0067\U000e0062\U000e007f", {}),
    ("\ue000", {"private use": 1}),
    ("caf\ufffd", {"replacement": 1}),
    ("donâ€™t cafÃ©", {"mojibake": 5}),
]


@pytest.mark.parametrize(("text", "kinds"), ODD, ids=range(len(ODD)))
def test_odd_characters(text, kinds):
    assert odd_characters(text) == kinds


# Near duplicates


def runs(text):
    words = ["<", *re.findall(r"\w+", text.lower()), ">"]
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def likeness(one, other):
    one, other = runs(one), runs(other)
    return len(one & other) / len(one | other)


def near_of(texts, sides):
    keys = np.unique(texts, return_inverse=True)[1].astype(np.uint64)
    return near.near_texts(lambda some: [texts[n] for n in some], keys, np.array(sides, dtype=np.int8))


words = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=14).map(" ".join)


@settings(max_examples=40)
@given(st.lists(st.tuples(words, st.integers(0, 3)), min_size=1, max_size=14))
def test_near_duplicates_are_those_of_comparing_all_pairs(rows):
    texts, sides = [text for text, _ in rows], [side for _, side in rows]
    found = near_of(texts, sides)
    expected = np.zeros_like(found.on_side)
    for one, other in combinations(range(len(rows)), 2):
        alike = texts[one] != texts[other] and likeness(texts[one], texts[other]) >= near.NEAR
        if alike and sides[one] != sides[other]:
            expected[one, sides[other]] = expected[other, sides[one]] = True
    assert (found.on_side == expected).all()
    for pair in found.pairs:
        assert pair.likeness == likeness(texts[pair.one], texts[pair.other])


def test_many_near_duplicates_of_one_text_are_all_found():
    texts = [f"{LONG}, and once more: {LONG} {n}" for n in range(1200)]
    sides = [0] * 1150 + [1] * 50
    found = near_of(texts, sides)
    assert found.on_side[1150:, 0].all()
    assert found.complete


def test_too_many_candidates_are_said(monkeypatch):
    monkeypatch.setattr(near, "MOST_PAIRS", 20)
    found = near_of([f"{LONG} {n}" for n in range(40)], [n % 2 for n in range(40)])
    assert not found.complete


@pytest.mark.parametrize(
    "texts", [["I want to 🔪 you", "I want to 👏 you"], ["我喜欢你", "我讨厌你"], ["!", "?"]]
)
def test_signs_and_emoji_are_words(texts):
    assert near_of(texts, [0, 1]).pairs == ()
