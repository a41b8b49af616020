"""Proliferate: many distinct variants of one failure (the rapid response of arXiv 2411.07494).

There a language model was asked for variants of one jailbreak, to train on. Here the part that makes the
failure fail is isolated by deletions, and all the rest is varied: other prompts and clauses, other names and
things, other order, phrases filled in. No query is spent on a near duplicate of what was found already.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Scored, Search, Words
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.kindred import KindredWords, exchanged, kindred_words
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.minimal import minimal_places, runs
from holdfast.attacks.proposals.phrases import LONGEST, phrase_fills
from holdfast.attacks.proposals.spans import SpanEdits
from holdfast.core.clauses import ends_clause
from holdfast.core.likeness import Gallery
from holdfast.core.snippet import Units

Choice = TypeVar("Choice")

LONGEST_CHAIN = 12
"""Variations of one parent, one after another, before a step does without a variant of it."""

CROSSED_SHARE = 0.25
"""Share of the variations other than exchanges that take a whole part of a donor."""

LEFT_OUT_SHARE = 0.2
"""Share of rewritten spans that are left out."""


@plain_dataclass(frozen=True)
class Supply:
    """What variations are made of, the same for all attempts of a call."""

    donors: Sequence[Units]
    ends: frozenset[int]
    kindred: KindredWords
    limit: float
    prompts_alone: bool
    """Whether what follows a prompt is the filtered generator's to write."""

    def failing(self, attempt: LiveAttempt, scored: Scored) -> list[tuple[Units, float]]:
        """The failures among what was scored, with their log odds."""
        rows = zip(scored.units, scored.log_odds.tolist(), strict=True)
        if not self.prompts_alone:
            return [(units, log_odds) for units, log_odds in rows if log_odds < self.limit]
        found = {units.prompt for units in attempt.found}
        return [(units, log_odds) for units, log_odds in rows if units.prompt in found]


@plain_dataclass(frozen=True)
class Member:
    """A snippet to be varied, what of it must stay, and its log odds where it has been scored."""

    units: Units
    core: Mask
    log_odds: float = np.inf


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Proliferate(Attack):
    """From a failure as many others as it can, each less than `near` alike to every one found before.

    A seed that does not fail is first climbed from by the same variations, `width` candidates a step, with up
    to `restarts` new starts after `patience` steps without gain. Of the failure then found the core is what
    remains after chunks of `chunks` words have been deleted, and failures of the lowest log odds among
    `tournament` drawn are varied. A variant chains variations, 1 to `most_edits` and then until it is far
    from all that was found: a word exchanged for one of kindred company wherever it stands (with chance
    `exchanges`, or `climbing_exchanges`), another prompt or completion where the core leaves it alone, or a
    span outside of the core rewritten or left out. Prompts and spans are those of catastrophes among `donors`
    hard snippets of the task and as many stories. Every so manieth step (`phrases_every`; 0: none) begins
    with phrases that the generator writes into one of the parents, where the target has a generator.
    """

    name: ClassVar[str] = "proliferate"

    width: Annotated[int, Field(ge=1)] = 16
    near: Annotated[float, Field(gt=0, le=1)] = 0.6
    chunks: tuple[Annotated[int, Field(ge=1)], ...] = (8, 4, 2)
    most_edits: Annotated[int, Field(ge=1)] = 2
    exchanges: Annotated[float, Field(ge=0, le=1)] = 0.85
    climbing_exchanges: Annotated[float, Field(ge=0, le=1)] = 0.3
    phrases_every: Annotated[int, Field(ge=0)] = 8
    temperature: Annotated[float, Field(gt=0)] = 2.5
    tournament: Annotated[int, Field(ge=1)] = 4
    donors: Annotated[int, Field(ge=0)] = 256
    patience: Annotated[int, Field(ge=1)] = 20
    restarts: Annotated[int, Field(ge=0)] = 50

    def _prepare(self, session: Session) -> Supply:
        donors = session.donors(self.donors)
        alphabet = frozenset(session.surface.alphabet.tolist())
        kindred = kindred_words(donors, alphabet)
        limit, prompts_alone = session.limit, session.target.draws is not None
        return Supply(donors, session.ids_of(ends_clause), kindred, limit, prompts_alone)

    def _search(self, attempt: LiveAttempt, prepared: Supply) -> Search:
        variation = Variation(attempt, prepared, self)
        if not attempt.broken:
            for _ in attempt.climbs(self.restarts):
                yield from self._climb(attempt, variation)
        if attempt.broken:
            yield from self._spread(attempt, variation)

    def _climb(self, attempt: LiveAttempt, variation: Variation) -> Search:
        """Go uphill from the start until something fails, or nothing is gained any more."""
        current, stale = attempt.start, 0
        while stale < self.patience and not attempt.broken:
            members = [Member(current.units, attempt.mask)] * self.width
            variants = yield from variation.drawn(members, self.climbing_exchanges)
            better = yield from attempt.better([variant.units for variant in variants], than=current)
            current, stale = (current, stale + 1) if better is None else (better, 0)

    def _spread(self, attempt: LiveAttempt, variation: Variation) -> Search:
        """Vary failures outside of their cores, for ever."""
        members = [(yield from self._first(attempt, variation))]
        while True:
            parents = [self._winner(members, attempt) for _ in range(self.width)]
            variants = yield from variation.drawn(parents, self.exchanges)
            cores = {variant.units: variant.core for variant in variants}
            scored = yield from attempt.score(list(cores))
            for units, log_odds in variation.supply.failing(attempt, scored):
                variation.found(units)
                members.append(Member(units, cores.get(units, attempt.mask), log_odds))

    def _first(self, attempt: LiveAttempt, variation: Variation) -> Generator[Request, Any, Member]:
        """The failure to begin with: where the search stands if that fails, else the attempt's first."""
        start = attempt.start.units
        failure = start if start in attempt.found or attempt.first is None else attempt.first
        variation.found(failure)
        if not self.chunks:
            return Member(failure, attempt.mask)
        places = yield from minimal_places(attempt, failure, variation.supply.failing, self.chunks)
        return Member(failure, replace(attempt.mask, kept=runs(failure, places), side="anywhere"))

    def _winner(self, members: Sequence[Member], attempt: LiveAttempt) -> Member:
        """The failure of the lowest log odds of a few drawn at random: its variants are likeliest to pass."""
        draw = attempt.random
        drawn = (members[int(draw.random() * len(members))] for _ in range(self.tournament))
        return min(drawn, key=lambda member: member.log_odds)


