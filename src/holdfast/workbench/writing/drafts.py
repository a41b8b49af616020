"""Drafts: begun once however often the request comes, changed by revision, and never lost.

A change of a revision that is no longer the kept one is refused, so that two tabs cannot overwrite each
other; what it said goes to the log. A discarded draft is put aside, not deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from fastapi import HTTPException

from holdfast.store.store import now
from holdfast.store.workbench.schema import Draft
from holdfast.store.workbench.writing import Saved, Writings
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape, SnippetText
from holdfast.workbench.writing.clock import BrowserClock
from holdfast.workbench.writing.shapes import DraftChange, DraftShape, DraftStart
from holdfast.workbench.writing.sitting import current_session, sitting

Found = TypeVar("Found")


def begin(bench: Workbench, member: MemberShape, start: DraftStart) -> Draft:
    """A new draft in the writer's session, against the model served now; or the one of the same key."""
    time, seed = now(), start.seed or start
    draft = Draft(
        run=bench.run,
        account=member.id,
        session=current_session(bench, member).id,
        key=start.key,
        origin=start.origin,
        round=bench.served.round,
        start_prompt=seed.prompt,
        start_completion=seed.completion,
        prompt=start.prompt,
        completion=start.completion,
        created=time,
        updated=time,
    )
    return Writings(bench.store, bench.run).add_draft(draft)


def own(bench: Workbench, member: MemberShape, number: int) -> Draft:
    """The writer's own draft of that number; 404 for anything else, somebody else's draft among it."""
    return _there(Writings(bench.store, bench.run).draft(member.id, number), number)


def change(bench: Workbench, member: MemberShape, number: int, asked: DraftChange) -> Saved:
    """Keep a newer text of an open draft, and book its time; not taken if the draft has moved on."""
    clock = BrowserClock(asked.active_seconds, bench.settings.idle_seconds)
    text, where = (asked.prompt, asked.completion), sitting(bench, member)
    writings = Writings(bench.store, bench.run)
    return _there(writings.save_draft(member.id, number, asked.revision, text, where, clock), number)


def discard(bench: Workbench, member: MemberShape, number: int) -> Draft:
    """Put a draft aside; it can still be read by its number."""
    return _there(Writings(bench.store, bench.run).discard_draft(member.id, number), number)


def why_refused(kept: Draft) -> str:
    """Why a change of a draft was not taken."""
    if kept.state != "open":
        return f"draft {kept.id} is {kept.state}; go on in a new draft"
    return (
        f"draft {kept.id} was changed elsewhere: it is at revision {kept.revision}; what you sent is logged"
    )


def shapes_of(bench: Workbench, drafts: Sequence[Draft]) -> list[DraftShape]:
    """Drafts as the API tells them."""
    conditions = Writings(bench.store, bench.run).conditions({draft.session for draft in drafts})
    return [
        DraftShape(
            id=draft.id,
            origin=draft.origin,  # type: ignore[arg-type]  # the shape checks it
            revision=draft.revision,
            active_seconds=draft.active_seconds,
            state=draft.state,  # type: ignore[arg-type]
            condition=conditions[draft.session],
            created=draft.created,
            updated=draft.updated,
            prompt=draft.prompt,
            completion=draft.completion,
            seed=SnippetText(prompt=draft.start_prompt, completion=draft.start_completion),
        )
        for draft in drafts
    ]


def _there(found: Found | None, number: int) -> Found:
    if found is None:
        raise HTTPException(404, f"you have no draft {number}")
    return found
