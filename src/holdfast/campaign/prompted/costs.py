"""What drawing and filtering took by the clock, generator and guard apart, and the memory that it needed."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from holdfast.campaign.prompted.draws import Draws
from holdfast.campaign.records import Record
from holdfast.core.files import write_text

SECONDS = "seconds"
"""Where an evaluation keeps what the clock said, which no two evaluations agree on."""


class CostsRecord(Record):
    """Seconds and tokens of both models; rates are None where no second passed.

    `peak_bytes` is the most memory that any process of this evaluation held, everything counted.
    """

    writing_seconds: float
    scoring_seconds: float
    written_tokens: int
    """Tokens that the generator wrote, ends included."""
    read_tokens: int
    """Tokens that the guard read, special ones included."""
    written_per_second: float | None
    read_per_second: float | None
    draws_per_second: float | None
    peak_bytes: int


def peak_bytes() -> int:
    """The most memory that this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def keep_seconds(folder: Path, index: int, writing: float, scoring: float) -> None:
    """Write what one table took; before the table itself, whose name says that it is whole."""
    told = {"writing": writing, "scoring": scoring, "peak_bytes": peak_bytes()}
    write_text(folder / SECONDS / f"{index:06}.json", json.dumps(told) + "\n")


def read_costs(folder: Path, tables: int, draws: Draws) -> CostsRecord:
    """All tables together; what nobody timed is not counted."""
    files = [folder / SECONDS / f"{index:06}.json" for index in range(tables)]
    told = [json.loads(file.read_text("utf-8")) for file in files if file.is_file()]
    writing, scoring = (sum(each[name] for each in told) for name in ("writing", "scoring"))
    return CostsRecord(
        writing_seconds=writing,
        scoring_seconds=scoring,
        written_tokens=int(draws.tokens.sum()),
        read_tokens=int(draws.read.sum()),
        written_per_second=_rate(draws.tokens.tolist(), writing),
        read_per_second=_rate(draws.read.tolist(), scoring),
        draws_per_second=_rate([1] * len(draws.draw), writing + scoring),
        peak_bytes=max((each["peak_bytes"] for each in told), default=peak_bytes()),
    )


def _rate(amounts: Sequence[int], seconds: float) -> float | None:
    return sum(amounts) / seconds if seconds > 0 else None
