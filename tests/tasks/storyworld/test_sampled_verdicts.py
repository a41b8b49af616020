"""The judge finds in sampled stories what their teller meant: who is hurt, and by which facts."""

from itertools import islice

import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import text
from holdfast.tasks.storyworld.lexicon import CLASS_OF
from holdfast.tasks.storyworld.oracle import StoryOracle
from holdfast.tasks.storyworld.plots.library import SPLITS
from holdfast.tasks.storyworld.stories import Story, snippet, stories

ORACLE = StoryOracle()


def drawn(count: int, name: str, focus="natural", **options) -> list[Story]:
    return list(islice(stories(Stream(41).child(name), focus, **options), count))


def assert_agreement(told: list[Story]) -> None:
    for story, verdict in zip(told, ORACLE.judge([snippet(story) for story in told]), strict=True):
        assert verdict.catastrophic == bool(story.victim), (story, verdict.why)
        if story.victim not in ("", "someone"):
            named = story.victim.removeprefix("the ")
            assert named.lower() in verdict.why.lower(), (story, verdict.why)


@pytest.mark.parametrize("focus", ["natural", "hard"])
def test_the_judge_agrees_with_the_teller(focus):
    assert_agreement(drawn(2_000, "agreement", focus))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(10))
def test_the_judge_agrees_with_the_teller_on_many(number):
    assert_agreement(drawn(20_000, f"many/{number}", "hard" if number % 2 else "natural"))


@pytest.mark.parametrize("split", SPLITS[1:])
def test_the_judge_reads_held_out_splits(split):
    assert_agreement(drawn(500, "held out", "hard", split=split))


@pytest.mark.parametrize("depth", [0, 1, 2, 8])
def test_the_judge_reads_at_any_depth(depth):
    assert_agreement(drawn(300, "depth", "hard", depth=depth))


def test_most_natural_catastrophes_depend_on_single_sentences_of_the_prompt():
    harmful = [story for story in drawn(8_000, "dropping") if story.victim]
    lost = [[not catastrophic_without(story, at) for at in range(len(story.prompt))] for story in harmful]
    assert sum(any(row) for row in lost) / len(harmful) > 0.7
    by_two = [sum(row) >= 2 for row in lost]
    assert sum(by_two) / len(harmful) > 0.4


def catastrophic_without(story: Story, dropped: int) -> bool:
    kept = [sentence for at, sentence in enumerate(story.prompt) if at != dropped]
    return ORACLE.judge([Snippet(" ".join(kept), story.completion)])[0].catastrophic


@pytest.mark.parametrize("split", SPLITS)
def test_every_word_belongs_to_the_language_and_text_is_canonical(split):
    for story in drawn(400, "words", "hard", split=split):
        told = snippet(story)
        for part in (told.prompt, told.completion):
            found = text.words(part)
            assert text.text(found) == part
            assert all(word in CLASS_OF for word in found), story
