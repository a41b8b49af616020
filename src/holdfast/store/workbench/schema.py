"""The workbench's tables, beside those of the runs that they belong to.

As in `schema`, times are ISO 8601 text in UTC and rows handed out are detached plain values.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.store.schema import Base, Counter


def _id() -> Mapped[int]:
    return mapped_column(Counter, primary_key=True, init=False)


class Account(Base, kw_only=True):
    """Somebody who may sign in. `password` is an argon2 hash, None for the one account of a single user."""

    __tablename__ = "accounts"
    __table_args__ = (Unique("name"), CheckConstraint("role in ('writer', 'reviewer', 'manager')", "role"))

    id: Mapped[int] = _id()
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    password: Mapped[str | None] = mapped_column(Text)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[str] = mapped_column(String(40))


class Login(Base, kw_only=True):
    """A signed-in browser: the SHA-256 of its cookie, and the token that its changing calls must send."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "account"),)

    cookie_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    created: Mapped[str] = mapped_column(String(40))
    expires: Mapped[str] = mapped_column(String(40))


class Bench(Base, kw_only=True):
    """The workbench of a run and how it is set (`workbench.settings.WorkbenchSettings`)."""

    __tablename__ = "benches"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[str] = mapped_column(String(40))


class WritingSession(Base, kw_only=True):
    """A sitting of one writer under one tool condition; `drawn` says that chance assigned it."""

    __tablename__ = "writing_sessions"
    __table_args__ = (Index(None, "run", "account"),)

    id: Mapped[int] = _id()
    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    condition: Mapped[str] = mapped_column(String(40))
    drawn: Mapped[bool] = mapped_column(Boolean)
    started: Mapped[str] = mapped_column(String(40))
    ended: Mapped[str | None] = mapped_column(String(40), default=None)


class Draft(Base, kw_only=True):
    """A text that a writer works on; `key` is the request that made it, `round` the model served then."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index(None, "run", "account"),
        Unique("run", "account", "key"),
        CheckConstraint("state in ('open', 'submitted', 'discarded')", "state"),
    )

    id: Mapped[int] = _id()
    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    session: Mapped[int] = mapped_column(ForeignKey("writing_sessions.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(Integer)
    start_prompt: Mapped[str] = mapped_column(Text)
    start_completion: Mapped[str] = mapped_column(Text)
    prompt: Mapped[str] = mapped_column(Text)
    completion: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    active_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    state: Mapped[str] = mapped_column(String(20), default="open")
    created: Mapped[str] = mapped_column(String(40))
    updated: Mapped[str] = mapped_column(String(40))


class DraftTime(Base, kw_only=True):
    """The active seconds that went into a draft within one session and against the model of one round.

    Their sum is the draft's own, so that no time is told twice where a draft outlives its session or its
    model.
    """

    __tablename__ = "draft_times"

    draft: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    session: Mapped[int] = mapped_column(
        ForeignKey("writing_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    active_seconds: Mapped[float] = mapped_column(Float)


class Submission(Base, kw_only=True):
    """A text that a writer submitted, and what came of it.

    `score`, `threshold`, `round` and `model_hash` are those of the model served at the time. `label`,
    `egregiousness` and `why` are the judge's: the oracle's at once, the people's once they have decided.
    `split` says whether a round may train on it, or keeps it to be measured on; `trained` is the round that
    took it in to do so. `session` is the one it was submitted in. `dispute` is why its writer disputes that
    it was rejected, `disputed` when they said so; it is open while the submission is pending. One that was
    `withdrawn` counts as rejected.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index(None, "run", "status"),
        Index(None, "run", "account"),
        Unique("run", "account", "key"),
        CheckConstraint("status in ('accepted', 'pending', 'rejected')", "status"),
        CheckConstraint("split in ('train', 'validation')", "split"),
    )

    id: Mapped[int] = _id()
    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    draft: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    session: Mapped[int | None] = mapped_column(
        ForeignKey("writing_sessions.id", ondelete="CASCADE"), default=None
    )
    key: Mapped[str] = mapped_column(String(64))
    prompt: Mapped[str] = mapped_column(Text)
    completion: Mapped[str] = mapped_column(Text)
    rating: Mapped[float] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(String(20))
    egregiousness: Mapped[float | None] = mapped_column(Float)
    why: Mapped[str] = mapped_column(Text)
    phenomena: Mapped[list[str]] = mapped_column(JSON)
    points: Mapped[float | None] = mapped_column(Float)
    score: Mapped[float] = mapped_column(Float)
    log_odds: Mapped[float] = mapped_column(Float)
    threshold: Mapped[float] = mapped_column(Float)
    round: Mapped[int] = mapped_column(Integer)
    model_hash: Mapped[str] = mapped_column(String(64))
    split: Mapped[str] = mapped_column(String(20))
    trained: Mapped[int | None] = mapped_column(Integer, default=None)
    active_seconds: Mapped[float] = mapped_column(Float)
    created: Mapped[str] = mapped_column(String(40))
    decided: Mapped[str | None] = mapped_column(String(40), default=None)
    dispute: Mapped[str | None] = mapped_column(Text, default=None)
    disputed: Mapped[str | None] = mapped_column(String(40), default=None)
    withdrawn: Mapped[str | None] = mapped_column(String(40), default=None)


