"""What writers and reviewers see of each other's work: decisions, labels, comments, and what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.accounts import ATTACKER
from holdfast.store.workbench.log import log_own
from holdfast.store.workbench.reviews import Refused
from holdfast.store.workbench.schema import Account, Comment, Review, Seen, Submission

MOST_COMMENTS = 50
"""On one submission."""

State = Literal["accepted", "pending", "disputed", "rejected", "withdrawn"]
STATES: tuple[State, ...] = ("accepted", "pending", "disputed", "rejected", "withdrawn")


def state_of(row: Submission) -> State:
    """What has become of a submission, as its writer is shown it."""
    if row.withdrawn is not None:
        return "withdrawn"
    if row.status == "pending" and row.disputed is not None:
        return "disputed"
    return row.status  # type: ignore[return-value]  # the table allows no other


@dataclass(frozen=True)
class Thread:
    """A submission with its reviews and comments, both in order, and up to when its reader has seen it."""

    submission: Submission
    reviews: tuple[Review, ...]
    comments: tuple[Comment, ...]
    seen: str
    """Empty where they have seen nothing of it."""

    def news_for(self, account: int) -> str:
        """The time of the newest thing that is news to an account; empty without one."""
        row = self.submission
        decided = row.decided if row.account == account and _is_late(row) else None
        others = [comment.created for comment in self.comments if comment.account != account]
        return max([*others, *([decided] if decided else [])], default="")


class Waiting(NamedTuple):
    """How many submissions have something new for an account."""

    mine: int
    """Of its own."""
    judged: int
    """Of those that it judged."""


class Exchange:
    """What one run's writers and reviewers hear of each other."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def own(self, account: int, state: State | None, before: int | None, count: int) -> list[Thread]:
        """A writer's submissions, newest first: of one state if given, and below a number if given."""
        query = self._page(before, count).where(Submission.account == account)
        if state is not None:
            query = query.where(_in_state(state))
        return self._threads(account, query)

    def judged(self, account: int, before: int | None, count: int) -> list[Thread]:
        """What somebody has labelled or settled, newest first."""
        return self._threads(account, self._page(before, count).where(_judged_by(account)))

    def thread(self, account: int, number: int) -> Thread | None:
        """One submission, for its writer or somebody who has judged it; None for anybody else."""
        with self._store.reading() as session:
            row = session.get(Submission, number)
            if row is None or not self._takes_part(session, row, account):
                return None
        return self._threads(account, select(Submission).where(Submission.id == number))[0]

    def counts(self, account: int) -> dict[State, int]:
        """How many submissions of a writer are in each state."""
        mine = (Submission.run == self._run) & (Submission.account == account)
        with self._store.reading() as session:
            return {
                state: session.scalar(select(func.count()).where(mine, _in_state(state))) or 0
                for state in STATES
            }

    def waiting(self, account: int) -> Waiting:
        """How much is new."""
        comments = (
            select(Comment.submission, Submission.account)
            .join(Submission, Submission.id == Comment.submission)
            .outerjoin(Seen, (Seen.submission == Submission.id) & (Seen.account == account))
            .where(Submission.run == self._run, Comment.account != account, _newer(Comment.created))
            .where(or_(Submission.account == account, _judged_by(account)))
        )
        decisions = (
            select(Submission.id)
            .outerjoin(Seen, (Seen.submission == Submission.id) & (Seen.account == account))
            .where(Submission.run == self._run, Submission.account == account)
            .where(_decided_late(), _newer(Submission.decided))
        )
        with self._store.reading() as session:
            told = [(number, author == account) for number, author in session.execute(comments)]
            mine = {number for number, own in told if own} | set(session.scalars(decisions))
        return Waiting(len(mine), len({number for number, own in told if not own}))

    def see(self, account: int, until: Mapping[int, str]) -> None:
        """Remember up to when an account has seen submissions; those it takes no part in are passed over."""
        latest = now()
        with self._store.writing() as session:
            for number, time in until.items():
                row = session.get(Submission, number)
                if row is None or not self._takes_part(session, row, account):
                    continue
                kept = session.get(Seen, (number, account))
                if kept is None:
                    session.add(Seen(submission=number, account=account, until=min(time, latest)))
                else:
                    kept.until = max(kept.until, min(time, latest))

    def comment(self, account: int, number: int, text: str, key: str) -> Comment:
        """Keep a comment by the writer or somebody who judged it; one of the same key is handed out instead.

        Raises Refused: missing for anybody else, unheard for the text of an attack, full beyond the most.
        """
        same = select(Comment).where(Comment.account == account, Comment.key == key)
        try:
            with self._store.writing() as session:
                found = session.scalars(same).first()
                if found is not None:
                    return found
                row = session.get(Submission, number, with_for_update=True)
                if row is None or not self._takes_part(session, row, account):
                    raise Refused("missing")
                if session.get_one(Account, row.account).name == ATTACKER:
                    raise Refused("unheard")
                kept = session.scalar(select(func.count()).where(Comment.submission == number)) or 0
                if kept >= MOST_COMMENTS:
                    raise Refused("full")
                new = Comment(submission=number, account=account, key=key, text=text, created=now())
                session.add(new)
                log_own(session, self._run, account, "comment", {"submission": number, "text": text})
            return new
        except IntegrityError:  # the same comment came twice at once
            with self._store.reading() as reading:
                return reading.scalars(same).one()

    def comments_on(self, numbers: Sequence[int]) -> dict[int, list[Comment]]:
        """The comments on submissions, in order."""
        with self._store.reading() as session:
            return _comments(session, numbers)

    def _takes_part(self, session: Session, row: Submission, account: int) -> bool:
        if row.run != self._run:
            return False
        mine = select(Review.id).where(Review.submission == row.id, Review.account == account)
        return row.account == account or session.scalars(mine).first() is not None

    def _page(self, before: int | None, count: int) -> Select[Submission]:
        query = select(Submission).where(Submission.run == self._run)
        if before is not None:
            query = query.where(Submission.id < before)
        return query.order_by(Submission.id.desc()).limit(count)

    def _threads(self, account: int, query: Select[Submission]) -> list[Thread]:
        with self._store.reading() as session:
            rows = list(session.scalars(query))
            numbers = [row.id for row in rows]
            reviews: dict[int, list[Review]] = {number: [] for number in numbers}
            for review in session.scalars(
                select(Review).where(Review.submission.in_(numbers)).order_by(Review.id)
            ):
                reviews[review.submission].append(review)
            comments = _comments(session, numbers)
            seen = select(Seen).where(Seen.account == account, Seen.submission.in_(numbers))
            until = {one.submission: one.until for one in session.scalars(seen)}
        return [
            Thread(row, tuple(reviews[row.id]), tuple(comments[row.id]), until.get(row.id, ""))
            for row in rows
        ]


