"""Turns away text that the generator would hardly write: the mean log-likelihood of a word is too low.

A filter that is trained on text of one kind can be fooled by text of no kind (garbled prompts). How likely a
text is under a language model tells garbled text from the rest (perplexity filters: arXiv 2308.14132,
2309.00614), and nothing about what it says: fluent failures pass.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from holdfast.core.errors import UserError
from holdfast.models.vetoes.base import Veto, VetoReader
from holdfast.tasks.base import OpenClassed, Task

if TYPE_CHECKING:
    from holdfast.models.generator import Generator

TextPart = Literal["prompt", "completion"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Likelihood(Veto):
    """The mean log-likelihood of a word of one part under the generator, in nats; the part's end is a word.

    Of the prompt given nothing, of the completion given the prompt. With `floor` no word counts for less than
    that, so that one rare word does not condemn a text and many improbable ones do.

    With `smoothing` a word of an open class (`tasks.base.OpenClassed`) is as likely as

        (1 - smoothing) p(word) + smoothing p(class) / size of the class,

    a mixture with a class-based model (Brown et al. 1992) in which all words of a class are alike. So a word
    that the generator never saw, where its class belongs, counts as its fellows do; out of place it does not.
    With `blurring` such a word is read as its class, too: (1 - blurring) of its own embedding and `blurring`
    of the mean of its class. Otherwise an embedding that was never trained makes what follows it unlikely.
    """

    kind: ClassVar[str] = "likelihood"
    later: ClassVar[frozenset[str]] = frozenset({"smoothing", "blurring"})

    part: TextPart
    floor: Annotated[float | None, Field(lt=0)] = None
    smoothing: Annotated[float | None, Field(gt=0, lt=1)] = None
    blurring: Annotated[float | None, Field(gt=0, lt=1)] = None

    @property
    def name(self) -> str:
        """Its kind and its part."""
        return f"likelihood of the {self.part}"

    @property
    def _by_class(self) -> bool:
        return self.smoothing is not None or self.blurring is not None

    def check(self, task: Task) -> None:
        """Whether the task states classes, where they are needed."""
        if self._by_class and not isinstance(task, OpenClassed):
            raise UserError(
                f"the task '{task.name}' does not say which of its words are of open classes, which"
                f" `smoothing` and `blurring` of the {self.name} go by; leave them out"
            )

    def reads_with(self, generator: Generator) -> str:
        """A hash of the classes that it goes by."""
        if not self._by_class:
            return ""
        classes = json.dumps(_classes(generator, self.name)).encode()
        return hashlib.sha256(classes).hexdigest()

    def reader(self, generator: Generator) -> VetoReader:
        """Reads one part with the generator; raises UserError where it knows no classes to go by."""
        from holdfast.models.vetoes.likelihood_reader import LikelihoodReader
        from holdfast.models.vetoes.smoothing import Smoothing

        if not self._by_class:
            return LikelihoodReader(generator, self.part, self.floor)
        classes = _classes(generator, self.name)
        size = generator.codec.vocabulary_size
        smoothing = Smoothing(self.smoothing or 0.0, self.blurring or 0.0, classes, size)
        return LikelihoodReader(generator, self.part, self.floor, smoothing)


def _classes(generator: Generator, name: str) -> tuple[tuple[int, ...], ...]:
    found = generator.codec.open_classes
    if not found:
        raise UserError(
            f"the {name} goes by classes of words, and the generator was opened without a task that"
            " states them"
        )
    return found
