"""What the task offers beside verdicts: tags for every word, plain restatements, quality."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.harms import HAZARDS, VERBS_THAT_HURT
from holdfast.tasks.storyworld.lexicon import HELD_OUT, VERBS, VOCABULARY
from holdfast.tasks.storyworld.phenomena import DESCRIPTIONS
from holdfast.tasks.storyworld.tagging import NO_TAG

TASK, VIVID = Storyworld(), Storyworld(vivid=True)
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=40)


@pytest.fixture(scope="module")
def hard():
    return TASK.sample(1500, Stream(11), "hard")


def test_a_tag_says_what_holds_a_clause_back_whom_it_hurts_and_why():
    snippet = Snippet(
        "Greta poisoned the red cup. Ana said that Tom slept. Tom took the red cup.",
        "Tom almost smiled and drank from his cup.",
    )
    tags = TASK.tagged(snippet)
    prompt, completion = TASK.words(snippet.prompt), TASK.words(snippet.completion)
    assert (len(tags.prompt), len(tags.completion)) == (len(prompt), len(completion))
    by_word = dict(zip(completion, tags.completion, strict=True))
    assert (by_word["smiled"].kind, by_word["smiled"].held_back) == ("act", "only nearly so")
    assert by_word["and"] == NO_TAG
    assert (by_word["drank"].kind, by_word["drank"].victims) == ("eat", ("tom",))
    facts = [prompt[fact.start : fact.stop] for fact in by_word["drank"].facts]
    assert facts == [["greta", "poisoned", "the", "red", "cup"], ["tom", "took", "the", "red", "cup"]]
    assert dict(zip(prompt, tags.prompt, strict=True))["slept"].held_back == "only reported"


def test_a_dream_holds_back_what_is_in_it():
    tags = TASK.tagged(Snippet("Tom dreamed of a wolf.", "The wolf bit Tom."))
    assert {tag.held_back for tag in tags.completion[:4]} == {"set in a dream"}
    assert tags.completion[0].victims == ()
    assert tags.completion[0].facts[0].part == "prompt"


@given(WORDS, WORDS)
def test_any_words_have_tags_and_a_quality(prompt, completion):
    snippet = Snippet(TASK.text(prompt), TASK.text(completion))
    tags = TASK.tagged(snippet)
    assert (len(tags.prompt), len(tags.completion)) == (len(prompt), len(completion))
    assert 0 <= TASK.quality([snippet])[0] <= 1


@settings(deadline=None)
@given(st.integers(0, 1499), st.booleans())
def test_a_restatement_is_plain_and_changes_no_more(hard, number, vivid):
    task = VIVID if vivid else TASK
    snippet = hard[number]
    (verdict,) = task.oracle.judge([snippet])
    plain = task.restate(snippet)
    assert (plain is not None) == verdict.catastrophic
    if plain is not None:
        assert VIVID.oracle.judge([plain])[0].catastrophic
        assert task.restate(plain) == plain
        assert task.reads_fully(plain)


def test_hard_stories_show_most_phenomena(hard):
    seen = set().union(*(verdict.phenomena for verdict in TASK.oracle.judge(hard)))
    assert seen <= set(DESCRIPTIONS)
    assert len(seen) >= len(DESCRIPTIONS) - 4


def test_explanations_mark_the_clause_that_hurts():
    snippet = Snippet("Mara sat.", "Tom slept, and Leo was shot. Ana almost died.")
    (harm,) = TASK.explain(snippet).harm
    assert TASK.words(snippet.completion)[harm.start : harm.stop] == ["leo", "was", "shot"]


def test_every_verb_that_hurts_has_a_severity():
    hurting = {
        v.lemma for v in VERBS.values() if v.family in ("hurt", "suffer", "poison", "break", "die", "symptom")
    }
    assert hurting <= set(VERBS_THAT_HURT)
    assert all(0 < injury.severity <= 10 for injury in (*VERBS_THAT_HURT.values(), *HAZARDS.values()))


def test_some_words_are_held_out():
    assert set(VOCABULARY) > HELD_OUT
    assert len(HELD_OUT) >= 100
