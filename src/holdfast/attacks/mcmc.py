"""Metropolis–Hastings over snippets: catastrophes drawn by how likely they are and how well they evade.

The density of a snippet x is p(x) ** prior · exp(energy(x) / T), with p the generator's likelihood and the
energy the logarithm of the objective's value, so that at T = 1 a failure twice as egregious and as evasive is
drawn twice as often. (`lowest_score` is the energy as it stands, for it is minus log odds.) What is no
catastrophe has density 0. Metropolis, Rosenbluth, Rosenbluth, Teller and Teller 1953; Hastings 1970; for text
with word replacements, insertions and deletions: CGMH, arXiv 1811.10996. The moves are in `reversible`.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals.reversible import Kind, Moves, Phrases, Proposal, WordOdds
from holdfast.core.snippet import Units

KINDS: tuple[Kind, ...] = (
    *("replace",) * 4,
    *("insert",) * 3,
    *("delete",) * 3,
    *("swap", "move"),
    *("graft",) * 2,
    *("cut",) * 2,
)
"""The moves of a chain, each drawn as often as it is named; those of a pair of inverses equally often."""


@plain_dataclass(frozen=True, slots=True)
class State:
    """Where a chain stands: a snippet, its energy and log-likelihood, and the odds of words at its places."""

    units: Units
    energy: float
    log_prior: float
    odds: WordOdds


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class MCMC(Attack):
    """Runs `chains` Metropolis–Hastings chains from each seed, in step with each other.

    In each step every chain proposes one move, and takes it with the probability that leaves the density as
    it is. The `temperature` falls geometrically to `coldest` over `cooling` steps (None: it stays). After
    `steps` all chains start again from the seed, up to `restarts` times, or the attempt ends if it has found
    a failure. Words come from the generator at `word_temperature`, but for a `uniform_share` of them (all,
    where the target has no generator; the likelihood then counts for nothing). Phrases come from catastrophes
    among `donors` hard snippets of the task and as many stories.
    """

    name: ClassVar[str] = "mcmc"

    chains: Annotated[int, Field(ge=1)] = 4
    temperature: Annotated[float, Field(gt=0)] = 0.3
    coldest: Annotated[float | None, Field(gt=0)] = None
    cooling: Annotated[int, Field(ge=1)] = 200
    prior: Annotated[float, Field(ge=0)] = 0.1
    uniform_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    word_temperature: Annotated[float, Field(gt=0)] = 1.5
    donors: Annotated[int, Field(ge=0)] = 256
    steps: Annotated[int, Field(ge=1)] = 2000
    restarts: Annotated[int, Field(ge=0)] = 50

    def _prepare(self, session: Session) -> tuple[Phrases, bool]:
        linear = session.rules.objective == "lowest_score" and session.target.draws is None
        return Phrases(session.donors(self.donors)), linear

    def _search(self, attempt: LiveAttempt, prepared: tuple[Phrases, bool]) -> Search:
        phrases, linear = prepared
        moves = Moves(attempt.mask, attempt.limits, phrases, attempt.random, KINDS)
        energies = Energies(attempt, linear)
        for _ in attempt.climbs(self.restarts):
            seed = attempt.start.units
            log_priors = yield from self._log_priors(attempt, [seed])
            states = [(yield from self._state(attempt, seed, energies, log_priors))] * self.chains
            for step in range(self.steps):
                states = yield from self._step(attempt, states, moves, energies, self._heat(step))

    def _step(
        self,
        attempt: LiveAttempt,
        states: Sequence[State],
        moves: Moves,
        energies: Energies,
        heat: float,
    ) -> Generator[Request, Any, list[State]]:
        """One move of each chain, all scored in one request."""
        proposals = [moves.propose(state.units, state.odds) for state in states]
        yield from energies.learn([p.units for p in proposals if p is not None])
        possible = [p.units for p in proposals if p is not None and energies.of(p.units) > -math.inf]
        log_priors = yield from self._log_priors(attempt, possible)
        moved = []
        for state, proposal in zip(states, proposals, strict=True):
            taken = proposal if proposal is not None and proposal.units in possible else None
            if taken and self._accepts(state, taken, energies, log_priors, heat, attempt.random.random()):
                state = yield from self._state(attempt, taken.units, energies, log_priors)
            moved.append(state)
        return moved

    def _accepts(
        self,
        state: State,
        proposal: Proposal,
        energies: Energies,
        log_priors: Mapping[Units, float],
        heat: float,
        uniform: float,
    ) -> bool:
        """Metropolis and Hastings' rule; from a seed that is no catastrophe any catastrophe is taken."""
        if state.energy == -math.inf:
            return True
        log_prior = log_priors.get(proposal.units, 0.0) - state.log_prior
        rise = (energies.of(proposal.units) - state.energy) / heat + self.prior * log_prior
        return uniform < math.exp(min(0.0, rise + proposal.log_ratio))

    def _heat(self, step: int) -> float:
        if self.coldest is None:
            return self.temperature
        heat: float = self.temperature * (self.coldest / self.temperature) ** min(1.0, step / self.cooling)
        return heat

    def _state(
        self, attempt: LiveAttempt, units: Units, energies: Energies, log_priors: Mapping[Units, float]
    ) -> Generator[Request, Any, State]:
        alphabet = attempt.shared.alphabet
        odds = WordOdds(alphabet)
        if attempt.shared.knows_words and self.uniform_share < 1.0:
            log_probs = yield from attempt.word_log_probs(units)
            odds = WordOdds.of(alphabet, log_probs, self.word_temperature, self.uniform_share)
        return State(units, energies.of(units), log_priors.get(units, 0.0), odds)

    def _log_priors(
        self, attempt: LiveAttempt, units: Sequence[Units]
    ) -> Generator[Request, Any, dict[Units, float]]:
        if not self.prior or not attempt.shared.has_generator or not units:
            return {}
        found = yield from attempt.log_likelihood(units)
        return dict(zip(units, found.tolist(), strict=True))


class Energies:
    """The energy of every snippet that an attempt has met; -inf for one that is no catastrophe."""

    def __init__(self, attempt: LiveAttempt, linear: bool) -> None:
        self._attempt = attempt
        self._linear = linear
        self._known = {attempt.start.units: self._energy(attempt.start.value)}

    def of(self, units: Units) -> float:
        """The energy of a snippet that has been met."""
        return self._known.get(units, -math.inf)

    def learn(self, units: Sequence[Units]) -> Generator[Request, Any, None]:
        """Score the snippets not met before."""
        new = [t for t in dict.fromkeys(units) if t not in self._known]
        scored = yield from self._attempt.score(new)
        self._known.update(dict.fromkeys(new, -math.inf))
        self._known.update((c.units, self._energy(c.value)) for c in scored.candidates())

    def _energy(self, value: float) -> float:
        if self._linear or value == -math.inf:
            return value
        return math.log(max(value, 1e-300))
