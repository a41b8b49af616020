"""What the benchmarks share: works timed in turn (A B A B ...), here or in processes of their own."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any


def seconds(work: Callable[[], object]) -> float:
    """How long a work takes once."""
    began = perf_counter()
    work()
    return perf_counter() - began


def in_turn(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each work, so many times in turn, after each has run once to warm up."""
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            times[name].append(seconds(work))
    return times


def process(python: str, script: Path, arguments: Sequence[str], threads: int) -> Any:
    """Run a script as a process of its own; returns the last line that it prints, which is JSON."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    # -P: a benchmark's name must not hide the package of the same name.
    command = [python, "-P", str(script), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def classifier_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of a benchmark of one classifier made from scratch."""
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--heads", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
