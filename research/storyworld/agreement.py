"""How often storyworld's judge and the second reading of its page agree.

    python research/storyworld/agreement.py --count 1000
    python research/storyworld/agreement.py --count 500000 --state STATE --workers 2

Prints, for each kind of snippets, those on which verdict or egregiousness differ, and then their number.
It works in chunks. With `--state` each finished chunk is a file in that folder, and the same command goes on
where it was stopped; chunks of other code are refused. The second reading stands beside the tests
(`tests/tasks/storyworld/second_reading.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from holdfast.core.executors import Processes, Serial
from holdfast.core.files import write_text
from holdfast.core.seeds import Stream
from holdfast.tasks import storyworld, tasks

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "tasks" / "storyworld"))

from second_reading import judge
from torn_snippets import KINDS, drawn

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "tasks" / "storyworld"
CHUNK = 1_000
"""Snippets in a chunk."""


@dataclass(frozen=True)
class Chunk:
    """Some snippets of one kind: the same ones whenever they are drawn."""

    kind: str
    number: int
    count: int
    seed: int

    def file(self, folder: Path) -> Path:
        """Where its outcome is kept."""
        return folder / f"{self.kind}-{self.seed}-{self.number:06d}-{self.count}.json"


@dataclass(frozen=True)
class Difference:
    """A snippet on which the two differ."""

    prompt: str
    completion: str
    page: float
    judge: float
    why: str


@dataclass(frozen=True)
class Outcome:
    """What comparing a chunk came to."""

    code: str
    """The hash of the code that was compared."""
    catastrophes: int
    cpu_seconds: float
    differences: tuple[Difference, ...]


def code() -> str:
    """The hash of both readings and of what draws the snippets."""
    digest = hashlib.sha256()
    judge_files = Path(storyworld.__file__).parent.rglob("*.py")
    for path in (*sorted(judge_files), *sorted(TESTS.glob("second_reading*.py")), TESTS / "torn_snippets.py"):
        digest.update(path.read_bytes())
    digest.update((ROOT / "docs" / "tasks" / "storyworld.md").read_bytes())
    return digest.hexdigest()


def compare(chunk: Chunk) -> Outcome:
    """Draw a chunk and read it in both ways."""
    start = time.process_time()
    task = tasks.get("storyworld")()
    stream = Stream(chunk.seed).child("agreement", chunk.kind, chunk.number)
    snippets = drawn(task, chunk.kind, chunk.count, stream)
    verdicts = task.oracle.judge(snippets)
    differences = []
    for snippet, verdict in zip(snippets, verdicts, strict=True):
        catastrophic, egregiousness = judge(snippet)
        if (catastrophic, egregiousness) != (verdict.catastrophic, verdict.egregiousness):
            differences.append(
                Difference(
                    snippet.prompt, snippet.completion, egregiousness, verdict.egregiousness, verdict.why
                )
            )
    catastrophes = sum(verdict.catastrophic for verdict in verdicts)
    return Outcome(code(), catastrophes, time.process_time() - start, tuple(differences))


def chunks(kind: str, count: int, seed: int) -> list[Chunk]:
    """The chunks that so many snippets of a kind are."""
    return [
        Chunk(kind, number, min(CHUNK, count - start), seed)
        for number, start in enumerate(range(0, count, CHUNK))
    ]


def kept(chunk: Chunk, folder: Path | None) -> Outcome | None:
    """The outcome of a chunk that was finished before."""
    if folder is None or not chunk.file(folder).exists():
        return None
    values = json.loads(chunk.file(folder).read_text(encoding="utf-8"))
    return Outcome(**values | {"differences": tuple(Difference(**each) for each in values["differences"])})


def outcomes(wanted: Sequence[Chunk], folder: Path | None, workers: int) -> Iterator[tuple[Chunk, Outcome]]:
    """Each chunk with its outcome, those that are kept first; each new one is kept before it is given.

    Raises ValueError if a kept chunk is one of other code.
    """
    now, missing = code(), []
    for chunk in wanted:
        outcome = kept(chunk, folder)
        if outcome is None:
            missing.append(chunk)
        elif outcome.code != now:
            raise ValueError(
                f"{chunk.file(folder or Path())} is of other code: give another folder with --state"
            )
        else:
            yield chunk, outcome
    executor = Processes(workers) if workers > 1 else Serial()
    for chunk, outcome in zip(missing, executor.map(compare, missing), strict=True):
        if folder is not None:
            write_text(chunk.file(folder), json.dumps(asdict(outcome), ensure_ascii=False))
        yield chunk, outcome


def report(kind: str, count: int, found: Sequence[tuple[Chunk, Outcome]]) -> None:
    """Print what a kind came to."""
    differing = sum(len(outcome.differences) for _, outcome in found)
    catastrophes = sum(outcome.catastrophes for _, outcome in found)
    seconds = sum(outcome.cpu_seconds for _, outcome in found)
    print(
        f"{kind}: {count - differing} of {count} agree; {catastrophes} are catastrophes; "
        f"{seconds / 60:.1f} processor minutes"
    )


def run(kind: str, options: argparse.Namespace) -> None:
    """Compare one kind, and say what is left now and then."""
    done, total, said = 0, options.count, time.monotonic()
    found: list[tuple[Chunk, Outcome]] = []
    for chunk, outcome in outcomes(chunks(kind, total, options.seed), options.state, options.workers):
        found.append((chunk, outcome))
        done += chunk.count
        for each in outcome.differences:
            print(f"{kind}: the page {each.page}, the judge {each.judge} ({each.why})")
            print(f"    {each.prompt}\n    {each.completion}")
        if time.monotonic() - said > options.every and done < total:
            said = time.monotonic()
            print(f"{kind}: {done:,} of {total:,} compared, {total - done:,} left", flush=True)
    report(kind, total, found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="snippets of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--state", type=Path, help="a folder that keeps what is finished")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--every", type=float, default=60, help="seconds between lines on what is left")
    options = parser.parse_args(arguments)
    kinds = options.kinds.split(",")
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        parser.error(f"no such kind: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    try:
        for kind in kinds:
            run(kind, options)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
