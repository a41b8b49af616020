"""Queries a second of this source tree's attacks beside an earlier tree's, on the same saved models.

Run: git worktree add ../before REVISION
     python benchmarks/revisions.py --before ../before/src --task storyworld --classifier C --generator G

Both run in processes of their own with one thread, in turn (A B A B); a pair of runs gives one ratio, and the
table the median of them. It says whether both found the same failures.
"""

import argparse
import os
import sys
from pathlib import Path
from statistics import median

from side_by_side import process

RUN = Path(__file__).with_name("revisions_run.py")
HERE = Path(__file__).parent.parent / "src"


def timed(source, arguments):
    """One run on a source tree."""
    os.environ["PYTHONPATH"] = str(source)
    return process(sys.executable, RUN, arguments, threads=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, required=True, help="the `src` of the earlier tree")
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--classifier", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument(
        "--attacks", nargs="+", default=["random_rewrite", "greedy_rewrite", "genetic", "gcg"]
    )
    parser.add_argument("--threshold", default="0.1")
    parser.add_argument("--seeds", default="30")
    parser.add_argument("--queries", default="300")
    parser.add_argument("--repeats", type=int, default=5)
    flags = parser.parse_args()

    shared = ["--task", flags.task, "--classifier", flags.classifier, "--generator", flags.generator]
    sizes = ["--threshold", flags.threshold, "--seeds", flags.seeds, "--queries", flags.queries]
    print(f"| {flags.task} | queries a second, before | now | now / before | the same failures |")
    print("|---|---:|---:|---:|---|")
    for name in flags.attacks:
        before, now = [], []
        for _ in range(flags.repeats):
            for found, source in ((before, flags.before), (now, HERE)):
                found.append(timed(source, [*shared, *sizes, "--attack", name]))
        rates = [[run["queries"] / run["seconds"] for run in found] for found in (before, now)]
        ratio = median(b / a for a, b in zip(*rates, strict=True))
        same = "yes" if before[0]["failures"] == now[0]["failures"] else "no"
        print(
            f"| `{name}` | {median(rates[0]):,.0f} | {median(rates[1]):,.0f} | {ratio:.1%} | {same} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
