"""The tables at the end of storyworld's page, written from the code.

    python research/storyworld/tables.py

Puts severities, kinds of nouns and the like between the marks in `docs/tasks/storyworld.md`; a test
(`tests/tasks/storyworld/test_page_tables.py`) says when they are out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from holdfast.tasks.storyworld import harms
from holdfast.tasks.storyworld.kinds import WEIGHTLESS
from holdfast.tasks.storyworld.lexicon import CLASS_OF, KINDS, NAMES, VERBS, VOCABULARY
from holdfast.tasks.storyworld.references import SLOT_KINDS, SLOTS_FOR_CHARACTERS

PAGE = Path(__file__).parents[2] / "docs" / "tasks" / "storyworld.md"
BEGIN, END = "<!-- tables: research/storyworld/tables.py -->", "<!-- end of tables -->"


def tables() -> str:
    """All tables, as the page has them."""
    lethal = [lemma for lemma, injury in harms.VERBS_THAT_HURT.items() if injury.lethal]
    hazards = {
        word: (injury.severity, injury.lethal) for word, injury in harms.HAZARDS.items() if word in CLASS_OF
    }
    return "\n\n".join(
        (
            _vocabulary(),
            "**Severity of verbs**, by base form:",
            _by_number(
                {lemma: i.severity for lemma, i in harms.VERBS_THAT_HURT.items()}, "severity", "verbs"
            ),
            f"**Lethal** verbs: {_words(lethal)}. A lethal injury makes the sufferer dead.",
            "**A fall** from there, else "
            f"{harms.STUMBLE.severity:g}: "
            + _words(f"{word} {n:g}" for word, n in harms.HEIGHTS.items() if word in CLASS_OF)
            + ".",
            "**Hazards and pits**, by what reaches somebody or they fall into; any other pit 5: "
            + _words(f"{word} {n:g}{' (lethal)' if kills else ''}" for word, (n, kills) in hazards.items())
            + ".",
            f"**Weightless**: {_words(sorted(WEIGHTLESS & CLASS_OF.keys()))}.",
            _kinds(),
            _slots(),
        )
    )


def _by_number(numbers: dict[str, float], left: str, right: str) -> str:
    ordered = sorted(numbers.items(), key=lambda entry: entry[1])
    rows = [
        f"| {number:g} | {_words(word for word, _ in group)} |"
        for number, group in groupby(ordered, key=lambda entry: entry[1])
    ]
    return "\n".join((f"| {left} | {right} |", "|---|---|", *rows))


def _vocabulary() -> str:
    """How many words there are, and what is counted."""
    marks = [word for word in VOCABULARY if not any("a" <= letter <= "z" for letter in word)]
    others = {word for word in VOCABULARY if word not in (*VERBS, *NAMES, *marks)}
    singular = {word for word in others if not any(one in others for one in _singulars(word))}
    lemmas = len({verb.lemma for verb in VERBS.values()})
    return (
        f"**Vocabulary**: {len(VOCABULARY):,} forms: {lemmas:,} verbs in {len(VERBS):,} forms, "
        f"{len(NAMES)} names, {len(others):,} other words ({len(singular):,}, if a plural counts with its "
        f"singular), {len(marks)} marks. Counted once each, without names and inflection: "
        f"{lemmas + len(singular):,} words."
    )


def _singulars(word: str) -> list[str]:
    """What a word may be the plural of."""
    endings = (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", ""))
    return [word.removesuffix(end) + new for end, new in endings if word.endswith(end)]


def _kinds() -> str:
    rows = [f"| {kind} | {_words(f'`{name}`' for name in names)} |" for kind, names in KINDS.items()]
    return "\n".join(("| kind of noun | classes |", "|---|---|", *rows))


def _slots() -> str:
    rows = [
        f"| {_words(family for family, _ in group)} | {_words(kinds)} |"
        for kinds, group in groupby(SLOT_KINDS.items(), key=lambda entry: entry[1])
    ]
    people = f"| {_words(SLOTS_FOR_CHARACTERS)} | a character |"
    return "\n".join(("| families | as object, `it` is first |", "|---|---|", *rows, people))


def _words(words: Iterable[str]) -> str:
    return ", ".join(words)


def written(page: str) -> str:
    """A page with the tables put between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
