"""A plan of labels for a log: the bands, what there is of each, and the rows to label, kept in a folder.

The log is read twice from front to back: once to count, once to draw. What is in memory are the counts and
the rows drawn.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from holdfast.campaign.traffic.log import Fields, LogReader, Row
from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash, replacing
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.traffic import allocation, band_ends
from holdfast.tasks.labelled.faults import Faults

Counts = NDArray[np.int64]

PLAN, SAMPLE = "plan.json", "sample.jsonl"
WEEK = "week"
"""The slice that holds the week of a row, where the log has times."""
MOST_VALUES, MOST_WEEKS = 50, 530
"""Values of a slice, and weeks (ten years), that are counted apart."""
_BINS, _WIDEST = 4096, 30.0
"""Bins of log odds, evenly from minus to plus this much; what lies beyond is in the outermost bins."""


class LogFile(BaseModel):
    """A file of the log, as it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    rows: int


class Plan(BaseModel):
    """What was drawn from which log, in `plan.json`; counts are by band, from the lowest scores up.

    `rows` counts the rows that passed, `labels` those to label, `turned_away` the rest of the log. `slices`
    has the same counts for each value of each slice, the rows turned away last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    files: tuple[LogFile, ...]
    fields: dict[str, str | float | bool | tuple[str, ...] | None]
    seed: int
    uniform_share: float
    upper_ends: tuple[float | None, ...]
    """The log odds below which each band ends; None for the last."""
    rows: tuple[int, ...]
    labels: tuple[int, ...]
    turned_away: int
    slices: dict[str, dict[str, tuple[int, ...]]]
    sample_sha256: str


class Drawn(BaseModel):
    """A row to label, a line of `sample.jsonl`; `label` is for people to fill in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    file: str
    line: int
    band: int
    log_odds: float
    slices: dict[str, str]
    prompt: str
    completion: str
    label: str | None = None

    @property
    def text(self) -> Snippet:
        """What people judge."""
        return Snippet(self.prompt, self.completion)


@dataclass(frozen=True)
class Asked:
    """What is wanted of a plan."""

    labels: int
    uniform_share: float
    seed: int


