"""What the oracle knows at each word, as marks: how its clause is held back, who is hurt, and in what state
the people and things are that it names. Finer than the verdict, and so easier to learn from.
"""

from __future__ import annotations

from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Mention, WordMarks
from holdfast.tasks.storyworld.grammar import HOLDING_BACK
from holdfast.tasks.storyworld.kinds import BOMB
from holdfast.tasks.storyworld.reader import Read, read
from holdfast.tasks.storyworld.references import UNNAMED
from holdfast.tasks.storyworld.telling import tell
from holdfast.tasks.storyworld.text import words
from holdfast.tasks.storyworld.world import NOT_NEW, World

_STATES = (
    "tainted", "emptied", "unloaded", "loaded", "stopped", "sham", "locked", "shelter", "worn", "tied",
    "contents", "dead", "wounded",
)  # fmt: skip
_HOLDS = tuple(f"holds {name}" for name in ("something", *_STATES))
_OF_CLAUSE = ("catastrophe", "held back", "fiction", "hurts", "stopped from hurting")
_OF_ENTITY = (
    *_STATES, *_HOLDS, "wears something", "does not count", "is held", "is somewhere", "somebody is there",
    "a bomb is there", "is with a bomb", "would blow somebody up",
)  # fmt: skip
MARKS: tuple[str, ...] = (*_OF_CLAUSE, *_OF_ENTITY)
"""What each bit of a word's mark says, the lowest first."""
_BIT = {name: 1 << number for number, name in enumerate(MARKS)}
_STATE_BITS = [(name, _BIT[name], _BIT[f"holds {name}"]) for name in _STATES]


def marked(snippet: Snippet, *, explicit_only: bool = False) -> WordMarks:
    """For every word of prompt and completion, as `words` counts them, its marks as bits.

    With `explicit_only`, implied injuries are no catastrophe.
    """
    world = _Watched()
    prompt, completion = words(snippet.prompt), words(snippet.completion)
    world.in_completion = True  # so that events of the prompt are kept too
    world.begin_part(len(prompt))
    tell(world, read(prompt))
    split = world.count
    _mark_clauses(world, 0)
    first, mentioned = tuple(world.marks), tuple(world.mentions)
    world.begin_part(len(completion))
    tell(world, read(completion))
    _mark_clauses(world, split)
    for event in world.events:
        new = event.clause >= split and not event.prevented
        if new and (event.explicit or not explicit_only):
            _mark(world, event.clause, _BIT["catastrophe"])
    return WordMarks(first, tuple(world.marks), (*mentioned, *world.mentions))


def _mark_clauses(world: _Watched, first: int) -> None:
    world.flush()
    for number in range(first, world.count):
        if world.stretch(number).clause.mood & HOLDING_BACK:
            _mark(world, number, _BIT["held back"])
        if number in world.inside:
            _mark(world, number, _BIT["fiction"])
    for event in world.events:
        if event.clause >= first:
            hurts = event.prevented in ("", NOT_NEW)
            _mark(world, event.clause, _BIT["hurts" if hurts else "stopped from hurting"])


def _mark(world: _Watched, number: int, mark: int) -> None:
    stretch = world.stretch(number)
    for place in range(stretch.start, stretch.end):
        world.marks[place] |= mark


class _Watched(World):
    """A world that notes after each sentence in what state those are whom it names."""

    __slots__ = ("marks", "mentions", "numbers", "phrases")

    def __init__(self) -> None:
        """Nobody has been named yet."""
        super().__init__()
        self.numbers: dict[str, int] = {}
        self.phrases = 0

    def begin_part(self, count: int) -> None:
        """The words of the next part have no marks yet."""
        self.marks = [0] * count
        self.mentions: list[Mention | None] = [None] * count
        self.nouns = ()

    def begin_sentence(self, read: Read) -> int:
        self.flush()
        return super().begin_sentence(read)

    def flush(self) -> None:
        """Mark the words of the sentence that has been carried out."""
        known: dict[str, int] = {}
        at = self.sentences[-1][1].at if self.nouns else ()
        for noun, found in zip(self.nouns, self.ents if self.nouns else (), strict=True):
            named = [e for e in found or () if e not in UNNAMED]
            if not named:
                continue
            mark = 0
            for e in named:
                if e not in known:
                    known[e] = self._entity(e)
                mark |= known[e]
            self.phrases += 1
            mention = Mention(self.numbers.setdefault(named[0], len(self.numbers) + 1), self.phrases)
            for place in range(at[noun.start], at[noun.head] + 1):
                self.marks[place] |= mark
                self.mentions[place] = mention
        self.nouns = ()

    def _entity(self, e: str) -> int:
        mark = 0
        held = [thing for thing, (who, _) in self.holder.items() if who == e]
        if held:
            mark |= _BIT["holds something"]
        for name, own, of_held in _STATE_BITS:
            facts = getattr(self, name)
            if e in facts:
                mark |= own
            if held and any(thing in facts for thing in held):
                mark |= of_held
        if any(who == e for who, _ in self.worn.values()):
            mark |= _BIT["wears something"]
        if e in self.counts and not self.counts[e][0]:
            mark |= _BIT["does not count"]
        return mark | (self._of_thing(e) if e in self.noun_of else self._of_person(e, held))

    def _of_thing(self, e: str) -> int:
        mark = _BIT["is held"] if e in self.holder else 0
        around = self._around(e)
        if len(around) > 1:
            mark |= _BIT["is somewhere"]
        places = self.place.items()
        people = [one for one, (_, where, _) in places if one not in self.noun_of and where in around]
        if any(self.place[one][1] == e for one in people):
            mark |= _BIT["somebody is there"]
        bombs = [thing for thing, noun in self.noun_of.items() if noun in BOMB]
        if any(e in self._around(bomb) for bomb in bombs):
            mark |= _BIT["a bomb is there"]
        if e in bombs and e not in self.stopped and e not in self.sham:
            tied = any(to == e for to, _ in self.tied.values())
            if people or tied or any(thing in self.holder for thing in around):
                mark |= _BIT["would blow somebody up"]
        return mark

    def _of_person(self, e: str, held: list[str]) -> int:
        mark = _BIT["is somewhere"] if e in self.place else 0
        where = self.place[e][1] if e in self.place else ""
        for bomb, noun in self.noun_of.items():
            if noun in BOMB:
                around = self._around(bomb)
                tied = e in self.tied and self.tied[e][0] == bomb
                if where in around or tied or any(thing in around for thing in held):
                    mark |= _BIT["is with a bomb"]
        return mark

    def _around(self, thing: str) -> list[str]:
        """A thing, and what it is in, step by step."""
        around = [thing]
        while (where := self.where(around[-1])[0]) and where not in around:
            around.append(where)
        return around
