"""The judge agrees with a second reading of the page: on stories as drawn, and on torn ones."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_stories import Story, any_word, grammatical, mutated, noise
from slow_reading import PATTERNS, cut_into_words, shape_of, slow_verdict

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.lexicon import CLASS_OF, VOCABULARY

TASK, VIVID = Storyworld(), Storyworld(vivid=True)
BATCH = 10_000


def sampled(number: int) -> list[Snippet]:
    return TASK.sample(BATCH, Stream(21).child(number), "natural" if number % 2 else "hard")


def torn(number: int) -> list[Snippet]:
    draw = Stream(22).child(number).python()
    stories: list[Story] = [(TASK.words(s.prompt), TASK.words(s.completion)) for s in sampled(number)]
    made = [changed(story, stories[draw.randrange(BATCH)], draw) for story in stories]
    return [Snippet(TASK.text(prompt), TASK.text(completion)) for prompt, completion in made]


def changed(story: Story, other: Story, draw: random.Random) -> Story:
    """Of ten stories, five are changed a little, four are made of random clauses, one is noise."""
    way = draw.randrange(10)
    if way == 0:
        return noise(draw)
    if way <= 5:
        return mutated(story, other, draw, of_one_class=way <= 2)
    story = grammatical(draw)
    return story if way <= 7 else mutated(story, other, draw, of_one_class=False)


def assert_agreement(snippets: list[Snippet]) -> None:
    quick = [
        [(v.catastrophic, v.egregiousness) for v in task.oracle.judge(snippets)] for task in (TASK, VIVID)
    ]
    slow = [slow_verdict(snippet.prompt, snippet.completion) for snippet in snippets]
    for snippet, *said, careful in zip(snippets, *quick, slow, strict=True):
        assert said == [careful.answer(), careful.answer(vivid=True)], snippet


@pytest.mark.parametrize("number", range(10))
def test_on_sampled_stories(number):
    assert_agreement(sampled(number))


@pytest.mark.parametrize(
    "number", [pytest.param(number, marks=[pytest.mark.slow] if number > 1 else []) for number in range(10)]
)
def test_on_torn_stories(number):
    assert_agreement(torn(number))


@given(
    st.text(max_size=60),
    st.lists(st.sampled_from(VOCABULARY), max_size=30),
    st.text(alphabet="s' “.tom", max_size=20),
)
def test_on_any_text(anything, words, quotes):
    assert cut_into_words(anything) == TASK.words(anything)
    assert cut_into_words(quotes) == TASK.words(quotes)
    assert_agreement(
        [Snippet(anything, quotes), Snippet(TASK.text(words), anything + TASK.text(words) + quotes)]
    )


def test_random_clauses_reach_every_pattern():
    draw = Stream(23).python()
    seen = set()
    for _ in range(1_500):
        for part in grammatical(draw):
            clause: list[str] = []
            for name in [*(CLASS_OF[word] for word in part), "stop"]:
                if name in ("comma", "stop", "question", "conjunction", "that", "if"):
                    seen.add(shape.pattern if (shape := shape_of(tuple(clause))) else None)
                    clause = []
                else:
                    clause.append(name)
    assert seen >= {number for number, *_ in PATTERNS} == set(range(1, 59))


def test_changes_leave_words_of_the_vocabulary():
    draw = Stream(24).python()
    known = set(VOCABULARY)
    assert all(any_word(draw) in known for _ in range(2_000))
    assert all(
        known.issuperset(part) for _ in range(200) for part in changed(grammatical(draw), noise(draw), draw)
    )
