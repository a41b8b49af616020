"""Sound rows on disk: texts in a Parquet file of small row groups, all else that is small as numpy arrays."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import HoldfastWarning, UserError
from holdfast.core.writable import check_new_folder
from holdfast.tasks.labelled.rows import Row

ROWS_A_GROUP = 512
_KEPT = 32
_FILE = "rows.parquet"
_TEXTS = ("prompt", "completion")


def default_cache() -> Path:
    """Where rows are kept by default: `labelled` in HOLDFAST_CACHE, or in the user's cache folder."""
    told = os.environ.get("HOLDFAST_CACHE")
    if told:
        return Path(told) / "labelled"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "holdfast" / "labelled"
    try:
        check_new_folder(cache)
    except UserError as error:
        warnings.warn(
            f"{error}; rows are read again each time. HOLDFAST_CACHE names another folder to keep them in",
            HoldfastWarning,
            stacklevel=2,
        )
        return _for_now()
    return cache


@lru_cache(maxsize=1)
def _for_now() -> Path:
    """A folder that goes with this process."""
    folder = tempfile.mkdtemp(prefix="holdfast-rows-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


class RowsWriter:
    """Writes rows as they come, and holds of each only some numbers."""

    def __init__(self, writer: Any, schema: Any, group_columns: int, slices: int) -> None:
        self._writer, self._schema = writer, schema
        self._waiting: list[Row] = []
        self.count = 0
        self._lines, self._files = array("q"), array("i")
        self._labels, self._splits, self._texts = array("i"), array("b"), array("Q")
        self._groups = [array("Q") for _ in range(group_columns)]
        self._slices = [array("i") for _ in range(slices)]

    @classmethod
    @contextmanager
    def into(cls, folder: Path, group_columns: int, slices: int) -> Iterator[RowsWriter]:
        """A writer of `rows.parquet` in a folder that exists; complete when the context ends."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        numbers = {"votes": pa.list_(pa.int32()), "passages": pa.list_(pa.int32())}
        texts = {"prompt": pa.string(), "completion": pa.string(), "group": pa.string()}
        schema = pa.schema({**texts, "egregiousness": pa.float64(), **numbers})
        with pq.ParquetWriter(folder / _FILE, schema, compression="zstd", use_dictionary=["group"]) as writer:
            made = cls(writer, schema, group_columns, slices)
            yield made
            made._flush()

    def add(self, row: Row, file: int) -> None:
        """Keep a row of the file of that number."""
        self.count += 1
        self._lines.append(row.line)
        self._files.append(file)
        self._labels.append(row.label)
        self._splits.append(row.split)
        self._texts.append(row.text_key)
        for place, keys in enumerate(self._groups):
            keys.append(row.group_keys[place] if place < len(row.group_keys) else 0)
        for values, value in zip(self._slices, row.slices, strict=True):
            values.append(value)
        self._waiting.append(row)
        if len(self._waiting) == ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        rows, self._waiting = self._waiting, []
        if rows:
            columns = {
                "prompt": [row.prompt for row in rows],
                "completion": [row.completion for row in rows],
                "group": [row.groups[0] if row.groups else None for row in rows],
                "egregiousness": [row.egregiousness for row in rows],
                "votes": [row.votes or None for row in rows],
                "passages": [None if row.passages is None else _flat(row.passages) for row in rows],
            }
            self._writer.write_table(pa.table(columns, schema=self._schema), row_group_size=ROWS_A_GROUP)

    @property
    def lines(self) -> NDArray[np.int64]:
        """(N,) where each row begins in its file, from 1."""
        return np.frombuffer(self._lines, dtype=np.int64)

    @property
    def files(self) -> NDArray[np.int32]:
        """(N,) the number of each row's file, from 0."""
        return np.frombuffer(self._files, dtype=np.int32)

    @property
    def labels(self) -> NDArray[np.int32]:
        """(N,) the code of each row's label or votes."""
        return np.frombuffer(self._labels, dtype=np.int32)

    @property
    def splits(self) -> NDArray[np.int8]:
        """(N,) the place of each row's split."""
        return np.frombuffer(self._splits, dtype=np.int8)

    @property
    def texts(self) -> NDArray[np.uint64]:
        """(N,) the key of each row's normalised text."""
        return np.frombuffer(self._texts, dtype=np.uint64)

    @property
    def group_keys(self) -> NDArray[np.uint64]:
        """(N, K) the keys of each row's groups, 0 for none."""
        columns = [np.frombuffer(keys, dtype=np.uint64) for keys in self._groups]
        return np.stack(columns, axis=1) if columns else np.empty((self.count, 0), dtype=np.uint64)

    @property
    def slices(self) -> list[NDArray[np.int32]]:
        """For each column of slices (N,) the code of each row's value."""
        return [np.frombuffer(values, dtype=np.int32) for values in self._slices]


def _flat(spans: Sequence[tuple[int, int]]) -> list[int]:
    return [place for span in spans for place in span]


class RowsFile:
    """Reads rows by their numbers; holds a few row groups in memory."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(folder / _FILE, pre_buffer=False)
        self._groups: OrderedDict[tuple[int, bool], Any] = OrderedDict()

    def read(self, indices: NDArray[np.integer], *, texts_only: bool = False) -> dict[str, list[Any]]:
        """Each column of the rows asked for, in their order; the same row may be asked for twice."""
        order = np.argsort(indices, kind="stable")
        group_of = indices[order] // ROWS_A_GROUP
        bounds = [*np.flatnonzero(np.diff(group_of, prepend=-1)).tolist(), len(order)]
        found: dict[str, list[Any]] = {}
        for start, stop in pairwise(bounds):
            table = self._group(int(group_of[start]), texts_only)
            some = table.take(indices[order[start:stop]] % ROWS_A_GROUP)
            for name in some.column_names:
                found.setdefault(name, []).extend(some.column(name).to_pylist())
        back = np.argsort(order, kind="stable").tolist()
        return {name: [values[place] for place in back] for name, values in found.items()}

    def _group(self, number: int, texts_only: bool) -> Any:
        key = number, texts_only
        if key in self._groups:
            self._groups.move_to_end(key)
        else:
            columns = list(_TEXTS) if texts_only else None
            self._groups[key] = self._file.read_row_group(number, columns=columns, use_threads=False)
            if len(self._groups) > _KEPT:
                self._groups.popitem(last=False)
        return self._groups[key]
