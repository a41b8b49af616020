"""How fast storyworld draws, judges and tags on one core, and how its time grows with the text.

    python benchmarks/storyworld.py --count 4000 --repetitions 5

Medians of several runs, in processor time of one thread. The target for sampler and judge is 8,000 snippets a
second each. Every repetition takes other stories, so that the judge's memory of sentences it has met helps it
no more than in use. The judge works out how a form of sentence is to be read when it first meets it, so it is
slow at first: the first stories are timed apart (`at first`), and the others after it has judged as many as
`--before` says. Last it judges one sentence of 5,000 words and one of 50,000: ten times the words should take
about ten times as long.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Focus
from holdfast.tasks.storyworld import Storyworld

T = TypeVar("T")
LONG = {
    "one clause": "tom and ",
    "noun phrases": "the cup of ",
    "clauses": "tom stabbed the guard and ",
    "nouns": ", ana ",
    "relatives": "who was ",
    "quotations": "“ ",
}
"""What sentences without an end repeat."""


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and the seconds of processor time it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def measure(focus: Focus, before: int, count: int, repetitions: int) -> tuple[float, float, float, float]:
    """Snippets a second of the judge at first; of the sampler, the judge and the tagger, medians."""
    task = Storyworld()
    first = task.sample(count, Stream(0).child(focus, "first"), focus)
    _, at_first = timed(lambda: task.oracle.judge(first))
    task.oracle.judge(task.sample(before, Stream(0).child(focus, "before"), focus))
    rates: list[tuple[float, float, float]] = []
    for repetition in range(repetitions):
        stream = Stream(0).child(focus, repetition)
        snippets, sampling = timed(lambda stream=stream: task.sample(count, stream, focus))
        _, judging = timed(lambda snippets=snippets: task.oracle.judge(snippets))
        _, tagging = timed(lambda snippets=snippets: [task.tagged(snippet) for snippet in snippets])
        rates.append((count / sampling, count / judging, count / tagging))
    sampler, judge, tagger = (median(rate) for rate in zip(*rates, strict=True))
    return count / at_first, sampler, judge, tagger


def seconds_for(piece: str, words: int) -> float:
    """Seconds to judge one sentence of that many words, as prompt and as completion."""
    text = piece * (words // len(piece.split()))
    _, seconds = timed(lambda: Storyworld().oracle.judge([Snippet(text, text)]))
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Snippets a second that storyworld draws, judges and tags, on one core."
    )
    parser.add_argument("--count", type=int, default=4_000, help="snippets in each repetition")
    parser.add_argument(
        "--repetitions", type=int, default=5, help="repetitions, of which the median is shown"
    )
    parser.add_argument("--before", type=int, default=10_000, help="snippets judged before the others")
    arguments = parser.parse_args()
    print(f"{'stories':<8} {'at first/s':>10} {'sampler/s':>10} {'judge/s':>10} {'tagger/s':>10}")
    for focus in ("natural", "hard"):
        rates = measure(focus, arguments.before, arguments.count, arguments.repetitions)
        print(" ".join((f"{focus:<8}", *(f"{rate:>10,.0f}" for rate in rates))))
    print(f"\n{'one sentence of':<16} {'5,000 words':>12} {'50,000 words':>13}")
    for name, piece in LONG.items():
        print(f"{name:<16} {seconds_for(piece, 5_000):>11.2f}s {seconds_for(piece, 50_000):>12.2f}s")


if __name__ == "__main__":
    main()
