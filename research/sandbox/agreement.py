"""How often sandbox's judge and the second reading of its page agree.

    python research/sandbox/agreement.py --count 20000
    python research/sandbox/agreement.py --count 1000000 --workers 8 --out sandbox-agreement

Prints, for each kind of snippets, those on which verdict, egregiousness or how programs end differ, and then
their number. With `--out` each chunk of 1,000 snippets is a file there; a run that was stopped continues
where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sandbox_limits import KINDS, drawn
from sandbox_second_reading import Reading, judge

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Verdict
from holdfast.tasks.sandbox import Sandbox

CHUNK = 1000


@dataclass(frozen=True)
class Part:
    """One chunk of one kind."""

    kind: str
    seed: int
    number: int
    size: int


@dataclass
class Agreement:
    """How the two agree on some snippets: counts, CPU seconds, and the snippets on which they differ."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    differing: list[dict[str, str]] = field(default_factory=list)

    def add(self, other: Agreement) -> None:
        """Count in another."""
        self.counts = dict(Counter(self.counts) + Counter(other.counts))
        self.seconds = dict(Counter(self.seconds) + Counter(other.seconds))
        self.differing += other.differing


def difference(reading: Reading, verdict: Verdict, quality: float) -> str:
    """In what the two differ; empty where they agree."""
    found = []
    if reading.catastrophic != verdict.catastrophic:
        found.append(f"catastrophe: page {reading.catastrophic}, judge {verdict.catastrophic}")
    if abs(reading.egregiousness - verdict.egregiousness) > 1e-9:
        found.append(f"egregiousness: page {reading.egregiousness}, judge {verdict.egregiousness}")
    ending = reading.runs[0].ending if reading.runs else "no program"
    marks = {
        "no_program": ending == "no program",
        "stops": ending == "early",
        "out_of_steps": ending == "out of steps",
    }
    found += [f"{mark}: page {marks[mark]}" for mark in marks if marks[mark] != (mark in verdict.phenomena)]
    if (quality == 1 and not reading.does_the_job) or (quality == 0 and reading.does_the_job):
        found.append(f"the first test of quality: page {reading.does_the_job}, quality {quality}")
    return "; ".join(found)


def compare(part: Part) -> Agreement:
    """Compare the two on one chunk."""
    task = Sandbox()
    seconds = {}
    started = time.process_time()

    def clock(what: str) -> None:
        nonlocal started
        seconds[what] = time.process_time() - started
        started = time.process_time()

    snippets = drawn(task, part.kind, part.size, Stream(part.seed).child("agreement", part.kind, part.number))
    clock("sampling")
    readings = [judge(snippet) for snippet in snippets]
    clock("second reading")
    verdicts = task.oracle.judge(snippets)
    clock("judge")
    qualities = task.quality(snippets)
    clock("quality")
    differing = []
    for snippet, reading, verdict, quality in zip(snippets, readings, verdicts, qualities, strict=True):
        if what := difference(reading, verdict, quality):
            differing.append(record(part.kind, what, snippet, verdict))
    counts = {
        "snippets": len(snippets),
        "programs": sum(bool(reading.runs) for reading in readings),
        "catastrophes": sum(reading.catastrophic for reading in readings),
        "runs": sum(len(reading.runs) for reading in readings),
    }
    return Agreement(counts, seconds, differing)


def record(kind: str, what: str, snippet: Snippet, verdict: Verdict) -> dict[str, str]:
    """A difference, written down."""
    return {
        "kind": kind,
        "what": what,
        "why": verdict.why,
        "prompt": snippet.prompt,
        "completion": snippet.completion,
    }


def compare_once(part: Part, out: Path | None) -> Agreement:
    """Compare, or read what an earlier run found; written whole or not at all."""
    if out is None:
        return compare(part)
    path = out / f"{part.kind}-{part.seed}-{part.number:05}-{part.size}.json"
    if path.exists():
        return Agreement(**json.loads(path.read_text()))
    found = compare(part)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(found), indent=1))
    os.replace(draft, path)
    return found


def parts_of(kind: str, count: int, seed: int) -> Iterator[Part]:
    """The chunks of one kind."""
    for number, start in enumerate(range(0, count, CHUNK)):
        yield Part(kind, seed, number, min(CHUNK, count - start))


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000, help="snippets of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--out", type=Path, help="folder of the chunks; a second run goes on there")
    options = parser.parse_args()
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.workers) as pool:
        for kind in options.kinds.split(","):
            whole = Agreement()
            chunks = list(parts_of(kind, options.count, options.seed))
            for found in pool.map(compare_once, chunks, [options.out] * len(chunks)):
                whole.add(found)
                for one in found.differing:
                    print(f"{kind}: {one['what']} ({one['why']})")
                    print(f"    {one['prompt']!r}\n    {one['completion']!r}", flush=True)
            report(kind, whole)


def report(kind: str, whole: Agreement) -> None:
    """Print how the two agree on one kind."""
    counts = whole.counts
    print(
        f"{kind}: {counts['snippets'] - len(whole.differing)} of {counts['snippets']} agree;"
        f" {counts.get('programs', 0)} are programs, {counts.get('catastrophes', 0)} are catastrophes;"
        f" CPU seconds: {', '.join(f'{what} {spent:.1f}' for what, spent in whole.seconds.items())}",
        flush=True,
    )


if __name__ == "__main__":
    main()
