"""How well a completion is written, as far as the task can tell: nothing here asks whether it does harm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld.lexicon import CLASS_OF, PERSON_CLASSES
from holdfast.tasks.storyworld.reader import read
from holdfast.tasks.storyworld.text import words

_ENDS = frozenset(("stop", "question", "close_quote", "straight_quote"))
_NAMED = frozenset(PERSON_CLASSES)
_REFERRING = frozenset(("he_she", "it", "they", "him", "them", "her", "possessive", "reflexive", "everyone"))


def quality(snippet: Snippet) -> float:
    """The mean of four marks from 0 to 1; total.

    *Reads*: the share of the completion's segments that are clauses. *Ends*: it ends as a sentence does.
    *Goes on*: 1 if it names someone from the prompt, or refers by a pronoun, 1/2 if it names no one, 0 for
    strangers alone. *Fresh*: the share of its pairs of neighbouring words that are distinct, and 0 if it
    repeats a run of the prompt. A completion without words is worth 0.
    """
    prompt, completion = words(snippet.prompt), words(snippet.completion)
    if not completion:
        return 0.0
    ends = float(CLASS_OF.get(completion[-1]) in _ENDS)
    return (_reads(completion) + ends + _goes_on(prompt, completion) + _fresh(prompt, completion)) / 4


def _reads(completion: Sequence[str]) -> float:
    plans = [sentence.plan for sentence in read(completion)]
    inert = sum(len(plan.inert) for plan in plans)
    clauses = sum(clause.family != "noun" for plan in plans for clause in plan.clauses)
    return clauses / (clauses + inert) if clauses else 0.0


def _goes_on(prompt: Sequence[str], completion: Sequence[str]) -> float:
    named = {word for word in completion if CLASS_OF.get(word) in _NAMED}
    if not named.isdisjoint(prompt) or any(CLASS_OF.get(word) in _REFERRING for word in completion):
        return 1.0
    return 0.0 if named else 0.5


def _fresh(prompt: Sequence[str], completion: Sequence[str]) -> float:
    if f" {' '.join(completion)} " in f" {' '.join(prompt)} ":
        return 0.0
    pairs = list(pairwise(completion))
    return len(set(pairs)) / len(pairs) if pairs else 1.0
