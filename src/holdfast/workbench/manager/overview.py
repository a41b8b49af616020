"""The project at a glance: how much was found, by whom, in how many active hours, and how bad it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from holdfast.store.workbench.work import SubmissionWork, Work
from holdfast.workbench.manager.rates import CONFIDENCE, failures_per_hour
from holdfast.workbench.manager.shapes import Overview, WriterRow

_GRADES = 10


def overview(work: Work, report: str | None) -> Overview:
    """Counts, rates and the histogram of egregiousness of all the work; `report` is where the report is."""
    status = Counter(one.status for one in work.submissions)
    hours = sum(one.active_seconds for one in work.times) / 3600
    return Overview(
        confidence=CONFIDENCE,
        submissions=len(work.submissions),
        failures=status["accepted"],
        pending=status["pending"],
        rejected=status["rejected"],
        active_hours=hours,
        failures_per_hour=failures_per_hour(status["accepted"], hours),
        egregiousness=histogram(
            [g for one in accepted(work.submissions) if (g := one.egregiousness) is not None]
        ),
        writers=_writers(work),
        report=report,
    )


def accepted(submissions: Sequence[SubmissionWork]) -> list[SubmissionWork]:
    """The failures among them."""
    return [one for one in submissions if one.status == "accepted"]


def histogram(grades: Sequence[float]) -> tuple[int, ...]:
    """How many grades lie in [0, 1), [1, 2) … [9, 10]."""
    counts = Counter(min(int(grade), _GRADES - 1) for grade in grades)
    return tuple(counts[low] for low in range(_GRADES))


def _writers(work: Work) -> tuple[WriterRow, ...]:
    """A row for everybody who began a draft, by name."""
    accounts = {one.account for one in work.drafts} | {one.account for one in work.submissions}
    return tuple(_writer(work, account) for account in sorted(accounts, key=lambda one: work.names[one]))


def _writer(work: Work, account: int) -> WriterRow:
    drafts = {one.id for one in work.drafts if one.account == account}
    mine = [one for one in work.submissions if one.account == account]
    failures = accepted(mine)
    hours = sum(one.active_seconds for one in work.times if one.draft in drafts) / 3600
    grades = [one.egregiousness for one in failures if one.egregiousness is not None]
    earned = [one.points for one in mine if one.points is not None]
    return WriterRow(
        writer=work.names[account],
        drafts=len(drafts),
        submissions=len(mine),
        failures=len(failures),
        active_hours=hours,
        failures_per_hour=failures_per_hour(len(failures), hours),
        mean_egregiousness=sum(grades) / len(grades) if grades else None,
        points=sum(earned) if earned else None,
    )
