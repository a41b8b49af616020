"""The log: everything a writer did, each entry once however often it is sent."""

from __future__ import annotations

import json

from holdfast.core.errors import UserError
from holdfast.store.store import now
from holdfast.store.workbench.log import Log
from holdfast.store.workbench.schema import Event
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape
from holdfast.workbench.writing.shapes import LogRequest
from holdfast.workbench.writing.sitting import current_session

LONGEST_DETAIL = 100_000
"""Characters that the detail of an entry may have as JSON."""


def keep(bench: Workbench, member: MemberShape, asked: LogRequest) -> int:
    """Keep what is new, and say how many entries were.

    Raises UserError for an entry whose detail is too long; none of the entries is kept then.
    """
    received, session = now(), current_session(bench, member).id
    for entry in asked.entries:
        if len(json.dumps(entry.detail)) > LONGEST_DETAIL:
            raise UserError(
                f"entry {entry.sequence} of {entry.client} has more than {LONGEST_DETAIL:,} characters of"
                " detail; leave some out"
            )
    events = [
        Event(
            run=bench.run,
            account=member.id,
            session=session,
            draft=entry.draft,
            client=entry.client,
            sequence=entry.sequence,
            kind=entry.kind,
            at=entry.at,
            received=received,
            detail=entry.detail,
        )
        for entry in asked.entries
    ]
    return Log(bench.store, bench.run).add(member.id, events) if events else 0
