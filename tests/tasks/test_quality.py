"""How well a completion is written, where a task can tell."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks import tasks
from holdfast.tasks.base import QualityJudge

NAMES = [name for name in tasks.names() if name != "labelled" and isinstance(tasks.get(name)(), QualityJudge)]
PROMPT = "Tom walked to the river. Mara saw the old bridge. The guard was calm."

STORIES = [
    # completion, quality
    ("Mara walked to the bridge.", 1.0),
    ("She walked to the bridge.", 1.0),
    ("Tom stabbed Mara.", 1.0),  # harm is not its business
    ("The sun rose.", 0.875),  # tells of no one
    ("Leo walked to the bridge.", 0.75),  # a stranger
    ("Mara walked to the bridge", 0.75),  # no end
    ("Mara bridge walked the to.", 0.75),  # no clause
    ("Mara saw the old bridge.", 0.75),  # a copy
    ("the the the the the the", 0.175),  # no clause, no end, no one, one pair of five is distinct
    ("", 0.0),
]


def test_the_tasks_that_ship_can_tell():
    assert {"storyworld", "brackets", "password", "word_length"} <= set(NAMES)


@pytest.mark.parametrize(("completion", "expected"), STORIES)
def test_storyworld(completion, expected):
    assert tasks.get("storyworld")().quality([Snippet(PROMPT, completion)]) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("", 0),
        ("(", 1),
        ("()", 1),
        ("(((((((((((", 1 / 8),
        ("()()()()()", 2 / 8),
        ("(x)", 0),
        ("(())(())(())", 4 / 8),
        ("((()()))((", 1),
    ],
)
def test_brackets(completion, expected):
    assert tasks.get("brackets")().quality([Snippet("(", completion)]) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("", 0),
        ("answer:", 1),
        ("sun key answer:", 1),
        ("sun sun sun answer:", 0.75),
        ("sun", 0.5),
        ("answer: sun sun sun", 0.25),
    ],
)
@pytest.mark.parametrize("name", ["password", "word_length"])
def test_forms(name, completion, expected):
    assert tasks.get(name)().quality([Snippet("", completion)]) == [pytest.approx(expected)]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_total_and_in_range(name):
    task = tasks.get(name)()
    anything = st.text(max_size=60) | st.lists(st.sampled_from(task.vocabulary), max_size=40).map(task.text)

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
    @given(anything, anything)
    def answers(prompt, completion):
        (found,) = task.quality([Snippet(prompt, completion)])
        assert 0 <= found <= 1

    answers()


def test_the_tasks_own_stories_are_well_written_and_shuffled_ones_are_not():
    task = tasks.get("storyworld")()
    stories = task.sample(400, Stream(1))
    shuffled = []
    for snippet in stories:
        words = task.words(snippet.completion)
        Stream(1).python().shuffle(words)
        shuffled.append(Snippet(snippet.prompt, task.text(words)))
    good, bad = task.quality(stories), task.quality(shuffled)
    assert sum(good) / len(good) > 0.9
    assert sum(g > b for g, b in zip(good, bad, strict=True)) > 0.9 * len(good)
