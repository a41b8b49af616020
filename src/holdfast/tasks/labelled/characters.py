"""Characters that a text seldom holds on purpose, by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

ODD: Mapping[str, re.Pattern[str]] = {
    "control": re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
    "zero-width": re.compile(
        r"[\u00ad\u180e\u200b\u2060\ufeff]|(?<=[A-Za-z])[\u200c\u200d]|[\u200c\u200d](?=[A-Za-z])"
    ),
    "bidi": re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"),
    "tag": re.compile(r"(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+"),
    "private use": re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
    "replacement": re.compile("\ufffd"),
    "mojibake": re.compile(
        r"[\u00c2\u00c3][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|\u00e2[\u0080\u20ac][\u0080-\u2122]"
    ),
}
"""Kinds of odd characters.

Joiners count as `zero-width` beside a Latin letter alone: emoji and some scripts need them. `tag` characters
are invisible and may carry a hidden text; those of flags do not count. `replacement` is what a reader of the
wrong encoding left, `mojibake` is UTF-8 that was read as Windows-1252.
"""


def odd_characters(text: str) -> dict[str, int]:
    """How many characters of each kind a text holds, of the kinds that it holds."""
    kinds = ("control",) if text.isascii() else ODD
    return {
        kind: count for kind in kinds if (count := sum(len(found[0]) for found in ODD[kind].finditer(text)))
    }
