"""Tables of typed columns: Parquet files, and folders that the `datasets` package saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.faults import Faults, missing_column
from holdfast.tasks.labelled.readers.base import Record
from holdfast.tasks.labelled.readers.textfile import NOT_DECODED

_ROWS = 1024
_SPLIT = "split"
"""The column that says which part of a saved `DatasetDict` a row comes from."""


class _Table:
    """Rows of Arrow batches; `size` and `position` count rows."""

    unit = "row"
    bom = False
    names: list[str]
    size: int

    def __init__(self, path: Path, wanted: tuple[str, ...], faults: Faults) -> None:
        self._path = path
        self._wanted = wanted
        self._faults = faults
        self._read = 0

    def position(self) -> int:
        """How many rows were read."""
        return self._read

    def _check(self) -> None:
        for name in self._wanted:
            if name not in self.names:
                raise missing_column(self._path.name, name, self.names)
            if self.names.count(name) > 1:
                raise UserError(f"{self._path.name} has the column '{name}' twice; rename one of them")

    def _rows(self, batch: Any) -> Iterator[Record]:
        columns = [self._values(name, batch.column(name)) for name in batch.schema.names]
        for values in zip(*columns, strict=True):
            self._read += 1
            yield Record(self._read, dict(zip(batch.schema.names, values, strict=True)))

    def _values(self, name: str, column: Any) -> list[Any]:
        try:
            found: list[Any] = column.to_pylist()
            return found
        except UnicodeDecodeError:
            return self._one_by_one(name, column)

    def _one_by_one(self, name: str, column: Any) -> list[Any]:
        values = []
        for place in range(len(column)):
            try:
                values.append(column[place].as_py())
            except UnicodeDecodeError as error:
                told = f"byte 0x{error.object[error.start]:02x} at byte {error.start + 1}, read as utf-8"
                self._faults.add(self._read + place + 1, name, NOT_DECODED, told)
                values.append("?")
        return values


class Parquet(_Table):
    """Reads a Parquet file, some rows at a time."""

    def __init__(self, path: Path, wanted: tuple[str, ...], faults: Faults) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        super().__init__(path, wanted, faults)
        try:
            # Without buffering a whole column of a row group would be in memory.
            self._file = pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
        except pa.ArrowException as error:
            raise UserError(f"{path} is no Parquet file that can be read: {error}") from None
        self.names = list(self._file.schema_arrow.names)
        self.size = self._file.metadata.num_rows
        self._check()

    def records(self) -> Iterator[Record]:
        """A record for each row."""
        import pyarrow as pa

        try:
            for batch in self._file.iter_batches(_ROWS, columns=list(self._wanted), use_threads=False):
                yield from self._rows(batch)
        except pa.ArrowException as error:
            raise UserError(f"{self._path} is damaged after row {self._read}: {error}") from None
        finally:
            self._file.close()


class DatasetFolder(_Table):
    """Reads a folder made by `save_to_disk`; parts of a `DatasetDict` follow each other.

    The values of a `ClassLabel` are read as their names, and below 0 as missing.
    """

    def __init__(self, path: Path, wanted: tuple[str, ...], faults: Faults) -> None:
        super().__init__(path, wanted, faults)
        try:
            from datasets import ClassLabel, DatasetDict, load_from_disk
        except ImportError:
            raise UserError(
                f"{path} was saved by the package `datasets`, which is not installed; "
                "run: pip install 'holdfast[data]'"
            ) from None
        try:
            loaded = load_from_disk(str(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path} cannot be read as a saved data set: {error}") from None
        self._parts = dict(loaded) if isinstance(loaded, DatasetDict) else {None: loaded}
        self._classes = {
            name: feature.names
            for part in self._parts.values()
            for name, feature in part.features.items()
            if isinstance(feature, ClassLabel)
        }
        self.size = sum(len(part) for part in self._parts.values())
        self.names = self._common_names()
        self._check()

    def _common_names(self) -> list[str]:
        """The columns that every part has."""
        columns = [part.column_names for part in self._parts.values()]
        names = [name for name in columns[0] if all(name in each for each in columns)] if columns else []
        return names if None in self._parts or _SPLIT in names else [*names, _SPLIT]

    def _values(self, name: str, column: Any) -> list[Any]:
        values = super()._values(name, column)
        if (names := self._classes.get(name)) is None:
            return values
        return [names[value] if value is not None and value >= 0 else None for value in values]

    def records(self) -> Iterator[Record]:
        """A record for each row, with the name of its part as `split` where the data have no such column."""
        for name, part in self._parts.items():
            own = [column for column in self._wanted if column in part.column_names]
            added = {_SPLIT: name} if _SPLIT in self._wanted and _SPLIT not in own else {}
            for table in part.select_columns(own).with_format("arrow").iter(_ROWS):
                for batch in table.combine_chunks().to_batches():
                    for record in self._rows(batch):
                        yield Record(record.line, {**record.values, **added})
