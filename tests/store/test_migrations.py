"""The migrations make exactly the schema that the models describe."""

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from holdfast.core.errors import UserError
from holdfast.store.database import connect, migrations, sqlite_url, upgrade
from holdfast.store.schema import Base
from holdfast.store.store import Store
from holdfast.store.workbench import schema as workbench_schema  # noqa: F401 (its tables)

_LINES = re.compile(r"\n|, (?=[a-z_]+ [A-Z])")
"""SQLite writes a column that was added on the line of the one before; a table that was renamed it quotes."""


def test_an_empty_database_becomes_what_the_models_say(tmp_path: Path) -> None:
    engine = connect(sqlite_url(tmp_path / "a.db"))
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_constraints_and_indexes_are_the_models_own(tmp_path: Path) -> None:
    """Alembic compares no check constraints, so compare the words of both schemas."""
    migrated, created = connect(sqlite_url(tmp_path / "m.db")), connect(sqlite_url(tmp_path / "c.db"))
    upgrade(migrated)
    Base.metadata.create_all(created)
    query = text("select name, sql from sqlite_master where sql is not null and name != 'alembic_version'")

    def schema(engine) -> dict[str, set[str]]:
        with engine.connect() as connection:
            return {
                name: {
                    line.strip(" ,\t") for line in _LINES.split(sql.replace('"', "")) if line.strip(" ,\t)(")
                }
                for name, sql in connection.execute(query)
            }

    assert schema(migrated) == schema(created)


def test_migrations_are_one_line_of_small_steps() -> None:
    scripts = list(ScriptDirectory.from_config(migrations()).walk_revisions())
    assert len(scripts) >= 4
    assert all(len(script.nextrev) <= 1 for script in scripts)


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    Store(tmp_path).close()
    Store(tmp_path).close()


def test_runs_of_before_editions_were_kept_are_of_the_first(tmp_path: Path) -> None:
    engine, config = connect(sqlite_url(tmp_path / "holdfast.db")), migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(
            text(
                "insert into runs (id, task, preset, seed, config, version, machine, status, started)"
                " values ('old', 'storyworld', 'demo', 0, '{}', '0', 'm', 'finished', '2026-01-01')"
            )
        )
    store = Store(tmp_path)
    assert store.run("old").task_edition == 1
    store.close()


def test_a_database_of_a_newer_holdfast_is_refused(tmp_path: Path) -> None:
    engine = connect(sqlite_url(tmp_path / "holdfast.db"))
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(UserError, match="newer Holdfast"):
        Store(tmp_path)


def test_sqlite_is_set_up_for_several_processes(tmp_path: Path) -> None:
    with connect(sqlite_url(tmp_path / "a.db")).connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}


@pytest.mark.parametrize("url", ["nonsense", "nosuchdb://x"])
def test_a_wrong_url_is_the_users_mistake(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match="cannot open the database"):
        Store(tmp_path, url)


def test_a_file_that_is_no_database_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "holdfast.db").write_text("not a database, and long enough to be seen as none" * 20)
    with pytest.raises(UserError, match="cannot open the database"):
        Store(tmp_path)
