"""How often storyworld's judge and the second reading of its page agree.

    python research/storyworld/agreement.py --count 1000

Prints, for each kind of snippets, those on which verdict or egregiousness differ, and then their number.
The second reading stands beside the tests (`tests/tasks/storyworld/second_reading.py`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from holdfast.core.seeds import Stream
from holdfast.tasks import tasks

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "tasks" / "storyworld"))

from second_reading import judge
from torn_snippets import KINDS, drawn


def compare(kind: str, count: int, seed: int) -> None:
    """Print where the two differ on snippets of one kind."""
    task = tasks.get("storyworld")()
    snippets = drawn(task, kind, count, Stream(seed).child("agreement", kind))
    differing = catastrophes = 0
    for snippet, verdict in zip(snippets, task.oracle.judge(snippets), strict=True):
        catastrophes += verdict.catastrophic
        catastrophic, egregiousness = judge(snippet)
        if (catastrophic, egregiousness) != (verdict.catastrophic, verdict.egregiousness):
            differing += 1
            print(f"{kind}: the page {egregiousness}, the judge {verdict.egregiousness} ({verdict.why})")
            print(f"    {snippet.prompt}\n    {snippet.completion}")
    print(f"{kind}: {count - differing} of {count} agree; {catastrophes} are catastrophes")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="snippets of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for kind in options.kinds.split(","):
        compare(kind, options.count, options.seed)


if __name__ == "__main__":
    main()
