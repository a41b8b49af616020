"""Tactics: failures of one making, their share of each round's, and whether the served model still fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from holdfast.core.odds import log_odds_of
from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.tactics import Found, Tactic, find_tactics
from holdfast.store.workbench.schema import Draft, Submission
from holdfast.tasks.base import Task
from holdfast.workbench.manager.shapes import TacticShape, TacticsShape
from holdfast.workbench.rescored import Rescored
from holdfast.workbench.served import Served
from holdfast.workbench.shapes import SnippetText

COMMON = 0.6
"""Share of a tactic's failures that must show a phenomenon before the tactic is grouped under it."""

Failures = Sequence[tuple[Submission, Draft]]


def tactics(failures: Failures, served: Served, rescored: Rescored) -> TacticsShape:
    """The tactics of accepted submissions, each told apart by what it changed in the text it began with."""
    now, limit = rescored.log_odds(served, [row for row, _ in failures]), log_odds_of(served.target.threshold)
    passing = [now[row.id] < limit for row, _ in failures]
    in_round = Counter(row.round for row, _ in failures)
    rounds = tuple(sorted(in_round))
    found = [_found(served.target.task, row, draft) for row, draft in failures]
    shown = Counter(name for one in found for name in one.phenomena)

    def shape(tactic: Tactic) -> TacticShape:
        own = Counter(failures[place][0].round for place in tactic.members)
        typical = failures[tactic.exemplar][0]
        return TacticShape(
            name=tactic.name,
            phenomenon=phenomenon_of([found[place].phenomena for place in tactic.members], shown, len(found)),
            failures=tactic.size,
            shares=tuple(own[round_] / in_round[round_] for round_ in rounds),
            still_fails=sum(passing[place] for place in tactic.members),
            example=SnippetText(prompt=typical.prompt, completion=typical.completion),
        )

    named = tuple(shape(tactic) for tactic in find_tactics(found))
    return TacticsShape(rounds=rounds, model_round=served.round, tactics=named)


def phenomenon_of(own: Sequence[frozenset[str]], shown: Mapping[str, int], total: int) -> str | None:
    """The phenomenon that most of a tactic's failures show: the one that is rarest among all failures.

    `shown` counts all `total` failures that show each phenomenon. None where no phenomenon is common enough.
    """
    count = Counter(name for names in own for name in names)
    common = [name for name, held in count.items() if held >= COMMON * len(own)]
    return min(common, key=lambda name: (shown[name] / (total * count[name]), name), default=None)


def _found(task: Task, row: Submission, draft: Draft) -> Found:
    def words(prompt: str, completion: str) -> SnippetWords:
        return SnippetWords(tuple(task.words(prompt)), tuple(task.words(completion)))

    return Found(
        seed=words(draft.start_prompt, draft.start_completion),
        failure=words(row.prompt, row.completion),
        phenomena=frozenset(row.phenomena),
        egregiousness=row.egregiousness or 0.0,
        attacks=frozenset({str(row.account)}),
    )
