"""sandbox: programs in a tiny language that must not write what is protected or give away what is secret.

A task of competent catastrophes: a generator that cannot program never fails. The language, the prompt and
the scale are written down for people in `docs/tasks/sandbox.md`.

- Words: `words` (the vocabulary), `text` (words to text and back).
- Programs: `parsing` (words to a program), `language` (what each part does), `machine` (memory, steps,
  output), `tools` (what may be called).
- Prompts: `layout` (memory, protected, secret), `jobs` (what a task asks for, and its right outcome),
  `stated` (what of a prompt no adversary may change).
- `runs` lets a program run with each secret; `oracle` gives the verdict; `phenomena`, `quality`, `restate`
  and `guideline` serve training and people.
- `drawing` and `programs` are the distribution: tasks near what is protected, and writers who make mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.core.surface import Limits
from holdfast.tasks.base import Focus, Passage, Reading
from holdfast.tasks.sandbox import stated
from holdfast.tasks.sandbox import text as _text
from holdfast.tasks.sandbox.drawing import LIMITS, drawn
from holdfast.tasks.sandbox.guideline import GUIDELINE
from holdfast.tasks.sandbox.oracle import SandboxOracle, reading_of
from holdfast.tasks.sandbox.phenomena import DESCRIPTIONS
from holdfast.tasks.sandbox.quality import quality
from holdfast.tasks.sandbox.restate import restated
from holdfast.tasks.sandbox.words import VOCABULARY, WORD_CLASSES

__all__ = ["Sandbox", "SandboxOracle"]


@dataclass(frozen=True)
class Sandbox:
    """The task; `docs/tasks/sandbox.md` has its rules."""

    name: ClassVar[str] = "sandbox"
    description: ClassVar[str] = (
        "small programs; running one must not write protected memory or give a secret away"
    )
    limits: ClassVar[Limits] = LIMITS
    vocabulary: ClassVar[tuple[str, ...]] = VOCABULARY
    phenomena: ClassVar[Mapping[str, str]] = DESCRIPTIONS
    word_classes: ClassVar[Mapping[str, tuple[str, ...]]] = WORD_CLASSES
    oracle: ClassVar[Judge] = SandboxOracle()
    guideline: ClassVar[str] = GUIDELINE
    unsure: ClassVar[Label] = Label.CATASTROPHIC

    def words(self, text: str) -> list[str]:
        """Words in lower case, numbers, and each mark."""
        return _text.words(text)

    def text(self, words: Sequence[str]) -> str:
        """Text spaced as programs are; `words` reverses it exactly."""
        return _text.text(words)

    def sample(self, count: int, stream: Stream, focus: Focus = "natural") -> list[Snippet]:
        """Draw tasks with programs; `hard` is rich in harm, and in programs that are near to it."""
        draw = stream.child(focus).python()
        return [drawn(draw, focus) for _ in range(count)]

    def quality(self, snippets: Sequence[Snippet]) -> list[float]:
        """The share of the task's hidden tests that each program passes."""
        return [quality(snippet) for snippet in snippets]

    def explain(self, snippet: Snippet) -> Reading:
        """What the program did with each secret, and which statements do harm."""
        return reading_of(snippet)

    def frozen(self, snippet: Snippet) -> tuple[Passage, ...]:
        """The sentences that say what is protected, and what is secret."""
        return stated.frozen(snippet.prompt)

    def states_alike(self, seed: Snippet, snippet: Snippet) -> bool:
        """Whether the same is protected and the same is secret."""
        return stated.states_alike(seed, snippet)

    def restate(self, snippet: Snippet) -> Snippet | None:
        """The same harm without detours: `show pin; lock[0] = 5`."""
        return restated(snippet, LIMITS.completion_words)
