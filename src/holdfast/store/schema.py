"""The tables, as typed SQLAlchemy models.

Times are ISO 8601 text in UTC: they sort as they stand, and read the same in SQLite and PostgreSQL. Rows that
the store hands out are detached: they are plain values, and changing one changes nothing in the database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows only in a column declared INTEGER; elsewhere counters may outgrow 32 bits.
Counter = BigInteger().with_variant(Integer(), "sqlite")


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The common base, with names for every constraint so that migrations can refer to them."""

    metadata = MetaData(naming_convention=_NAMES)


class Run(Base, kw_only=True):
    """One campaign: what was asked for, where and how it stands.

    `task_edition` is which edition of the task it was made on: its judge and texts are those of that edition.
    """

    __tablename__ = "runs"
    __table_args__ = (CheckConstraint("status in ('running', 'stopped', 'failed', 'finished')", "status"),)

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    task: Mapped[str] = mapped_column(String(100))
    preset: Mapped[str] = mapped_column(String(50))
    seed: Mapped[int] = mapped_column(BigInteger)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[str] = mapped_column(String(50))
    machine: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="running")
    pid: Mapped[int | None] = mapped_column(Integer, default=None)
    host: Mapped[str | None] = mapped_column(Text, default=None)
    started: Mapped[str] = mapped_column(String(40))
    finished: Mapped[str | None] = mapped_column(String(40), default=None)
    task_edition: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class Step(Base, kw_only=True):
    """One step of a run, such as `round-03/attack/greedy_rewrite`; a finished one is never done again.

    `stream` is the path of the random stream it draws from; `input_hash` covers the configuration and the
    artifacts of every earlier step; `result` is the step's small results as JSON.
    """

    __tablename__ = "steps"
    __table_args__ = (CheckConstraint("state in ('running', 'finished')", "state"),)

    run: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    stream: Mapped[str] = mapped_column(Text)
    input_hash: Mapped[str] = mapped_column(String(64))
    started: Mapped[str] = mapped_column(String(40))
    finished: Mapped[str | None] = mapped_column(String(40), default=None)
    seconds: Mapped[float | None] = mapped_column(Float, default=None)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)


def _of_step() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["run", "step"], ["steps.run", "steps.name"], ondelete="CASCADE")


class Artifact(Base, kw_only=True):
    """A file or folder that a step left in the run's folder; `path` is relative to it."""

    __tablename__ = "artifacts"
    __table_args__ = (_of_step(),)

    run: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    step: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))


class Model(Base, kw_only=True):
    """A trained model: its content hash, and the folder (relative to the run's) that holds it."""

    __tablename__ = "models"
    __table_args__ = (_of_step(), Index(None, "hash"))

    run: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    step: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    kind: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(Text)
    parameters: Mapped[int] = mapped_column(BigInteger)


class Example(Base, kw_only=True):
    """A judged snippet that an attack wrote: a failure it found, or a candidate it tried on the way.

    `seed` names the snippet that the attack started from (None for a candidate, of which the attack does
    not say); an attack's call has seeds of one `split` alone. `score` is the attacked model's
    (`model_hash`), `query` the attempt's queries spent when it was found.
    """

    __tablename__ = "examples"
    __table_args__ = (
        _of_step(),
        Index(None, "run", "round", "split"),
        Index(None, "run", "seed"),
        CheckConstraint("split in ('train', 'validation', 'evaluation')", "split"),
        CheckConstraint("label in ('catastrophic', 'harmless', 'unsure')", "label"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True, init=False)
    run: Mapped[str] = mapped_column(String(200), default="")
    step: Mapped[str] = mapped_column(String(200), default="")
    round: Mapped[int] = mapped_column(Integer)
    attack: Mapped[str] = mapped_column(String(100))
    seed: Mapped[str | None] = mapped_column(String(200))
    split: Mapped[str] = mapped_column(String(20))
    failure: Mapped[bool]
    prompt: Mapped[str] = mapped_column(Text)
    completion: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(20))
    egregiousness: Mapped[float] = mapped_column(Float)
    why: Mapped[str] = mapped_column(Text)
    phenomena: Mapped[list[str]] = mapped_column(JSON)
    score: Mapped[float | None] = mapped_column(Float)
    model_hash: Mapped[str] = mapped_column(String(64))
    query: Mapped[int | None] = mapped_column(Integer)


class Round(Base, kw_only=True):
    """The record of one finished round, as JSON: what reports are made from."""

    __tablename__ = "rounds"
    __table_args__ = (_of_step(),)

    run: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    step: Mapped[str] = mapped_column(String(200), default="")
    index: Mapped[int] = mapped_column(Integer, primary_key=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)


class Cost(Base, kw_only=True):
    """What a step spent, on the side of the attack, the defence or the evaluation."""

    __tablename__ = "costs"
    __table_args__ = (
        _of_step(),
        CheckConstraint("side in ('attack', 'defence', 'evaluation')", "side"),
    )

    run: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    step: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    side: Mapped[str] = mapped_column(String(20), primary_key=True)
    round: Mapped[int] = mapped_column(Integer)
    queries: Mapped[int] = mapped_column(BigInteger)
    gradient_calls: Mapped[int] = mapped_column(BigInteger)
    judge_calls: Mapped[int] = mapped_column(BigInteger)
    generated_tokens: Mapped[int] = mapped_column(BigInteger)
    forward_flops: Mapped[float] = mapped_column(Float)
    backward_flops: Mapped[float] = mapped_column(Float)
    seconds: Mapped[float] = mapped_column(Float)
    judge_flops: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    word_labels: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
