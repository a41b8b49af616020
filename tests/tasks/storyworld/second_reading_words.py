"""Section 1 of docs/tasks/storyworld.md, read a second time: words and sentences.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from holdfast.tasks.storyworld.lexicon import CLASS_OF

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
ENDINGS = ("n't", "'s", "'d", "'ll")
HOLD = ("not", "never", "almost", "still")


@dataclass(frozen=True)
class Word:
    """A word with its class, and its place among all the words of its part."""

    text: str
    cls: str
    at: int

    @property
    def family(self) -> str:
        """The family of a verb; `be` and `have` for the words that make those; else nothing."""
        if self.cls in ("was", "be", "been"):
            return "be"
        if self.cls in ("had", "have"):
            return "have"
        return self.cls.partition(".")[0] if "." in self.cls else ""

    def can_be(self, form: str) -> bool:
        """Whether it is a verb in that form."""
        return "." in self.cls and form in self.cls.partition(".")[2]


def split(text: str) -> list[Word]:
    """Words of a text, lower-cased, with their classes."""
    text = text.lower()
    text = "".join(
        "'" if c == "’" and 0 < i < len(text) - 1 and text[i - 1] in LETTERS and text[i + 1] in LETTERS else c
        for i, c in enumerate(text)
    )
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word = _first_word(text, at)
        found.append(word)
        at += len(word)
    return [Word(word, _class(word), i) for i, word in enumerate(found)]


def _first_word(text: str, at: int) -> str:
    if text.startswith("o'clock", at):
        return "o'clock"
    stop = at
    while stop < len(text) and text[stop] in LETTERS:
        stop += 1
    before = stop - 1  # letters before n't: the run ends in the n
    if before > at and _ending(text, before, "n't"):
        return text[at:before]
    for ending in ENDINGS:
        if _ending(text, at, ending):
            return ending
    return text[at:stop] if stop > at else text[at]


def _ending(text: str, at: int, ending: str) -> bool:
    after = at + len(ending)
    return text.startswith(ending, at) and not (after < len(text) and text[after] in LETTERS)


def _class(word: str) -> str:
    cls = CLASS_OF.get(word, "unknown")
    return "unknown" if cls in ("speech", "junk") else cls


def cut(text: str) -> list[list[Word]]:
    """The words of each sentence of one part."""
    return _cut_sentences(_quotations(split(text)))


def _quotations(words: list[Word]) -> list[tuple[Word, bool]]:
    """Each word outside quotations, and whether a sentence ends at it; a quotation is one Q."""
    found: list[tuple[Word, bool]] = []
    depth, straight, at = 0, False, 0
    while at < len(words):
        word = words[at]
        if word.cls not in ("open_quote", "straight_quote"):
            plain = replace(word, cls="unknown") if word.cls == "close_quote" else word
            found.append((plain, word.cls in ("stop", "question")))
            at += 1
            continue
        first = at
        depth, straight = 0, False
        while at < len(words):
            cls = words[at].cls
            depth += {"open_quote": 1, "close_quote": -1}.get(cls, 0) if depth or cls == "open_quote" else 0
            straight = not straight if cls == "straight_quote" else straight
            at += 1
            if not depth and not straight:
                break
        ends = words[at - 2].cls == "stop" and not (at < len(words) and words[at].family == "say")
        found.append((Word("Q", "Q", words[first].at), ends))
    return found


def _cut_sentences(words: list[tuple[Word, bool]]) -> list[list[Word]]:
    found: list[list[Word]] = [[]]
    for word, ends in words:
        found[-1].append(word)
        if ends:
            found.append([])
    return [sentence for sentence in found if sentence]


def without_adjectives(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    for i, word in enumerate(words):
        if (
            word.cls == "dead"
            and _after_be(words, i)
            and words[i + 1 : i + 2]
            and words[i + 1].cls == "adjective"
        ):
            continue
        if word.cls == "adverb":
            continue
        if word.cls == "adjective":
            rest = i
            while rest < len(words) and words[rest].cls in ("adverb", "adjective"):
                rest += 1
            parts = rest < len(words) and (words[rest].can_be("T") or words[rest].can_be("I"))
            if parts and _after_be(words, i) and not (kept and kept[-1].cls == "D"):
                kept.append(replace(word, cls="D"))
            continue
        kept.append(word)
    return kept


def _after_be(words: list[Word], at: int) -> bool:
    """Whether was, be or been stands before that word, with HOLD and adverbs after it."""
    at -= 1
    while at >= 0 and words[at].cls in (*HOLD, "adverb"):
        at -= 1
    return at >= 0 and words[at].cls in ("was", "be", "been")
