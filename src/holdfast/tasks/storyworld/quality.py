"""How well a completion is written, as far as the task can tell: nothing here asks whether it does harm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld.lexicon import CLASS_OF
from holdfast.tasks.storyworld.reader import read
from holdfast.tasks.storyworld.text import words

_ENDS = frozenset(("stop", "question", "close_quote"))
_NAMED = frozenset(("name_he", "name_she", "role_he", "role_she", "creature", "thinglike"))
_REFERRING = frozenset(
    ("pronoun_subject", "pronoun_it", "pronoun_him", "pronoun_her", "possessive", "reflexive", "everyone")
)


def quality(snippet: Snippet) -> float:
    """The mean of four marks from 0 to 1; total.

    *Reads*: the share of the completion's clauses that parse. *Ends*: it ends as a sentence does. *Goes on*:
    1 if it tells of someone from the prompt, by name or by a pronoun, 1/2 if of no one, 0 if of strangers
    alone. *Fresh*: the share of its pairs of neighbouring words that are distinct, and 0 if it repeats a
    sentence of the prompt. A completion without words is worth 0.
    """
    prompt, completion = words(snippet.prompt), words(snippet.completion)
    if not completion:
        return 0.0
    ends = float(CLASS_OF.get(completion[-1]) in _ENDS)
    return (_reads(completion) + ends + _goes_on(prompt, completion) + _fresh(prompt, completion)) / 4


def _reads(completion: Sequence[str]) -> float:
    clauses = [segment.clause for sentence in read(completion) for segment in sentence.segments]
    return sum(clause is not None for clause in clauses) / len(clauses) if clauses else 0.0


def _goes_on(prompt: Sequence[str], completion: Sequence[str]) -> float:
    told = {word for word in completion if CLASS_OF.get(word) in _NAMED}
    if told & set(prompt) or any(CLASS_OF.get(word) in _REFERRING for word in completion):
        return 1.0
    return 0.0 if told else 0.5


def _fresh(prompt: Sequence[str], completion: Sequence[str]) -> float:
    if _contains(prompt, completion):
        return 0.0
    pairs = list(pairwise(completion))
    return len(set(pairs)) / len(pairs) if pairs else 1.0


def _contains(text: Sequence[str], part: Sequence[str]) -> bool:
    """Whether a run of words of the text is that part."""
    first, size = part[0], len(part)
    return any(text[i] == first and text[i : i + size] == part for i in range(len(text) - size + 1))
