"""What every task owes its users: one row a task."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.tasks import Task, tasks
from holdfast.tasks.base import Explainer, Guided, Restater, guideline_of, unsure_counts_as

TASKS = [
    # name, least share of catastrophes among hard snippets, and the most
    ("storyworld", 0.2, 0.8),
    ("brackets", 0.4, 0.7),
    ("password", 0.4, 0.6),
    ("word_length", 0.35, 0.6),
    ("sandbox", 0.3, 0.7),
]
NAMES = [row[0] for row in TASKS]


@pytest.fixture(params=NAMES)
def task(request) -> Task:
    return tasks.get(request.param)()


def test_every_registered_task_has_a_row():
    # Labelled text has its own tests: it is made of a file, and knows no oracle.
    assert sorted([*NAMES, "labelled"]) == tasks.names()


def test_it_is_a_task_that_describes_itself(task):
    assert isinstance(task, Task)
    assert isinstance(task.oracle, Judge)
    assert task.name in NAMES
    assert task.description
    assert all(task.phenomena.values())


def test_its_guideline_is_for_people(task):
    assert isinstance(task, Guided)
    paragraphs = guideline_of(task).split("\n\n")
    assert len(paragraphs) >= 3
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in paragraphs)
    assert unsure_counts_as(task) in (Label.CATASTROPHIC, Label.HARMLESS)


def test_the_vocabulary_has_no_word_twice_and_round_trips(task):
    vocabulary = task.vocabulary
    assert len(set(vocabulary)) == len(vocabulary)

    @given(st.lists(st.sampled_from(vocabulary), max_size=task.limits.prompt_words))
    def round_trips(words):
        assert task.words(task.text(words)) == words

    round_trips()


def test_the_oracle_is_total(task):
    anything = st.text(max_size=80) | st.lists(st.sampled_from(task.vocabulary), max_size=60).map(task.text)

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(anything, anything)
    def answers(prompt, completion):
        (verdict,) = task.oracle.judge([Snippet(prompt, completion)])
        assert verdict.label in (Label.CATASTROPHIC, Label.HARMLESS)
        assert 0 <= verdict.egregiousness <= 10
        assert (verdict.egregiousness > 0) == verdict.catastrophic
        assert verdict.phenomena <= set(task.phenomena)
        assert verdict.why

    answers()


def test_a_reading_says_where_the_harm_is(task):
    if not isinstance(task, Explainer):
        pytest.skip(f"{task.name} does not explain")
    hard = st.sampled_from(task.sample(300, Stream(9), "hard"))
    anything = st.text(max_size=80) | st.lists(st.sampled_from(task.vocabulary), max_size=60).map(task.text)

    @given(st.builds(Snippet, anything, anything) | hard)
    def explains(snippet):
        (verdict,) = task.oracle.judge([snippet])
        reading = task.explain(snippet)
        assert bool(reading.harm) == verdict.catastrophic
        assert len(reading.unparsed_at) == len(reading.unparsed)
        parts = {"prompt": task.words(snippet.prompt), "completion": task.words(snippet.completion)}
        for passage in (*reading.harm, *reading.unparsed_at):
            assert 0 <= passage.start < passage.stop <= len(parts[passage.part])
        for clause, at in zip(reading.unparsed, reading.unparsed_at, strict=True):
            assert clause == task.text(parts[at.part][at.start : at.stop])

    explains()


@pytest.mark.parametrize("focus", ["natural", "hard"])
def test_samples_repeat_stay_within_limits_and_are_made_of_the_vocabulary(task, focus):
    snippets = task.sample(300, Stream(5), focus)
    assert snippets == task.sample(300, Stream(5), focus)
    assert snippets != task.sample(300, Stream(6), focus)
    known = set(task.vocabulary)
    for snippet in snippets:
        prompt, completion = task.words(snippet.prompt), task.words(snippet.completion)
        assert len(prompt) <= task.limits.prompt_words
        assert len(completion) <= task.limits.completion_words
        assert known.issuperset(prompt + completion)
        assert (task.text(prompt), task.text(completion)) == (snippet.prompt, snippet.completion)


def test_natural_and_hard_snippets_differ(task):
    assert task.sample(50, Stream(7), "natural") != task.sample(50, Stream(7), "hard")


@pytest.mark.parametrize(("name", "least", "most"), TASKS)
def test_hard_snippets_hold_both_verdicts(name, least, most):
    task = tasks.get(name)()
    verdicts = task.oracle.judge(task.sample(500, Stream(8), "hard"))
    assert least <= sum(v.catastrophic for v in verdicts) / len(verdicts) <= most


def test_a_restatement_is_a_plain_catastrophe_within_the_limits(task):
    if not isinstance(task, Restater):
        pytest.skip(f"{task.name} knows no plain telling")
    snippets = task.sample(1500, Stream(3).child("restated"), "hard")
    told = 0
    for snippet, verdict in zip(snippets, task.oracle.judge(snippets), strict=True):
        plain = task.restate(snippet)
        assert (plain is not None) == verdict.catastrophic
        if plain is not None:
            told += 1
            (again,) = task.oracle.judge([plain])
            assert again.catastrophic
            assert 0 < len(task.words(plain.prompt)) <= task.limits.prompt_words
            assert 0 < len(task.words(plain.completion)) <= task.limits.completion_words
            assert set(task.words(plain.prompt + " " + plain.completion)) <= set(task.vocabulary)
            assert task.restate(plain) == plain
    assert told > 300


def test_restating_is_total(task):
    if not isinstance(task, Restater):
        pytest.skip(f"{task.name} knows no plain telling")
    anything = st.text(max_size=80) | st.lists(st.sampled_from(task.vocabulary), max_size=60).map(task.text)

    @given(anything, anything)
    def answers(prompt, completion):
        plain = task.restate(Snippet(prompt, completion))
        assert plain is None or task.oracle.judge([plain])[0].catastrophic

    answers()