class Variation:
    """Draws variants for one attempt, none near to a failure that it has found."""

    def __init__(self, attempt: LiveAttempt, supply: Supply, attack: Proliferate) -> None:
        self.supply = supply
        self._attempt = attempt
        self._attack = attack
        self._draw = attempt.random
        self._steps = 0
        self._gallery = Gallery()
        self._spans = SpanEdits(supply.ends, attempt.mask, attempt.limits, attempt.random)

    def found(self, units: Units) -> None:
        """Remember a failure, so that nothing like it is tried again."""
        self._gallery.keep(*units)

    def drawn(self, parents: Sequence[Member], exchanges: float) -> Generator[Request, Any, list[Member]]:
        """A variant of each parent that is far from all that was found, where a few variations bring one."""
        filled = yield from self._filled(parents)
        variants = (self._variant(parent, exchanges) for parent in [*filled, *parents[len(filled) :]])
        return [variant for variant in variants if variant is not None]

    def _variant(self, parent: Member, exchanges: float) -> Member | None:
        """A chain of variations, no longer than it takes to be far from all that was found."""
        variant, least = parent, 1 + int(self._draw.random() * self._attack.most_edits)
        for edits_made in range(1, 1 + LONGEST_CHAIN):
            variant = self._once(variant, exchanges)
            if edits_made < least or variant is parent:
                continue
            if not self._gallery.near(*variant.units, self._attack.near):
                return variant
        return None

    def _once(self, member: Member, exchanges: float) -> Member:
        """One variation; the member itself where the one drawn is not possible."""
        if self._draw.random() < exchanges:
            return self._exchanged(member)
        return self._crossed(member) if self._draw.random() < CROSSED_SHARE else self._rewritten(member)

    def _exchanged(self, member: Member) -> Member:
        """A word exchanged for one of its kin wherever it stands, in the core too."""
        mask, units = self._attempt.mask, member.units
        places = mask.positions(units)
        if not places:
            return member
        place = self._one_of(places)
        (word,) = edits.span(units, place, place + 1)
        other = self.supply.kindred.kin(word, self._draw)
        if other is None:
            return member
        kept = tuple(run if run in mask.kept else _renamed(run, word, other) for run in member.core.kept)
        core, changed = replace(member.core, kept=kept), exchanged(units, mask, word, other)
        return Member(changed, core) if self._keeps(core, changed) else member

    def _rewritten(self, member: Member) -> Member:
        """A clause of a donor written over or between words outside of the core, or such words left out."""
        units, core = member.units, member.core
        slots = core.slots(units)
        if not slots:
            return member
        slot = self._one_of(slots)
        place = slot - (slot > len(units.prompt))
        spare, stop = set(core.positions(units)), place
        end = len(units.prompt) if slot <= len(units.prompt) else len(units)
        while stop < end and stop in spare and stop - place < LONGEST:
            stop += 1
        stop = place + int(self._draw.random() * (stop - place + 1))
        left_out = not self.supply.donors or self._draw.random() < LEFT_OUT_SHARE
        words = () if left_out else self._spans.words_of(self._one_of(self.supply.donors))
        if words is None:
            return member
        if stop == place:
            changed = edits.insert(units, slot, words, self._attempt.limits)
        else:
            changed = edits.splice(units, place, stop, words, self._attempt.limits)
        fits = changed is not None and changed != units and self._keeps(core, changed)
        return Member(changed, core) if changed is not None and fits else member

    def _crossed(self, member: Member) -> Member:
        """A part of a donor in the place of one that the core leaves alone."""
        held = {part for part, _ in member.core.kept}
        free = [part for part in (0, 1) if part not in held]
        if not self.supply.donors or not free:
            return member
        donor, (prompt, completion) = self._one_of(self.supply.donors), member.units
        in_prompt = self._one_of(free) == 0
        crossed = Units(donor.prompt, completion) if in_prompt else Units(prompt, donor.completion)
        return Member(crossed, member.core) if self._keeps(member.core, crossed) else member

    def _filled(self, parents: Sequence[Member]) -> Generator[Request, Any, list[Member]]:
        """One of the parents with phrases of the generator's at one place, in some of the steps."""
        attempt, attack, parent = self._attempt, self._attack, parents[0]
        self._steps += 1
        places = parent.core.positions(parent.units)
        due = attack.phrases_every and self._steps % attack.phrases_every == 0
        writes = attempt.shared.has_generator and attempt.shared.takes_phrases
        if not due or not places or not writes:
            return []
        place, count = self._one_of(places), len(parents)
        written = yield from phrase_fills(attempt, parent.units, place, count, attack.temperature)
        return [Member(units, parent.core) for units in written if self._keeps(parent.core, units)]

    def _keeps(self, core: Mask, units: Units) -> bool:
        return core.allows(self._attempt.origin, units)

    def _one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self._draw.random() * len(choices))]


def _renamed(run: tuple[int, Words], word: int, other: int) -> tuple[int, Words]:
    part, words = run
    return part, tuple(other if each == word else each for each in words)
