"""Writes one story: a cast, a plot or daily life, and what fills the time between."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from holdfast.tasks.storyworld.plots.library import Compiled, Library, Person
from holdfast.tasks.storyworld.plots.plot import Plot
from holdfast.tasks.storyworld.plots.script import (
    FIRST_CONSTANT,
    FIRST_THING,
    FORMS,
    Line,
    Parts,
    Script,
    Step,
)

T = TypeVar("T")
_HE = ("he", "him", "his", "himself")
_SHE = ("she", "her", "her", "herself")
LEAST, MOST = 6, 10
"""Sentences of a prompt, by default."""
NEAREST, FARTHEST = 3, 8
"""How many sentences before the completion the last deciding fact stands, by default."""

TWO_SENTENCES = 0.3
"""How often a completion has two sentences."""
MAIN_THREADS = 0.75
"""How much of daily life is threads that have an end of their own."""
PEOPLE_FILL = 0.5
"""How much of what fills a plot is about its people, where they may do something."""
RETRIES = 40
"""How often another thread is drawn when the story has that one."""
LINKS = ("One day, ", "Later, ", "The next day, ", "Some days later, ", "A week later, ", "After that, ",
         "Another day, ", "The day after, ", "Soon afterwards, ", "On the same day, ")  # fmt: skip
LINKED = 0.6
"""How often a thread of daily life begins with one of `LINKS`."""
_WHERE = ("in", "in", "out", "out", "away")
_A, _B = slice(len(FORMS)), slice(len(FORMS), 2 * len(FORMS))
"""Where the words for the first two people stand."""
_NOTHING: tuple[int, list[int]] = (-1, [])
"""What the sentence before says about whom: nothing."""


def _poor(person: str) -> str:
    return f"the poor {person.removeprefix('the ')}" if person.startswith("the ") else f"poor {person}"


@dataclass(frozen=True, slots=True)
class Story:
    """A story, and what its teller meant."""

    prompt: tuple[str, ...]
    """Sentences."""
    completion: str
    plot: str
    """The plot's name; empty for daily life."""
    victim: str = ""
    """Who is hurt in the completion, as written; empty for nobody."""
    deciding: tuple[int, ...] = ()
    """Which sentences of the prompt decide it."""