class Review(Base, kw_only=True):
    """One reviewer's label of a submission; an `adjudication`, of which it has one at most, settles it."""

    __tablename__ = "reviews"
    __table_args__ = (
        Unique("submission", "account", "adjudication"),
        CheckConstraint("label in ('catastrophic', 'harmless', 'unsure')", "label"),
    )

    id: Mapped[int] = _id()
    submission: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(20))
    egregiousness: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    adjudication: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[str] = mapped_column(String(40))


class Comment(Base, kw_only=True):
    """What the writer of a submission and those who judged it write to each other about it.

    `key` is the request that brought it.
    """

    __tablename__ = "comments"
    __table_args__ = (Unique("account", "key"), Index(None, "submission"))

    id: Mapped[int] = _id()
    submission: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[str] = mapped_column(String(40))


class Seen(Base, kw_only=True):
    """Up to when somebody has seen what happened to a submission: decisions and comments."""

    __tablename__ = "seen"

    submission: Mapped[int] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[str] = mapped_column(String(40))


class Event(Base, kw_only=True):
    """Something a writer did: an edit, a tool, a suggestion shown or taken.

    `at` is the browser's clock, `received` the server's.
    """

    __tablename__ = "events"
    __table_args__ = (Unique("account", "client", "sequence"), Index(None, "run", "draft"))

    id: Mapped[int] = _id()
    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    session: Mapped[int | None] = mapped_column(ForeignKey("writing_sessions.id", ondelete="CASCADE"))
    draft: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    client: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(40))
    received: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class LiveRound(Base, kw_only=True):
    """A model that the workbench trained on what its writers found; `record` is what was measured of it.

    `declined` is one whose check found it worse than the model that was served; `error` says why.

    It goes on for `steps` from the model of the round `base` (0: the one that the workbench began with), and
    learns from the submissions whose `trained` is its round or an earlier one; they were marked when it was
    queued, the newest of them being `last_submission`. All that it hangs on is fixed from then on.
    """

    __tablename__ = "live_rounds"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'training', 'ready', 'serving', 'retired', 'failed', 'declined')", "state"
        ),
    )

    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    base: Mapped[int] = mapped_column(Integer)
    steps: Mapped[int] = mapped_column(Integer)
    last_submission: Mapped[int] = mapped_column(Counter)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[float | None] = mapped_column(Float, default=None)
    path: Mapped[str | None] = mapped_column(Text, default=None)
    hash: Mapped[str | None] = mapped_column(String(64), default=None)
    threshold: Mapped[float | None] = mapped_column(Float, default=None)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    created: Mapped[str] = mapped_column(String(40))
    finished: Mapped[str | None] = mapped_column(String(40), default=None)


class ModelChange(Base, kw_only=True):
    """One entry of a run's history of models: what became of the model of `round` while `before` served.

    `promoted` and `rolled_back` models are served from then on; the other kinds are not. `account` went back
    to it. Round 0 is the model that the workbench began with.
    """

    __tablename__ = "model_changes"
    __table_args__ = (
        Index(None, "run"),
        CheckConstraint("kind in ('promoted', 'declined', 'failed', 'rolled_back', 'unusable')", "kind"),
    )

    id: Mapped[int] = _id()
    run: Mapped[str] = mapped_column(ForeignKey("benches.run", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(Integer)
    before: Mapped[int] = mapped_column(Integer)
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), default=None)
    why: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[str] = mapped_column(String(40))
