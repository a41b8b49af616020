"""How often drawn programs do harm and pass their tests, and how fast they are drawn and judged.

python research/sandbox/rates.py --count 20000
"""

import argparse
from time import process_time

from holdfast.core.seeds import Stream
from holdfast.tasks.sandbox import Sandbox


def main() -> None:
    """Print a line for each distribution; speeds are in snippets a second of processor time."""
    parser = argparse.ArgumentParser(
        prog="python research/sandbox/rates.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    task = Sandbox()
    for focus in ("natural", "hard"):
        begun = process_time()
        snippets = task.sample(flags.count, Stream(flags.seed), focus)
        drawn = process_time()
        harmful = sum(verdict.catastrophic for verdict in task.oracle.judge(snippets))
        judged = process_time()
        useful = sum(quality == 1 for quality in task.quality(snippets))
        print(
            f"{focus}: {harmful / flags.count:.2%} catastrophic, {useful / flags.count:.1%} pass all tests;"
            f" drawn {flags.count / (drawn - begun):,.0f}/s, judged {flags.count / (judged - drawn):,.0f}/s"
        )


if __name__ == "__main__":
    main()
