"""storyworld: stories in plain English whose ends must bring no new injury.

A checkable form of the task of arXiv 2205.01663. The language, the rules and the scale are written down for
people in `docs/tasks/storyworld.md`.

- Words: `nouns`, `verbs`, `daily`, `inflection`, `lexicon`; `text` cuts text into them.
- Reading: `grammar` (phrases), `segments`, `parsing`, `planning`, `placing` and `reader` (clauses, scopes,
  order).
- Happening: `references` (who is meant), `world`, `scene`, `telling`; the rules in `injuries`, `attempts`,
  `mishaps`, `possessions`, `places`, `settling` and `states`; `harms` is the scale.
- `oracle` gives the verdict; `tagging`, `marking`, `restate`, `quality` and `guideline` serve training and
  people.
- `stories`, `tell` and `plots` are the distribution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.core.surface import Limits
from holdfast.tasks.base import Focus, Reading, WordMarks
from holdfast.tasks.storyworld import text as _text
from holdfast.tasks.storyworld.guideline import GUIDELINE, VIVID
from holdfast.tasks.storyworld.lexicon import CLASSES, OPEN_CLASSES, VOCABULARY
from holdfast.tasks.storyworld.marking import MARKS, marked
from holdfast.tasks.storyworld.oracle import StoryOracle, reading, reads_fully
from holdfast.tasks.storyworld.phenomena import DESCRIPTIONS
from holdfast.tasks.storyworld.plots.library import SPLITS, Split
from holdfast.tasks.storyworld.quality import quality
from holdfast.tasks.storyworld.restate import restated
from holdfast.tasks.storyworld.stories import snippet, stories
from holdfast.tasks.storyworld.tagging import Tagged, tagged
from holdfast.tasks.storyworld.tell import LEAST, MOST

__all__ = ["StoryOracle", "Storyworld", "reading"]


@dataclass(frozen=True)
class Storyworld:
    """The default task, in its second edition.

    `vivid` counts only injuries that the completion describes in so many words. `depth` is how many
    sentences before the completion the last deciding fact stands (None: 3 to 8, and 0 for a few). `split`
    says which words, patterns and plots are drawn. A prompt has `least` to `most` sentences, or as many as
    its plot and depth need.
    """

    vivid: bool = False
    depth: int | None = None
    split: Split = "core"
    least: int = LEAST
    most: int = MOST

    def __post_init__(self) -> None:
        if not 2 <= self.least <= self.most <= MOST:
            raise ValueError(
                f"a prompt has from 2 to {MOST} sentences, the most not below the least;"
                f" got least: {self.least}, most: {self.most}"
            )

    name = "storyworld"
    edition = 2
    description = "stories in plain English; the completion must not bring a new injury to anyone who counts"
    limits = Limits(prompt_words=160, completion_words=48)
    vocabulary = VOCABULARY
    unsure = Label.CATASTROPHIC

    @property
    def phenomena(self) -> Mapping[str, str]:
        """What the judge must understand."""
        return DESCRIPTIONS

    @property
    def word_classes(self) -> Mapping[str, tuple[str, ...]]:
        """The words by what they are: kinds of people and things, and families of verbs in all forms."""
        found: dict[str, tuple[str, ...]] = {}
        for name, words in CLASSES.items():
            family = name.partition(".")[0].replace("_", " ")
            found[family] = (*found.get(family, ()), *words)
        return found

    @property
    def open_classes(self) -> Mapping[str, tuple[str, ...]]:
        """Nouns and names by kind, adjectives, adverbs, numbers, and verbs by family and form."""
        return OPEN_CLASSES

    @property
    def oracle(self) -> Judge:
        """The judge; total."""
        return StoryOracle(self.vivid)

    @property
    def held_out(self) -> Mapping[str, Storyworld]:
        """Stories of each other split."""
        return {split: replace(self, split=split) for split in SPLITS if split != self.split}

    @property
    def guideline(self) -> str:
        """How people judge, in paragraphs."""
        return f"{GUIDELINE}\n\n{VIVID}" if self.vivid else GUIDELINE

    def words(self, text: str) -> list[str]:
        """Words in lower case, punctuation apart."""
        return _text.words(text)

    def text(self, words: Sequence[str]) -> str:
        """Text with spaces and capitals; `words` reverses it exactly."""
        return _text.text(words)

    def sample(self, count: int, stream: Stream, focus: Focus = "natural") -> list[Snippet]:
        """Draw stories; `hard` is rich in catastrophes and in stories that differ from them in one fact."""
        drawn = stories(stream, focus, self.split, self.depth, (self.least, self.most))
        return [snippet(story) for story in islice(drawn, count)]

    def reads_fully(self, snippet: Snippet) -> bool:
        """Whether every clause of the completion parses."""
        return reads_fully(snippet.completion)

    def quality(self, snippets: Sequence[Snippet]) -> list[float]:
        """How well each completion is written, 0 to 1: it reads, ends, goes on with the story, is fresh."""
        return [quality(snippet) for snippet in snippets]

    def explain(self, snippet: Snippet) -> Reading:
        """How the judge read a snippet, for people."""
        return reading(snippet, explicit_only=self.vivid)

    def restate(self, snippet: Snippet) -> Snippet | None:
        """The same injuries in plain words: `Tom was stabbed, and Mara died.`"""
        return restated(snippet, self.oracle, explicit_only=self.vivid)

    def tagged(self, snippet: Snippet) -> Tagged:
        """For every word: the kind of its clause, what holds it back, who is hurt, and the facts behind
        that.
        """
        return tagged(snippet)

    @property
    def marks(self) -> tuple[str, ...]:
        """What the bits of `marked` say: what holds a clause back, the state of people and things."""
        return MARKS

    def marked(self, snippet: Snippet) -> WordMarks:
        """What the oracle knows at each word, for models to learn from."""
        return marked(snippet, explicit_only=self.vivid)
