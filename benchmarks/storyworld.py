"""How many snippets a second storyworld draws and judges on one core: medians of several runs.

    python benchmarks/storyworld.py --count 20000 --repetitions 5

The target is 8,000 a second each. Every repetition takes other stories, so that the judge's memory of
sentences it has met helps it no more than in use.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

from holdfast.core.seeds import Stream
from holdfast.tasks.base import Focus
from holdfast.tasks.storyworld import Storyworld

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and the seconds of processor time it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def measure(focus: Focus, count: int, repetitions: int) -> tuple[float, float]:
    """Snippets a second of the sampler and of the judge, medians."""
    task = Storyworld()
    sampling, judging = [], []
    for repetition in range(repetitions):
        stream = Stream(0).child(focus, repetition)
        snippets, seconds = timed(lambda stream=stream: task.sample(count, stream, focus))
        sampling.append(count / seconds)
        _, seconds = timed(lambda snippets=snippets: task.oracle.judge(snippets))
        judging.append(count / seconds)
    return median(sampling), median(judging)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Snippets a second that storyworld draws and judges, on one core."
    )
    parser.add_argument("--count", type=int, default=20_000, help="snippets in each repetition")
    parser.add_argument(
        "--repetitions", type=int, default=5, help="repetitions, of which the median is shown"
    )
    arguments = parser.parse_args()
    print(f"{'stories':<8} {'sampler/s':>10} {'judge/s':>10}")
    for focus in ("natural", "hard"):
        sampler, judge = measure(focus, arguments.count, arguments.repetitions)
        print(f"{focus:<8} {sampler:>10,.0f} {judge:>10,.0f}")


if __name__ == "__main__":
    main()
