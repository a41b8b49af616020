"""The log of one run: what writers did, each entry once however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Draft, Event

_OWN_CLIENT = "server"
"""Names entries that the store itself makes; browsers' names are longer."""

_TRIES = 5


@dataclass(frozen=True)
class Moment:
    """When something was done: by the browser's clock, and when the server heard of it."""

    at: str
    received: str


class Log:
    """The entries of all writers of one run."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def add(self, account: int, events: Sequence[Event]) -> int:
        """Keep those entries that are new by client and sequence, and say how many were.

        Entries that name a draft of somebody else are kept without it.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._add_new(account, events)
            except IntegrityError:  # the same entries came twice at once
                continue
        return self._add_new(account, events)

    def _add_new(self, account: int, events: Sequence[Event]) -> int:
        clients = {event.client for event in events}
        drafts = {event.draft for event in events} - {None}
        with self._store.writing() as session:
            kept = select(Event.client, Event.sequence).where(
                Event.account == account,
                Event.client.in_(clients),
                Event.sequence.in_({event.sequence for event in events}),
            )
            seen = {(client, sequence) for client, sequence in session.execute(kept)}
            mine = select(Draft.id).where(
                Draft.run == self._run, Draft.account == account, Draft.id.in_(drafts)
            )
            own = set(session.scalars(mine))
            new = {(e.client, e.sequence): e for e in reversed(events) if (e.client, e.sequence) not in seen}
            session.add_all(_copy(event, own) for event in reversed(new.values()))
        return len(new)


def moments_of(session: Session, draft: Draft) -> list[Moment]:
    """When the entries of a draft were made."""
    query = select(Event.at, Event.received).where(Event.run == draft.run, Event.draft == draft.id)
    return [Moment(at, received) for at, received in session.execute(query.order_by(Event.id))]


def log_refused(session: Session, draft: Draft, revision: int, text: tuple[str, str]) -> None:
    """Keep what a change said that was refused; the same as the last time is kept once."""
    detail = {"revision": revision, "prompt": text[0], "completion": text[1]}
    mine = (Event.account == draft.account) & (Event.client == _OWN_CLIENT)
    last = select(Event.detail).where(mine, Event.draft == draft.id).order_by(Event.sequence.desc())
    if session.scalars(last).first() != detail:
        log_own(session, draft.run, draft.account, "refused_edit", detail, draft)


def log_own(
    session: Session, run: str, account: int, kind: str, detail: dict[str, Any], draft: Draft | None = None
) -> None:
    """Keep an entry of the store's own on what an account did.

    One that names its draft is among the moments that the draft's clock is checked by.
    """
    mine = (Event.account == account) & (Event.client == _OWN_CLIENT)
    time = now()
    session.add(
        Event(
            run=run,
            account=account,
            session=None if draft is None else draft.session,
            draft=None if draft is None else draft.id,
            client=_OWN_CLIENT,
            sequence=session.scalar(select(func.count()).select_from(Event).where(mine)) or 0,
            kind=kind,
            at=time,
            received=time,
            detail=detail,
        )
    )


def _copy(event: Event, own_drafts: set[int]) -> Event:
    """The entry as a fresh row: one that a failed transaction has touched cannot be added again."""
    return Event(
        run=event.run,
        account=event.account,
        session=event.session,
        draft=event.draft if event.draft in own_drafts else None,
        client=event.client,
        sequence=event.sequence,
        kind=event.kind,
        at=event.at,
        received=event.received,
        detail=event.detail,
    )
