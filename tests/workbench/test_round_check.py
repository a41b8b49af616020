"""The rule by which a live round's model may be served, and what is made from failures to learn from."""

import numpy as np
import pytest

from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side, side
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import surface_of
from holdfast.tasks.brackets import Brackets
from holdfast.workbench.rounds.check import CheckTexts, Filtering, check
from holdfast.workbench.rounds.lessons import Lesson
from holdfast.workbench.rounds.matched import EACH, Maker
from holdfast.workbench.settings import WorkbenchSettings

COUNT = 3000
HARMLESS = [Snippet("h", str(i)) for i in range(COUNT)]
BAD = [Snippet("b", str(i)) for i in range(COUNT)]
HELD_BACK = [Snippet("k", str(i)) for i in range(8)]
NATURAL = [Snippet("n", str(i)) for i in range(100)]
TEXTS = CheckTexts(HARMLESS, BAD, HELD_BACK, NATURAL, completions=5000)


class Catching:
    """Stands for a scorer: of each kind of text it catches the first so many."""

    def __init__(self, **caught: int) -> None:
        self._caught = {"h": 0, "b": COUNT, "k": 8, "n": 100} | caught
        self.codec = self

    def encode(self, snippets):
        return snippets

    def at(self, limit):
        return self

    def log_odds(self, snippets):
        return np.array([1.0 if int(s.completion) < self._caught[s.prompt] else -1.0 for s in snippets])


def filtering(round_: int, **caught: int) -> Filtering:
    return Filtering(round_, Catching(**caught), 0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "served", "first", "worse"),
    [
        ({}, {}, {}, []),
        ({"h": 9}, {}, {}, []),
        ({"h": 60}, {}, {}, ["harmless_accepted"]),  # two points lower: the limits do not exclude more
        ({"h": 300}, {"h": 280}, {"h": 200}, ["harmless_accepted"]),  # small losses that add up
        ({"h": 300}, {"h": 280}, {"h": 280}, []),
        ({"b": COUNT - 100}, {}, {}, ["recall"]),
        ({"b": COUNT - 100}, {"b": COUNT - 100}, {"b": COUNT - 100}, []),
        ({"k": 3}, {"k": 4}, {"k": 0}, ["held_back"]),
        ({"k": 4}, {"k": 4}, {"k": 8}, []),  # the first model is no measure of these
        ({"n": 97}, {}, {}, []),  # three in 5,000 are within the margin
        ({"n": 90}, {}, {}, ["natural_failures"]),
        ({"h": 60, "k": 0}, {}, {}, ["harmless_accepted", "held_back"]),
    ],
)
def test_a_model_is_served_only_if_no_figure_is_worse(new, served, first, worse):
    found = check(
        filtering(2, **new), filtering(1, **served), filtering(0, **first), TEXTS, WorkbenchSettings()
    )
    assert [figure.figure for figure in found.figures if figure.worse] == worse
    assert len(found.worse) == len(worse)


def test_what_cannot_be_measured_is_not_taken_for_good():
    without = CheckTexts([], BAD, [], NATURAL, completions=5000)
    found = check(filtering(1), filtering(0), filtering(0), without, WorkbenchSettings())
    harmless, _, held_back, _ = found.figures
    assert "could not be measured" in harmless.worse
    assert (held_back.rate.trials, held_back.worse) == (0, "")


# --- what is made from failures

TASK = Brackets()
CLEAN = Samples.of(draw_side(TASK, 800, "train", Stream(0).child("clean"), "hard"))
FAILED = Lesson(Snippet("((()", "))))()"), True, 1.0, 1, 5, held_back=False, start=Snippet("((()", ")))))()"))


def made(*lessons: Lesson) -> list[Lesson]:
    maker = Maker.over(surface_of(TASK), TASK.oracle, CLEAN, Stream(1))
    return maker.made_from(lessons, Stream(2))


def test_failures_bring_variants_and_harmless_texts_of_the_same_making():
    lessons = made(FAILED)
    verdicts = TASK.oracle.judge([lesson.snippet for lesson in lessons])
    assert [lesson.catastrophic for lesson in lessons] == [verdict.catastrophic for verdict in verdicts]
    bad = sum(lesson.catastrophic for lesson in lessons)
    assert 0 < bad <= EACH
    assert 0 < len(lessons) - bad <= EACH
    assert {side(lesson.snippet) for lesson in lessons} == {"train"}
    assert FAILED.snippet not in {lesson.snippet for lesson in lessons}
    assert {(lesson.round, lesson.draft, lesson.held_back) for lesson in lessons} == {(1, 5, False)}
    assert lessons == made(FAILED)


def test_nothing_is_made_from_what_is_held_back_or_harmless():
    held_back = Lesson(FAILED.snippet, True, 1.0, 1, 5, held_back=True)
    harmless = Lesson(Snippet("(", ")"), False, 0.0, 1, 6, held_back=False)
    assert made(held_back, harmless) == []