def make_plan(paths: Sequence[Path], fields: Fields, asked: Asked, folder: Path, progress: Progress) -> Plan:
    """Count the log, draw the rows, and write the folder, whole or not at all.

    Raises UserError where rows cannot be read, a log changes meanwhile, or the folder has a plan already:
    a second look at the same log with another seed, after the first was labelled, would be a choice.
    """
    if folder.exists():
        raise UserError(f"{folder} is there already; name a folder that is not")
    if len({path.name for path in paths}) < len(paths):
        raise UserError("two files of the log have the same name; rows are named by it, so rename one")
    hashes = [_hash(path) for path in paths]
    counted = _Counts(fields)
    rows_of = [_count(path, fields, counted, progress) for path in paths]
    ends = band_ends(counted.passed)
    rows = _by_band(counted.passed, ends)
    labels = allocation(asked.labels, rows, asked.uniform_share)
    drawn = _draw(paths, fields, ends, labels, asked.seed, progress)
    if [_hash(path) for path in paths] != hashes:
        raise UserError("the log changed while it was read; make a copy of it, and plan on that")
    lines = "".join(f"{each.model_dump_json()}\n" for each in drawn)
    with replacing(folder) as temporary:
        temporary.mkdir()
        (temporary / SAMPLE).write_text(lines, encoding="utf-8")
        plan = Plan(
            files=tuple(
                LogFile(name=path.name, sha256=sha, rows=count)
                for path, sha, count in zip(paths, hashes, rows_of, strict=True)
            ),
            fields=asdict(fields),
            seed=asked.seed,
            uniform_share=asked.uniform_share,
            upper_ends=(*(_edge(end) for end in ends[:-1]), None),
            rows=rows,
            labels=labels,
            turned_away=counted.turned_away,
            slices=counted.sliced(ends),
            sample_sha256=folder_hash(temporary / SAMPLE),
        )
        (temporary / PLAN).write_text(plan.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return plan


def read_plan(folder: Path) -> tuple[Plan, list[Drawn]]:
    """The plan in a folder and its rows; raises UserError where there is none, or it was changed."""
    try:
        plan = Plan.model_validate_json((folder / PLAN).read_text(encoding="utf-8"))
        lines = (folder / SAMPLE).read_text(encoding="utf-8").splitlines()
        drawn = [Drawn.model_validate_json(line) for line in lines]
    except OSError as error:
        raise UserError(
            f"{folder} holds no plan of `holdfast traffic plan`: cannot read {error.filename}"
        ) from None
    except ValidationError as error:
        raise UserError(f"the plan in {folder} cannot be read: {error.errors()[0]['msg']}") from None
    if folder_hash(folder / SAMPLE) != plan.sample_sha256:
        raise UserError(
            f"{folder / SAMPLE} is not as it was drawn; fill in labels in a copy, and give that with --labels"
        )
    return plan, drawn


class _Counts:
    """Histograms of the scores that passed, of all rows and of each value of each slice."""

    def __init__(self, fields: Fields) -> None:
        self.names = _names(fields)
        self.passed: Counts = np.zeros(_BINS, dtype=np.int64)
        self.turned_away = 0
        self._values: dict[str, dict[str, Counts]] = {name: {} for name in self.names}

    def add(self, row: Row) -> None:
        """Count a row."""
        place = _bin(row.log_odds) if row.passed else _BINS
        if row.passed:
            self.passed[place] += 1
        else:
            self.turned_away += 1
        for name, value in _sliced(self.names, row).items():
            known = self._values[name]
            if value not in known:
                self._check_room(name, known)
                known[value] = np.zeros(_BINS + 1, dtype=np.int64)
            known[value][place] += 1

    def _check_room(self, name: str, known: dict[str, Counts]) -> None:
        most = MOST_WEEKS if name == WEEK else MOST_VALUES
        if len(known) == most:
            raise UserError(
                f"the field '{name}' has more than {most} values, and so it cannot be a slice; leave it out,"
                " or put values together in the log"
            )

    def sliced(self, ends: Sequence[int]) -> dict[str, dict[str, tuple[int, ...]]]:
        """Counts by band of each value of each slice; the rows turned away come last."""
        return {
            name: {
                value: (*_by_band(found[:_BINS], ends), int(found[_BINS]))
                for value, found in sorted(values.items())
            }
            for name, values in self._values.items()
        }


def _count(path: Path, fields: Fields, counted: _Counts, progress: Progress) -> int:
    progress.start(f"counting {path.name}")
    rows = 0
    for row in _rows(path, fields, progress):
        counted.add(row)
        rows += 1
    progress.finish(rows=rows)
    return rows


def _draw(
    paths: Sequence[Path],
    fields: Fields,
    ends: Sequence[int],
    labels: Sequence[int],
    seed: int,
    progress: Progress,
) -> list[Drawn]:
    """The rows that get a label: in each band those with the smallest random numbers, in the log's order."""
    numbers = Stream(seed).child("traffic").python()
    names = _names(fields)
    kept: list[list[tuple[float, int, Drawn]]] = [[] for _ in labels]
    count = 0
    for path in paths:
        progress.start(f"drawing from {path.name}")
        for row in _rows(path, fields, progress):
            if not row.passed:
                continue
            number, count = numbers.random(), count + 1
            band = int(np.searchsorted(ends, _bin(row.log_odds), side="right"))
            heap = kept[band]
            if len(heap) == labels[band] and (not heap or -number <= heap[0][0]):
                continue
            # A heap keeps its least on top; of the smallest numbers the greatest has to go first.
            drawn = (-number, count, _drawn(path, row, band, names))
            (heapq.heappush if len(heap) < labels[band] else heapq.heapreplace)(heap, drawn)
        progress.finish()
    return [drawn for _, _, drawn in sorted(chain(*kept), key=itemgetter(1))]


def _drawn(path: Path, row: Row, band: int, names: Sequence[str]) -> Drawn:
    return Drawn(
        id=f"{path.name}:{row.line}",
        file=path.name,
        line=row.line,
        band=band,
        log_odds=float(np.clip(row.log_odds, -1e9, 1e9)),
        slices=_sliced(names, row),
        prompt=row.text.prompt,
        completion=row.text.completion,
    )


def _rows(path: Path, fields: Fields, progress: Progress) -> Iterator[Row]:
    """The rows of a file; raises UnsoundDataError after the last if one of them could not be read."""
    faults = Faults()
    yield from LogReader(path, fields, faults).rows(progress)
    faults.settle()


def _names(fields: Fields) -> list[str]:
    """The slices of a log; the weeks come last."""
    names = [*fields.slices, *([WEEK] if fields.time else [])]
    if len(set(names)) < len(names):
        raise UserError(f"a slice comes twice, or is called '{WEEK}', which --time makes; rename it")
    return names


def _sliced(names: Sequence[str], row: Row) -> dict[str, str]:
    values = (*row.slices, *((row.week,) if row.week is not None else ()))
    return dict(zip(names, values, strict=True))


def _bin(log_odds: float) -> int:
    share = (min(max(log_odds, -_WIDEST), _WIDEST) + _WIDEST) / (2 * _WIDEST)
    return min(_BINS - 1, int(share * _BINS))


def _edge(end: int) -> float:
    return end / _BINS * 2 * _WIDEST - _WIDEST


def _by_band(histogram: Counts, ends: Sequence[int]) -> tuple[int, ...]:
    starts = (0, *ends[:-1])
    return tuple(int(histogram[start:end].sum()) for start, end in zip(starts, ends, strict=True))


def _hash(path: Path) -> str:
    if not path.exists():
        raise UserError(f"there is no file {path}")
    return folder_hash(path)
