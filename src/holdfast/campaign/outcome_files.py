"""Judged outcomes on disk: Parquet tables or JSON lines of the columns that `claims.stored` describes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash
from holdfast.core.unicode_text import check_text, decoded_lines
from holdfast.evaluation.claims.distribution import Distribution
from holdfast.evaluation.claims.evidence import Source
from holdfast.evaluation.claims.stored import NEEDED, OPTIONAL, Outcomes
from holdfast.store.disk import read_table, write_table


def write_outcomes(path: Path, columns: Mapping[str, Any], distribution: Distribution) -> str:
    """Write a Parquet table of outcomes, each row with its models' hashes; returns the file's SHA-256."""
    size = len(columns["prompt"])
    models = {"generator": distribution.generator, "classifier": distribution.classifier}
    named = {name: [value] * size for name, value in models.items() if value is not None}
    return write_table(path, {**columns, **named})


def source_of(path: Path, beside: Path, distribution: Distribution) -> Source:
    """A file of outcomes, drawn from that distribution, as a claim in the folder `beside` names it."""
    relative = Path(os.path.relpath(path.resolve(), beside.resolve())).as_posix()
    return Source(path=relative, sha256=folder_hash(path), drawn_from=distribution.hash)


def read_outcomes(paths: Sequence[Path]) -> Outcomes:
    """The outcomes of some files together; raises UserError where one is no table of outcomes."""
    tables = [_table(path) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        different = sorted(set(table) ^ set(tables[0]))
        if different:
            raise UserError(
                f"{path} and {paths[0]} differ in the column '{different[0]}'; store the same columns in both"
            )
    joined = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    return Outcomes.of(joined, str(paths[0]) if len(paths) == 1 else f"{paths[0]} and the others")


def _table(path: Path) -> dict[str, np.ndarray]:
    try:
        return _parquet(path) if path.suffix == ".parquet" else _json_lines(path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error


def _parquet(path: Path) -> dict[str, np.ndarray]:
    import pyarrow
    import pyarrow.parquet

    try:
        names = pyarrow.parquet.read_schema(path).names
        return read_table(path, [name for name in (*NEEDED, *OPTIONAL) if name in names])
    except pyarrow.ArrowInvalid as error:
        raise UserError(f"{path} is no Parquet table that can be read ({error})") from error


def _json_lines(path: Path) -> dict[str, np.ndarray]:
    with path.open("rb") as lines:
        rows = list(_rows(decoded_lines(lines, str(path)), path))
    names = [name for name in (*NEEDED, *OPTIONAL) if rows and name in rows[0]]
    for number, row in enumerate(rows, 1):
        missing = [name for name in names if row.get(name) is None]
        if missing:
            raise UserError(
                f"{path}, outcome {number}: '{missing[0]}' is missing; give every line the same keys"
            )
    texts = {"prompt", "completion", "label", "generator", "classifier", "stratum"}
    return {
        name: np.array([row[name] for row in rows], dtype=object if name in texts else None) for name in names
    }


def _rows(lines: Iterable[str], path: Path) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise UserError(
                f"{path}, line {number}: not JSON ({error.msg} at column {error.colno})"
            ) from error
        if not isinstance(row, dict):
            raise UserError(f'{path}, line {number}: expected an object such as {{"prompt": "...", ...}}')
        for name, value in row.items():
            if isinstance(value, str):
                check_text(value, f"{path}, line {number}, '{name}'")
        yield row
