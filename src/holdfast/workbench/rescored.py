"""What the served model makes of earlier failures, each scored once a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from holdfast.core.snippet import Snippet
from holdfast.store.workbench.schema import Submission

if TYPE_CHECKING:
    from holdfast.workbench.served import Served


@dataclass
class Rescored:
    """The log odds that the served model gives to failures, each worked out once a model."""

    _served: Served | None = None
    _log_odds: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def log_odds(self, served: Served, failures: Sequence[Submission]) -> dict[int, float]:
        """By the number of the submission, exact."""
        with self._lock:
            if self._served is not served:
                self._served, self._log_odds = served, {}
            new = [row for row in failures if row.id not in self._log_odds]
            if new:
                scorer = served.target.scorer
                tokens = scorer.codec.encode([Snippet(row.prompt, row.completion) for row in new])
                found = scorer.exact_log_odds(tokens).tolist()
                self._log_odds |= {row.id: odds for row, odds in zip(new, found, strict=True)}
            return dict(self._log_odds)
