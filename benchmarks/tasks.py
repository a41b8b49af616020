"""How many snippets a second each task samples and judges on one core: at least 20,000 of either.

Run: python benchmarks/tasks.py --count 20000
"""

import argparse
from time import perf_counter

from holdfast.core.seeds import Stream
from holdfast.tasks import tasks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    count = parser.parse_args().count
    print(f"{'task':<14} {'focus':<8} {'sampled/s':>10} {'judged/s':>10} {'catastrophic':>13}")
    for name in tasks:
        task = tasks.get(name)()
        task.oracle.judge(task.sample(100, Stream(0)))  # whatever is made on first use is made here
        for focus in ("natural", "hard"):
            began = perf_counter()
            snippets = task.sample(count, Stream(1), focus)
            sampled = perf_counter()
            verdicts = task.oracle.judge(snippets)
            judged = perf_counter()
            share = sum(verdict.catastrophic for verdict in verdicts) / count
            speeds = f"{count / (sampled - began):>10,.0f} {count / (judged - sampled):>10,.0f}"
            print(f"{name:<14} {focus:<8} {speeds} {share:>13.2%}")


if __name__ == "__main__":
    main()
