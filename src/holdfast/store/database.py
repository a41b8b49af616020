"""The connection: SQLite made safe for several processes, any other URL as it is; and migration."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from holdfast.core.errors import UserError

BUSY_SECONDS = 30.0


def connect(url: str) -> Engine:
    """An engine for the URL; raises UserError if SQLAlchemy cannot read the URL or lacks its driver."""
    try:
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise UserError(f"cannot open the database '{url}': {error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    return engine


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path.resolve()}"


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; raises UserError if a newer Holdfast made it."""
    config = migrations()
    with engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin() as connection:
        scripts = ScriptDirectory.from_config(config)
        present = MigrationContext.configure(connection).get_current_revision()
        if present == scripts.get_current_head():
            return
        if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
            raise UserError(f"the database is of a newer Holdfast (schema {present}); install that version")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_newest(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == ScriptDirectory.from_config(migrations()).get_current_head()


def migrations() -> Config:
    """Alembic's configuration for the migrations that ship with the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Write-ahead log, foreign keys, patience; and no implicit transactions, which `begin_sqlite` opens."""
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {int(BUSY_SECONDS * 1000)}",
        "journal_mode = wal",
        "foreign_keys = on",
        "synchronous = full",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """Open a transaction as the connection's option `sqlite_begin` has it."""
    # One that turns from reading to writing can fail whatever the busy timeout, so a writer begins as one.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