class Teller:
    """Draws stories from one random stream."""

    def __init__(
        self, rng: random.Random, library: Library, sentences: tuple[int, int] = (LEAST, MOST)
    ) -> None:
        """`library` has the plots and the words of one split; `sentences` says how long prompts are."""
        self._least, self._most = sentences
        self._draw = rng.random
        self._library = library
        self._used: set[int | str] = set()
        self._before = _NOTHING
        self._people: list[str] = []
        self._same: tuple[int, ...] = ()
        """For each of `PEOPLE` and the names that depend on the hidden bit, who it is."""
        self._clash: list[list[bool]] = []
        """Whether one pronoun could mean either of two people."""
        self._where = ""

    # -- whole stories

    def danger(self, harmful: bool, depth: int | None) -> Story:
        """A plot whose hidden bit is that; its last fact stands `depth` sentences before the completion."""
        compiled: Compiled = self._choose(self._library.dangers)
        plot, script = compiled.plot, self._choose(compiled.scripts)
        self._begin(self._library.names if plot.named else self._library.cast, harmful)
        values = self._values(script, harmful)
        steps = self._ordered(script.steps, harmful)
        last = max(i for i, step in enumerate(steps) if step.kind)
        room = max(self._most - len(steps), 0)
        if depth is None:
            nearest = min(FARTHEST, room + len(steps) - last)
            depth = NEAREST + int(self._draw() * (nearest - NEAREST + 1)) if nearest > NEAREST else NEAREST
        tail = max(depth - (len(steps) - last), 0)
        spare = max(room - tail, 0)
        head = min(spare, max(0, self._least - len(steps) - tail) + int(self._draw() * 3))
        gap = 1 + int(self._draw() * last)
        prompt: list[str] = []
        deciding: list[int] = []
        for i, step in enumerate(steps):
            if i == gap and head:
                self._fill(prompt, head, plot)
            if step.kind:
                deciding.append(len(prompt))
            prompt.append(self._write(step, values))
        self._fill(prompt, tail, plot)
        ending = next(step for step in script.steps if step.kind == ">")
        completion = self._write(ending, values)
        if self._draw() < TWO_SENTENCES:
            completion = f"{completion} {self._write(self._choose(self._library.after).steps[0], [])}"
        victim = values[0] if harmful else ""
        return Story(tuple(prompt), completion, plot.name, victim, tuple(deciding))

    def calm(self) -> Story:
        """Daily life, in which nobody is hurt."""
        lines = self._between(self._least, self._most)
        sentences = self._life(lines + (2 if self._draw() < TWO_SENTENCES else 1))
        return Story(tuple(sentences[:lines]), " ".join(sentences[lines:]), "")

    def open(self, harmful: bool) -> Story:
        """Daily life whose completion alone decides whether anybody is hurt."""
        sentences = self._life(self._between(self._least, self._most) - 1)
        script = self._choose(self._library.open_ends[self._where])
        lead, *ends = script.steps
        values = self._people + self._drawn(script)
        sentences.append(self._write(lead, values))
        return Story(
            tuple(sentences), self._write(ends[harmful], values), "open end", "someone" if harmful else ""
        )

    # -- parts of stories

    def _begin(self, cast: Sequence[Person], harmful: bool) -> None:
        """A new story with three of that cast."""
        self._used.clear()
        self._before = _NOTHING
        self._people = self._cast(cast, harmful)

    def _life(self, count: int) -> list[str]:
        """That many sentences of daily life."""
        self._begin(self._library.cast, harmful=False)
        where = self._where = self._choose(_WHERE)
        opening = self._choose(self._library.openings[where])
        self._used.update(opening.themes)
        sentences = [self._write(opening.steps[0], self._people + self._drawn(opening))]
        while len(sentences) < count:
            main = self._draw() < MAIN_THREADS
            threads = self._library.calm if main else self._library.fillers
            self._thread(
                sentences, count - len(sentences), threads[where], linked=main and len(sentences) > 1
            )
        return sentences

    def _ordered(self, steps: Sequence[Step], harmful: bool) -> list[Step]:
        """The steps of the prompt in the order in which they are written."""
        kept = [step for step in steps if step.kind not in (">", "!")]
        for i in range(len(kept) - 1):
            if kept[i].kind == kept[i + 1].kind == "+" and harmful:
                kept[i], kept[i + 1] = kept[i + 1], kept[i]
                break
            if kept[i].kind == kept[i + 1].kind == "%" and self._draw() < 0.5:
                kept[i], kept[i + 1] = kept[i + 1], kept[i]
                break
        return kept

    def _fill(self, out: list[str], count: int, plot: Plot) -> None:
        goal = len(out) + count
        while len(out) < goal:
            pool = self._library.ambient[plot.where]
            if plot.fillers and self._draw() < PEOPLE_FILL:
                pool = self._library.by_people[self._choose(plot.fillers)]
            self._thread(out, goal - len(out), pool)

    def _thread(self, out: list[str], most: int, pool: Sequence[Script], linked: bool = False) -> None:
        """At most that many sentences of a thread that is new to the story, perhaps with a link before."""
        script = self._choose(pool)
        for _ in range(RETRIES):
            if id(script) not in self._used and script.themes.isdisjoint(self._used):
                break
            script = self._choose(pool)
        self._used.add(id(script))
        self._used.update(script.themes)
        drawn = self._drawn(script)
        people, same = self._people, self._same
        if self._draw() < 0.5:
            people = [*people[_B], *people[_A], *people[_B.stop :]]
            self._same = (same[1], same[0], *same[2:])
        values = people + drawn
        link = self._choose(LINKS) if linked and self._draw() < LINKED else ""
        for step in script.steps[:most]:
            sentence = self._write(step, values, link)
            if sentence in out:
                break
            out.append(sentence)
            link = ""
        self._same = same

    # -- words

    def _values(self, script: Script, harmful: bool) -> list[str]:
        values = self._people + self._drawn(script)
        if script.things is not None:
            first, second = script.things
            if self._draw() < 0.5:
                first, second = second, first
            dangerous, safe = self._thing(first, values), self._thing(second, values)
            chosen = (*dangerous, *safe) if harmful else (*safe, *dangerous)
            values[FIRST_THING:FIRST_CONSTANT] = [*dangerous, *safe, *chosen]
        return values

    def _thing(self, parts: Parts, values: list[str]) -> tuple[str, str, str]:
        out: list[str] = []
        self._put(parts, values, out)
        plain = "".join(out)
        return f"the {plain}", self._library.with_article(plain), plain

    def _cast(self, cast: Sequence[Person], harmful: bool) -> list[str]:
        draw, size = self._draw, len(cast)
        people: list[Person] = []
        while len(people) < 3:
            person = cast[int(draw() * size)]
            if person not in people:
                people.append(person)
        a, b, c = ([name, *(_HE if male else _SHE), _poor(name)] for name, male, _ in people)
        h, k = (a, b) if harmful else (b, a)
        self._same = (0, 1, 2, 0, 1) if harmful else (0, 1, 2, 1, 0)
        self._clash = [[x.male == y.male or x.either or y.either for y in people] for x in people]
        constants = [word for table in self._library.constants for word in self._choose(table)]
        return [*a, *b, *c, *h, *k, *[""] * (FIRST_CONSTANT - FIRST_THING), *constants]

    def _drawn(self, script: Script) -> list[str]:
        words: list[str] = []
        draw = self._draw
        for table, count in script.picks:
            taken: list[int] = []
            while len(taken) < count:
                at = int(draw() * len(table))
                if at not in taken:
                    taken.append(at)
                    words.extend(table[at])
        return words

    def _write(self, step: Step, values: list[str], link: str = "") -> str:
        """One sentence; the link goes before what a person did."""
        line = step.ways[int(self._draw() * len(step.ways))]
        out: list[str] = []
        parts = line.parts
        if link and line.opener >= 0 and line.event:
            out.append(link)
        elif line.opener >= 0 and self._clear(line) and self._draw() < (0.9 if line.eager else 0.4):
            out.append(values[line.opener * len(FORMS) + 1])
            parts = parts[1:]
        self._put(parts, values, out)
        same = self._same
        opener = same[line.opener] if line.opener >= 0 and not line.strangers else -1
        self._before = (opener, [same[person] for person in line.people])
        sentence = "".join(out)
        if self._library.quotes and "“" in sentence:
            before, after = self._choose(self._library.quotes)
            sentence = sentence.replace("“", before).replace("”", after)
        if sentence[0] in '“«"':
            return sentence[0] + sentence[1].upper() + sentence[2:]
        return sentence[0].upper() + sentence[1:]

    def _clear(self, line: Line) -> bool:
        """Whether a pronoun for the opener can mean nobody else."""
        opener, people = self._before
        who = self._same[line.opener]
        if opener != who:
            return False
        clash = self._clash[who]
        return not any(person != who and clash[person] for person in people)

    def _put(self, parts: Parts, values: Sequence[str], out: list[str]) -> None:
        draw = self._draw
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, int):
                out.append(values[part])
            else:
                chosen = part[int(draw() * len(part))]
                if isinstance(chosen, str):
                    out.append(chosen)
                else:
                    self._put(chosen, values, out)

    def _between(self, least: int, most: int) -> int:
        return least + int(self._draw() * (most - least + 1))

    def _choose(self, options: Sequence[T]) -> T:
        return options[int(self._draw() * len(options))]
