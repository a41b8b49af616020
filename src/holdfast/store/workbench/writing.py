"""Writing sessions, drafts and submissions of one run: what writers leave behind.

Whatever a method has answered for is in the database: nothing is kept in memory, and nothing that a writer
wrote is ever overwritten by something older or thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.log import Moment, log_refused, moments_of
from holdfast.store.workbench.schema import Draft, DraftTime, Event, Submission, WritingSession

Moments = Callable[[], Sequence[Moment]]


class Clock(Protocol):
    """Decides the active seconds of a draft, asking for what was logged of it only if it must."""

    def __call__(self, draft: Draft, time: str, moments: Moments) -> float:
        """All seconds so far, at least those that the draft has already."""


@dataclass(frozen=True)
class Sitting:
    """Where time that goes into a draft is booked: the session, and the round of the model served."""

    session: int
    round: int


@dataclass(frozen=True)
class Saved:
    """A draft as it is kept; `taken` is False when the change was refused because the draft had moved on."""

    draft: Draft
    taken: bool


class Writings:
    """All that the writers of one run have written."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    # --- sessions

    def open_session(self, account: int) -> WritingSession | None:
        """The session that a writer is in, if any."""
        with self._store.reading() as session:
            return session.scalars(
                _sessions(self._run, account).where(WritingSession.ended.is_(None))
            ).first()

    def start_session(
        self, account: int, choose: Callable[[int, Sequence[str]], tuple[str, bool]]
    ) -> WritingSession:
        """End the writer's session and start another.

        `choose` is given its number and the conditions that chance assigned to the writer's earlier ones, in
        order, and says the condition, and whether chance chose it.
        """
        with self._store.writing() as session:
            time = now()
            mine = _sessions(self._run, account).order_by(WritingSession.id)
            earlier = [one.condition for one in session.scalars(mine) if one.drawn]
            ending = update(WritingSession).where(
                WritingSession.run == self._run,
                WritingSession.account == account,
                WritingSession.ended.is_(None),
            )
            session.execute(ending.values(ended=time))
            row = WritingSession(run=self._run, account=account, condition="", drawn=False, started=time)
            session.add(row)
            session.flush()
            row.condition, row.drawn = choose(row.id, earlier)
        return row

    def conditions(self, sessions: Set[int]) -> dict[int, str]:
        """The condition of each of these sessions."""
        query = select(WritingSession.id, WritingSession.condition).where(
            WritingSession.run == self._run, WritingSession.id.in_(sessions)
        )
        with self._store.reading() as session:
            return {row.id: row.condition for row in session.execute(query)}

    def last_use(self, session_id: int) -> str | None:
        """When a session was last written in or logged from; None if it never was."""
        worked_on = select(DraftTime.draft).where(DraftTime.session == session_id)
        queries = (
            select(func.max(Draft.updated)).where(or_(Draft.session == session_id, Draft.id.in_(worked_on))),
            select(func.max(Submission.created)).where(Submission.session == session_id),
            select(func.max(Event.received)).where(Event.session == session_id),
        )
        with self._store.reading() as session:
            return max((time for query in queries if (time := session.scalar(query))), default=None)

    # --- drafts

    def add_draft(self, draft: Draft) -> Draft:
        """Keep a new draft; one of the same writer and key is handed out as it is instead."""
        same = select(Draft).where(
            Draft.run == self._run, Draft.account == draft.account, Draft.key == draft.key
        )
        try:
            with self._store.writing() as session:
                found = session.scalars(same).first()
                if found is None:
                    session.add(draft)
            return found or draft
        except IntegrityError:  # another call was quicker, on a database that lets two write at once
            with self._store.reading() as reading:
                return reading.scalars(same).one()

    def draft(self, account: int, number: int) -> Draft | None:
        """A writer's own draft; None if there is none of that number."""
        with self._store.reading() as session:
            return self._own(session, account, number)

    def open_drafts(self, account: int) -> list[Draft]:
        """A writer's drafts that are neither submitted nor discarded, the last changed first."""
        query = select(Draft).where(Draft.run == self._run, Draft.account == account, Draft.state == "open")
        with self._store.reading() as session:
            return list(session.scalars(query.order_by(Draft.updated.desc(), Draft.id.desc())))

    def starts(self, account: int) -> set[tuple[str, str]]:
        """The prompts and completions that a writer's drafts were started from."""
        query = select(Draft.start_prompt, Draft.start_completion)
        with self._store.reading() as session:
            rows = session.execute(query.where(Draft.run == self._run, Draft.account == account))
            return {(prompt, completion) for prompt, completion in rows}

    def save_draft(
        self,
        account: int,
        number: int,
        revision: int,
        text: tuple[str, str],
        sitting: Sitting,
        clock: Clock,
    ) -> Saved | None:
        """Change the text of an open draft whose revision it is; None if the writer has no such draft.

        A change of another revision is refused and goes to the log, unless it says what is kept already.
        """
        with self._store.writing() as session:
            draft = self._own(session, account, number, to_change=True)
            if draft is None:
                return None
            same = (draft.prompt, draft.completion) == text
            if not same and (draft.state != "open" or draft.revision != revision):
                log_refused(session, draft, revision, text)
                return Saved(draft, taken=False)
            if draft.state == "open":
                time = now()
                _book(session, draft, time, sitting, clock)
                if draft.revision == revision:
                    draft.prompt, draft.completion = text
                    draft.revision += 1
            return Saved(draft, taken=True)

    def discard_draft(self, account: int, number: int) -> Draft | None:
        """Put an open draft aside, and keep it; None if the writer has no such draft."""
        with self._store.writing() as session:
            draft = self._own(session, account, number, to_change=True)
            if draft is not None and draft.state == "open":
                draft.state, draft.updated = "discarded", now()
            return draft

    # --- submissions

    def submission_of_key(self, account: int, key: str) -> Submission | None:
        """What an earlier request with the same key submitted."""
        with self._store.reading() as session:
            return session.scalars(self._of_key(account, key)).first()

    def add_submission(self, row: Submission, sitting: Sitting, clock: Clock) -> Submission | None:
        """Keep a submission; one of the same writer and key is handed out as it is instead.

        Unless it is rejected, its draft takes its text and is closed. None if the draft is closed already, or
        not the writer's.
        """
        same = self._of_key(row.account, row.key)
        try:
            with self._store.writing() as session:
                found = session.scalars(same).first()
                if found is not None:
                    return found
                draft = self._own(session, row.account, row.draft, to_change=True)
                if draft is None or draft.state != "open":
                    return None
                _book(session, draft, row.created, sitting, clock)
                row.active_seconds, row.session = draft.active_seconds, sitting.session
                if row.status != "rejected":
                    draft.prompt, draft.completion = row.prompt, row.completion
                    draft.state, draft.revision = "submitted", draft.revision + 1
                session.add(row)
            return row
        except IntegrityError:
            with self._store.reading() as reading:
                return reading.scalars(same).one()

    def submissions(self, account: int) -> list[Submission]:
        """What a writer submitted, newest first."""
        query = select(Submission).where(Submission.run == self._run, Submission.account == account)
        with self._store.reading() as session:
            return list(session.scalars(query.order_by(Submission.id.desc())))

    def standing_submissions(self, after: int = 0) -> list[Submission]:
        """The submissions of all writers that were not rejected and have a higher number, in order."""
        query = select(Submission).where(
            Submission.run == self._run, Submission.id > after, Submission.status != "rejected"
        )
        with self._store.reading() as session:
            return list(session.scalars(query.order_by(Submission.id)))

    def submissions_numbered(self, numbers: Sequence[int]) -> dict[int, Submission]:
        """Submissions by their numbers, of all writers."""
        query = select(Submission).where(Submission.run == self._run, Submission.id.in_(numbers))
        with self._store.reading() as session:
            return {row.id: row for row in session.scalars(query)}

    # --- shared

    def _own(self, session: Session, account: int, number: int, *, to_change: bool = False) -> Draft | None:
        draft = session.get(Draft, number, with_for_update=to_change or None)
        return draft if draft and draft.account == account and draft.run == self._run else None

    def _of_key(self, account: int, key: str) -> Select[Submission]:
        return select(Submission).where(
            Submission.run == self._run, Submission.account == account, Submission.key == key
        )


def _sessions(run: str, account: int) -> Select[WritingSession]:
    return select(WritingSession).where(WritingSession.run == run, WritingSession.account == account)


def _book(session: Session, draft: Draft, time: str, sitting: Sitting, clock: Clock) -> None:
    """Add to the draft, and to its sitting, the active seconds that the clock allows."""

    total = clock(draft, time, lambda: moments_of(session, draft))
    new, draft.active_seconds = total - draft.active_seconds, total
    draft.updated = time
    booked = session.get(DraftTime, (draft.id, sitting.session, sitting.round))
    if booked is not None:
        booked.active_seconds += new
    elif new > 0:
        session.add(
            DraftTime(draft=draft.id, session=sitting.session, round=sitting.round, active_seconds=new)
        )
