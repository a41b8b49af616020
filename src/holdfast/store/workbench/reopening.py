"""What is taken back: submissions and labels within a minute, and decisions that their writers dispute.

Nothing is taken back that a model is trained on. Each step is one transaction, so that a round that is
queued at the same moment has either taken the submission in, or never meets it. What was there before goes to
the log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.log import log_own
from holdfast.store.workbench.reviews import Refused
from holdfast.store.workbench.rounds import UNFINISHED
from holdfast.store.workbench.schema import Draft, LiveRound, Review, Submission

UNDO_SECONDS = 60.0
WITHDRAWN = "you took it back"
DISPUTED = "you dispute it; an adjudicator decides"


def seconds_left(created: str, time: str) -> float:
    """How long something may still be taken back at a time, 0 if it may not."""
    passed = (datetime.fromisoformat(time) - datetime.fromisoformat(created)).total_seconds()
    return max(0.0, UNDO_SECONDS - passed)


class Reopenings:
    """Takes back what people did in one run."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def withdraw(self, account: int, number: int) -> Submission:
        """Take a submission back, and open its draft again; one that was withdrawn is handed out as it is.

        Raises Refused: missing, rejected, trained, judged or late.
        """
        with self._store.writing() as session:
            row, time = self._own(session, account, number), now()
            if row.withdrawn is not None:
                return row
            if row.status == "rejected":
                raise Refused("rejected")
            if row.trained is not None:
                raise Refused("trained")
            if _reviews(session, number):
                raise Refused("judged")
            _in_time(row.created, time)
            self._log(session, account, "withdraw", row)
            row.status, row.reason, row.withdrawn, row.decided = "rejected", WITHDRAWN, time, time
            row.label, row.egregiousness, row.why, row.phenomena, row.points = None, None, "", [], 0.0
            draft = session.get_one(Draft, row.draft, with_for_update=True)
            draft.state, draft.revision, draft.updated = "open", draft.revision + 1, time
            return row

    def unlabel(self, account: int, number: int, *, adjudication: bool, firm: bool, waits: str) -> Submission:
        """Take back a label or an adjudication; what it decided waits again, for the reason `waits`.

        `firm` says that a decision stands, as others may have read it. Raises Refused: missing, late,
        settled, disputed, decided or trained.
        """
        with self._store.writing() as session:
            row = self._row(session, number)
            reviews = _reviews(session, number)
            mine = next((r for r in reviews if r.account == account and r.adjudication == adjudication), None)
            if mine is None:
                raise Refused("missing")
            if not adjudication and any(review.adjudication for review in reviews):
                raise Refused("settled")
            if not adjudication and row.disputed is not None:
                raise Refused("disputed")
            if row.status != "pending" and firm:
                raise Refused("decided")
            if row.trained is not None:
                raise Refused("trained")
            _in_time(mine.created, now())
            said = {"label": mine.label, "egregiousness": mine.egregiousness, "reason": mine.reason}
            self._log(session, account, "undo_adjudication" if adjudication else "undo_label", row, said)
            session.delete(mine)
            if row.status != "pending":
                _reopen(row, DISPUTED if row.disputed is not None else waits)
            return row

    def dispute(self, account: int, number: int, reason: str) -> Submission:
        """Have an adjudicator decide on what reviewers rejected; the same dispute may come twice.

        Raises Refused: missing, disputed, settled, undisputable or training.
        """
        with self._store.writing() as session:
            row = self._own(session, account, number)
            if row.disputed is not None:
                if row.dispute == reason:
                    return row
                raise Refused("disputed")
            reviews = _reviews(session, number)
            if any(review.adjudication for review in reviews):
                raise Refused("settled")
            if row.status != "rejected" or row.withdrawn is not None or not reviews:
                raise Refused("undisputable")
            if row.trained is not None and self._unfinished(session, row.trained):
                raise Refused("training")
            self._log(session, account, "dispute", row, {"dispute": reason, "trained": row.trained})
            row.dispute, row.disputed = reason, now()
            # The next round takes it in again, as whatever it turns out to be.
            row.trained = None
            _reopen(row, DISPUTED)
            return row

    def _own(self, session: Session, account: int, number: int) -> Submission:
        row = self._row(session, number)
        if row.account != account:
            raise Refused("missing")
        return row

    def _row(self, session: Session, number: int) -> Submission:
        row = session.get(Submission, number, with_for_update=True)
        if row is None or row.run != self._run:
            raise Refused("missing")
        return row

    def _unfinished(self, session: Session, round_: int) -> bool:
        found = session.get(LiveRound, (self._run, round_))
        return found is not None and found.state in UNFINISHED

    def _log(
        self, session: Session, account: int, kind: str, row: Submission, more: dict[str, Any] | None = None
    ) -> None:
        names = ("status", "reason", "label", "egregiousness", "why", "points", "decided")
        before = {name: getattr(row, name) for name in names}
        log_own(session, self._run, account, kind, {"submission": row.id, "before": before, **(more or {})})


def _reviews(session: Session, number: int) -> list[Review]:
    return list(session.scalars(select(Review).where(Review.submission == number).order_by(Review.id)))


def _in_time(created: str, time: str) -> None:
    if not seconds_left(created, time):
        raise Refused("late")


def _reopen(row: Submission, reason: str) -> None:
    row.status, row.reason, row.label, row.egregiousness = "pending", reason, None, None
    row.why, row.points, row.decided = "", None, None
