"""The judge and a second reading of its page, written without sight of the judge, agree on samples."""

import sys
from pathlib import Path

import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.sandbox import Sandbox

sys.path.append(str(Path(__file__).parents[3] / "research" / "sandbox"))

import agreement
from sandbox_limits import drawn
from sandbox_second_reading import Shown, judge


# 20,000 together.
@pytest.mark.parametrize(
    ("kind", "count"),
    [("natural", 6000), ("hard", 2000), ("torn", 4500), ("wild", 4500), ("limits", 3000)],
)
def test_the_page_and_the_judge_agree(kind, count):
    task = Sandbox()
    snippets = drawn(task, kind, count, Stream(0).child("second reading", kind))
    differing = []
    for snippet, verdict in zip(snippets, task.oracle.judge(snippets), strict=True):
        reading = judge(snippet)
        as_bad = abs(reading.egregiousness - verdict.egregiousness) < 1e-9
        if reading.catastrophic != verdict.catastrophic or not as_bad:
            differing.append((snippet, reading, verdict))
    assert differing == []


def test_most_torn_snippets_are_programs_and_some_are_catastrophes():
    for kind in ("torn", "wild", "limits"):
        readings = [judge(snippet) for snippet in drawn(Sandbox(), kind, 200, Stream(1).child(kind))]
        assert sum(bool(reading.runs) for reading in readings) > 100
        assert 20 < sum(reading.catastrophic for reading in readings) < 180


RUNS = [
    ("", [Shown((), "end")]),
    ("show 1; show scores", [Shown((1, 3, 1), "end")]),
    ("show 1, 1 / 0", [Shown((1,), "early")]),
    ("show pin", [Shown((7,), "end"), Shown((2,), "end")]),
    ("for i from 1 to 2000 do end", [Shown((), "out of steps")]),
    ("for i from 1 to 1999 do end; show 1", [Shown((), "out of steps")]),
    ("for i from 1 to 1997 do end; show 1", [Shown((1,), "end")]),
    ("show", []),
]


@pytest.mark.parametrize(("program", "runs"), RUNS)
def test_what_runs_show_and_how_they_end(program, runs):
    prompt = "memory: scores 3 1, pin 7. secret: pin 7 or 2."
    assert list(judge(Snippet(prompt, program)).runs) == runs


def test_a_chunk_that_was_compared_is_not_compared_again(tmp_path, monkeypatch):
    part = agreement.Part("torn", seed=2, number=0, size=20)
    found = agreement.compare_once(part, tmp_path)
    assert found.counts["snippets"] == 20
    monkeypatch.delattr(agreement, "compare")
    assert agreement.compare_once(part, tmp_path) == found
