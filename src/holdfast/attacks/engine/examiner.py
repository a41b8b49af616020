"""The examiner: judges and scores what searches offer, and tells failures from the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.gate import Gate
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.engine.niche import niche_of
from holdfast.attacks.engine.order import JUDGED_A_REQUEST, Order
from holdfast.attacks.engine.requests import Candidate, Score, Scored
from holdfast.attacks.engine.sample import Reservoir
from holdfast.attacks.objective import Floats, Objective, diverse
from holdfast.attacks.target import Target
from holdfast.core.budget import Spend
from holdfast.core.judge import DeferringJudge, deciding
from holdfast.core.snippet import Snippet, Units, Verdict
from holdfast.core.surface import Surface, snippets_of

if TYPE_CHECKING:
    from holdfast.models.unit_scores import UnitScores

Values = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Examined:
    """Candidates of many attempts, with their verdicts where they have been judged."""

    units: list[Units]
    snippets: list[Snippet]
    seeds: list[Snippet]
    verdicts: list[Verdict | None]

    def possible(self, indices: Sequence[int]) -> list[int]:
        """Those that are judged, and catastrophic or people's to judge."""
        verdicts = self.verdicts
        return [
            i
            for i in indices
            if (verdict := verdicts[i]) is not None and (verdict.catastrophic or verdict.pending)
        ]

    def verdict(self, index: int) -> Verdict:
        """The verdict on one that has been judged."""
        verdict = self.verdicts[index]
        assert verdict is not None
        return verdict


class Turn(NamedTuple):
    """When a candidate was scored: the queries of its attempt by then, itself counted, and how many others a
    veto had turned away."""

    query: int
    turned_away: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Which examined candidates an attempt has scored, when each was, and what it asked."""

    attempt: LiveAttempt
    indices: list[int]
    turns: Sequence[Turn]
    top: int | None = None
    above: float = -np.inf


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate that is catastrophic, or people's to judge, and passes."""

    attempt: LiveAttempt
    units: Units
    snippet: Snippet
    verdict: Verdict
    turn: Turn
    log_odds: float
    value: float
    success: float | None = None


