"""The answers of a service over HTTP, in a SQLite file of their own, so that none is paid for twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, select, update
from sqlalchemy.dialects.sqlite import insert

from holdfast.core.writable import check_new_folder
from holdfast.store.database import connect, sqlite_url

_SCHEMA = MetaData()
_ANSWERS = Table(
    "answers",
    _SCHEMA,
    Column("key", String(64), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", String, nullable=False),
)
_REQUESTS = Table(
    "requests",
    _SCHEMA,
    Column("id", Integer, primary_key=True),
    Column("sent", Integer, nullable=False),
)
_AT_ONCE = 500
"""Keys of one question to the database."""


def answers_folder() -> Path:
    """Where answers are kept: `endpoints` in HOLDFAST_CACHE, or in the user's cache folder."""
    named = os.environ.get("HOLDFAST_CACHE")
    if named:
        return Path(named) / "endpoints"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "holdfast" / "endpoints"


class AnswerFile:
    """Answers of one version of one service by key, each committed as it comes; safe for several processes.

    Raises UserError where the file cannot be written: an answer that is paid for has to be kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_new_folder(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = connect(sqlite_url(path))
        self._one = threading.Lock()
        with self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin() as connection:
            _SCHEMA.create_all(connection)
            connection.execute(insert(_REQUESTS).values(id=1, sent=0).on_conflict_do_nothing())

    @property
    def sent(self) -> int:
        """Requests sent so far, by all processes ever."""
        with self._one, self._engine.begin() as connection:
            return int(connection.execute(select(_REQUESTS.c.sent)).scalar_one())

    def known(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers to those of the keys that are known."""
        found: dict[str, str] = {}
        with self._one, self._engine.begin() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                some = select(_ANSWERS.c.key, _ANSWERS.c.answer).where(
                    _ANSWERS.c.key.in_(keys[start : start + _AT_ONCE])
                )
                found.update((str(key), str(answer)) for key, answer in connection.execute(some))
        return found

    def keep(self, key: str, answer: str) -> None:
        """Remember an answer; it is on the disk once this returns."""
        row = {"key": key, "answer": answer, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        with self._one, self._engine.begin() as connection:
            connection.execute(insert(_ANSWERS).values(row).on_conflict_do_nothing())

    def spend(self, most: int | None) -> bool:
        """Count a request that is about to be sent; False, and nothing counted, where `most` were sent."""
        more = update(_REQUESTS).values(sent=_REQUESTS.c.sent + 1)
        if most is not None:
            more = more.where(_REQUESTS.c.sent < most)
        with self._one, self._engine.begin() as connection:
            return connection.execute(more).rowcount == 1
