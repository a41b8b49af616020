"""A database to read in alone: as it lies, or as a copy where even reading would have to write."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from holdfast.core.errors import UserError
from holdfast.store.database import BUSY_SECONDS, begin_sqlite, connect, is_newest, sqlite_url, upgrade


@contextmanager
def reading_engine(path: Path) -> Iterator[Engine]:
    """An engine that reads a SQLite file, and changes nothing in it.

    The write-ahead log of a database that another process writes is read with it, without waiting for that
    process. Where the folder cannot be written, or the schema is an earlier one, a copy is read.
    Raises UserError where the file is no database, or of a newer Holdfast.
    """
    live = _live(path)
    if live is not None:
        try:
            yield live
        finally:
            live.dispose()
        return
    with tempfile.TemporaryDirectory(prefix="holdfast-read-", ignore_cleanup_errors=True) as folder:
        engine = connect(sqlite_url(_copied(path, Path(folder))))
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()


def _live(path: Path) -> Engine | None:
    """The file itself; None where it cannot be read so, or is not of the newest schema."""
    engine = create_engine(f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", begin_sqlite)
    with suppress(Exception):
        if is_newest(engine):
            return engine
    engine.dispose()
    return None


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions begin by `begin_sqlite`
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA query_only = on")


def _copied(path: Path, folder: Path) -> Path:
    """A copy of the database with its write-ahead log, consistent if nobody writes it meanwhile."""
    copy = folder / path.name
    try:
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copyfile(log, folder / log.name)
    except OSError as error:
        raise UserError(f"cannot read {error.filename}: {error.strerror}") from None
    return copy
