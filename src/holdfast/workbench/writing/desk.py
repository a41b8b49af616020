"""The desk: what writing remembers between calls. The database holds all of it that must last."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock

from holdfast.store.workbench.schema import WritingSession
from holdfast.workbench.access.limit import TryLimit
from holdfast.workbench.rescored import Rescored
from holdfast.workbench.writing.likeness import EarlierTexts
from holdfast.workbench.writing.pools import Pools

MOST_REMARKS = 10
"""Comments and disputes that an account may write in a minute."""


@dataclass
class Desk:
    """One workbench's memory of its writers."""

    sessions: dict[int, WritingSession] = field(default_factory=dict)
    """The session that each writer is in, by account."""
    earlier: EarlierTexts = field(default_factory=EarlierTexts)
    pools: Pools = field(default_factory=Pools)
    rescored: Rescored = field(default_factory=Rescored)
    submitting: RLock = field(default_factory=RLock)
    """Held from the look at earlier submissions to the keeping of a new one."""
    remarks: TryLimit = field(default_factory=lambda: TryLimit(most=MOST_REMARKS, seconds=60.0))
    """Comments and disputes, by account."""
    starting: RLock = field(default_factory=RLock)
    """Held while a writing session is looked up or started."""
