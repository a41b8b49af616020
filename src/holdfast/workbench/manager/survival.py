"""Time to failure in active minutes: by the model that was written against, by writer, by tools.

A draft is watched from its beginning until it is accepted as a failure. One that is open, given up or waits
for reviewers is censored at the time it has had. By model it is also censored where another model came to be
served, and by tools where the writer went on with other tools: what came after is no longer a matter of the
first alone. Drafts given up are taken to fare like the rest, which is too hopeful for the writers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.survival import FailureTimes, kaplan_meier
from holdfast.store.workbench.work import DraftWork, SubmissionWork, TimeWork, Work
from holdfast.workbench.manager.overview import accepted
from holdfast.workbench.manager.rates import CONFIDENCE
from holdfast.workbench.manager.shapes import SurvivalCurve, SurvivalPoint, SurvivalShape


@dataclass(frozen=True)
class Watched:
    """How long a draft of a group was watched, and whether that ended with a failure."""

    group: str
    minutes: float
    found: bool


@dataclass(frozen=True)
class _Course:
    """A draft, the times booked to it in order, and the failure it led to."""

    draft: DraftWork
    times: tuple[TimeWork, ...]
    failure: SubmissionWork | None

    def watched(self, group: str, within: Callable[[int, int], bool]) -> Watched:
        """Up to where its session and round first leave the group."""
        seconds, found = 0.0, self.failure is not None
        for time in self.times:
            if not within(time.session, time.round):
                return Watched(group, seconds / 60, found=False)
            seconds += time.active_seconds
        if self.failure is not None:
            session = self.draft.session if self.failure.session is None else self.failure.session
            found = within(session, self.failure.round)
        return Watched(group, seconds / 60, found)


def survival(work: Work) -> SurvivalShape:
    """The three sets of curves."""
    courses, conditions = _courses(work), {one.id: one.condition for one in work.sessions}

    def by_model(one: _Course) -> Watched:
        begun = one.draft.round
        return one.watched(f"round {begun}", lambda _, round_: round_ == begun)

    def by_writer(one: _Course) -> Watched:
        return one.watched(work.names[one.draft.account], lambda *_: True)

    def by_condition(one: _Course) -> Watched:
        begun = conditions[one.draft.session]
        return one.watched(begun, lambda session, _: conditions[session] == begun)

    rounds = {f"round {one.draft.round}": one.draft.round for one in courses}
    return SurvivalShape(
        confidence=CONFIDENCE,
        by_model=curves(map(by_model, courses), rounds.__getitem__),
        by_writer=curves(map(by_writer, courses), str),
        by_condition=curves(map(by_condition, courses), str),
    )


def curves(watched: Iterable[Watched], order: Callable[[str], Hashable]) -> tuple[SurvivalCurve, ...]:
    """A curve for each group, in order."""
    groups: defaultdict[str, list[Watched]] = defaultdict(list)
    for one in watched:
        groups[one.group].append(one)
    return tuple(_curve(name, groups[name]) for name in sorted(groups, key=order))  # type: ignore[arg-type]


def _curve(group: str, watched: list[Watched]) -> SurvivalCurve:
    minutes = tuple(one.minutes for one in watched)
    times = FailureTimes(minutes, tuple(one.found for one in watched), max(minutes), "minutes")
    curve = kaplan_meier(times, CONFIDENCE)
    at_risk = times.at_risk(np.array(curve.times)).tolist()
    rows = zip(curve.times, curve.survival, curve.lower, curve.upper, at_risk, strict=True)
    return SurvivalCurve(
        group=group,
        drafts=len(times),
        failures=times.failures,
        median_minutes=curve.median.value,
        points=tuple(
            SurvivalPoint(minutes=time, surviving=share, low=low, high=high, at_risk=left)
            for time, share, low, high, left in rows
        ),
        censored=tuple(sorted(one.minutes for one in watched if not one.found)),
    )


def _courses(work: Work) -> list[_Course]:
    times: defaultdict[int, list[TimeWork]] = defaultdict(list)
    for time in work.times:
        times[time.draft].append(time)
    failures: Mapping[int, SubmissionWork] = {one.draft: one for one in accepted(work.submissions)}
    return [_Course(one, tuple(times[one.id]), failures.get(one.id)) for one in work.drafts]
