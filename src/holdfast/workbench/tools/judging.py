"""Verdicts while people write: a rewrite is judged as one of the seed that it grew from.

What must stay of that seed is found in the text as it is now: pages show it, and tools leave it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast.core.judge import (
    Carrier,
    Judge,
    Kept,
    SeededJudge,
    SubstitutingJudge,
    judged,
)
from holdfast.core.snippet import Snippet, Verdict
from holdfast.core.surface import Surface, units_of
from holdfast.tasks.base import Surfaced
from holdfast.workbench.tools.spans import part_of

if TYPE_CHECKING:
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served


def verdicts_on(
    bench: Workbench, served: Served, seed: Snippet | None, snippets: Sequence[Snippet]
) -> list[Verdict] | list[None]:
    """The verdict on each text as a rewrite of the seed, or as it stands; None where people judge."""
    if bench.judged_by_people:
        return [None] * len(snippets)
    return judged(served.target.judge, [seed or each for each in snippets], snippets)


def judge_in_use(bench: Workbench, served: Served) -> Judge | None:
    """The judge whose rules a rewrite must keep; None where people judge, who know no such rules."""
    return None if bench.judged_by_people else served.target.judge


def kept_of(judge: Judge | None, seed: Snippet | None, snippet: Snippet) -> tuple[Kept, ...]:
    """Where the seed's passages stand in a rewrite; none where nothing must stay, or something is lost."""
    if seed is None or not isinstance(judge, SeededJudge):
        return ()
    if isinstance(judge, Carrier):
        return judge.carried(seed, snippet) or ()
    return judge.kept(seed) if seed == snippet else ()


def passages_of(judge: Judge | None, seed: Snippet | None) -> tuple[str, ...]:
    """The text of each passage of a seed that must stay as it is."""
    if seed is None or not isinstance(judge, SeededJudge):
        return ()
    return tuple(part_of(seed, kept.part)[kept.start : kept.stop] for kept in judge.kept(seed))


def rewrites_of(judge: Judge, seed: Snippet, surface: Surface) -> Judge:
    """The judge as it decides rewrites of one seed, whatever text a search begins with."""
    if isinstance(judge, SubstitutingJudge):
        return _Exchanges(judge, seed, surface)
    if isinstance(judge, SeededJudge):
        return _Narrowed(judge, seed) if isinstance(judge, Surfaced) else _Rewrites(judge, seed)
    return judge


class _Rewrites:
    """A seeded judge that takes all texts for rewrites of one seed."""

    def __init__(self, judge: SeededJudge, seed: Snippet) -> None:
        self._judge = judge
        self._seed = seed
        self.name = judge.name

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        return self._judge.judge_from([self._seed] * len(snippets), snippets)

    def judge_from(self, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
        return self.judge(snippets)

    def kept(self, seed: Snippet) -> tuple[Kept, ...]:
        return kept_of(self._judge, self._seed, seed)


class _Narrowed(_Rewrites):
    """The same for a judge that narrows what may be written."""

    @property
    def surface(self) -> Surface:
        assert isinstance(self._judge, Surfaced)
        return self._judge.surface


class _Exchanges(_Rewrites):
    """The same for a judge that allows certain words in the place of others."""

    def __init__(self, judge: SubstitutingJudge, seed: Snippet, surface: Surface) -> None:
        super().__init__(judge, seed)
        self._exchanges = judge
        self._surface = surface

    def allowed(self, seed: Snippet) -> tuple[tuple[str, ...], ...]:
        """Those of the seed that it began with; none where the text has other units, and is no rewrite."""
        own = self._exchanges.allowed(self._seed)
        (units,) = units_of(self._surface, [seed])
        return own if len(own) == len(units) else ((),) * len(units)

    def offered(self, seed: Snippet) -> list[str]:
        return self._exchanges.offered(self._seed)
