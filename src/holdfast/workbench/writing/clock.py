"""Active time: what a browser says of it, held against what can have been.

A writer's clock runs in the browser and pauses after some idle seconds without an edit or a tool. The server
believes it as far as its own clock and the log allow: between one sign of activity and the next, no more than
the idle seconds, and no more than has passed. Signs of activity are the beginning of the draft, its saves,
and the entries of the log. A log that arrives late, after a time without a connection, makes time possible
that was not credited before; as the browser tells the whole of its time again with each save, it then is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from holdfast.store.workbench.log import Moment
from holdfast.store.workbench.schema import Draft
from holdfast.store.workbench.writing import Moments


@dataclass(frozen=True)
class BrowserClock:
    """What a browser says a draft has taken in all, and after how long without activity its clock pauses."""

    claimed: float
    idle_seconds: float

    def __call__(self, draft: Draft, time: str, moments: Moments) -> float:
        """The active seconds to believe: never fewer than before, never more than were possible."""
        kept, now = draft.active_seconds, _instant(time)
        since_save = _seconds(_instant(draft.updated), now)
        plainly_possible = kept + min(since_save, self.idle_seconds)
        if self.claimed <= plainly_possible:
            return max(kept, self.claimed)
        logged = possible_seconds(_instant(draft.created), now, moments(), self.idle_seconds)
        return max(kept, min(self.claimed, max(logged, plainly_possible)))


def possible_seconds(start: datetime, end: datetime, moments: Sequence[Moment], idle: float) -> float:
    """How long a clock that pauses after `idle` seconds can have run, with activity at these moments."""
    signs = sorted({start, end, *(min(max(one, start), end) for one in _on_our_clock(moments))})
    return sum(min(_seconds(before, after), idle) for before, after in pairwise(signs))


def _on_our_clock(moments: Sequence[Moment]) -> list[datetime]:
    """Moments by the server's clock: the last of those that arrived together was as they arrived."""
    together: dict[str, list[datetime]] = {}
    for moment in moments:
        at = _read(moment.at)
        together.setdefault(moment.received, []).append(at or _instant(moment.received))
    shifted = []
    for received, times in together.items():
        late = _instant(received) - max(times)
        shifted += [_shift(time, late) for time in times]
    return shifted


def _shift(time: datetime, by: timedelta) -> datetime:
    try:
        return time + by
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _read(text: str) -> datetime | None:
    try:
        return _instant(text)
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _seconds(before: datetime, after: datetime) -> float:
    return max(0.0, (after - before).total_seconds())
