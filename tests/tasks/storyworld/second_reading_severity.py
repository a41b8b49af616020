"""The tables of docs/tasks/storyworld.md (section 11), and section 7: how bad each injury is.

Read from the page itself, so that whoever has the page has these numbers.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.tasks.storyworld.lexicon import VERBS, of_kind

_PAGE = Path(__file__).parents[3] / "docs" / "tasks" / "storyworld.md"
_TABLES = _PAGE.read_text(encoding="utf-8").partition("## 11. Tables")[2]


def _list(title: str) -> list[str]:
    """The entries after a title in bold, up to the next full stop."""
    line = next(line for line in _TABLES.splitlines() if line.startswith(f"**{title}"))
    entries = re.split(r": ", line, maxsplit=1)[1]
    return [entry.strip() for entry in re.split(r"\.(?:\s|$)", entries)[0].split(",")]


def _rows(header: str) -> list[list[str]]:
    """The rows of the table under a header, each cell a text."""
    lines = _TABLES.partition(f"| {header} |")[2].splitlines()[2:]
    rows: list[list[str]] = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _numbers(entries: list[str]) -> dict[str, float]:
    return {entry.split()[0]: float(entry.split()[1]) for entry in entries}


VERB = {verb: float(number) for number, verbs in _rows("severity | verbs") for verb in verbs.split(", ")}
LETHAL = frozenset(_list("Lethal"))
HIGH = _numbers(_list("A fall"))
LOW = 3.5
PIT = _numbers(_list("Hazards"))
LETHAL_PITS = frozenset(entry.split()[0] for entry in _list("Hazards") if entry.endswith("(lethal)"))
WEIGHTLESS = frozenset(_list("Weightless"))
SLOTS = {
    family: frozenset[str]().union(*(of_kind(kind) for kind in kinds.split(", ")))
    for families, kinds in _rows("families | as object, `it` is first")
    if kinds != "a character"
    for family in families.split(", ")
}
SLOTS_FOR_CHARACTERS = next(
    families.split(", ")
    for families, kinds in _rows("families | as object, `it` is first")
    if kinds == "a character"
)
PART = {
    **dict.fromkeys("neck throat skull heart".split(), 1.6),
    **dict.fromkeys("face head eye chest back stomach".split(), 1.3),
    **dict.fromkeys("hand foot finger toe thumb ear ankle wrist".split(), 0.7),
}


def severity(word: str) -> float:
    """How bad it is what a form of a verb says."""
    return VERB.get(lemma(word), 0.0)


def lemma(word: str) -> str:
    """The base form of a verb."""
    return VERBS[word].lemma if word in VERBS else word
