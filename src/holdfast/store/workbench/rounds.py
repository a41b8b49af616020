"""Rounds live: their rows, and which submissions each has taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Draft, LiveRound, ModelChange, Submission

UNFINISHED = ("queued", "training")
IN_THE_MAKING = (*UNFINISHED, "ready")
PROMOTED = ("serving", "retired")
"""Models that passed their check, and may be served again."""
UNUSED = ("failed", "declined")
"""Rounds that came to nothing: what they took in waits for the next."""


class Material(NamedTuple):
    """A judged submission that a round learns from or is measured on; fields as in `schema.Submission`."""

    id: int
    prompt: str
    completion: str
    status: str
    label: str
    egregiousness: float
    split: str
    start_prompt: str
    start_completion: str
    """What its draft began with."""
    draft: int
    round: int
    """The first round that took it in."""


class DraftText(NamedTuple):
    """A draft as it stands, edited since it was begun."""

    draft: int
    prompt: str
    completion: str


@dataclass(frozen=True)
class Trained:
    """What a round's training ended with; `path` is relative to the run's folder."""

    path: str
    hash: str
    threshold: float
    record: dict[str, Any]


class Rounds:
    """The live rounds of one run. At most one of them is unfinished."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def all(self) -> list[LiveRound]:
        """Every round, in order."""
        query = select(LiveRound).where(LiveRound.run == self._run).order_by(LiveRound.round)
        with self._store.reading() as session:
            return list(session.scalars(query))

    def get(self, round_: int) -> LiveRound:
        """The row of a round; raises ValueError without one."""
        with self._store.reading() as session:
            return self._row(session, round_)

    def unfinished(self) -> LiveRound | None:
        """The round that is queued or training, if any."""
        return next((row for row in self.all() if row.state in UNFINISHED), None)

    def in_the_making(self) -> LiveRound | None:
        """The round that is queued, training, or about to be served, if any."""
        return next((row for row in self.all() if row.state in IN_THE_MAKING), None)

    def trained(self) -> LiveRound | None:
        """The round whose model is ready and not decided on yet, if any."""
        return next((row for row in self.all() if row.state == "ready"), None)

    def served(self) -> LiveRound | None:
        """The round whose model is served; None while it is the one that the workbench began with."""
        return next((row for row in self.all() if row.state == "serving"), None)

    def history(self) -> list[ModelChange]:
        """What became of each model, the oldest first."""
        query = select(ModelChange).where(ModelChange.run == self._run).order_by(ModelChange.id)
        with self._store.reading() as session:
            return list(session.scalars(query))

    def waiting(self) -> int:
        """Accepted failures that no model has been trained with yet, those of rounds that came to nothing
        among them."""
        return self._count(self._loose())

    def fresh(self) -> int:
        """Accepted failures that no round has taken in, not even one that came to nothing."""
        return self._count(Submission.trained.is_(None))

    def _count(self, which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Submission).where(self._accepted(), which)
        with self._store.reading() as session:
            return session.scalar(query) or 0

    def _accepted(self) -> ColumnElement[bool]:
        return (Submission.run == self._run) & (Submission.status == "accepted")

    def _judged(self) -> ColumnElement[bool]:
        """Failures, and texts that were judged harmless."""
        harmless = (Submission.status == "rejected") & (Submission.label == "harmless")
        return (Submission.run == self._run) & ((Submission.status == "accepted") | harmless)

    def _loose(self) -> ColumnElement[bool]:
        """In no round, or in one that came to nothing."""
        failed = select(LiveRound.round).where(LiveRound.run == self._run, LiveRound.state.in_(UNUSED))
        return Submission.trained.is_(None) | Submission.trained.in_(failed)

    # --- from one state to the next

    def queue(self, needed: int, steps: int, *, count_failed: bool = False) -> LiveRound | None:
        """Queue a round, if so many accepted failures wait and none is unfinished; None otherwise.

        All that is judged and waits is marked as the round's, in the same transaction. Failures of rounds
        that failed or were declined come with it, but are counted only where that is asked: such a round
        would otherwise be tried again for ever. It goes on from the model that is served.
        """
        counted = self._loose() if count_failed else Submission.trained.is_(None)
        try:
            with self._store.writing() as session:
                waiting = session.scalar(select(func.count()).where(self._accepted(), counted)) or 0
                return self._add(session, steps) if waiting >= needed else None
        except IntegrityError:  # another call was quicker, on a database that lets two write at once
            return None

    def _add(self, session: Session, steps: int) -> LiveRound | None:
        rows = self._rows(session)
        if any(row.state in IN_THE_MAKING for row in rows):
            return None
        taken = self._judged() & self._loose()
        row = LiveRound(
            run=self._run,
            round=max((row.round for row in rows), default=0) + 1,
            state="queued",
            base=_served(rows),
            steps=steps,
            last_submission=session.scalar(select(func.max(Submission.id)).where(taken)) or 0,
            created=now(),
        )
        session.execute(update(Submission).where(taken).values(trained=row.round))
        session.add(row)
        return row

    def begin(self, round_: int) -> LiveRound:
        """A worker is about to be started: one attempt more."""
        with self._store.writing() as session:
            row = self._row(session, round_)
            row.state, row.attempts, row.progress = "training", row.attempts + 1, 0.0
        return row

    def forget_attempts(self) -> None:
        """Count the attempts of an unfinished round anew: it was the server that ended, not the worker."""
        unfinished = (LiveRound.run == self._run) & LiveRound.state.in_(UNFINISHED)
        with self._store.writing() as session:
            session.execute(update(LiveRound).where(unfinished).values(attempts=0))

    def tell(self, round_: int, progress: float) -> None:
        """How far the training is, 0 to 1."""
        self._while_training(round_, progress=progress)

    def ready(self, round_: int, trained: Trained) -> None:
        """The model is saved and measured."""
        self._while_training(
            round_,
            state="ready",
            progress=1.0,
            path=trained.path,
            hash=trained.hash,
            threshold=trained.threshold,
            record=trained.record,
            finished=now(),
        )

    def failed(self, round_: int, error: str) -> None:
        """The round has come to nothing; what it took in waits for the next."""
        self._end(round_, IN_THE_MAKING, "failed", error)

    def declined(self, round_: int, why: str) -> None:
        """The round's model is not to be served; what it took in waits for the next."""
        self._end(round_, ("ready",), "declined", why)

    def _end(self, round_: int, states: tuple[str, ...], state: str, why: str) -> None:
        with self._store.writing() as session:
            row = self._row(session, round_)
            if row.state in states:
                row.state, row.error, row.progress, row.finished = state, why, None, now()
                self._note(session, state, round_, why)

    def serving(self, round_: int) -> None:
        """The model of a round that is ready is served from now on, and any other's is not."""
        with self._store.writing() as session:
            if self._row(session, round_).state == "ready":
                self._change(session, "promoted", round_)

    def roll_back(self, round_: int, account: int | None) -> bool:
        """Serve a model again that was served before, round 0 for the first; False where it is not one."""
        with self._store.writing() as session:
            rows = self._rows(session)
            promoted = {row.round for row in rows if row.state in PROMOTED} | {0}
            if round_ not in promoted or round_ == _served(rows):
                return False
            self._change(session, "rolled_back", round_, account)
            return True

    def unusable(self, round_: int, error: str) -> None:
        """The model of a round cannot be read any more; the one promoted before it is served in its place."""
        with self._store.writing() as session:
            row = self._row(session, round_)
            if row.state not in (*PROMOTED, "ready"):
                return
            was_served, row.state, row.error = row.state == "serving", "failed", error
            self._note(session, "unusable", round_, error)
            earlier = [r for r in self._rows(session) if r.state == "retired" and r.round < round_]
            if was_served and earlier:
                earlier[-1].state = "serving"

    def _change(self, session: Session, kind: str, round_: int, account: int | None = None) -> None:
        """Serve the model of a round, 0 for the first."""
        self._note(session, kind, round_, "", account)
        others = (LiveRound.run == self._run) & (LiveRound.state == "serving")
        session.execute(update(LiveRound).where(others).values(state="retired"))
        if round_:
            self._row(session, round_).state = "serving"

    def _note(self, session: Session, kind: str, round_: int, why: str, account: int | None = None) -> None:
        served = _served(self._rows(session))
        change = ModelChange(
            run=self._run, kind=kind, round=round_, before=served, account=account, why=why, created=now()
        )
        session.add(change)

    def _rows(self, session: Session) -> list[LiveRound]:
        query = select(LiveRound).where(LiveRound.run == self._run).order_by(LiveRound.round)
        return list(session.scalars(query))

    def _while_training(self, round_: int, **values: Any) -> None:
        self._update(round_, LiveRound.state == "training", **values)

    def _update(self, round_: int, when: ColumnElement[bool], **values: Any) -> None:
        this = (LiveRound.run == self._run) & (LiveRound.round == round_)
        with self._store.writing() as session:
            session.execute(update(LiveRound).where(this, when).values(values))

    def _row(self, session: Session, round_: int) -> LiveRound:
        row = session.get(LiveRound, (self._run, round_))
        if row is None:
            raise ValueError(f"run '{self._run}' has no live round {round_}")
        return row

    # --- what a round is made of

    def material(self, round_: int) -> list[Material]:
        """All that this round and those before it took in, in the order submitted."""
        fields = [name for name in Material._fields if name not in ("label", "egregiousness", "round")]
        columns = {name: getattr(Draft if name.startswith("start_") else Submission, name) for name in fields}
        columns["label"] = func.coalesce(Submission.label, "")
        columns["egregiousness"] = func.coalesce(Submission.egregiousness, 0.0)
        columns["round"] = Submission.trained
        query = (
            select(*(columns[name].label(name) for name in Material._fields))
            .join(Draft, Draft.id == Submission.draft)
            .where(self._judged(), Submission.trained <= round_)
        )
        with self._store.reading() as session:
            return [Material(*row) for row in session.execute(query.order_by(Submission.id))]

    def edited_drafts(self) -> list[DraftText]:
        """Every draft that has been changed since it was begun, as it stands now."""
        query = select(Draft.id, Draft.prompt, Draft.completion).where(
            Draft.run == self._run, Draft.revision > 0
        )
        with self._store.reading() as session:
            return [DraftText(*row) for row in session.execute(query.order_by(Draft.id))]


def _served(rows: list[LiveRound]) -> int:
    return next((row.round for row in rows if row.state == "serving"), 0)
