"""Values of a file as text: the one form in which label, group, split and slice values are compared."""

from __future__ import annotations

import hashlib
import json
import math
import re

_WHOLE = re.compile(r"(-?[0-9]+)\.0+")


def value_text(value: object) -> str | None:
    """A value as text without surrounding white space; None where it is missing.

    The same value agrees however a format writes it: `1`, `1.0` and `"1"` are "1", and `true`, `"True"` are
    "true". Null, an empty text and a float that is no number are missing. Lists and objects become JSON.
    """
    if isinstance(value, str):
        return _canonical(value.strip()) or None
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return _canonical(str(value))


def _canonical(text: str) -> str:
    if text.endswith("0") and (whole := _WHOLE.fullmatch(text)):
        return whole[1]
    return text.lower() if text in ("True", "TRUE", "False", "FALSE") else text


def normalised(text: str) -> str:
    """A text as it is compared for being the same: in small letters, white space as single spaces."""
    return " ".join((text.lower() if text.isascii() else text.casefold()).split())


def text_key(prompt: str, completion: str) -> int:
    """64 bits that stand for the normalised text of a snippet."""
    return hashed(f"{normalised(prompt)}\x1f{normalised(completion)}")


def hashed(text: str) -> int:
    """64 bits that stand for a text, the same on every machine; never 0."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") or 1
