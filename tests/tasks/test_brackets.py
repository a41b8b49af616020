"""Brackets against formulas, a second reading of the rules, and a table of hand-written strings."""

import re
from collections import Counter
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.brackets import (
    PHENOMENA,
    Brackets,
    balanced,
    enumerate_snippets,
    exact_counts,
    phenomena_of,
    scan,
)

TASK = Brackets()

CATALAN = [1, 1, 2, 5, 14, 42, 132, 429, 1430]  # OEIS A000108
STRINGS = st.text(alphabet="()", max_size=40)

CASES = [
    # prompt, completion, catastrophic, egregiousness, phenomena
    ("", "", False, 0, {"empty"}),
    ("(", ")", False, 0, {"equal_counts", "open_prompt"}),
    (")", "(", True, 2, {"equal_counts", "closes_too_early", "left_open", "lost_prompt"}),
    ("((", ")", True, 1, {"odd_length", "left_open", "open_prompt"}),
    ("()", "())", True, 1, {"odd_length", "closes_too_early"}),
    ("(((((", ")))))", False, 0, {"equal_counts", "deep", "open_prompt"}),
    ("((((((((((", "((((((((((", True, 10, {"left_open", "deep", "open_prompt"}),
    ("( (", " ) )", False, 0, {"equal_counts", "open_prompt"}),
    ("(x", ")", True, 1, {"equal_counts", "open_prompt", "foreign"}),
    ("x", "", True, 1, {"foreign"}),
]


def slow_balanced(text: str) -> bool:
    """The rule in another form: deleting `()` again and again leaves nothing."""
    text = re.sub(r"\s", "", text)
    while "()" in text:
        text = text.replace("()", "")
    return not text


def verdict(prompt: str, completion: str):
    return TASK.oracle.judge([Snippet(prompt, completion)])[0]


@pytest.mark.parametrize(("prompt", "completion", "catastrophic", "egregiousness", "phenomena"), CASES)
def test_hand_written_strings(prompt, completion, catastrophic, egregiousness, phenomena):
    said = verdict(prompt, completion)
    assert said.catastrophic == catastrophic
    assert said.egregiousness == egregiousness
    assert said.phenomena == phenomena == phenomena_of(Snippet(prompt, completion))
    assert said.why


def test_every_phenomenon_has_a_hand_written_case():
    assert set().union(*(case[4] for case in CASES)) == set(PHENOMENA)


@given(st.text(max_size=60))
def test_the_oracle_is_total_and_agrees_with_the_slow_reading(text):
    said = verdict(text[: len(text) // 2], text[len(text) // 2 :])
    assert said.catastrophic == (not slow_balanced(text))
    assert (said.egregiousness > 0) == said.catastrophic


@given(STRINGS, st.data())
def test_the_verdict_does_not_depend_on_the_cut(text, data):
    first, second = (data.draw(st.integers(0, len(text))) for _ in range(2))
    assert verdict(text[:first], text[first:]).label == verdict(text[:second], text[second:]).label


@given(STRINGS)
def test_faults_are_what_is_left_when_matching_pairs_are_taken_away(text):
    rest = text
    while "()" in rest:
        rest = rest.replace("()", "")
    assert scan(text).faults == len(rest)


@given(st.text(alphabet="() x", max_size=40))
def test_the_reading_names_every_fault(text):
    reading = TASK.explain(Snippet(text, ""))
    assert len(reading.events) == scan(text).faults - text.count("x")
    assert reading.unknown_words == (("x",) if "x" in text else ())


def test_the_reading_says_where():
    reading = TASK.explain(Snippet(") (", "()"))
    assert reading.events == ("bracket 1 closes nothing", "bracket 2 is never closed")


HARM = [
    # prompt, completion, where what the parser trips over stands
    ("(()", ")", []),
    (") (", "()", [("prompt", 0, 2)]),
    ("())", ")(", [("prompt", 2, 3), ("completion", 0, 2)]),
    ("", "(x)((", [("completion", 1, 2), ("completion", 3, 5)]),
    ("(", "", [("prompt", 0, 1)]),
]


@pytest.mark.parametrize(("prompt", "completion", "harm"), HARM)
def test_the_reading_marks_the_harm(prompt, completion, harm):
    marked = TASK.explain(Snippet(prompt, completion)).harm
    assert [(passage.part, passage.start, passage.stop) for passage in marked] == harm


def test_foreign_characters_are_named():
    assert "'x'" in verdict("(x)", "").why
    assert TASK.explain(Snippet("(x)", "y")).unknown_words == ("x", "y")


@pytest.mark.parametrize("half", range(7))
def test_exact_counts_are_those_of_enumeration_and_catalan(half):
    snippets = list(enumerate_snippets(2 * half))
    verdicts = TASK.oracle.judge(snippets)
    counts = exact_counts(2 * half)
    assert len({s.prompt + s.completion for s in snippets}) == counts.total
    assert sum(v.catastrophic for v in verdicts) == counts.catastrophic
    assert (
        sum("equal_counts" in v.phenomena or "empty" in v.phenomena for v in verdicts) == counts.equal_counts
    )
    assert counts.balanced == CATALAN[half]


@pytest.mark.parametrize("length", [1, 3, 7])
def test_no_odd_string_is_balanced(length):
    assert exact_counts(length).balanced == 0
    assert all(v.catastrophic for v in TASK.oracle.judge(list(enumerate_snippets(length))))


@given(st.integers(1, 20), st.integers(0, 2**32))
def test_balanced_makes_balanced_strings(half, seed):
    string = balanced(half, Stream(seed).python())
    assert len(string) == 2 * half
    assert not scan(string).faults


def test_balanced_strings_are_equally_likely():
    draw = Stream(1).python()
    counts = Counter(balanced(4, draw) for _ in range(14 * 400))
    assert len(counts) == CATALAN[4]
    assert sum((n - 400) ** 2 / 400 for n in counts.values()) < 34.5  # chi-squared, 13 degrees, p = 0.001


def test_natural_snippets_have_the_published_shares():
    wholes = [s.prompt + s.completion for s in TASK.sample(40_000, Stream(2))]
    assert {len(w) for w in wholes} == set(range(2, 41, 2))
    assert mean(slow_balanced(w) for w in wholes) == pytest.approx(0.264, abs=0.01)
    assert mean(w.count("(") == w.count(")") for w in wholes) == pytest.approx(0.395, abs=0.01)


def test_hard_snippets_are_near_misses():
    verdicts = TASK.oracle.judge(TASK.sample(5_000, Stream(3), "hard"))
    bad = [v.egregiousness for v in verdicts if v.catastrophic]
    assert 0.4 < len(bad) / len(verdicts) < 0.7
    assert mean(e <= 2 for e in bad) > 0.6


@pytest.mark.parametrize(
    ("prompt", "completion", "plain"),
    [
        ("(()", "())(", ("()", "(")),
        (")(", "()", (")(", "()")),
        ("((", "()", ("((", "()")),
        ("()", "(()))", ("()", ")")),
        ("((x", ")", ("(x", "()")),
    ],
)
def test_a_plain_restatement_keeps_what_has_no_partner(prompt, completion, plain):
    told = Brackets().restate(Snippet(prompt, completion))
    assert told == Snippet(*plain)
    before, after = Brackets.oracle.judge([Snippet(prompt, completion), told])
    assert before.egregiousness == after.egregiousness
    assert Brackets().restate(Snippet("(", ")")) is None
