"""Progress as plain lines, with a clock of the test's own, and the live display on a pretended terminal."""

import io

import pytest

from holdfast.cli.progress import LiveProgress, PlainProgress, Step, duration, figure, showing


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.34, "0.3 s"), (42, "42 s"), (59.8, "1 min 00 s"), (185, "3 min 05 s"), (4800, "1 h 20 min")],
)
def test_durations(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.12345, "0.123"), (12345, "12,345"), (3.0, "3"), ("so far", "so far"), (1e-5, "1e-05")],
)
def test_figures(value, said):
    assert figure(value) == said


def test_the_time_left_follows_the_speed_so_far():
    assert Step("x", 100, started=0.0, done=25).seconds_left(10.0) == 30.0
    assert Step("x", 100, started=0.0).seconds_left(10.0) is None
    assert Step("x", None, started=0.0, done=5).seconds_left(10.0) is None


def test_plain_lines_are_throttled_nested_and_told_with_figures():
    out, clock = io.StringIO(), Clock()
    progress = PlainProgress(out, clock)
    progress.start("round 1")
    progress.start("train", 100)
    for _ in range(100):
        clock.now += 0.125
        progress.advance(1, loss=0.5)
    progress.finish(loss=0.25)
    progress.finish()
    progress.note("all done")
    assert out.getvalue().splitlines() == [
        "round 1 ...",
        "  train ... (100)",
        "  train: 40 of 100, 7.5 s left, loss 0.5",
        "  train: 80 of 100, 2.5 s left, loss 0.5",
        "  train: done in 12 s; loss 0.25",
        "round 1: done in 12 s",
        "all done",
    ]


def test_weighed_pieces_are_told_as_a_share_each_with_its_line():
    out, clock = io.StringIO(), Clock()
    progress = PlainProgress(out, clock)
    progress.start("campaign", 2000, weighed=True)
    for done, (weight, seconds) in enumerate([(500, 2.0), (0, 0.0), (1000, 64.0), (500, 2.0)], 1):
        progress.start("train", 10)
        clock.now += seconds
        progress.finish()
        progress.advance(weight, steps_done=f"{done} of 4")
    progress.finish()
    assert [line for line in out.getvalue().splitlines() if "train" not in line] == [
        "campaign ...",
        "campaign: 25%, 2.0 s so far, about 6.0 s left, steps done 1 of 4",
        "campaign: 75%, 1 min 06 s so far, about 22 s left, steps done 3 of 4",
        "campaign: 100%, 1 min 08 s so far, steps done 4 of 4",
        "campaign: done in 1 min 08 s",
    ]


def test_between_two_advances_the_time_left_runs_down():
    step = Step("x", 100, started=0.0)
    step.advance(50, {}, 10.0)
    assert [step.seconds_left(now) for now in (10.0, 14.0, 99.0)] == [10.0, 6.0, 0.0]


def test_what_was_never_started_is_ignored():
    out = io.StringIO()
    for progress in (PlainProgress(out), LiveProgress(out)):
        progress.advance(1)
        progress.finish()
    assert out.getvalue() == ""


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_bars_and_keeps_a_line_for_each_finished_step(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    out = Terminal()
    with showing(out) as progress:
        assert isinstance(progress, LiveProgress)
        progress.start("attack [x]", 10)
        progress.advance(5, found=2)
        progress.finish(found=3)
    assert "✓ attack [x]: " in out.getvalue()
    assert "; found 3" in out.getvalue()


def test_anything_else_gets_plain_lines():
    with showing(io.StringIO()) as progress:
        assert isinstance(progress, PlainProgress)
