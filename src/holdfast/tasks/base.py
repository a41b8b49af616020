"""What a task is: an input space, a distribution of prompts and snippets, and a judge."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.core.surface import ClosedSurface, Limits, Surface

Focus = Literal["natural", "hard"]
"""`natural`: as deployment would see it. `hard`: rich in catastrophes and in near misses, for training."""


@runtime_checkable
class Task(Protocol):
    """What must never happen, and over which texts.

    A word is the unit of text that attacks edit. For every sequence of vocabulary words `w`,
    `words(text(w)) == w`, so text and words convert both ways without loss.
    """

    @property
    def name(self) -> str:
        """The registered name."""

    @property
    def description(self) -> str:
        """One sentence for `holdfast tasks`."""

    @property
    def limits(self) -> Limits:
        """The largest snippet."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every word of the closed vocabulary, in a fixed order."""

    @property
    def phenomena(self) -> Mapping[str, str]:
        """What the judge must understand: name to one sentence. Results are broken down by these."""

    @property
    def oracle(self) -> Judge:
        """The judge; total: it answers on every text."""

    def words(self, text: str) -> list[str]:
        """Split text into words; unknown ones are kept as they stand."""

    def text(self, words: Sequence[str]) -> str:
        """Join words into the canonical text of them."""

    def sample(self, count: int, stream: Stream, focus: Focus = "natural") -> list[Snippet]:
        """Draw that many snippets; the same stream gives the same ones."""


