"""What a label's name says: words for bad and for harmless that cannot be mistaken, and their negations."""

from __future__ import annotations

_BAD = frozenset(
    """
    abuse abusive attack bad block blocked catastrophe catastrophic dangerous denied deny disallowed
    flag flagged forbidden fraud harassment harm harmful hate hateful identityattack identityhate
    illegal injection injurious injury insult insulting jailbreak malicious malware nsfw obscene offense
    offensive phishing profane profanity prohibited racism racist reject rejected scam severetoxic
    severetoxicity sexism sexist spam threat threatening toxic toxicity violating violation violence
    violent
    """.split()
)
_GOOD = frozenset(
    """
    acceptable accept accepted allow allowed appropriate approve approved benign clean compliant good
    ham harmless legal legit legitimate neutral normal ok okay permitted safe sfw
    """.split()
)
_NEGATIONS = ("not", "non", "no", "un", "in")
_SUFFIXES = ("speech", "language", "content", "comment", "text", "prompt", "message")


def is_bad(name: str) -> bool | None:
    """Whether a label of this name stands for something bad; None where the name does not say.

    Case, spaces and punctuation do not matter: `non-toxic`, `NOT_HATE`, `Unsafe` and `hate speech` are known.
    """
    return _read("".join(c for c in name.casefold() if c.isalnum()))


def _read(name: str) -> bool | None:
    if name in _BAD or name in _GOOD:
        return name in _BAD
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return _read(name.removesuffix(suffix))
    for negation in _NEGATIONS:
        if name.startswith(negation) and (rest := _read(name.removeprefix(negation))) is not None:
            return not rest
    return None
