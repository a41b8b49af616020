"""Whether results can be written where they are wanted: asked before the work, not after it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from holdfast.core.errors import UserError


def check_new_file(path: Path) -> None:
    """Raise UserError where a file cannot be written whole at `path`; nothing is left behind.

    A file is written beside its place and renamed into it (`core.files.replacing`), so what must take new
    entries is its folder, or the nearest folder above it that is there.
    """
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is no ordinary file, and cannot be replaced by one; name another")
    _check_takes_entries(path.parent, path)


def check_new_folder(path: Path) -> None:
    """Raise UserError where files cannot be written into a folder `path`; nothing is left behind."""
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; name a folder")
    _check_takes_entries(path, path)


def check_apart(outputs: Mapping[str, Path | None], inputs: Mapping[str, Path | None]) -> None:
    """Raise UserError where two options name the same file to write, or one writes over what another reads.

    Options by their names on the command line; None where one is not given.
    """
    given = [(name, path) for name, path in outputs.items() if path is not None]
    for (first, one), (second, other) in combinations(given, 2):
        if _same(one, other):
            raise UserError(f"{first} and {second} both write {one}; give each a file of its own")
    for name, path in given:
        for read, source in inputs.items():
            if source is not None and _same(path, source):
                raise UserError(f"{name} would write over {path}, which {read} reads; name another file")


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _check_takes_entries(folder: Path, wanted: Path) -> None:
    """Try it: permissions alone do not tell of read-only disks, quotas or folders of other systems."""
    there = next(place for place in _upwards(folder) if place.exists() or place.is_symlink())
    if not there.is_dir():
        raise UserError(f"cannot write {wanted}: {there} is no folder")
    try:
        descriptor, probe = tempfile.mkstemp(prefix=".holdfast-probe.", dir=there)
        os.close(descriptor)
        os.unlink(probe)
    except OSError as error:
        raise UserError(f"cannot write {wanted}: {there} takes no new files ({error.strerror})") from None


def _upwards(folder: Path) -> Iterator[Path]:
    whole = Path(os.path.abspath(folder))
    yield from (whole, *whole.parents)
