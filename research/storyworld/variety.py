"""How varied the language of storyworld is, beside fiction that people wrote.

    python research/storyworld/variety.py --data DATA --out docs/results/storyworld-variety.csv

Draws natural stories, takes as many words of them as of the books in DATA/fiction (Project Gutenberg), and
prints and writes for stretches of several lengths: types (distinct words), the type-token ratio, distinct
bigrams (pairs of neighbouring words of one sentence), and words a sentence. Stretches are disjoint; the
figures are their means. The last row counts 5,000 whole stories, as the first edition was counted.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain, islice, pairwise
from pathlib import Path
from statistics import fmean

from holdfast.core.seeds import Stream
from holdfast.tasks.storyworld.stories import snippet, stories

SIZES = (1_000, 5_000, 20_000, 100_000)
"""Words in a stretch."""
WHOLE_STORIES = 5_000
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_END = re.compile(r"(?<!\bmr)(?<!\bmrs)(?<!\bdr)(?<!\bst)[.!?]+")
_BODY = re.compile(r"\*\*\* ?START OF.*?\*\*\*(.*)\*\*\* ?END OF", re.DOTALL)
Sentence = list[str]


@dataclass(frozen=True)
class Figures:
    """Means over stretches of one source."""

    source: str
    words: int
    """In each stretch."""
    stretches: int
    types: float
    type_token_ratio: float
    bigrams: float
    """Distinct ones."""
    words_a_sentence: float


def sentences(text: str) -> Iterator[Sentence]:
    """The words of each sentence, in lower case, without marks and digits."""
    for piece in _END.split(text.lower().replace("’", "'")):
        if words := _WORD.findall(piece):
            yield words


def stretches(whole: Iterable[Sentence], size: int) -> Iterator[list[Sentence]]:
    """Cut running text into stretches of that many words, in mid-sentence too; the rest is dropped."""
    stretch: list[Sentence] = []
    room = size
    for sentence in whole:
        while len(sentence) >= room:
            yield [*stretch, sentence[:room]]
            stretch, sentence, room = [], sentence[room:], size
        if sentence:
            stretch.append(sentence)
            room -= len(sentence)


def counted(source: str, found: Sequence[list[Sentence]]) -> Figures:
    """The figures of stretches that have the same number of words."""
    words = [sum(map(len, stretch)) for stretch in found]
    types = [len(set(chain.from_iterable(stretch))) for stretch in found]
    bigrams = [len({pair for sentence in stretch for pair in pairwise(sentence)}) for stretch in found]
    lengths = [count / len(stretch) for count, stretch in zip(words, found, strict=True)]
    return Figures(
        source, words[0], len(found), fmean(types), fmean(types) / words[0], fmean(bigrams), fmean(lengths)
    )


def fiction(folder: Path) -> list[Sentence]:
    """The sentences of the books there, without what Project Gutenberg says before and after them."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    bodies = [body[1] if (body := _BODY.search(text)) else text for text in texts]
    return [sentence for body in bodies for sentence in sentences(body)]


def drawn(seed: int) -> Iterator[list[Sentence]]:
    """Stories without end, each as its sentences."""
    for story in stories(Stream(seed).child("variety")):
        each = snippet(story)
        yield [*sentences(each.prompt), *sentences(each.completion)]


def compared(books: Sequence[Sentence], seed: int) -> list[Figures]:
    """Both sources at every size that the books have."""
    words = sum(map(len, books))
    found: list[Figures] = []
    for size in (size for size in SIZES if size <= words):
        count = min(words, max(SIZES)) // size
        running = chain.from_iterable(drawn(seed))
        found.append(counted("storyworld", list(islice(stretches(running, size), count))))
        found.append(counted("fiction", list(islice(stretches(books, size), count))))
    whole = [sentence for story in islice(drawn(seed), WHOLE_STORIES) for sentence in story]
    return [*found, counted(f"storyworld, {WHOLE_STORIES:,} stories", [whole])]


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, help="also write the figures there, as CSV")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    books = fiction(options.data / "fiction")
    if sum(map(len, books)) < min(SIZES):
        parser.error(
            f"{options.data / 'fiction'} has fewer than {min(SIZES):,} words in files *.txt: "
            "give with --data the folder that holds the folder fiction"
        )
    found = compared(books, options.seed)
    print(f"{'source':<27} {'words':>8} {'types':>7} {'ratio':>6} {'bigrams':>8} {'words a sentence':>17}")
    for row in found:
        print(
            f"{row.source:<27} {row.words:>8,} {row.types:>7,.0f} {row.type_token_ratio:>6.3f} "
            f"{row.bigrams:>8,.0f} {row.words_a_sentence:>17.1f}"
        )
    if options.out is not None:
        with options.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [field.name for field in fields(Figures)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in found)


if __name__ == "__main__":
    main(sys.argv[1:])
