"""From files to rows on disk: nothing is kept unless every row of every file is sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash, replacing
from holdfast.core.progress import Progress
from holdfast.core.snippet import Label
from holdfast.tasks.labelled.cache import RowsWriter
from holdfast.tasks.labelled.config import SPLITS, DerivedSplits, GivenSplits, LabelledConfig
from holdfast.tasks.labelled.faults import Faults, missing_column
from holdfast.tasks.labelled.grouping import groups
from holdfast.tasks.labelled.label_values import LABELS, decided, meanings
from holdfast.tasks.labelled.readers import Reader, open_reader
from holdfast.tasks.labelled.rows import RowReader
from holdfast.tasks.labelled.splitting import derived, divided

FORM = 1
"""Of the files in the cache; another form is never read, as the hash depends on it."""

_REPORTED = 2_000
SUMMARY = "summary.json"
_NUMBERS = "numbers.npz"


@dataclass(frozen=True)
class Summary:
    """What was taken in, beside the rows."""

    read: int
    """Rows of the files."""
    dropped: Mapping[str, int]
    """Rows that the configuration leaves out, by reason."""
    labels: Mapping[str, tuple[str, int]]
    """What each value of the label column (or of the votes) means, and how often it comes."""
    votes: tuple[Label, ...]
    """What each code of a vote means."""
    slices: Mapping[str, tuple[str, ...]]
    """The values of each slice, by code."""
    units: tuple[str, ...]
    """For each file, whether its rows are counted in lines or rows."""
    marks: int = 0
    """Files that begin with a byte order mark."""
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)


def content_hash(config: LabelledConfig, base: Path) -> str:
    """SHA-256 over the files' contents and all of the configuration but where they lie and the policy.

    Raises UserError when a file is missing.
    """
    digest = hashlib.sha256()
    kept = config.model_dump(mode="json", exclude={"path": True, "policy": True, "splits": {"paths"}})
    digest.update(json.dumps([FORM, kept], sort_keys=True).encode())
    for path, split in config.files:
        if not (base / path).exists():
            raise UserError(f"there is no file {base / path}")
        digest.update(f"\0{split}\0{folder_hash(base / path)}".encode())
    return digest.hexdigest()


def take_in(config: LabelledConfig, base: Path, folder: Path, progress: Progress) -> None:
    """Read the files of a configuration (paths are from `base`), and leave their rows in `folder`.

    Raises UnsoundDataError when a row is not sound, and UserError for what is wrong with a file or column;
    `folder` is then not there.
    """
    with replacing(folder) as temporary:
        temporary.mkdir()
        faults = Faults()
        reader = RowReader(config, faults)
        shape = len(config.columns.group), len(config.columns.slices)
        with RowsWriter.into(temporary, *shape) as writer:
            read, units, marks = _read_all(config, base, reader, faults, writer, progress)
        faults.settle()
        _known_splits(config, reader)
        if not writer.count:
            raise UserError(f"{', '.join(config.file_names)}: there are no rows")
        summary, label_codes = _labelled(config, reader)
        _save(temporary, config, writer, label_codes)
        told = {"read": read, "dropped": reader.dropped, "units": units, "marks": marks, **summary}
        (temporary / SUMMARY).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Summary:
    """What `take_in` left."""
    told = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    with np.load(folder / _NUMBERS) as stored:
        arrays = dict(stored.items())
    return Summary(
        read=told["read"],
        dropped=told["dropped"],
        labels={value: (label, count) for value, label, count in told["labels"]},
        votes=tuple(Label(label) for label in told["votes"]),
        slices={name: tuple(values) for name, values in told["slices"]},
        units=tuple(told["units"]),
        marks=told["marks"],
        arrays=arrays,
    )


def _read_all(
    config: LabelledConfig,
    base: Path,
    rows: RowReader,
    faults: Faults,
    writer: RowsWriter,
    progress: Progress,
) -> tuple[int, list[str], int]:
    read, units, marks = 0, [], 0
    names = config.file_names
    for number, (path, split) in enumerate(config.files):
        faults.file = names[number]
        source = open_reader(base / path, config, faults)
        faults.unit = source.unit
        units.append(source.unit)
        marks += source.bom
        progress.start(f"reading {names[number]}", source.size, weighed=True)
        before, position = read, 0
        for record in source.records():
            row = rows.row(record, split)
            read += 1
            if row is not None:
                writer.add(row, number)
            if read % _REPORTED == 0:
                progress.advance(source.position() - position, rows=read - before)
                position = source.position()
        progress.finish(rows=read - before)
        _has_columns(names[number], source, config, read > before)
    return read, units, marks


def _has_columns(file: str, source: Reader, config: LabelledConfig, any_rows: bool) -> None:
    for name in config.columns.used if any_rows else ():
        if name not in source.names:
            raise missing_column(file, name, source.names)


def _known_splits(config: LabelledConfig, rows: RowReader) -> None:
    if not isinstance(config.splits, GivenSplits) or config.columns.split is None:
        return
    known = config.splits.values or SPLITS
    counts = rows.splits.counted()
    if any(value not in known for value in counts):
        there = ", ".join(f"'{value}' ({count:,})" for value, count in counts.items())
        told = ", ".join(f"'{value}'" for value in known)
        raise UserError(
            f"the column '{config.columns.split}' holds {there}, of which only {told} are known: write in "
            f"splits.values (--split-values) which of {', '.join(SPLITS)} each one means, or "
            "null to leave its rows out"
        )


def _labelled(config: LabelledConfig, rows: RowReader) -> tuple[dict[str, Any], NDArray[np.int8]]:
    """What to say of labels and slices, and the place in LABELS of each code of a row's label."""
    told, columns = config.labels, config.columns
    slices: list[Any] = [
        [name, list(codes.codes)] for name, codes in zip(columns.slices, rows.slices, strict=True)
    ]
    counts = {**rows.votes.counted(), **rows.labels.counted()}
    if told.every is not None:
        return {"labels": [], "votes": [], "slices": slices}, np.array(
            [LABELS.index(Label(told.every))], dtype=np.int8
        )
    meaning = meanings(counts, told, columns.label or ", ".join(columns.votes))
    votes = [meaning[value] for value in rows.votes.codes]
    missing = Label(told.missing) if told.missing in ("unsure", "harmless") else None
    if columns.label is not None:
        labels = [meaning[value] for value in rows.labels.codes]
    else:
        labels = [decided([votes[code] for code in pattern], missing) for pattern in rows.patterns.codes]
    values = [[value or "", str(meaning[value]), count] for value, count in counts.items()]
    found = {"labels": values, "votes": [str(label) for label in votes], "slices": slices}
    return found, np.array([LABELS.index(label) for label in labels], dtype=np.int8)


def _save(folder: Path, config: LabelledConfig, writer: RowsWriter, label_codes: NDArray[np.int8]) -> None:
    group = groups(writer.group_keys)
    splits = writer.splits
    how, keys, texts = config.splits, writer.group_keys, writer.texts
    if isinstance(how, DerivedSplits):
        splits = derived(group, keys, texts, how.shares, how.seed)
    elif how.divide:
        splits = divided(splits, group, keys, texts, how.divide, how.seed)
    arrays: dict[str, NDArray[Any]] = {
        "line": writer.lines,
        "source": writer.files,
        "label": label_codes[writer.labels],
        "split": splits,
        "group": group,
        "text": texts,
    }
    arrays |= {f"slice_{place}": values for place, values in enumerate(writer.slices)}
    np.savez(folder / _NUMBERS, **arrays)  # type: ignore[arg-type]
