"""From words to clauses: quotations, sentences, the clauses in them, and what scopes over each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from holdfast.tasks.storyworld.grammar import CODE, QUOTED, UNKNOWN, Clause, Kind, Mood, Phrase, code, parse

_STOP, _QUESTION, _COMMA, _THAT, _IF = (code(name) for name in ("stop", "question", "comma", "that", "if"))
_SEPARATORS = "".join((_STOP, _QUESTION, _COMMA, _THAT, _IF, code("conjunction"), QUOTED))
_SENTENCE = re.compile(f"[^{_STOP}{_QUESTION}]*[{_STOP}{_QUESTION}]|[^{_STOP}{_QUESTION}]+")
_SEGMENT = re.compile(f"[^{_SEPARATORS}]+|[{_SEPARATORS}]")
_QUOTATION = re.compile(
    f"{code('open_quote')}[^{code('open_quote')}{code('close_quote')}]*{code('close_quote')}"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch between separators: a clause, or inert (None). Places count from the sentence's start."""

    clause: Clause | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: its segments, and where in the text's words it starts."""

    segments: tuple[Segment, ...]
    start: int


def _moved(phrase: Phrase, by: int) -> Phrase:
    return phrase if phrase.at < 0 else Phrase(phrase.ref, phrase.at + by)


def _placed(clause: Clause, by: int, mood: int) -> Clause:
    return replace(
        clause,
        mood=clause.mood | mood,
        subject=_moved(clause.subject, by),
        object=_moved(clause.object, by),
        verb=clause.verb + by if clause.verb >= 0 else -1,
        part=clause.part + by if clause.part >= 0 else -1,
        item=clause.item + by if clause.item >= 0 else -1,
    )


@lru_cache(maxsize=200_000)
def read_sentence(codes: str) -> tuple[Segment, ...]:
    """The segments of one sentence given as class codes, with every scope resolved into moods."""
    hypothetical = Mood.CONDITIONAL if _IF in codes or codes[-1] == _QUESTION else 0
    segments: list[Segment] = []
    scope, reported = 0, 0
    has_subject = False
    for found in _SEGMENT.finditer(codes):
        start, end = found.span()
        character = codes[start]
        if character == _COMMA:
            reported = 0
        elif character == _THAT:
            reported |= _report(segments, start)
        elif character not in _SEPARATORS:
            clause = parse(found[0])
            if clause is not None and clause.inherits and not has_subject:
                clause = None
            if clause is not None:
                has_subject = has_subject or clause.subject.at >= 0
                if clause.fragment:
                    scope |= clause.mood
                clause = _placed(clause, start, hypothetical | scope | reported)
            segments.append(Segment(clause, start, end))
    return tuple(segments)


def _report(segments: list[Segment], at: int) -> int:
    """What `that` at this place opens: nothing after a clause of knowing, otherwise a report.

    A dream that is reported (`dreamed that`) opens no dream for later sentences.
    """
    last = segments[-1] if segments and segments[-1].end == at else None
    if last is None or last.clause is None:
        return Mood.REPORTED
    if last.clause.kind is Kind.DREAM:
        segments[-1] = replace(last, clause=replace(last.clause, kind=Kind.SAY))
    return 0 if last.clause.kind is Kind.KNOW else Mood.REPORTED


def read(words: Sequence[str]) -> Iterator[Sentence]:
    """The sentences of a text, in order."""
    get = CODE.get
    codes = "".join([get(word, UNKNOWN) for word in words])
    if code("open_quote") in codes:
        codes = _QUOTATION.sub(lambda m: QUOTED * len(m[0]), codes)
    for found in _SENTENCE.finditer(codes):
        yield Sentence(read_sentence(found[0]), found.start())
