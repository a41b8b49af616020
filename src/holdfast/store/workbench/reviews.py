"""Labels by people: which submissions wait for them, and what they come to, decided as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Account, Draft, Review, Submission


@dataclass(frozen=True)
class Word:
    """What one person says of a submission."""

    label: str
    egregiousness: float
    reason: str


@dataclass(frozen=True)
class Ruling:
    """What the labels of a submission have come to."""

    status: Literal["accepted", "rejected"]
    label: str
    egregiousness: float
    reason: str
    """For the writer of what was rejected; empty otherwise."""
    why: str
    points: float


Rule = Callable[[Submission, Sequence[Review]], Ruling | None]
"""What all labels of a submission come to; None while they have still to be added to, or disagree."""


@dataclass(frozen=True)
class Labelled:
    """A submission once a label was given. `kept` is False for one that was not needed any more."""

    submission: Submission
    labels: int
    """Kept so far, adjudications not counted."""
    kept: bool
    decided: bool
    """Whether this label decided it."""


Why = Literal[
    "missing", "own", "again", "undisputed", "late", "trained", "judged", "settled", "decided", "rejected",
    "disputed", "undisputable", "training", "unheard", "full",
]  # fmt: skip


class Refused(Exception):  # noqa: N818  (no error of the program)
    """Something that may not be done with a submission; the workbench has the words for each reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Waiting(NamedTuple):
    """A submission that waits for labels, and how many it has."""

    submission: int
    labels: int


class Disputed(NamedTuple):
    """A submission and its labels, in the order given, each with the reviewer's name."""

    submission: Submission
    labels: list[tuple[Review, str]]


class Given(NamedTuple):
    """A reviewer's own label, no adjudication."""

    submission: int
    reviewer: str
    label: str
    egregiousness: float
    created: str


