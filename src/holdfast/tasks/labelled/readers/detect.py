"""Which format a file is in, by its name; a `.json` file is looked into, as many of them hold JSON lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.config import Format

_BY_SUFFIX: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_DATASETS = ("dataset_dict.json", "dataset_info.json", "state.json")
_LOOKED_AT = 1 << 20


def is_gzip(path: Path) -> bool:
    """Whether a file is compressed by gzip, whatever its name."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def detect(path: Path, named: Format) -> Format:
    """The format of a file or folder; `named` is what it is, unless `auto`.

    Raises UserError when there is nothing at the path, or its name says nothing.
    """
    if not path.exists():
        raise UserError(f"there is no file {path}")
    if path.is_dir():
        if named in ("auto", "datasets") and any((path / name).is_file() for name in _DATASETS):
            return "datasets"
        raise UserError(
            f"{path} is a folder, but not one that `datasets` saved (save_to_disk); name the file in it"
        )
    if named == "datasets":
        raise UserError(f"{path} is a file; the format 'datasets' is a folder made by save_to_disk")
    if named != "auto":
        return named
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    found = _BY_SUFFIX.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise UserError(
            f"the name of {path} does not say its format; write one: jsonl, json, csv, tsv or parquet"
        )
    return "jsonl" if found == "json" and _holds_lines(path) else found


def _holds_lines(path: Path) -> bool:
    """Whether each of the first two lines is an object of its own."""
    with gzip.open(path) if is_gzip(path) else path.open("rb") as file:
        lines = [line for line in (file.readline(_LOOKED_AT) for _ in range(2)) if line.strip()]
    try:
        return len(lines) == 2 and all(isinstance(json.loads(line), dict) for line in lines)
    except ValueError:
        return False
