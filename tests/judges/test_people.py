"""People as the judge: the majority rule, what is pending, and harmless texts made likewise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_rows import CATASTROPHIC, HARMLESS, rows_task

from holdfast.core.errors import UserError
from holdfast.core.judge import DeferringJudge, MatchingJudge
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.judges import judges
from holdfast.judges.people import majority

BAD, FINE, UNSURE = Label.CATASTROPHIC, Label.HARMLESS, Label.UNSURE
SEED = Snippet("", CATASTROPHIC[0])
REWRITE = Snippet("", "Ann stabs poor Bob.")

RULINGS = [
    # what the people said, how many were asked, what that comes to
    ([], 1, None),
    ([BAD], 1, BAD),
    ([UNSURE], 1, UNSURE),
    ([BAD], 2, None),
    ([BAD, BAD], 2, BAD),
    ([BAD, FINE], 2, UNSURE),
    ([BAD, UNSURE], 2, UNSURE),
    ([FINE, FINE], 2, FINE),
    ([BAD, FINE, BAD], 3, BAD),
    ([BAD, FINE, UNSURE], 3, UNSURE),
    ([UNSURE, UNSURE, BAD], 3, UNSURE),
    ([BAD, BAD, FINE, UNSURE], 4, UNSURE),
]


@pytest.mark.parametrize(("labels", "asked", "ruling"), RULINGS)
def test_the_majority_of_those_asked_decides(labels, asked, ruling):
    assert majority(labels, asked) is ruling


@given(st.lists(st.sampled_from(list(Label)), min_size=1, max_size=9), st.randoms())
def test_a_majority_does_not_depend_on_the_order_and_is_one(labels, draw):
    ruling = majority(labels, len(labels))
    shuffled = list(labels)
    draw.shuffle(shuffled)
    assert majority(shuffled, len(labels)) is ruling
    assert majority(labels, len(labels) + 1) is None
    if ruling is not UNSURE:
        assert 2 * labels.count(ruling) > len(labels)


@pytest.fixture
def task(tmp_path):
    return rows_task(tmp_path)


def test_rows_keep_their_labels_and_all_else_is_pending_until_people_have_judged(task):
    judge = judges.get("people")(task)
    assert isinstance(judge, DeferringJudge)
    assert isinstance(judge, MatchingJudge)
    texts = [SEED, Snippet("", HARMLESS[0]), REWRITE]
    assert [v.label for v in judge.judge(texts)] == [BAD, FINE, UNSURE]
    assert [v.pending for v in judge.judge(texts)] == [False, False, True]
    told = judge.knowing({REWRITE: Verdict(BAD, 4.0, "they said so"), SEED: Verdict(FINE)})
    assert [v.label for v in told.judge(texts)] == [BAD, FINE, BAD], "a row's own label stays"
    assert told.judge_from([SEED] * 3, texts) == told.judge(texts)


def test_a_search_goes_by_what_is_presumed_whatever_people_have_said(task):
    judge = judges.get("people")(task)
    for known in ({}, {REWRITE: Verdict(FINE)}, {REWRITE: Verdict(BAD, 9.0)}):
        (verdict,) = judge.knowing(known).presumed([SEED], [REWRITE])
        assert verdict.pending
        assert not verdict.catastrophic
        assert verdict.egregiousness == judge.judge([SEED])[0].egregiousness


LIKEWISE = [
    # the seed, its rewrite, a harmless row, what is made of it
    ("Ann stabs Bob.", "Ann stabs poor Bob.", "Ann greets Bob.", "Ann greets poor Bob."),
    ("Ann stabs Bob.", "Ann hugs Bob.", "What a day!", "What hugs day!"),
    ("Ann stabs Bob.", "stabs Bob.", "What a day!", "a day!"),
    ("they all burn", "they all burn today", "no end mark", "no end mark today"),
    ("they all burn", "they all burn", "no end mark", None),
]


@pytest.mark.parametrize(("seed", "rewrite", "row", "made"), LIKEWISE)
def test_the_same_edits_are_made_to_a_harmless_row(task, seed, rewrite, row, made):
    judge = judges.get("people")(task)
    found = judge.likewise(*(Snippet("", text) for text in (seed, rewrite, row)))
    assert (found and found.completion) == made


WORDS = st.lists(st.sampled_from(["ann", "bob", "tea", "day", "red"]), min_size=1, max_size=8).map(" ".join)


@given(WORDS, WORDS, WORDS)
def test_a_text_made_likewise_can_always_be_made(likewise_task, seed, rewrite, row):
    judge = judges.get("people")(likewise_task)
    found = judge.likewise(*(Snippet("", text) for text in (seed, rewrite, row)))
    assert found is None or found.completion.strip()
    if seed == row and rewrite != seed:
        assert found == Snippet("", rewrite), "done to the seed itself, it makes the rewrite"


@pytest.fixture(scope="module")
def likewise_task(tmp_path_factory):
    return rows_task(tmp_path_factory.mktemp("likewise"))


REFUSED = [
    ({"reviewers": 0}, "reviewers"),
    ({"reviewers": 10}, "reviewers"),
    ({"candidates": 0}, "candidates"),
    ({"candidates": 4, "most": 3}, "no more of them at a time"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_numbers_that_cannot_be_are_refused(task, given, said):
    with pytest.raises(UserError, match=said):
        judges.get("people")(task, **given)
