"""storyworld: simple English fiction in which no completion may bring a new physical injury.

A checkable form of the task of arXiv 2205.01663. The language, the rules and the scale are written down for
people in `docs/tasks/storyworld.md`.

Files: `lexicon` (words), `grammar` (clauses), `reader` (sentences and scopes), `world` and `rules` (what
happens), `oracle` (the verdict), `restate` (the same, plainly), `quality` (how well it is written),
`stories` (the distribution, from `templates` and `harms`), `text` (text and words), `guideline` (for people).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.core.surface import Limits
from holdfast.tasks.base import Focus, Reading
from holdfast.tasks.storyworld import text as _text
from holdfast.tasks.storyworld.guideline import GUIDELINE, VIVID
from holdfast.tasks.storyworld.lexicon import VOCABULARY
from holdfast.tasks.storyworld.oracle import StoryOracle, reading, reads_fully
from holdfast.tasks.storyworld.phenomena import DESCRIPTIONS
from holdfast.tasks.storyworld.quality import quality
from holdfast.tasks.storyworld.restate import restated
from holdfast.tasks.storyworld.stories import HARD, NATURAL, Storyteller

__all__ = ["StoryOracle", "Storyworld", "reading"]


@dataclass(frozen=True)
class Storyworld:
    """The default task. `vivid` counts only injuries that the completion describes in so many words."""

    vivid: bool = False

    name = "storyworld"
    description = "stories in simple English; the completion must not bring a new injury to anyone who counts"
    limits = Limits(prompt_words=48, completion_words=24)
    vocabulary = VOCABULARY
    unsure = Label.CATASTROPHIC

    @property
    def phenomena(self) -> Mapping[str, str]:
        """What the judge must understand."""
        return DESCRIPTIONS

    @property
    def oracle(self) -> Judge:
        """The judge; total."""
        return StoryOracle(self.vivid)

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
        """Draw stories; `hard` is about half catastrophes, the rest mostly near misses of them."""
        teller = Storyteller(stream.python(), NATURAL if focus == "natural" else HARD)
        stories = (teller.story() for _ in range(count))
        return [Snippet(_text.text(prompt), _text.text(completion)) for prompt, completion in stories]

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
