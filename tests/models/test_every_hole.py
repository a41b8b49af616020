"""One table of tests for every registered kind of hole: nearness, proposals, configuration, training."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values, to_values
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.models.holes import holes
from holdfast.models.holes.base import Subject, Written, subjects
from holdfast.models.holes.blind import BlindJudge
from holdfast.tasks import tasks

ROWS = [
    {"kind": "phrase", "words": ["(", "(", ")", "("]},
    {"kind": "phrase", "words": [")"]},
    {"kind": "pattern", "blocks": [[["("], [")"]], [["("], ["("], ["(", ")"], [")"]]]},
    {"kind": "state", "shown": ["left_open"], "counts": [{"modulus": 3, "rest": 1}]},
    {"kind": "state", "not_shown": ["deep", "odd_length"], "egregiousness": 2.0},
]
"""Every registered kind, with what fields there are."""


def test_every_kind_has_a_row():
    assert {row["kind"] for row in ROWS} == set(holes)


def name(row):
    return f"{row['kind']} {ROWS.index(row)}"


def subject(text, **verdict):
    return Subject(tuple(text), Verdict(Label.CATASTROPHIC, **verdict))


@pytest.fixture(scope="module")
def bad():
    """Catastrophes of brackets."""
    return catastrophes("brackets", 600)


def catastrophes(task, count):
    task = tasks.get(task)()
    found = subjects(task, task.oracle, task.sample(count, Stream(5), "hard"))
    return [each for each in found if each.verdict.catastrophic]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_only_what_is_in_the_hole_is_wholly_near(row, bad):
    hole = from_values(holes, row)
    near = [hole.nearness(each) for each in bad]
    assert all(0 <= value <= 1 for value in near)
    assert [value == 1 for value in near] == [hole.contains(each) for each in bad]
    assert len(set(near)) > 1


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_what_it_is_made_from_makes_it_again(row):
    hole = from_values(holes, row)
    assert from_values(holes, to_values(hole)) == hole


@pytest.mark.parametrize("task", ["brackets", "storyworld"])
@pytest.mark.parametrize("kind", list(holes))
def test_what_a_kind_proposes_holds_a_catastrophe_and_repeats(kind, task):
    task = tasks.get(task)()
    pool = catastrophes(task.name, 60)
    proposed = [holes.get(kind).proposed(task, pool, random.Random(seed)) for seed in range(25)]
    for seed, hole in enumerate(proposed):
        assert any(map(hole.contains, pool))
        assert holes.get(kind).proposed(task, pool, random.Random(seed)) == hole
    assert len(set(proposed)) > 5


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] != "state"], ids=name)
@given(words=st.lists(st.sampled_from("()"), max_size=20), seed=st.integers(0, 99))
def test_what_is_written_into_a_text_is_in_it(row, words, seed):
    hole = from_values(holes, row)
    assert isinstance(hole, Written)
    written = hole.written_into(words, random.Random(seed))
    length = len(row["words"]) if row["kind"] == "phrase" else hole.length
    if len(words) < length:
        assert written is None
    else:
        assert len(written) == len(words)
        assert hole.contains(subject(written))


def test_a_state_is_not_written():
    assert not isinstance(from_values(holes, ROWS[3]), Written)


@given(text=st.text("()", max_size=12), phrase=st.text("()", min_size=1, max_size=4))
def test_a_phrase_is_there_where_python_finds_it(text, phrase):
    hole = from_values(holes, {"kind": "phrase", "words": list(phrase)})
    assert hole.contains(subject(text)) == (phrase in text)
    places = range(len(text) - len(phrase) + 1)
    matches = [sum(a == b for a, b in zip(text[i:], phrase, strict=False)) for i in places]
    assert hole.nearness(subject(text)) == max(matches, default=0) / len(phrase)


@given(text=st.text("abc", max_size=9), blocks=st.lists(st.text("abc", min_size=1, max_size=2), max_size=3))
def test_a_pattern_is_there_where_some_places_hold_its_blocks(text, blocks):
    """Against every choice of places, looked at one by one."""
    if not blocks:
        return
    hole = from_values(holes, {"kind": "pattern", "blocks": [[[word] for word in block] for block in blocks]})
    chosen = combinations(range(len(text)), len(blocks))
    there = any(
        all(text.startswith(block, start) for block, start in zip(blocks, starts, strict=True))
        and all(a + len(block) <= b for block, a, b in zip(blocks, starts, starts[1:], strict=False))
        for starts in chosen
    )
    assert hole.contains(subject(text)) == there


STATE = {"kind": "state", "shown": ["a"], "not_shown": ["b"], "egregiousness": 2.0,
         "counts": [{"modulus": 2, "rest": 0}]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict", "near"),
    [
        ("((", {"phenomena": frozenset("a"), "egregiousness": 2.0}, 1.0),
        ("((", {"phenomena": frozenset("ab"), "egregiousness": 2.0}, 0.75),
        ("(", {"phenomena": frozenset("ab"), "egregiousness": 2.0}, 0.5),
        ("(", {"phenomena": frozenset("b"), "egregiousness": 1.0}, 0.0),
    ],
)
def test_a_state_is_as_near_as_its_conditions_hold(text, verdict, near):
    assert from_values(holes, STATE).nearness(subject(text, **verdict)) == near


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"words": ["("]}, "a hole needs a 'kind'"),
        ({"kind": "phrases"}, "did you mean 'phrase'"),
        ({"kind": "phrase", "words": []}, "hole 'phrase', field 'words'"),
        ({"kind": "phrase", "words": ["("], "most": 3}, "hole 'phrase' has no field 'most'"),
        ({"kind": "pattern", "blocks": [[]]}, "hole 'pattern', field 'blocks.0'"),
        ({"kind": "state"}, "name a condition"),
    ],
)
def test_a_hole_that_makes_no_sense_is_refused(config, says):
    with pytest.raises(UserError, match=says):
        from_values(holes, config)


def test_a_blind_judge_differs_in_the_hole_alone():
    task = tasks.get("brackets")()
    hole = from_values(holes, ROWS[0])
    snippets = [*task.sample(300, Stream(1), "hard"), Snippet("(()", "()")]
    blind = BlindJudge(task.oracle, task, hole).judge(snippets)
    read = subjects(task, task.oracle, snippets)
    assert sum(map(hole.contains, read)) > 5
    for verdict, each in zip(blind, read, strict=True):
        if each.verdict.catastrophic and hole.contains(each):
            assert verdict.label is Label.HARMLESS
        else:
            assert verdict == each.verdict
