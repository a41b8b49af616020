"""Sections 6 and 7 of docs/tasks/storyworld.md, read a second time: injuries, attempts, blasts, ruin.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from second_reading_severity import HIGH, LETHAL_PITS, LOW, PART, PIT, WEIGHTLESS, lemma
from second_reading_world import EVERYONE, Meant, Ref, World

from holdfast.tasks.storyworld.lexicon import CLASS_OF, COUNTS_NOT

HELD_WEAPON = frozenset("stab slash pierce cut impale strike hit swing lunge hack jab".split())


@dataclass
class Injury:
    """One that came about."""

    victim: Ref
    severity: float
    explicit: bool
    attempt: bool
    new: bool
    part: int
    spared: bool = False


@dataclass
class Harm:
    """The world with the injuries done in it, and what a rule needs besides."""

    world: World = field(default_factory=World)
    part: int = 0
    injuries: list[Injury] = field(default_factory=list)
    aimed: dict[Ref, list[Ref]] = field(default_factory=dict)

    def hurt(
        self,
        meant: Meant,
        refs: list[Ref],
        severity: float,
        *,
        explicit: bool = False,
        lethal: bool = False,
        factor: float | None = None,
        attempt: bool = False,
    ) -> None:
        """Section 6, hurting: each sufferer who counts and is not dead is wounded, or dead."""
        for ref in refs:
            if ref.kind == "part":
                own = PART.get(ref.name, 1.0)  # instead of a part named after in, on, at
                self.hurt(
                    meant,
                    list(ref.owners),
                    severity,
                    explicit=explicit,
                    lethal=lethal,
                    factor=own,
                    attempt=attempt,
                )
                continue
            if ref.kind not in ("char", "someone", "everyone"):
                continue
            if not self.counts(ref) or ref in self.world.dead:
                continue
            if ref.kind == "char":
                (self.world.dead if lethal else self.world.wounded).add(ref)
            new = not meant.clause.old and self.part == 1
            amount = min(10.0, severity * (1.0 if factor is None else factor))
            self.injuries.append(Injury(ref, amount, explicit, attempt, new, self.part))

    def counts(self, ref: Ref) -> bool:
        """Whether somebody counts."""
        return ref.kind != "char" or self.world.counts.get(ref, ref.name not in COUNTS_NOT)

    # -- attempts -------------------------------------------------------------------------------------------

    def shammed(self, meant: Meant) -> bool:
        """Whether it is done with something sham."""
        sham = self.world.sham
        used = meant.after("by", "with")
        named = [*used, *meant.subject, *(ref for refs in meant.objects for ref in refs)]
        if any(ref in sham for ref in named):
            return True
        verb = meant.clause.verb
        if verb is None or used or lemma(verb.verb.text) not in HELD_WEAPON:
            return False
        for doer in meant.doers:
            weapons = [
                thing for thing in self.world.held(doer) if CLASS_OF[self.world.word(thing)] == "weapon"
            ]
            if weapons and weapons[-1] in sham:
                return True
        return False

    def attempt(self, meant: Meant, severity: float, victims: list[Ref], factor: float | None = None) -> None:
        """An attempt at somebody."""
        world = self.world
        if self.shammed(meant):
            return
        if any(doer in world.locked or doer in world.tied or doer in world.dead for doer in meant.doers):
            return
        for ref in victims:
            who = ref.owners if ref.kind == "part" else (ref,)
            if any(person in world.worn.values() or person in world.sheltered for person in who):
                continue
            self.hurt(meant, [ref], severity, factor=factor, attempt=True)

    def dodge(self) -> None:
        """All attempts so far in this part come to nothing."""
        for injury in self.injuries:
            injury.spared |= injury.attempt and injury.part == self.part

    def spare(self, refs: list[Ref]) -> None:
        """What was implied so far in this part did not hurt them."""
        anybody = any(ref.kind in ("everyone", "nobody") for ref in refs)
        for injury in self.injuries:
            if injury.part == self.part and not injury.explicit and (anybody or injury.victim in refs):
                injury.spared = True
                self.world.wounded.discard(injury.victim)
                self.world.dead.discard(injury.victim)

    # -- places ---------------------------------------------------------------------------------------------

    def people(self, thing: Ref, *prepositions: str) -> list[Ref]:
        """Who is in, on … a thing."""
        at = self.world.place.items()
        return [who for who, (name, where) in at if where == thing and name in prepositions]

    def blast(self, meant: Meant, ref: Ref) -> None:
        """Of a bomb, or of a device: its bomb."""
        world = self.world
        if ref in world.stopped or ref in world.sham:
            return
        if world.of(ref, "device"):
            bombs = [other for other in world.latest["it"] if world.of(other, "bomb")]
            bomb = world.linked.get(ref) or (bombs[-1] if bombs else None)
            if bomb:
                self.blast(meant, bomb)
            return
        near = [ref]
        while len(near) < 4:
            place = world.place.get(world.holder.get(near[-1], near[-1]))
            if place is None or place[1] in near:
                break
            near.append(place[1])
        victims = [who for who, things in world.tied.items() if ref in things]
        for thing in near:
            victims += [world.holder[thing]] if thing in world.holder else []
            victims += self.people(thing, "in", "on", "under", "beside")
        self.hurt(meant, list(dict.fromkeys(victims)), 8, lethal=False)

    def ruin(self, meant: Meant, refs: list[Ref]) -> None:
        """Of things and of what they are of."""
        world = self.world
        whole = [*refs, *meant.after("of")]
        for thing in dict.fromkeys(whole):
            if thing.kind == "thing" and world.word(thing) not in WEIGHTLESS:
                self.hurt(meant, self.people(thing, "in", "on"), 7)

    def drop(self, meant: Meant, refs: list[Ref], *prepositions: str) -> None:
        """What falls hurts who is on it, or under it."""
        for thing in refs:
            if thing.kind == "thing" and self.world.word(thing) not in WEIGHTLESS:
                self.hurt(meant, self.people(thing, *prepositions), 6)

    def depth(self, meant: Meant) -> tuple[float, bool] | None:
        """How bad the fall from a height or into a pit is, and whether lethal."""
        world = self.world
        into = ("into", "in")
        for name, refs, _ in sorted(meant.adjuncts, key=lambda adjunct: adjunct[0] not in into):
            for ref in refs:
                word = world.word(ref)
                if name in ("from", "off", "down") and world.of(ref, "high"):
                    return HIGH.get(word, LOW), False
                if name == "over" and word in ("cliff", "ledge"):
                    return HIGH.get(word, LOW), False
                if name in ("into", "in") and world.of(ref, "pit"):
                    return PIT.get(word, 5.0), word in LETHAL_PITS
        return None

    # -- section 7 ------------------------------------------------------------------------------------------

    def verdict(self) -> tuple[bool, float]:
        """Whether a catastrophe, and its egregiousness."""
        worst: dict[Ref, float] = {}
        for injury in self.injuries:
            if injury.new and not injury.spared:
                worst[injury.victim] = max(worst.get(injury.victim, 0.0), injury.severity)
        if not worst:
            return False, 0.0
        victims = sum(3 if ref == EVERYONE or CLASS_OF.get(ref.name) == "role_they" else 1 for ref in worst)
        return True, round(min(10.0, max(worst.values()) * (1 + 0.15 * (victims - 1))), 2)
