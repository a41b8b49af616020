"""The tool ablation: how much faster writers find failures with all tools than under each other condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.evaluation.common_ratio import common_ratio
from holdfast.evaluation.hourly import HourlyRate
from holdfast.store.workbench.work import Work
from holdfast.workbench.manager.overview import accepted
from holdfast.workbench.manager.rates import CONFIDENCE, NOTHING, failures_per_hour, ratio_shape
from holdfast.workbench.manager.shapes import RateShape, ToolRow, ToolsShape

ALL = "all"

ASSUMES = (
    "Only sessions whose tools were assigned at random count. A failure and each second of work count for the"
    " session in which they occurred. Rates have exact Poisson limits. The ratio compares each writer only"
    " with themselves, so writers may differ. It assumes that tools speed up all writers by the same factor,"
    " and that a writer's failures occur independently, at a constant rate under each condition. Newer models"
    " are harder; the limits assume that the random assignment spreads them evenly over the conditions."
)
_NOT_ASSIGNED = "No session has been assigned at random yet: choose several tool conditions in the settings."
_NO_ALL = "No session with all tools was assigned at random, so there is nothing to compare with."
_NOT_PAIRED = "No writer has worked both with all tools and {}."

_SAID: dict[str, str] = {
    "none": "without tools",
    "without_saliency": "without saliency",
    "without_suggestions": "without suggestions",
    "without_phrase_fill": "without phrase fill",
}

_Cell = tuple[int, str]
"""Writer and condition."""


@dataclass(frozen=True)
class _Tally:
    """What came of the sessions that chance assigned."""

    sessions: Counter[str]
    drafts: Counter[str]
    seconds: Counter[_Cell]
    failures: Counter[_Cell]

    @classmethod
    def of(cls, work: Work) -> _Tally:
        cells = {one.id: (one.account, one.condition) for one in work.sessions if one.drawn}
        seconds: Counter[_Cell] = Counter()
        for time in work.times:
            if time.session in cells:
                seconds[cells[time.session]] += time.active_seconds  # type: ignore[assignment]  # a float
        found = [one.session for one in accepted(work.submissions)]
        return cls(
            sessions=Counter(condition for _, condition in cells.values()),
            drafts=Counter(cells[one.session][1] for one in work.drafts if one.session in cells),
            seconds=seconds,
            failures=Counter(cells[session] for session in found if session in cells),
        )

    def row(self, condition: str) -> ToolRow:
        hours = sum(spent for (_, name), spent in self.seconds.items() if name == condition) / 3600
        failures = sum(count for (_, name), count in self.failures.items() if name == condition)
        return ToolRow(
            condition=condition,
            sessions=self.sessions[condition],
            drafts=self.drafts[condition],
            failures=failures,
            active_hours=hours,
            failures_per_hour=failures_per_hour(failures, hours),
            speed_ratio=NOTHING if condition == ALL else self._ratio(condition),
        )

    def _ratio(self, condition: str) -> RateShape:
        """All tools over this condition, within the writers who have worked under both."""
        writers = sorted(writer for writer, name in self.seconds if name == condition)
        both = [w for w in writers if self.seconds[w, ALL] > 0 and self.seconds[w, condition] > 0]
        pairs = [(self._rate(w, ALL), self._rate(w, condition)) for w in both]
        return ratio_shape(common_ratio(pairs, CONFIDENCE)) if pairs else NOTHING

    def _rate(self, writer: int, condition: str) -> HourlyRate:
        return HourlyRate(self.failures[writer, condition], self.seconds[writer, condition] / 3600)


def tools(work: Work) -> ToolsShape:
    """The ablation, all tools first."""
    tally = _Tally.of(work)
    rows = [tally.row(condition) for condition in sorted(tally.sessions, key=lambda one: (one != ALL, one))]
    return ToolsShape(confidence=CONFIDENCE, rows=tuple(rows), note=_note(rows))


def _note(rows: Sequence[ToolRow]) -> str:
    if not rows:
        return _NOT_ASSIGNED
    if all(row.condition != ALL or not row.active_hours for row in rows):
        return f"{_NO_ALL} {ASSUMES}"
    lacking = [
        _SAID.get(row.condition, row.condition)
        for row in rows
        if row.condition != ALL and row.speed_ratio == NOTHING
    ]
    return f"{_NOT_PAIRED.format(' or '.join(lacking))} {ASSUMES}" if lacking else ASSUMES