Part = Literal["prompt", "completion"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one part of a snippet: from one word up to another, as `Task.words` counts them."""

    part: Part
    start: int
    stop: int


@dataclass(frozen=True)
class Reading:
    """How a judge read a snippet, for people."""

    events: tuple[str, ...] = ()
    """What it saw happen, in order, one sentence each."""
    unknown_words: tuple[str, ...] = ()
    """Words outside the vocabulary."""
    unparsed: tuple[str, ...] = ()
    """Clauses that it could not parse; nothing happens in them."""
    harm: tuple[Passage, ...] = ()
    """The clauses that make it a catastrophe, in order; none for a harmless snippet."""
    unparsed_at: tuple[Passage, ...] = ()
    """Where each clause of `unparsed` stands."""


@runtime_checkable
class Explainer(Protocol):
    """A task that can also show how its oracle read a snippet; optional."""

    def explain(self, snippet: Snippet) -> Reading:
        """What led to the verdict; total, as the oracle is."""


@runtime_checkable
class QualityJudge(Protocol):
    """A task that can also tell how well completions are written, whatever harm they do; optional.

    A filter that keeps the worst writing out of harm's way is no gain: thresholds are held against this.
    """

    def quality(self, snippets: Sequence[Snippet]) -> list[float]:
        """One number for each snippet, in order, from 0 (worthless) to 1; total, as the oracle is."""


@runtime_checkable
class Restater(Protocol):
    """A task that can tell a catastrophe again in the plainest way; optional.

    A classifier that misses the plain telling lacks the concept; one that catches it was fooled by words.
    """

    def restate(self, snippet: Snippet) -> Snippet | None:
        """A catastrophe with the same events and nothing that hides them, within the limits; total.

        None for a harmless snippet, and where the task knows no plain telling. Restating what was restated
        changes nothing.
        """


@runtime_checkable
class HeldOut(Protocol):
    """A task that can also draw what training never sees; optional."""

    @property
    def held_out(self) -> Mapping[str, Task]:
        """By its name, each further split of the task: the same judge over other words or patterns."""


@runtime_checkable
class Guided(Protocol):
    """A task that tells people how to judge; optional."""

    @property
    def guideline(self) -> str:
        """What counts and what does not, for reviewers: paragraphs parted by empty lines."""

    @property
    def unsure(self) -> Label:
        """What a reviewer's `unsure` counts as: catastrophic or harmless."""


@runtime_checkable
class Classed(Protocol):
    """A task that sorts its vocabulary, for people who look for a word; optional."""

    @property
    def word_classes(self) -> Mapping[str, tuple[str, ...]]:
        """The words of each class; every word of the vocabulary stands in at least one."""


def word_classes_of(task: Task) -> Mapping[str, tuple[str, ...]]:
    """The classes of a task's vocabulary: its own, or one class of all words; none where there is no word."""
    if isinstance(task, Classed):
        return task.word_classes
    return {"words": task.vocabulary} if task.vocabulary else {}


@runtime_checkable
class OpenClassed(Protocol):
    """A task that says which words of its language are of a kind that new words may join; optional.

    It is knowledge of the language, such as a dictionary has: nothing of what texts the task draws.
    """

    @property
    def open_classes(self) -> Mapping[str, tuple[str, ...]]:
        """The words of each open class (names, past tenses of one meaning); no word stands in two."""


class Mention(NamedTuple):
    """Of a noun phrase, at each of its words: whom or what it stands for, and its own number, both from 1."""

    entity: int
    number: int


class WordMarks(NamedTuple):
    """For each word of both parts, as `Task.words` counts them, its marks: bit `i` is the task's mark `i`.

    Where words name somebody or something, `mentions` say which words name the same; they count the prompt's
    words, then the completion's, and are empty for a task that does not know.
    """

    prompt: tuple[int, ...]
    completion: tuple[int, ...]
    mentions: tuple[Mention | None, ...] = ()


@runtime_checkable
class Marker(Protocol):
    """A task whose oracle can say more of each word than the verdict, for models to learn from; optional."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What each bit of a word's marks says, the lowest first; at most 62."""

    def marked(self, snippet: Snippet) -> WordMarks:
        """The marks of every word; total, as the oracle is."""


@runtime_checkable
class Confined(Protocol):
    """A task that lets an adversary write in one stretch of the completion, and nowhere else; optional.

    People, the generator and the judge are not bound by it: only what an attack may write.
    """

    def writable(self, snippet: Snippet) -> tuple[int, int]:
        """From which word of the completion up to which, as `Task.words` counts them; total."""


@runtime_checkable
class Stated(Protocol):
    """A task whose prompts state what must never happen, which is not an adversary's to change; optional.

    People and the generator are not bound by it, as with `Confined`.
    """

    def frozen(self, snippet: Snippet) -> tuple[Passage, ...]:
        """The passages that state it, in order, none of them touching another; total."""

    def states_alike(self, seed: Snippet, snippet: Snippet) -> bool:
        """Whether two prompts, as the judge reads them, forbid the same; total."""


FIRST_WORD = 5
"""The number of a closed vocabulary's first word; a word tokenizer's special tokens stand before it."""


@runtime_checkable
class Surfaced(Protocol):
    """A task with a surface of its own (without one it is made from the closed vocabulary), or a judge that
    narrows what may be written."""

    @property
    def surface(self) -> Surface:
        """How its text is cut, and what may be written."""


def surface_of(task: Task) -> Surface:
    """How the text of a task is cut into units, how large it may be, and what may be written."""
    if isinstance(task, Surfaced):
        return task.surface
    return _closed_surface(task) if isinstance(task, Hashable) else _closed_surface.__wrapped__(task)


def surface_under(judge: Judge, task: Task) -> Surface:
    """The surface of a task, or that of a judge that narrows it."""
    return judge.surface if isinstance(judge, Surfaced) else surface_of(task)


@lru_cache(maxsize=16)
def _closed_surface(task: Task) -> ClosedSurface:
    return ClosedSurface(task.vocabulary, task.limits, task.words, task.text, FIRST_WORD)


def guideline_of(task: Task) -> str:
    """How people judge a task: its own guideline, or what it says of itself where it has none."""
    if isinstance(task, Guided):
        return task.guideline
    named = (f"{name.replace('_', ' ')}: {told}." for name, told in task.phenomena.items())
    return "\n\n".join([f"The task: {task.description}.", *named])


def unsure_counts_as(task: Task) -> Label:
    """What `unsure` counts as: catastrophic unless the task says otherwise, as in arXiv 2205.01663."""
    return task.unsure if isinstance(task, Guided) else Label.CATASTROPHIC
