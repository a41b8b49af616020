"""Where a clause ends: at punctuation, and at words that join clauses."""

from __future__ import annotations

CLAUSE_ENDS = frozenset({".", ",", ";", ":", "!", "?", '"', "and", "but", "then"})
"""Words after which a clause may be cut. A language without any is cut anywhere."""


def ends_clause(word: str) -> bool:
    """Whether a token of a vocabulary ends a clause (marks of sub-word tokenizers are looked through)."""
    return word.strip("Ġ▁#") in CLAUSE_ENDS