class Reviews:
    """The labels of one run's submissions. Each label and what it decides are one transaction."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    # --- what waits

    def waiting(self, account: int, needed: int) -> list[Waiting]:
        """What a reviewer may label: nobody's own, nothing twice; nearest to decision first, then oldest."""
        given = _labels().subquery()
        count = func.coalesce(given.c.labels, 0)
        mine = select(Review.submission).where(Review.account == account)
        query = (
            select(Submission.id, count)
            .outerjoin(given, given.c.submission == Submission.id)
            .where(self._pending(), Submission.account != account)
            .where(count < needed, Submission.disputed.is_(None))
            .where(Submission.id.not_in(mine))
            .order_by(count.desc(), Submission.id)
        )
        with self._store.reading() as session:
            return [Waiting(*row) for row in session.execute(query)]

    def submission(self, number: int) -> Submission | None:
        """The submission of that number in this run."""
        with self._store.reading() as session:
            found = session.get(Submission, number)
        return found if found is not None and found.run == self._run else None

    def start_of(self, submission: Submission) -> tuple[str, str]:
        """The prompt and the completion that its draft was started from, both empty for a blank page."""
        with self._store.reading() as session:
            draft = session.get_one(Draft, submission.draft)
            return draft.start_prompt, draft.start_completion

    def pending(self) -> int:
        """How many submissions people have still to decide."""
        query = select(func.count()).select_from(Submission).where(self._pending())
        with self._store.reading() as session:
            return session.scalar(query) or 0

    def disputed(self, account: int, needed: int, *, manager: bool) -> list[Disputed]:
        """What has all its labels and is undecided, or its writer disputes; oldest first.

        It is for somebody who may settle it: nobody settles their own text, and only managers what they have
        labelled themselves.
        """
        full = _labels().having(func.count() >= needed).subquery()
        query = (
            select(Submission)
            .outerjoin(full, full.c.submission == Submission.id)
            .where(self._pending(), Submission.account != account)
            .where(full.c.submission.is_not(None) | Submission.disputed.is_not(None))
        )
        if not manager:
            query = query.where(
                Submission.id.not_in(select(Review.submission).where(Review.account == account))
            )
        with self._store.reading() as session:
            rows = list(session.scalars(query.order_by(Submission.id)))
            return [Disputed(row, self._named(session, row.id)) for row in rows]

    def decided(self) -> list[Submission]:
        """Every submission that somebody has judged, in order; those that the guard caught were not."""
        query = select(Submission).where(Submission.run == self._run, Submission.label.is_not(None))
        with self._store.reading() as session:
            return list(session.scalars(query.order_by(Submission.id)))

    def waiting_keys(self, account: int) -> set[str]:
        """The keys of what an account submitted and people have still to decide."""
        query = select(Submission.key).where(self._pending(), Submission.account == account)
        with self._store.reading() as session:
            return set(session.scalars(query))

    # --- labels

    def labels(self, number: int) -> list[Review]:
        """The labels of a submission, adjudications not among them."""
        with self._store.reading() as session:
            return [each for each in _of(session, number) if not each.adjudication]

    def label(self, number: int, account: int, word: Word, needed: int, rule: Rule) -> Labelled:
        """Keep a reviewer's label, and decide by the rule; raises Refused for what may not be labelled.

        The same label sent again is answered as it was; one that comes when the submission is decided, or has
        all its labels, is not kept.
        """
        with self._store.writing() as session:
            row = self._to_change(session, number)
            labels = _of(session, number)
            if row.account == account:
                raise Refused("own")
            given = [each for each in labels if not each.adjudication]
            mine = next((each for each in given if each.account == account), None)
            if mine is not None:
                if _word(mine) != word:
                    raise Refused("again")
                return Labelled(row, len(given), True, False)
            if row.status != "pending" or len(given) >= needed or row.disputed is not None:
                return Labelled(row, len(given), False, False)
            decided = _add(session, row, labels, _review(number, account, word, False), rule)
            return Labelled(row, len(given) + 1, True, decided)

    def adjudicate(
        self, number: int, account: int, word: Word, needed: int, rule: Rule, *, manager: bool
    ) -> Labelled:
        """Settle what the labels disagree on; raises Refused for what this account may not settle.

        Of two adjudications at once the first counts, and the second is not kept.
        """
        with self._store.writing() as session:
            row = self._to_change(session, number)
            labels = _of(session, number)
            given = [each for each in labels if not each.adjudication]
            if row.account == account or (not manager and any(each.account == account for each in given)):
                raise Refused("own")
            if row.status != "pending":
                return Labelled(row, len(given), False, False)
            if len(given) < needed and row.disputed is None:
                raise Refused("undisputed")
            decided = _add(session, row, labels, _review(number, account, word, True), rule)
            return Labelled(row, len(given), True, decided)

    def settle(self, rule: Rule) -> list[Submission]:
        """Decide all that the rule can, once it has changed; returns what it decided."""
        with self._store.writing() as session:
            rows = session.scalars(select(Submission).where(self._pending()).with_for_update()).all()
            return [row for row in rows if _decide(row, _of(session, row.id), rule)]

    # --- for agreement

    def given(self) -> list[Given]:
        """Every label but adjudications, whose authors have seen the others."""
        query = (
            select(Review.submission, Account.name, Review.label, Review.egregiousness, Review.created)
            .join(Submission, Submission.id == Review.submission)
            .join(Account, Account.id == Review.account)
            .where(Submission.run == self._run, Review.adjudication.is_(False))
        )
        with self._store.reading() as session:
            return [Given(*row) for row in session.execute(query.order_by(Review.id))]

    def adjudicated(self) -> int:
        """How many submissions an adjudicator settled."""
        query = (
            select(func.count())
            .select_from(Review)
            .join(Submission, Submission.id == Review.submission)
            .where(Submission.run == self._run, Review.adjudication.is_(True))
        )
        with self._store.reading() as session:
            return session.scalar(query) or 0

    # --- shared

    def _pending(self) -> ColumnElement[bool]:
        return (Submission.run == self._run) & (Submission.status == "pending")

    def _to_change(self, session: Session, number: int) -> Submission:
        row = session.get(Submission, number, with_for_update=True)
        if row is None or row.run != self._run:
            raise Refused("missing")
        return row

    def _named(self, session: Session, number: int) -> list[tuple[Review, str]]:
        query = select(Review, Account.name).join(Account, Account.id == Review.account)
        rows = session.execute(query.where(Review.submission == number).order_by(Review.id))
        return [(review, name) for review, name in rows]


def _labels() -> Select[int, int]:
    """Submissions with how many labels they have, adjudications not counted."""
    counted = select(Review.submission.label("submission"), func.count().label("labels"))
    return counted.where(Review.adjudication.is_(False)).group_by(Review.submission)


def _of(session: Session, number: int) -> list[Review]:
    return list(session.scalars(select(Review).where(Review.submission == number).order_by(Review.id)))


def _word(review: Review) -> Word:
    return Word(review.label, review.egregiousness, review.reason)


def _review(number: int, account: int, word: Word, adjudication: bool) -> Review:
    return Review(
        submission=number,
        account=account,
        label=word.label,
        egregiousness=word.egregiousness,
        reason=word.reason,
        adjudication=adjudication,
        created=now(),
    )


def _add(session: Session, row: Submission, labels: list[Review], new: Review, rule: Rule) -> bool:
    session.add(new)
    session.flush()
    return _decide(row, [*labels, new], rule)


def _decide(row: Submission, labels: Sequence[Review], rule: Rule) -> bool:
    ruling = rule(row, labels)
    if ruling is None:
        return False
    row.status, row.label, row.egregiousness = ruling.status, ruling.label, ruling.egregiousness
    row.reason, row.why, row.points, row.decided = ruling.reason, ruling.why, ruling.points, now()
    return True
