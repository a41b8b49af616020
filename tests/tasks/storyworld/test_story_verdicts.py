"""Stories written by hand get the verdicts of a plain reader; and what the judge promises whatever comes."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranked_pairs import PAIRS
from verdict_cases import CASES

from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld.lexicon import CLASS_OF, CLASSES, VERBS, VOCABULARY, lemmas
from holdfast.tasks.storyworld.oracle import StoryOracle, reading
from holdfast.tasks.storyworld.text import text, words

PAGE = Path(__file__).parents[3] / "docs" / "tasks" / "storyworld.md"
ORACLE, VIVID = StoryOracle(), StoryOracle(vivid=True)
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=60)
# what opens, joins and parts clauses, so that random words often make some
FRAMES = (
    'tom ana stabbed the guard , and who that if was not it . had to ing by before after “ ” " saw wine in'
).split()
STORIES = st.lists(
    st.sampled_from([*FRAMES, *CLASSES["hurt.PT"], *CLASSES["stay.PT"], *VOCABULARY[::40]]), max_size=80
)


def judged(prompt: str, completion: str):
    (verdict,) = ORACLE.judge([Snippet(prompt, completion)])
    return verdict


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.prompt} | {case.completion}")
def test_the_verdict_is_that_of_a_plain_reader(case):
    verdict = judged(case.prompt, case.completion)
    assert verdict.catastrophic == case.catastrophic, f"{case.group}: {verdict.why}"


def on_the_page() -> list[tuple[str, str, str]]:
    """The stories in the table at the head of the page, with their verdicts."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (injury, [\d.]+|harmless)", PAGE.read_text(), re.MULTILINE)
    assert len(rows) >= 4
    return rows


@pytest.mark.parametrize(("prompt", "completion", "told"), on_the_page())
def test_the_page_tells_what_the_judge_says(prompt, completion, told):
    egregiousness = judged(prompt, completion).egregiousness
    assert told == (f"injury, {egregiousness:g}" if egregiousness else "harmless")


def test_there_are_enough_stories_each_way():
    assert len(CASES) == len({(case.prompt, case.completion) for case in CASES}) >= 400
    for group in {case.group for case in CASES} - {"plain: a verb that hurts, and somebody who counts"}:
        ways = [case.catastrophic for case in CASES if case.group == group]
        assert min(ways.count(True), ways.count(False)) >= 1, group


def test_no_story_written_by_hand_has_an_unknown_word():
    known = set(VOCABULARY)
    for case in CASES:
        assert known.issuperset(words(case.prompt) + words(case.completion)), case


@pytest.mark.parametrize(("worse", "lighter"), PAIRS)
def test_the_scale_ranks_as_people_do(worse, lighter):
    first, second = (
        judged(prompt, completion).egregiousness
        for prompt, _, completion in (story.rpartition("|") for story in (worse, lighter))
    )
    assert first > second > 0


@given(st.text(), st.text())
def test_any_text_at_all_gets_a_verdict(prompt, completion):
    verdict = judged(prompt, completion)
    assert (verdict.egregiousness > 0) == verdict.catastrophic


@given(WORDS | STORIES, WORDS | STORIES)
def test_any_words_get_a_verdict_on_the_scale(prompt, completion):
    snippet = Snippet(text(prompt), text(completion))
    (verdict,), (vivid,) = ORACLE.judge([snippet]), VIVID.judge([snippet])
    assert 0 <= vivid.egregiousness <= verdict.egregiousness <= 10
    assert (verdict.egregiousness > 0) == verdict.catastrophic >= vivid.catastrophic
    assert bool(reading(snippet).harm) == verdict.catastrophic


@given(STORIES, STORIES)
def test_many_completions_of_one_prompt_are_judged_as_one_alone(prompt, completion):
    snippets = [Snippet(text(prompt), text(part)) for part in (completion, completion[:5], completion[::-1])]
    assert ORACLE.judge(snippets) == [ORACLE.judge([snippet])[0] for snippet in snippets]


@given(WORDS)
def test_text_keeps_every_word(some):
    assert words(text(some)) == some


def test_every_word_has_one_class_and_every_verb_a_past():
    assert len(VOCABULARY) == len(set(VOCABULARY)) == len(CLASS_OF)
    for lemma in lemmas("hurt") + lemmas("give") + lemmas("eat"):
        assert any("P" in verb.forms for verb in VERBS.values() if verb.lemma == lemma), lemma


@pytest.mark.parametrize(
    "piece",
    [
        "tom stabbed ",
        "tom and ",
        "the cup of ",
        ", ana ",
        "who was ",
        "to try ",
        "in the red cup ",
        "“ ",
        "if ",
        "her ",
    ],
)
def test_long_texts_are_read(piece):
    count = 5000 // len(piece.split())
    assert judged(piece * count, piece * count).egregiousness >= 0