def _comments(session: Session, numbers: Sequence[int]) -> dict[int, list[Comment]]:
    found: dict[int, list[Comment]] = {number: [] for number in numbers}
    query = select(Comment).where(Comment.submission.in_(numbers)).order_by(Comment.id)
    for comment in session.scalars(query):
        found[comment.submission].append(comment)
    return found


def _judged_by(account: int) -> ColumnElement[bool]:
    return Submission.id.in_(select(Review.submission).where(Review.account == account))


def _in_state(state: State) -> ColumnElement[bool]:
    if state == "withdrawn":
        return Submission.withdrawn.is_not(None)
    if state == "disputed":
        return (Submission.status == "pending") & Submission.disputed.is_not(None)
    plain = (Submission.status == state) & Submission.withdrawn.is_(None)
    return plain & Submission.disputed.is_(None) if state == "pending" else plain


def _is_late(row: Submission) -> bool:
    """Whether it was decided after its writer was answered, so that they may not know."""
    return row.decided is not None and row.decided != row.created and row.withdrawn is None


def _decided_late() -> ColumnElement[bool]:
    late = Submission.decided.is_not(None) & (Submission.decided != Submission.created)
    return late & Submission.withdrawn.is_(None)


def _newer(time: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    return Seen.until.is_(None) | (Seen.until < time)
