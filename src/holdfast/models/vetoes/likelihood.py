"""Turns away text that the generator would hardly write: the mean log-likelihood of a word is too low.

A filter that is trained on text of one kind can be fooled by text of no kind (garbled prompts). How likely a
text is under a language model tells garbled text from the rest (perplexity filters: arXiv 2308.14132,
2309.00614), and nothing about what it says: fluent failures pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from holdfast.models.vetoes.base import Veto, VetoReader

if TYPE_CHECKING:
    from holdfast.models.generator import Generator

TextPart = Literal["prompt", "completion"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Likelihood(Veto):
    """The mean log-likelihood of a word of one part under the generator, in nats; the part's end is a word.

    Of the prompt given nothing, of the completion given the prompt. With `floor` no word counts for less than
    that, so that one rare word does not condemn a text and many improbable ones do.
    """

    kind: ClassVar[str] = "likelihood"

    part: TextPart
    floor: Annotated[float | None, Field(lt=0)] = None

    @property
    def name(self) -> str:
        """Its kind and its part."""
        return f"likelihood of the {self.part}"

    def reader(self, generator: Generator) -> VetoReader:
        """Reads one part with the generator."""
        from holdfast.models.vetoes.likelihood_reader import LikelihoodReader

        return LikelihoodReader(generator, self.part, self.floor)
