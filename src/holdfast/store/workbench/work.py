"""The work done on a run's bench, as figures are made of it: plain rows, read at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, select

from holdfast.store.store import Store
from holdfast.store.workbench.accounts import ATTACKER
from holdfast.store.workbench.schema import (
    Account,
    Comment,
    Draft,
    DraftTime,
    Review,
    Submission,
    WritingSession,
)


class SessionWork(NamedTuple):
    """A writing session; fields as in `schema.WritingSession`."""

    id: int
    account: int
    condition: str
    drawn: bool


class DraftWork(NamedTuple):
    """A draft without its texts; fields as in `schema.Draft`."""

    id: int
    account: int
    session: int
    round: int
    state: str


class TimeWork(NamedTuple):
    """Active seconds of a draft within one session and against one model, in the order they were booked."""

    draft: int
    session: int
    round: int
    active_seconds: float


class SubmissionWork(NamedTuple):
    """A submission without its texts; fields as in `schema.Submission`."""

    id: int
    account: int
    draft: int
    session: int | None
    round: int
    status: str
    egregiousness: float | None
    points: float | None
    active_seconds: float


@dataclass(frozen=True)
class Work:
    """All sessions, drafts, times and submissions of a run; `names` are those of all accounts."""

    names: Mapping[int, str]
    sessions: tuple[SessionWork, ...]
    drafts: tuple[DraftWork, ...]
    times: tuple[TimeWork, ...]
    submissions: tuple[SubmissionWork, ...]


class Submitted(NamedTuple):
    """A submission with its draft, author and condition, and its reviews and comments, both in order."""

    submission: Submission
    draft: Draft
    condition: str | None
    author: str
    reviews: tuple[tuple[Review, str], ...]
    """With the reviewers' names."""
    comments: tuple[tuple[Comment, str], ...]
    """With their authors' names."""


class Works:
    """What a run's writers have done, for those who manage them."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def all(self) -> Work:
        """Everything that people wrote, without texts, as of one moment; what attacks found is no writing."""
        with self._store.reading() as session:

            def rows(query: Executable) -> Iterator[Any]:
                return iter(session.execute(query))

            machine = select(Account.id).where(Account.name == ATTACKER)
            sessions = _columns(WritingSession, SessionWork).where(
                WritingSession.run == self._run, WritingSession.account.not_in(machine)
            )
            drafts = _columns(Draft, DraftWork).where(Draft.run == self._run, Draft.account.not_in(machine))
            times = _columns(DraftTime, TimeWork).join(Draft, Draft.id == DraftTime.draft)
            submissions = _columns(Submission, SubmissionWork).where(
                Submission.run == self._run, Submission.account.not_in(machine)
            )
            in_order = (DraftTime.draft, DraftTime.session, DraftTime.round)
            return Work(
                names={row.id: row.name for row in rows(select(Account.id, Account.name))},
                sessions=tuple(SessionWork(*row) for row in rows(sessions.order_by(WritingSession.id))),
                drafts=tuple(DraftWork(*row) for row in rows(drafts.order_by(Draft.id))),
                times=tuple(
                    TimeWork(*row) for row in rows(times.where(Draft.run == self._run).order_by(*in_order))
                ),
                submissions=tuple(SubmissionWork(*row) for row in rows(submissions.order_by(Submission.id))),
            )

    def failures(self) -> list[tuple[Submission, Draft]]:
        """The accepted submissions with the drafts they come from, in order."""
        query = select(Submission, Draft).join(Draft, Draft.id == Submission.draft)
        accepted = query.where(Submission.run == self._run, Submission.status == "accepted")
        with self._store.reading() as session:
            return [(row.Submission, row.Draft) for row in session.execute(accepted.order_by(Submission.id))]

    def submitted(self, batch: int = 500) -> Iterator[list[Submitted]]:
        """All submissions in order, some at a time, each batch read by itself."""
        after = 0
        while found := self._submitted_after(after, batch):
            yield found
            after = found[-1].submission.id

    def _submitted_after(self, after: int, batch: int) -> list[Submitted]:
        query = (
            select(Submission, Draft, WritingSession.condition, Account.name)
            .join(Draft, Draft.id == Submission.draft)
            .join(Account, Account.id == Submission.account)
            .outerjoin(WritingSession, WritingSession.id == Submission.session)
            .where(Submission.run == self._run, Submission.id > after)
            .order_by(Submission.id)
            .limit(batch)
        )
        with self._store.reading() as session:
            rows = list(session.execute(query))
            numbers = [row.Submission.id for row in rows]
            reviews: dict[int, list[tuple[Review, str]]] = {number: [] for number in numbers}
            labels = select(Review, Account.name).join(Account, Account.id == Review.account)
            for review, name in session.execute(
                labels.where(Review.submission.in_(numbers)).order_by(Review.id)
            ):
                reviews[review.submission].append((review, name))
            comments: dict[int, list[tuple[Comment, str]]] = {number: [] for number in numbers}
            written = select(Comment, Account.name).join(Account, Account.id == Comment.account)
            for comment, name in session.execute(
                written.where(Comment.submission.in_(numbers)).order_by(Comment.id)
            ):
                comments[comment.submission].append((comment, name))
        return [
            Submitted(
                row.Submission,
                row.Draft,
                row.condition,
                row.name,
                tuple(reviews[row.Submission.id]),
                tuple(comments[row.Submission.id]),
            )
            for row in rows
        ]


def _columns(table: type[Any], shape: type[Any]) -> Select[Any]:
    fields: Sequence[str] = shape._fields
    return select(*(getattr(table, name) for name in fields))
