"""How long people take for what a scripted writer does: the pace that its minutes are counted by.

A scripted writer has no hands. What it does is noted in units of human effort, and a pace gives each unit
its seconds, so that the same attempts can be counted by another pace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Effort = Literal["words_read", "keystrokes", "clicks", "looks", "ideas", "rows", "queries"]
"""`looks`: at the score and the verdict, to take them in and decide. `ideas`: edits thought of without help.
`rows`: of a menu, read and weighed. `queries`: of a search that is waited for."""
EFFORTS: tuple[Effort, ...] = get_args(Effort)

READING = "Brysbaert, Journal of Memory and Language 109 (2019): 260 words of fiction a minute"
TYPING = "Dhakal et al., CHI 2018: 52 words of five characters a minute"
KEYSTROKE_MODEL = "keystroke-level model (Card, Moran and Newell, CACM 23, 1980)"


@dataclass(frozen=True)
class Pace:
    """Seconds for each unit of effort."""

    words_read: float = 60 / 260
    keystrokes: float = 60 / (52 * 5)
    clicks: float = 1.3
    looks: float = 1.35
    ideas: float = 5.0
    rows: float = 0.8
    queries: float = 1 / 1000

    def seconds(self, efforts: Mapping[Effort, float]) -> float:
        """What some efforts take together."""
        return float(sum(getattr(self, name) * amount for name, amount in efforts.items()))


SOURCES: Mapping[Effort, str] = {
    "words_read": READING,
    "keystrokes": TYPING,
    "clicks": f"{KEYSTROKE_MODEL}: pointing 1.1 s, pressing and letting go 0.2 s",
    "looks": f"{KEYSTROKE_MODEL}: one mental preparation",
    "ideas": "an assumption: thinking of an edit of one's own",
    "rows": "an assumption: a row is a word or two and a score",
    "queries": "an assumption: a search makes 1,000 queries a second, as small models do on two cores",
}

STANDARD = Pace()

OTHER_PACES: Mapping[str, Pace] = {
    "ideas come twice as fast (2.5 s)": Pace(ideas=2.5),
    "ideas take twice as long (10 s)": Pace(ideas=10.0),
    "rows of menus take twice as long (1.6 s)": Pace(rows=1.6),
    "searches are ten times as slow (100 queries a second)": Pace(queries=1 / 100),
}
"""What the page counts the same attempts by as well."""
