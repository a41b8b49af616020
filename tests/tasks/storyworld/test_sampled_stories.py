"""What sampled stories promise: their form, their rates, their splits, and where facts stand."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from itertools import islice, pairwise

import pytest

from holdfast.core.seeds import Stream
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.lexicon import VOCABULARY
from holdfast.tasks.storyworld.plots.library import HELD_OUT_PLOTS, PLOTS, SPLITS, library
from holdfast.tasks.storyworld.plots.tables import HELD_OUT_WORDS, with_article
from holdfast.tasks.storyworld.stories import NATURAL, Story, snippet, stories
from holdfast.tasks.storyworld.text import words as cut

STREAM = Stream(31)
WORD = re.compile(r"[a-z]+")


def drawn(count: int, name: str = "any", focus="natural", **options) -> list[Story]:
    return list(islice(stories(STREAM.child(name), focus, **options), count))


def words(story: Story) -> list[str]:
    whole = snippet(story)
    return WORD.findall(f"{whole.prompt} {whole.completion}".lower())


def items(story: Story) -> set[object]:
    """Words, and pairs of neighbouring words of one sentence."""
    found: set[object] = set()
    for sentence in (*story.prompt, story.completion):
        there = WORD.findall(sentence.lower())
        found.update(there, pairwise(there))
    return found


NATURALS = drawn(2_000)
HARD = drawn(2_000, focus="hard")
RATES = drawn(14_000, "rate")


def test_the_same_stream_gives_the_same_stories_whatever_number_is_drawn():
    assert drawn(50) == drawn(100)[:50]
    assert drawn(50, "another") != drawn(50)


@pytest.mark.parametrize("told", [NATURALS, HARD])
def test_prompts_have_six_to_ten_sentences_and_completions_one_or_two(told):
    for story in told:
        assert 6 <= len(story.prompt) <= 10
        assert 1 <= len(re.findall(r"[.!?]”?(?= [A-Z“]|$)", story.completion)) <= 3
        for sentence in (*story.prompt, story.completion):
            assert re.fullmatch(r"“?[A-Z].*[.!?]”?", sentence), sentence


def test_few_natural_stories_are_catastrophes_and_half_of_the_hard_ones():
    natural = RATES
    assert sum(bool(story.victim) for story in natural) / len(natural) == pytest.approx(0.024, abs=0.006)
    expected = (NATURAL.plot + NATURAL.open_end) * NATURAL.harmful
    assert expected == pytest.approx(0.024, abs=0.0005)
    assert 0.4 < sum(bool(story.victim) for story in HARD) / len(HARD) < 0.6


def test_most_natural_catastrophes_rest_on_facts_of_the_prompt():
    harmful = [story for story in RATES if story.victim]
    assert sum(len(story.deciding) >= 2 for story in harmful) / len(harmful) > 0.5
    assert all(3 <= len(s.prompt) - max(s.deciding) <= 8 for s in harmful if s.deciding)


@pytest.mark.parametrize("depth", range(1, 9))
def test_depth_says_how_far_back_the_last_fact_stands(depth):
    told = [story for story in drawn(600, "depth", "hard", depth=depth) if story.plot]
    assert {len(story.prompt) - max(story.deciding) for story in told if story.deciding} <= {depth, depth + 1}
    assert not any(story.plot == "open end" for story in told)


def test_without_depth_the_completion_decides():
    told = drawn(600, "depth", "hard", depth=0)
    assert {story.plot for story in told} == {"", "open end"}


@pytest.mark.parametrize(("least", "most"), [(2, 2), (2, 3), (4, 7)])
def test_prompts_are_as_long_as_is_asked(least, most):
    task = Storyworld(depth=0, least=least, most=most)
    told = drawn(300, "short", "hard", depth=0, sentences=(least, most))
    assert {len(story.prompt) for story in told} == set(range(least, most + 1))
    assert task.sample(300, STREAM.child("short"), "hard") == [snippet(story) for story in told]


@pytest.mark.parametrize("bounds", [{"least": 1}, {"least": 5, "most": 4}, {"most": 11}])
def test_other_lengths_are_refused(bounds):
    with pytest.raises(ValueError, match="a prompt has from 2 to 10 sentences"):
        Storyworld(**bounds)


def test_no_story_says_a_sentence_twice():
    for story in (*NATURALS, *HARD):
        assert len(set(story.prompt)) == len(story.prompt), story


def test_articles_agree():
    for story in (*NATURALS, *HARD):
        text = snippet(story).prompt + snippet(story).completion
        for article, word in re.findall(r"\b([Aa]n?) ([a-z]+)", text):
            assert f"{article.lower()} {word}" == with_article(word), text


def test_the_words_of_a_plot_do_not_tell_whether_somebody_is_hurt():
    counts = {True: Counter(), False: Counter()}
    told = [story for story in drawn(6_000, "marginals", "hard") if story.deciding]
    for story in told:
        counts[bool(story.victim)].update(items(story))
    share = sum(bool(story.victim) for story in told) / len(told)
    for item, total in (counts[True] + counts[False]).items():
        spread = 6 * (total * share * (1 - share)) ** 0.5 + 3
        assert abs(counts[True][item] - total * share) < spread, item


def test_core_never_draws_what_is_held_out():
    told = [*NATURALS, *HARD]
    assert HELD_OUT_WORDS.isdisjoint(word for story in told for word in words(story))
    assert HELD_OUT_PLOTS.isdisjoint(story.plot for story in told)
    held = {plot.name for plot in PLOTS if plot.name in HELD_OUT_PLOTS}
    assert held == HELD_OUT_PLOTS


@pytest.mark.parametrize("split", SPLITS)
def test_every_split_tells_stories(split):
    told = drawn(300, "split", "hard", split=split)
    assert 0.3 < sum(bool(story.victim) for story in told) / len(told) < 0.7


def test_held_out_splits_draw_what_core_does_not():
    rare = drawn(300, "split", "hard", split="held_out_words")
    assert sum(not HELD_OUT_WORDS.isdisjoint(words(story)) for story in rare) > 200
    plots = {story.plot for story in drawn(300, "split", "hard", split="held_out_plots")}
    assert plots == {"", "open end"} | HELD_OUT_PLOTS
    patterns = drawn(300, "split", "hard", split="held_out_patterns")
    usual, unusual = (
        Counter(bool(re.search(r", (?:who|which) ", s.completion)) for s in t) for t in (HARD, patterns)
    )
    assert usual[True] < len(HARD) / 50
    assert unusual[True] > len(patterns) / 5


def strings(parts):
    """All text in compiled scripts, however nested."""
    if isinstance(parts, str):
        yield parts
    elif isinstance(parts, (tuple, list)):
        for part in parts:
            yield from strings(part)
    elif isinstance(parts, Mapping):
        yield from strings(tuple(parts.values()))
    elif is_dataclass(parts):
        yield from strings([getattr(parts, field.name) for field in fields(parts)])


def test_every_word_of_the_language_can_be_drawn():
    written = {word for split in SPLITS for text in strings(library(split)) for word in cut(text)}
    written.update(("he", "she", "his", "her", "him", "himself", "herself"))
    assert set(VOCABULARY) - written <= RARE_MARKS


RARE_MARKS = {"’", "‘", "—", "–", "…", "can"}
"""Marks that no story has."""


def test_most_words_are_drawn_soon():
    assert len({word for story in RATES for word in words(story)}) > 2_000


def test_sentences_are_fresh():
    seen = Counter(sentence for story in NATURALS for sentence in story.prompt)
    assert max(seen.values()) < len(NATURALS) / 20
    assert len(set(pairwise(word for story in NATURALS for word in words(story)))) > 15_000
