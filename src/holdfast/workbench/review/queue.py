"""Who reviews what next: nearest to decision first, then oldest, and no two people on work for one.

An item that was shown to somebody is *offered* to them for a while. Others are shown it only while it needs
more labels than it has and than are on offer, or when they have nothing else to do: an offer saves work, and
decides nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic

from holdfast.store.workbench.reviews import Waiting

OFFER_SECONDS = 300.0


class Offers:
    """Which reviewer is looking at what; kept in memory alone."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._offered: dict[int, dict[int, float]] = {}
        """Submission → account → when."""

    def choose(self, account: int, waiting: Sequence[Waiting], needed: int) -> int | None:
        """The submission to show to a reviewer, of those that wait for them in order; None if none does."""
        with self._lock:
            self._forget_old()
            free = (each for each in waiting if each.labels + self._others(each.submission, account) < needed)
            chosen = next(free, waiting[0] if waiting else None)
            if chosen is None:
                return None
            self._withdraw(account)
            self._offered.setdefault(chosen.submission, {})[account] = self._clock()
            return chosen.submission

    def done(self, account: int) -> None:
        """The reviewer is through with what was offered."""
        with self._lock:
            self._withdraw(account)

    def _others(self, submission: int, account: int) -> int:
        return len(self._offered.get(submission, {}).keys() - {account})

    def _withdraw(self, account: int) -> None:
        for accounts in self._offered.values():
            accounts.pop(account, None)

    def _forget_old(self) -> None:
        oldest = self._clock() - OFFER_SECONDS
        self._offered = {
            submission: fresh
            for submission, accounts in self._offered.items()
            if (fresh := {account: at for account, at in accounts.items() if at > oldest})
        }
