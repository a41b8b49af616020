"""Real text as units: nothing is lost, and what is edited changes nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.snippet import Units
from holdfast.core.surface import Limits
from holdfast.core.text_surface import TextSurface, sentence_places

LIMITS = Limits(50, 50)
ODD = list("ab X.,'\"!?-()\n\t \u00e9\u0301\u200d\x1c你好👍🏾\U0001f468")
TEXT = st.text(st.sampled_from(ODD), max_size=40) | st.text()

WORDS = [
    ("Hello, world!", ["Hello", ",", "world", "!"]),
    ("de-flowered  it's", ["de", "-", "flowered", "it's"]),
    ('He said: "no"', ["He", "said", ":", '"', "no", '"']),
    ("你好 abc", ["你", "好", "abc"]),
    ("e\u0301t\u00e9", ["e\u0301t\u00e9"]),
    ("a👨\u200d👩\u200d👧b", ["a", "👨\u200d👩\u200d👧", "b"]),
    ("[PAD] x", ["[", "PAD", "]", "x"]),
    (" \n", [""]),
    ("", []),
]
SENTENCES = [
    ('He said "no!" and left. She stayed.', ['He said "no!" and left.', "She stayed."]),
    ("one line\nanother line", ["one line", "another line"]),
    ("Really?! Yes… No", ["Really?!", "Yes…", "No"]),
    ("", []),
]


@pytest.mark.parametrize("cut", ["words", "sentences"])
@given(text=TEXT)
def test_a_text_comes_back_as_it_was(cut, text):
    surface = TextSurface(LIMITS, ["word"], cut)
    ids = surface.split(text)
    assert surface.join(ids) == text
    assert [text[a:b] for a, b in surface.places(ids)] == surface.words(ids)


@pytest.mark.parametrize(("text", "words"), WORDS, ids=[repr(row[0]) for row in WORDS])
def test_words(text, words):
    surface = TextSurface(LIMITS)
    assert surface.words(surface.split(text)) == words


@pytest.mark.parametrize(("text", "sentences"), SENTENCES, ids=[repr(row[0]) for row in SENTENCES])
def test_sentences(text, sentences):
    assert [text[a:b] for a, b in sentence_places(text)] == sentences


@given(text=TEXT, place=st.integers(0, 40))
def test_what_stands_beside_an_edit_stays_character_for_character(text, place):
    surface = TextSurface(LIMITS, ["word"])
    ids = surface.split(text)
    if not ids:
        return
    at = place % len(ids)
    edited = surface.join((*ids[:at], *surface.alphabet.tolist(), *ids[at + 1 :]))
    before = surface.places(ids)[at - 1][1] if at else 0
    assert edited[:before] == text[:before]
    after = surface.places(ids)[at + 1 :]
    assert edited.endswith(text[after[0][0] :] if after else "word")


def test_words_that_may_be_written_are_numbered_as_they_come():
    """So that each process, whose sets have an order of their own, draws the same words."""
    surface = TextSurface(LIMITS, ["some", "words", "some", "more"])
    assert surface.words(surface.alphabet.tolist()) == ["some", "words", "more"]


def test_usual_gaps_follow_the_neighbours_and_others_stay():
    surface = TextSurface(LIMITS, ["new"])
    (new,) = surface.alphabet.tolist()
    one, comma, two = surface.split("one, two")
    assert surface.join((new, one, comma, two)) == "new one, two"
    assert surface.join((one, new, comma, two)) == "one new, two"
    assert surface.join((comma, two)) == ", two"
    odd = surface.split("one\n\ntwo")
    assert surface.join((odd[0], new, odd[1])) == "one new\n\ntwo"


def test_a_substitute_keeps_the_gap_of_the_word_that_it_stands_for():
    surface = TextSurface(LIMITS)
    one, two = surface.split("one\ttwo")
    assert surface.join((one, surface.number("three", like=two))) == "one\tthree"


def test_a_sentence_without_an_end_mark_stays_apart():
    surface = TextSurface(LIMITS, ["no mark", "A mark."], "sentences")
    marked, unmarked = (surface.number(text) for text in ("A mark.", "no mark"))
    assert surface.join((marked, unmarked, marked)) == "A mark.\nno mark\nA mark."


def test_limits_say_in_words_what_does_not_fit():
    assert Limits(1, 2).refusal(Units((1,), (1, 2))) is None
    assert Limits(1, 2).refusal(Units((1, 2), (1,))) == "its prompt has 2 words, and the limit is 1"
    assert Limits(1, 2).refusal(Units((), (1, 2, 3))) == "its completion has 3 words, and the limit is 2"
    assert Limits(1, 2).refusal(Units((), ())) == "its completion is empty"
