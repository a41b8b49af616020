"""The notation in which plots are written, and what it compiles to.

A script is a text of lines. A line is one sentence, in several ways set apart by ` / `:

    {A} filled {P} with [tea|cider] for {B}. / {B} got {a fruit1} from {A}.

`{A}` is a person (`{A.he}`, `{A.him}`, `{A.his}`, `{A.self}`, `{A.poor}`; `{A.He}` a pronoun where it is clear, or else the
name), `{P}` a thing (`{a P}` with an indefinite article,
`{P.n}` without any), `{fruit1}` a word drawn once for the whole script, `<fruit>` one drawn for this place alone
(of `CONSTANTS`: once for the whole story),
`[x|y]` a choice. A line's first sign says what it is for: `*` a deciding fact; `%` one that may change
places with its neighbour; `+` one of two whose order decides; `>` the completion, `!` the completion when somebody
is hurt (where that differs); none: it belongs to the scene. A way that
starts with `~` is a held-out pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PEOPLE = "ABCHK"
"""Three people, and two names for the first two that depend on the hidden bit (`plot.py`)."""
FORMS = ("", ".he", ".him", ".his", ".self", ".poor")
THINGS = "PQDE"
CONSTANTS = ("town", "season")
"""Tables that a story draws from once, so that no village becomes a town and no spring an autumn."""
FIRST_THING = len(FORMS) * len(PEOPLE)
FIRST_CONSTANT = FIRST_THING + 3 * len(THINGS)
SLOTS: Mapping[str, int] = {
    **{person + form: len(FORMS) * i + j for i, person in enumerate(PEOPLE) for j, form in enumerate(FORMS)},
    **{
        form.format(thing): FIRST_THING + 3 * i + j
        for i, thing in enumerate(THINGS)
        for j, form in enumerate(("{}", "a {}", "{}.n"))
    },
}
"""Where the words for each slot stand in a list of values."""
FIRST_PICK = FIRST_CONSTANT + 2 * len(CONSTANTS)
"""Where a script's own words begin: each a pair, without and with an indefinite article."""

Part = str | int | tuple["str | Parts", ...]
Parts = tuple["Part", ...]
Table = tuple[tuple[str, str], ...]
"""Words, each without and with an indefinite article."""

_MARK = re.compile(r"\{([^}]+)\}|\[([^\]]+)\]|<([^>]+)>")
_LASTING = re.compile(
    r"\{[AB]\}(?:'s)? (?:had|was|were|could|owned|knew|kept|liked|missed|thought|wanted|helped) "
)
"""How a sentence starts that says how things are or had been, and not what happened."""
_PICK = re.compile(r"(a )?([a-z_]+)(\d)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One way to write a sentence."""

    parts: Parts
    opener: int
    """Which of `PEOPLE` stands first in it; -1 for none."""
    eager: bool
    """Whether a pronoun should stand for that person, if it is clear whom it means."""
    people: frozenset[int]
    """Which of `PEOPLE` it mentions."""
    strangers: bool
    """Whether it mentions anyone else."""
    event: bool
    """Whether it says what the opener did, so that `a week later` may stand before it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of a script, in every way that it may be written."""

    kind: str
    ways: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """Sentences that follow from one another, with the words to draw for them."""

    steps: tuple[Step, ...]
    themes: frozenset[str]
    """What a story should hold only one script of, such as weather: a line that starts with `@`."""
    picks: tuple[tuple[Table, int], ...]
    """For each run of slots, in order: the table, and how many different words of it."""
    things: tuple[Parts, Parts] | None
    """What {P} and {Q} are."""


@dataclass(frozen=True)
class Notation:
    """What compiles scripts: the tables of words, and who counts as a person in plain text."""

    tables: Mapping[str, Table]
    roles: frozenset[str]
    held_out: bool = False
    """Whether held-out ways alone are kept, where a line has any; otherwise none is."""

    def script(self, text: str, pair: str = "") -> Script:
        """Compile a script, whose {P} and {Q} are that pair; a line without a usable way is an error."""
        picks = self._picks(f"{text} {pair}")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        themes = frozenset(lines.pop(0)[1:].split() if lines[0].startswith("@") else ())
        steps = tuple(self._step(line, picks) for line in lines)
        drawn = tuple((self.tables[name], number) for name, (_, number) in picks.items())
        first, _, second = pair.partition(" | ")
        things = (self.parts(first, picks), self.parts(second, picks)) if pair else None
        return Script(steps, themes, drawn, things)

    def parts(self, text: str, picks: Mapping[str, tuple[int, int]]) -> Parts:
        """The pieces of one way of writing something."""
        pieces: list[Part] = []
        end = 0
        for match in _MARK.finditer(text):
            if match.start() > end:
                pieces.append(text[end : match.start()])
            slot, choice, table = match.groups()
            if slot:
                pieces.append(self._slot(slot, picks))
            elif choice is not None:
                pieces.append(tuple(self._option(option, picks) for option in choice.split("|")))
            else:
                article, name = table.startswith("a "), table.removeprefix("a ")
                if name in CONSTANTS:
                    pieces.append(FIRST_CONSTANT + 2 * CONSTANTS.index(name) + article)
                else:
                    pieces.append(tuple(entry[article] for entry in self.tables[name]))
            end = match.end()
        return (*pieces, text[end:]) if end < len(text) else tuple(pieces)

    def _option(self, text: str, picks: Mapping[str, tuple[int, int]]) -> str | Parts:
        return self.parts(text, picks) if _MARK.search(text) else text

    def _slot(self, slot: str, picks: Mapping[str, tuple[int, int]]) -> int:
        known = SLOTS.get(slot.replace(".He", ""))
        if known is not None:
            return known
        match = _PICK.match(slot)
        if match is None:
            raise ValueError(f"no slot {{{slot}}}")
        article, name, number = match.groups()
        first, _ = picks[name]
        return first + 2 * (int(number) - 1) + bool(article)

    def _picks(self, text: str) -> dict[str, tuple[int, int]]:
        numbers: dict[str, int] = {}
        for slot in re.findall(r"\{([^}]+)\}", text):
            match = _PICK.match(slot)
            if match:
                numbers[match[2]] = max(numbers.get(match[2], 0), int(match[3]))
        first, picks = FIRST_PICK, {}
        for name, number in numbers.items():
            picks[name] = (first, number)
            first += 2 * number
        return picks

    def _step(self, line: str, picks: Mapping[str, tuple[int, int]]) -> Step:
        kind = line[0] if line[0] in "*%+>!" else ""
        ways = [way.strip() for way in line[len(kind) :].split(" / ")]
        held = [way[1:] for way in ways if way.startswith("~")]
        usual = [way for way in ways if not way.startswith("~")]
        kept = held if self.held_out and held else usual
        if not kept:
            raise ValueError(f"no way is left to write: {line}")
        return Step(kind, tuple(self._line(way, picks) for way in kept))

    def _line(self, way: str, picks: Mapping[str, tuple[int, int]]) -> Line:
        people = frozenset(PEOPLE.index(person) for person in re.findall(r"\{([ABCHK])[.}]", way))
        first = re.match(r"\{([ABCHK])(\.He)?\}(?!'s|,| and )", way)
        strangers = "role_" in way or not self.roles.isdisjoint(re.findall(r"[a-z]+", way.lower()))
        return Line(
            self.parts(way, picks),
            PEOPLE.index(first[1]) if first else -1,
            bool(first and first[2]),
            people,
            strangers,
            _LASTING.match(way) is None,
        )
