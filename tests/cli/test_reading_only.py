"""Reading needs no writing: runs are listed, compared, reported and measured where nothing may be written."""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from holdfast.store.lock import RunLock
from holdfast.store.store import Store
from tiny_campaign import tiny_yaml

DROP_FROM_BOUNDING_SET, OVERRIDES_PERMISSIONS = 24, 1


def may_write_what_is_allowed_alone():
    """Before a command starts: even where root runs the tests, permissions are to bind."""
    ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, OVERRIDES_PERMISSIONS, 0, 0, 0)


def started(*arguments, cwd):
    return subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        preexec_fn=may_write_what_is_allowed_alone,
        cwd=cwd,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def command(*arguments, cwd):
    ended = started(sys.executable, "-m", "holdfast.cli.main", *arguments, cwd=cwd)
    assert ended.returncode == 0, (arguments, ended.stderr)
    return ended.stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder of runs with one finished run."""
    from holdfast.cli.main import main

    place = tmp_path_factory.mktemp("reading")
    (place / "tiny.yaml").write_text(tiny_yaml(rounds=0))
    runs = place / "runs"
    assert main(["run", "--config", str(place / "tiny.yaml"), "--runs", str(runs), "--name", "trial"]) == 0
    return runs


@pytest.fixture
def sealed(finished, tmp_path):
    """A copy of it in which nothing may be written; skips where that cannot be had."""
    runs = tmp_path / "sealed" / "runs"
    shutil.copytree(finished, runs)
    places = [runs, *runs.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    if started("touch", runs / "probe", cwd=tmp_path).returncode == 0:
        pytest.skip("permissions do not bind here")
    yield runs
    for place in places:
        place.chmod(0o755)


def listing(runs):
    """All files with their sizes and times."""
    return sorted((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in runs.rglob("*"))


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_read(sealed, tmp_path):
    before = listing(sealed)
    (row,) = json.loads(command("runs", "list", "--runs", sealed, "--json", cwd=tmp_path))
    assert (row["run"], row["status"]) == ("trial", "finished")
    assert "natural failure rate" in command(
        "runs", "compare", "trial", "trial", "--runs", sealed, cwd=tmp_path
    )
    told = command("report", sealed / "trial", "--out", tmp_path / "told", "--json", cwd=tmp_path)
    assert json.loads(told)["report"].startswith(str(tmp_path / "told"))
    small = ("--samples", 200, "--pool", 20, "--workers", 1, "--out", tmp_path / "measured")
    command("evaluate", sealed / "trial", *small, cwd=tmp_path)
    assert (tmp_path / "measured" / "evaluation.json").is_file()
    assert listing(sealed) == before


def test_results_into_a_folder_that_cannot_be_written_are_refused_in_words(sealed, tmp_path):
    ended = started(sys.executable, "-m", "holdfast.cli.main", "report", sealed / "trial", cwd=tmp_path)
    assert ended.returncode == 2
    assert "takes no new files" in ended.stderr


def test_a_log_that_was_not_yet_written_back_is_read_too(finished, tmp_path):
    """Where nothing may be written, SQLite reads no database with a write-ahead log; a copy it does."""
    runs = tmp_path / "runs"
    shutil.copytree(finished, runs)
    writer = sqlite3.connect(runs / "holdfast.db")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE runs SET status = 'stopped'")
    writer.commit()
    kept = tmp_path / "kept"
    shutil.copytree(runs, kept)
    writer.close()
    assert (kept / "holdfast.db-wal").stat().st_size
    for left in kept.glob("*-shm"):
        left.unlink()
    with closing(Store(kept, read_only=True)) as store:
        assert store.run("trial").status == "stopped"


def test_reading_waits_for_no_writer_and_no_lock(finished, holdfast, tmp_path):
    with RunLock(finished / "trial"), closing(sqlite3.connect(finished / "holdfast.db")) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert holdfast("runs", "list", "--runs", finished).code == 0
        assert holdfast("runs", "compare", "trial", "trial", "--runs", finished).code == 0
        assert holdfast("report", finished / "trial", "--out", tmp_path).code == 0
        writer.rollback()


def test_a_store_to_read_in_refuses_to_write(finished):
    with closing(Store(finished, read_only=True)) as store, pytest.raises(Exception, match="readonly"):
        store.set_status("trial", "failed")
    with closing(Store(finished, read_only=True)) as store:
        assert store.run("trial").status == "finished"


def test_an_earlier_schema_is_read_in_a_copy(tmp_path):
    from alembic import command as migration

    from holdfast.store.database import connect, migrations, sqlite_url

    engine, config = connect(sqlite_url(tmp_path / "holdfast.db")), migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        migration.upgrade(config, "0003")
    engine.dispose()
    before = (tmp_path / "holdfast.db").read_bytes()
    with closing(Store(tmp_path, read_only=True)) as store:
        assert store.runs() == []
    assert (tmp_path / "holdfast.db").read_bytes() == before


def test_what_is_no_database_is_said(tmp_path, holdfast):
    (tmp_path / "holdfast.db").write_text("nothing of the kind")
    ended = holdfast("runs", "list", "--runs", tmp_path)
    assert ended.code == 2
    assert "cannot open the database" in ended.err
