"""Menus and phrases: every candidate is scored exactly, judged, another text, within the limits, in order."""

import numpy as np
import pytest
from benches import Bench, bench_of, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.shapes import LONGEST_TEXT
from holdfast.workbench.tools.menu import Menus
from holdfast.workbench.tools.phrases import phrase_fill
from holdfast.workbench.tools.shapes import MenuRequest, PhraseRequest, SnippetText
from tolerances import SAME_LOG_ODDS, SAME_SCORE


@pytest.fixture(scope="module")
def menus(bench):
    return Menus(bench)


@pytest.fixture(scope="module")
def story_menus(stories):
    return Menus(stories)


def places(bench, text):
    """Every word of a text, as part and index."""
    parts = {"prompt": text.prompt, "completion": text.completion}
    return [(part, i) for part, words in parts.items() for i in range(len(bench.task.words(words)))]


def some_places(bench, text):
    """About nine words of a text, from its beginning to its end."""
    every = places(bench, text)
    return every[:: max(1, len(every) // 9)]


def possible(bench, text, part):
    """How many texts a word of a part can be exchanged for within the limits: runs of 0 words and more."""
    words = len(bench.task.words(getattr(text, part)))
    most = bench.task.limits.prompt_words if part == "prompt" else bench.task.limits.completion_words
    runs = sum(len(bench.task.vocabulary) ** length for length in range(most - words + 2))
    return runs - 1 - (part == "completion" and words == 1)


def menu_request(text, part, index, **more):
    return MenuRequest(prompt=text.prompt, completion=text.completion, part=part, index=index, **more)


def check(bench, text, menu, kinds):
    """What every menu promises."""
    target, task = bench.served.target, bench.task
    offered = [Snippet(each.prompt, each.completion) for each in menu.suggestions]
    tokens = target.scorer.codec.encode(offered)
    assert len(set(tokens)) == len(offered), "no two texts that read alike"
    assert target.scorer.codec.encode([Snippet(text.prompt, text.completion)])[0] not in tokens
    exact = [target.scorer.classifier.log_odds([each])[0] for each in tokens]
    scores = [each.score for each in menu.suggestions]
    assert [each.log_odds for each in menu.suggestions] == pytest.approx(exact, abs=SAME_LOG_ODDS)
    assert scores == pytest.approx(1 / (1 + np.exp(-np.array(exact))), abs=SAME_SCORE)
    assert scores == sorted(scores)
    for each, verdict in zip(menu.suggestions, task.oracle.judge(offered), strict=True):
        assert (each.verdict.label, each.verdict.why) == (verdict.label.value, verdict.why)
        assert each.kind in kinds
        assert len(task.words(each.prompt)) <= task.limits.prompt_words
        assert 0 < len(task.words(each.completion)) <= task.limits.completion_words


def test_a_menu_of_any_word(bench, run, menus):
    found = set()
    for text in texts(bench, 3):
        for part, index in some_places(bench, text):
            menu = run(menus.menu(menu_request(text, part, index)), "menu")
            check(bench, text, menu, {"replace", "insert_before", "insert_after", "delete"})
            found.update(each.kind for each in menu.suggestions)
            assert len(menu.suggestions) >= min(50, possible(bench, text, part))
            (before,) = bench.served.target.scorer.score([Snippet(text.prompt, text.completion)])
            assert menu.before == pytest.approx(before, abs=SAME_SCORE)
    assert found == {"replace", "insert_before", "insert_after", "delete"}


def test_a_menu_does_what_it_says(bench, run, menus):
    text = texts(bench, 1)[0]
    for part, index in some_places(bench, text):
        old = bench.task.words(getattr(text, part))
        for each in run(menus.menu(menu_request(text, part, index, most=40)), "menu").suggestions:
            new, words = bench.task.words(getattr(each, part)), bench.task.words(each.words)
            start = index + (each.kind == "insert_after")
            stop = index + (each.kind != "insert_before")
            assert new == [*old[:start], *words, *old[stop:]]
            other = "completion" if part == "prompt" else "prompt"
            assert getattr(each, other) == getattr(text, other)


def test_the_same_menu_again_and_no_more_than_asked(bench, run, menus):
    text = texts(bench, 1)[0]
    request = menu_request(text, "completion", 0, most=60)
    first, second = (run(each.menu(request), "menu") for each in (menus, Menus(bench)))
    assert first == second
    assert len(first.suggestions) == 60
    assert len(run(menus.menu(menu_request(text, "completion", 0, most=1))).suggestions) == 1


@settings(max_examples=20)
@given(st.text("Tom sat\r\n.,'()zorp😀é \t", max_size=25), st.text("(Leo!) \n😀", max_size=12), st.data())
def test_the_text_about_an_edit_stays_as_it_was(bench, run, menus, prompt, completion, data):
    text = SnippetText(prompt=prompt, completion=completion)
    all_places = places(bench, text)
    assume(all_places)
    part, index = data.draw(st.sampled_from(all_places))
    old, unknown = getattr(text, part), set(bench.task.words(prompt + " " + completion))
    for each in run(menus.menu(menu_request(text, part, index, most=25)), "menu").suggestions:
        new = getattr(each, part)
        words = bench.task.words(old)
        assert set(bench.task.words(new)) <= unknown | set(bench.task.vocabulary)
        assert len(words) - 1 <= len(bench.task.words(new))
        # Where the text was not as the task writes it, line breaks and doubled spaces are still there.
        if bench.task.text(words) != old:
            assert new.count("\n") >= old.count("\n") - (index in (0, len(words) - 1)) * old.count("\n")


def test_words_outside_the_vocabulary_are_left_alone(stories, tell, story_menus):
    text = SnippetText(prompt="Zorp  sat.\r\nTom 😀 ran.", completion="Leo glimped.")
    menu = tell(story_menus.menu(menu_request(text, "prompt", 3)), "menu")
    assert all("Zorp  sat.\r\n" in each.prompt and "😀 ran." in each.prompt for each in menu.suggestions)
    assert all(each.completion == "Leo glimped." for each in menu.suggestions)
    (gone,) = [each for each in menu.suggestions if each.kind == "delete"]
    assert gone.prompt == "Zorp  sat.\r\n 😀 ran."


def test_no_edit_empties_the_completion_or_lengthens_what_is_full(stories, tell, story_menus):
    alone = SnippetText(prompt="Tom sat.", completion="Leo")
    kinds = {e.kind for e in tell(story_menus.menu(menu_request(alone, "completion", 0)), "menu").suggestions}
    assert kinds == {"replace", "insert_before", "insert_after"}
    full = SnippetText(prompt="tom " * 160, completion="Leo sat.")
    menu = tell(story_menus.menu(menu_request(full, "prompt", 5)), "menu")
    assert {each.kind for each in menu.suggestions} == {"replace", "delete"}
    assert len(menu.suggestions) >= 50


def test_a_prompt_has_menus_before_there_is_a_completion(bench, run, menus):
    text = SnippetText(prompt=texts(bench, 1)[0].prompt, completion=" ")
    menu = run(menus.menu(menu_request(text, "prompt", 0)), "menu")
    assert len(menu.suggestions) >= min(50, possible(bench, text, "prompt"))
    assert all(each.completion == " " for each in menu.suggestions)


@pytest.mark.parametrize("part", ["prompt", "completion"])
def test_a_text_of_the_greatest_length_has_a_menu_of_what_is_no_longer(stories, tell, story_menus, part):
    other = "completion" if part == "prompt" else "prompt"
    text = SnippetText(**{part: "x" * LONGEST_TEXT, other: "Tom sat."})
    menu = tell(story_menus.menu(menu_request(text, part, 0)), "menu")
    assert {each.kind for each in menu.suggestions} >= {"replace"}
    assert all(len(getattr(each, part)) <= LONGEST_TEXT for each in menu.suggestions)
    request = PhraseRequest(**text.model_dump(), part=part, start=0, stop=0)
    assert all(
        len(getattr(each, part)) <= LONGEST_TEXT for each in tell(phrase_fill(stories, request)).suggestions
    )


def test_there_is_no_menu_without_a_word(stories, tell, story_menus):
    with pytest.raises(UserError, match="the completion has 2 words, and none of the number 3"):
        tell(story_menus.menu(menu_request(SnippetText(prompt="", completion="Leo."), "completion", 2)))


def test_where_people_judge_menus_have_no_verdicts(stories, batching):
    bench = Bench(stories.served, WorkbenchSettings(judge="people"))
    with batching(bench) as batcher:
        request = menu_request(texts(bench, 1)[0], "completion", 0)
        menu = batcher.submit(Menus(bench).menu(request), "menu").result()
    assert all(each.verdict is None for each in menu.suggestions)


@pytest.mark.parametrize("name", ["storyworld", "brackets"])
def test_without_a_generator_there_are_menus_but_no_phrases(name, batching):
    bench = bench_of(name, generator=False)
    text = texts(bench, 1)[0]
    with batching(bench) as batcher:
        menu = batcher.submit(Menus(bench).menu(menu_request(text, "prompt", 0)), "menu").result()
        assert len(menu.suggestions) >= min(50, possible(bench, text, "prompt"))
        request = PhraseRequest(**text.model_dump(), part="prompt", start=0, stop=1)
        with pytest.raises(UserError, match="has no generator"):
            batcher.submit(phrase_fill(bench, request), "menu").result()


def test_phrases_take_the_place_of_a_stretch(bench, run):
    lengths = set()
    for number, text in enumerate(texts(bench, 8)):
        draw = Stream(number).python()
        part = draw.choice(["prompt", "completion"])
        old = bench.task.words(getattr(text, part))
        start = draw.randint(0, len(old))
        stop = draw.randint(start, len(old))
        request = PhraseRequest(**text.model_dump(), part=part, start=start, stop=stop)
        menu = run(phrase_fill(bench, request), "menu")
        check(bench, text, menu, {"phrase"})
        assert run(phrase_fill(bench, request), "menu") == menu
        for each in menu.suggestions:
            words = bench.task.words(each.words)
            assert bench.task.words(getattr(each, part)) == [*old[:start], *words, *old[stop:]]
            lengths.add(len(words))
    assert min(lengths) == 1
    assert max(lengths) == 8


def test_there_are_no_phrases_for_a_stretch_that_is_not_there(bench, run):
    for start, stop in ((1, 0), (0, 99), (99, 99)):
        request = PhraseRequest(prompt="", completion="(", part="completion", start=start, stop=stop)
        with pytest.raises(UserError, match="no stretch from"):
            run(phrase_fill(bench, request))
