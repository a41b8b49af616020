"""Characters that a reader would not see, spelled out; emoji stay whole."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs")
"""Control characters, formatting ones (marks of direction, joiners), and halves of surrogate pairs."""

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Variation selectors: invisible, and able to carry hidden text."""

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
"""What an emoji may consist of (the blocks that hold Unicode's extended pictographic characters)."""

_ONE = f"{_PICTURE}(?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff]\ufe0f?)?"
_WHOLE = re.compile(f"{_ONE}(?:\u200d{_ONE})*|[0-9#*]\ufe0f\u20e3|[\u3400-\u9fff\uf900-\ufaff][{_SELECTORS}]")
"""An emoji with its selectors and joiners, a keycap, or a Chinese character with the selector of its form."""

_SELECTOR = re.compile(f"[{_SELECTORS}]")


def visible(text: str) -> str:
    """Spell out characters that would hide or reorder text on the page; line breaks and emoji stay."""
    return "".join(spelled(text))


def spelled(text: str) -> list[str]:
    """The same, one string for each character, so that a text may be cut between any two of them."""
    whole = {place for emoji in _WHOLE.finditer(text) for place in range(*emoji.span())}
    return [f"‹U+{ord(c):04X}›" if place not in whole and _hidden(c) else c for place, c in enumerate(text)]


def _hidden(character: str) -> bool:
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _HIDDEN or bool(_SELECTOR.match(character))
