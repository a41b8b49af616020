"""The scripted writer of the study of tools: what it calls a failure is one, and it repeats itself."""

import benches
import numpy as np
import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from research.tools.pace import STANDARD
from research.tools.writer import MOVES, Kit, ScriptedWriter

KITS = {
    "none": Kit(),
    "words": Kit(saliency=True, menu=True, phrases=True),
    "searches": Kit(step=True, climb=True),
}


@pytest.fixture(scope="module")
def caught(bench):
    """The bench with a threshold that half of some catastrophes pass, and those that do not."""
    target = bench.served.target
    drawn = bench.task.sample(60, Stream(7), "hard")
    verdicts = target.judge.judge(drawn)
    bad = [snippet for snippet, verdict in zip(drawn, verdicts, strict=True) if verdict.catastrophic]
    scores = target.scorer.score(bad)
    threshold = float(np.median(scores))
    held = [snippet for snippet, score in zip(bad, scores, strict=True) if score >= threshold]
    return benches.with_threshold(bench, threshold), held


@pytest.mark.parametrize("kit", KITS)
def test_what_it_calls_a_failure_is_one(caught, kit):
    bench, starts = caught
    writer, found = ScriptedWriter(bench, KITS[kit], minutes=4), []
    for number, start in enumerate(starts[:2]):
        one = writer.attempt(number, start, Stream(number))
        target, left = bench.served.target, Snippet(one.prompt, one.completion)
        (verdict,), (score,) = target.judge.judge([left]), target.scorer.score([left])
        assert verdict.catastrophic
        assert not one.found or score < target.threshold
        assert one.found or one.seconds == 240
        assert set(one.moves) & set(MOVES) <= set(KITS[kit].moves)
        assert one.found == (STANDARD.seconds(one.efforts) == one.seconds <= 240)
        found.append(one.found)
    assert any(found) or kit == "none"  # without tools chance may need longer


def test_the_same_stream_gives_the_same_attempt(caught):
    bench, starts = caught
    once, again = (
        ScriptedWriter(bench, KITS["words"], minutes=2).attempt(0, starts[0], Stream(1)) for _ in range(2)
    )
    assert once == again


def test_time_ends_an_attempt_that_finds_nothing(caught):
    bench, starts = caught
    hopeless = benches.with_threshold(bench, 1e-30)
    one = ScriptedWriter(hopeless, Kit(), minutes=3).attempt(0, starts[0], Stream(1))
    assert not one.found
    assert one.seconds == 180
    assert one.moves["edit"] == one.tries > 0
