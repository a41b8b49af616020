"""Active time: what a browser says, held against the server's clock and the log."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.store.workbench.log import Moment
from holdfast.store.workbench.schema import Draft
from holdfast.workbench.writing.clock import BrowserClock, possible_seconds

START = datetime(2026, 1, 1, tzinfo=UTC)
IDLE = 30.0


def after(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def draft(kept: float = 0.0, updated: float = 0.0) -> Draft:
    return Draft(
        run="r",
        account=1,
        session=1,
        key="k",
        origin="blank",
        round=0,
        start_prompt="",
        start_completion="",
        prompt="",
        completion="",
        active_seconds=kept,
        created=after(0),
        updated=after(updated),
    )


def believed(claimed, now, kept=0.0, updated=0.0, logged=()) -> float:
    moments = [Moment(after(at), after(received)) for at, received in logged]
    return BrowserClock(claimed, IDLE)(draft(kept, updated), after(now), lambda: moments)


SECONDLY = [(second, second) for second in range(0, 600, 10)]


@pytest.mark.parametrize(
    ("case", "total"),
    [
        ({"claimed": 12, "now": 20}, 12),
        ({"claimed": 60, "now": 20}, 20),
        ({"claimed": 60, "now": 600}, 30),
        ({"claimed": 45, "now": 130, "kept": 20, "updated": 100}, 45),
        ({"claimed": 600, "now": 130, "kept": 20, "updated": 100}, 50),
        ({"claimed": 10, "now": 130, "kept": 20, "updated": 100}, 20),
        ({"claimed": 550, "now": 600, "logged": SECONDLY}, 550),
        ({"claimed": 9000, "now": 600, "logged": SECONDLY}, 600),
        ({"claimed": 500, "now": 600, "logged": [(300, 300)]}, 60),
        ({"claimed": 40, "now": 600, "kept": 30, "updated": 595}, 35),
    ],
    ids=[
        "less than has passed",
        "no more than has passed",
        "a pause after the idle seconds",
        "since the last save",
        "no more than the idle seconds since the last save",
        "it never goes back",
        "busy in the log though nothing was saved",
        "busy, but no more than has passed",
        "one sign of life in ten minutes",
        "no more than since the save",
    ],
)
def test_what_is_believed(case, total):
    assert believed(**case) == pytest.approx(total)


def test_a_log_that_comes_late_makes_up_for_it():
    """Offline for five minutes: the save comes first and is cut short, the next one is believed."""
    short = believed(claimed=300, now=300)
    assert short == 30
    late = [(second, 310) for second in range(0, 300, 20)]
    assert believed(claimed=305, now=312, kept=short, updated=300, logged=late) == 305


@pytest.mark.parametrize("skew", [-86_400 * 400, -500, 0, 500, 86_400 * 400])
def test_a_browser_whose_clock_is_wrong_is_believed_alike(skew):
    logged = [(second + skew, second + 0.5) for second in range(0, 600, 10)]
    assert believed(claimed=550, now=600, logged=logged) == pytest.approx(550)


@pytest.mark.parametrize(
    "at", ["", "yesterday", "0001-01-01T00:00:00", "9999-12-31T23:59:59+00:00", "2026-13-01"]
)
def test_a_time_that_cannot_be_is_no_obstacle(at):
    moments = [Moment(at, after(300)), Moment(after(290), after(300))]
    assert 60 <= BrowserClock(500, IDLE)(draft(), after(600), lambda: moments) <= 120


moments = st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(0, 1e4)), max_size=8)


@given(st.floats(0, 1e7), st.floats(0, 1e4), st.floats(0, 1e4), moments)
def test_never_less_than_kept_nor_more_than_passed(claimed, created_to_save, since, logged):
    kept = created_to_save / 2
    now = created_to_save + since
    total = believed(claimed, now, kept, created_to_save, logged)
    assert kept <= total <= now + 1e-5


@given(st.floats(0, 1e4), moments)
def test_what_is_possible_grows_with_the_signs_of_life(length, logged):
    end = START + timedelta(seconds=length)
    signs = [Moment(after(at), after(at)) for at, _ in logged]
    sums = [possible_seconds(START, end, signs[:count], IDLE) for count in range(len(signs) + 1)]
    assert all(before <= next_ + 1e-6 for before, next_ in pairwise(sums))
    assert sums[0] == pytest.approx(min(length, IDLE), abs=1e-5)
    assert sums[-1] <= length + 1e-5