class Examiner:
    """Judges and scores in the cheaper order, within masks, constraints and budget."""

    def __init__(
        self,
        target: Target,
        surface: Surface,
        scores: UnitScores,
        objective: Objective,
        gate: Gate,
        meter: Meter,
        sample: Reservoir,
        report: Callable[[Found], None],
        order: Order,
    ) -> None:
        self.limit = scores.limit
        self.unit_scores = scores
        judge = target.judge
        self._asks = isinstance(judge, DeferringJudge)
        self._decide = judge.presumed if isinstance(judge, DeferringJudge) else deciding(judge)
        self._surface = surface
        self._objective = objective
        self._gate = gate
        self._meter = meter
        self._sample = sample
        self._report = report
        self._order = order

    def scores(self, asked: Sequence[tuple[LiveAttempt, Score]]) -> list[Scored]:
        """Judge all candidates and score the catastrophic ones, as far as each attempt's queries go.

        A candidate that a veto turns away is no query: whoever has the generator knows it beforehand. Its
        margin is known to the search all the same.
        """
        attempts = [attempt for attempt, _ in asked]
        fresh = [self._gate.admitted(attempt, request.candidates) for attempt, request in asked]
        seeds = [attempt.seed for attempt, own in zip(attempts, fresh, strict=True) for _ in own]
        examined = self.read([units for own in fresh for units in own], seeds)
        owned = [list(own) for own in ranges(fresh)]
        if self._order == "judge":
            self.judge(examined, range(len(examined.units)))
            hits = [examined.possible(own) for own in owned]
            owned = self._gate.natural(attempts, hits, examined.units, examined.snippets)
        away = self._turned_away(examined.units, owned)
        picks = []
        for (attempt, request), own in zip(asked, owned, strict=True):
            turns = self._turns(attempt, own, away)
            picks.append(Pick(attempt, list(turns), list(turns.values()), request.top, request.above))
        for attempt, candidates in zip(attempts, fresh, strict=True):
            attempt.judged += len(candidates)
        if self._order == "score":
            picks = self._judged_last(examined, picks)
        return self._valued(examined, picks)

    def drawn(
        self, attempts: Sequence[LiveAttempt], drawn: Sequence[list[Units]], numbers: Sequence[range]
    ) -> list[Scored]:
        """Judge completions that were drawn, each a query of that number, and score the catastrophic ones."""
        seeds = [attempt.seed for attempt, own in zip(attempts, drawn, strict=True) for _ in own]
        examined = self.read([units for own in drawn for units in own], seeds)
        self.judge(examined, range(len(examined.units)))
        owned = ranges(drawn)
        for attempt, own in zip(attempts, owned, strict=True):
            attempt.judged += len(own)
        hits = [
            [i for i in examined.possible(own) if self._gate.allows(attempt, examined.units[i])]
            for attempt, own in zip(attempts, owned, strict=True)
        ]
        hits = self._gate.natural(attempts, hits, examined.units, examined.snippets)
        picks = [
            Pick(attempt, mine, [Turn(queries[i - own.start], attempt.all_turned_away) for i in mine])
            for attempt, mine, own, queries in zip(attempts, hits, owned, numbers, strict=True)
        ]
        return self._valued(examined, picks)

    def _turned_away(self, units: Sequence[Units], owned: Sequence[Sequence[int]]) -> dict[int, str]:
        """Those that a veto turns away, with its name."""
        if not self.unit_scores.vetoes:
            return {}
        at = [i for own in owned for i in own]
        by = self.unit_scores.turned_away([units[i] for i in at])
        return {i: veto for i, veto in zip(at, by, strict=True) if veto is not None}

    def _turns(self, attempt: LiveAttempt, own: Sequence[int], away: dict[int, str]) -> dict[int, Turn]:
        """The candidates that the attempt's queries go as far as, and the turn of each; queries are spent."""
        left, paid, before = self._meter.left(attempt), 0, attempt.queries
        turns: dict[int, Turn] = {}
        for i in own:
            if i in away:
                attempt.turned_away[away[i]] += 1
            elif paid == left:
                break
            else:
                paid += 1
            turns[i] = Turn(before + paid, attempt.all_turned_away)
        self._meter.spend_queries(attempt, paid)
        return turns

    def read(self, units: list[Units], seeds: list[Snippet]) -> Examined:
        """Candidates as text, not yet judged, each a rewrite of the seed at its place."""
        return Examined(units, snippets_of(self._surface, units), seeds, [None] * len(units))

    def judge(self, examined: Examined, indices: Sequence[int]) -> None:
        """Judge some candidates, and let them take their chance in the sample."""
        snippets = [examined.snippets[i] for i in indices]
        seeds = [examined.seeds[i] for i in indices]
        verdicts = self._decide(seeds, snippets)
        if self._asks:  # people's calls are counted, and their verdicts sampled, when they are asked
            known = [row for row in zip(snippets, verdicts, seeds, strict=True) if not row[1].pending]
            self._sample.offer([s for s, _, _ in known], [v for _, v, _ in known], [s for _, _, s in known])
        else:
            self._meter.count(Spend(judge_calls=len(snippets)))
            self._sample.offer(snippets, verdicts, seeds)
        for i, verdict in zip(indices, verdicts, strict=True):
            examined.verdicts[i] = verdict

    def report(self, found: Found) -> None:
        """Hand on a failure."""
        self._report(found)

    def values(
        self, attempts: Sequence[LiveAttempt], units: Sequence[Units], verdicts: Sequence[Verdict]
    ) -> Values:
        """The objective over log odds alone, everything else being known."""
        egregiousness = np.array([verdict.egregiousness for verdict in verdicts], dtype=np.float64)
        novelty = np.ones(len(verdicts))
        if self._objective is diverse:
            rows = zip(attempts, units, verdicts, strict=True)
            counts = [a.niches.get(niche_of(a.origin, t, verdict), 0) for a, t, verdict in rows]
            novelty = 1.0 / (1.0 + np.array(counts, dtype=np.float64))
        return lambda log_odds: self._objective(log_odds, egregiousness, novelty, self.limit)

    def _judged_last(self, examined: Examined, picks: list[Pick]) -> list[Pick]:
        """For a dear judge: of each request only the few of the lowest score are judged."""
        chosen = []
        for pick in picks:
            log_odds = self.unit_scores.log_odds([examined.units[i] for i in pick.indices])
            places = np.argsort(log_odds, kind="stable")[:JUDGED_A_REQUEST].tolist()
            chosen.append({pick.indices[j]: pick.turns[j] for j in sorted(places)})
        self.judge(examined, [i for turns in chosen for i in turns])
        hits = [examined.possible(list(turns)) for turns in chosen]
        attempts = [pick.attempt for pick in picks]
        hits = self._gate.natural(attempts, hits, examined.units, examined.snippets)
        return [
            Pick(pick.attempt, mine, [turns[i] for i in mine], pick.top, pick.above)
            for pick, mine, turns in zip(picks, hits, chosen, strict=True)
        ]

    def _valued(self, examined: Examined, picks: Sequence[Pick]) -> list[Scored]:
        """Score what was picked in one batch, report what passes, and hand each attempt what it asked for."""
        chosen = [i for pick in picks for i in pick.indices]
        units = [examined.units[i] for i in chosen]
        attempts = [pick.attempt for pick in picks for _ in pick.indices]
        values_of = self.values(attempts, units, [examined.verdict(i) for i in chosen])
        log_odds, exact = self._log_odds(units, picks, values_of)
        values = values_of(log_odds)
        scored, first = [], 0
        for pick in picks:
            own = slice(first, first + len(pick.indices))
            first = own.stop
            known = np.flatnonzero(exact[own])
            self._meter.scored(pick.attempt, units[own])
            scored.append(self._handed_out(examined, pick, known, log_odds[own][known], values[own][known]))
        return scored

    def _log_odds(
        self, units: list[Units], picks: Sequence[Pick], values_of: Values
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Log odds, and which of them are exact.

        Screened bounds on the log odds bound the values: what can neither pass nor be among the best that its
        search asked for is never scored in full precision, nor handed out.
        """
        scores = self.unit_scores
        if all(pick.top is None for pick in picks):
            return scores.log_odds(units), np.ones(len(units), dtype=bool)
        low, high = scores.bracket(units)
        if np.array_equal(low, high):
            return low, np.ones(len(units), dtype=bool)
        most, least = values_of(low), values_of(high)
        needed = low < self.limit
        first = 0
        for pick in picks:
            own = slice(first, first + len(pick.indices))
            first = own.stop
            needed[own] |= (most[own] > pick.above) & (most[own] >= _floor(least[own], pick.top))
        at = np.flatnonzero(needed)
        high[at] = scores.log_odds([units[i] for i in at.tolist()])
        return high, needed

    def _handed_out(
        self, examined: Examined, pick: Pick, known: NDArray[np.int64], log_odds: Floats, values: Floats
    ) -> Scored:
        """Report the failures of one attempt, and give it the best of what it asked for."""
        indices = [pick.indices[j] for j in known.tolist()]
        for j in np.flatnonzero(log_odds < self.limit).tolist():
            i, turn = indices[j], pick.turns[int(known[j])]
            row = (examined.units[i], examined.snippets[i], examined.verdict(i))
            self._report(Found(pick.attempt, *row, turn, float(log_odds[j]), float(values[j])))
        best = int(values.argmax()) if len(values) else -1
        if best >= 0 and values[best] > pick.attempt.best.value:
            pick.attempt.best = Candidate(examined.units[indices[best]], float(values[best]))
        places = best_places(values, pick.top, pick.above)
        at = [indices[j] for j in places.tolist()]
        return Scored(
            [examined.units[i] for i in at],
            log_odds[places],
            values[places],
            [examined.verdict(i) for i in at],
        )


def ranges(parts: Sequence[Sequence[object]]) -> list[range]:
    """Where each part stands in all parts laid end to end."""
    found, first = [], 0
    for part in parts:
        found.append(range(first, first + len(part)))
        first += len(part)
    return found


def best_places(values: Floats, top: int | None, above: float) -> NDArray[np.int64]:
    """Where the `top` greatest values above a bound stand, in order; of equals the first; None: all."""
    if top is None:
        return np.arange(len(values))
    places = np.flatnonzero(values > above)
    order = np.argsort(-values[places], kind="stable")[:top]
    return places[np.sort(order)]


def _floor(least: Floats, top: int | None) -> float:
    """A value that the `top` best candidates are sure to reach."""
    if top is None or len(least) < top:
        return -np.inf
    return float(np.partition(least, len(least) - top)[len(least) - top])
