"""Which texts look alike: the skeleton of a text, after Unicode Technical Standard 39, section 4.

The table has the letters of other scripts, and the digits, that common fonts draw as Latin letters, small or
capital. It is a part of the standard's own table, which is many times as long.
"""

from __future__ import annotations

import unicodedata

_DRAWN_AS = {
    "a": "аɑα",
    "b": "ьƅвβ",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡց",
    "h": "һհнη",
    "j": "јϳ",
    "k": "кκ",
    "l": "1|!iіıιӏɩ",
    "m": "мμ",
    "n": "ոпν",
    "o": "0оοօσ",
    "p": "рρ",
    "q": "ԛ",
    "r": "гᴦ",
    "s": "ѕꜱ",
    "t": "тτ",
    "u": "սц",
    "v": "ѵ",
    "w": "ԝѡω",
    "x": "хχ",
    "y": "уүγυ",
    "z": "ᴢζ",
}
_LATIN = str.maketrans({other: letter for letter, others in _DRAWN_AS.items() for other in others})

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters that show nothing: controls, marks of format (zero width, direction), blanks."""


def skeleton(text: str) -> str:
    """What a text has in common with all that look like it, whatever its case, blanks and unseen characters.

    Two texts with the same skeleton are hard to tell apart; texts of one skeleton need not be the same word,
    as `ian` and `1an` are not. It is meant for comparing, never for showing.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = (each for each in folded if unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFKC", "".join(seen).translate(_LATIN)).replace("rn", "m")
