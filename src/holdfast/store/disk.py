"""A full disk told as one line, and tables of samples kept as Parquet files."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from holdfast.core.errors import HoldfastError
from holdfast.core.files import folder_hash, replacing

_FULL = ("no space left on device", "database or disk is full", "disk quota exceeded")


@contextmanager
def full_disk_told(place: Path) -> Iterator[None]:
    """Turn any sign of a full disk into one HoldfastError that names the place; other errors pass."""
    try:
        yield
    except HoldfastError:
        raise
    except Exception as error:
        if _is_full(error):
            raise HoldfastError(f"the disk that holds {place} is full; free some space and resume") from error
        raise


def _is_full(error: BaseException | None) -> bool:
    """Whether it, or what caused it, says so; libraries wrap the system's error and keep only its words."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error).lower() for words in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def write_table(path: Path, columns: Mapping[str, Any]) -> str:
    """Write equally long columns as a Parquet file, whole or not at all; returns its SHA-256."""
    import pyarrow
    import pyarrow.parquet

    with replacing(path) as temporary:
        pyarrow.parquet.write_table(pyarrow.table(dict(columns)), temporary, compression="zstd")
    return folder_hash(path)


def read_table(path: Path, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """The columns of such a file, as numpy arrays (text as arrays of `str` objects)."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=list(columns) if columns else None)
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
