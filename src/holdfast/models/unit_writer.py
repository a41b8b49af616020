"""Between the units that attacks edit and the language model that writes for them; they share text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens, Units
from holdfast.core.surface import Ids, Surface, joined_prompts, snippets_of, units_of
from holdfast.models.generator import Continuation, Generator
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.models.unit_embeddings import UnitEmbeddings
from holdfast.models.unit_gradients import owners
from holdfast.models.unit_scores import with_strangers

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]

_TOKENS_PER_WORD = 3
"""Of real text, most words of which are one or two tokens."""


class UnitWriter:
    """A generator as attacks use it: everything goes in and comes out as units of a surface.

    Where the generator is over the surface's own vocabulary its tokens are the units. Otherwise each text is
    cut into the generator's tokens, and what it writes is cut into units again.
    """

    def __init__(self, generator: Generator, surface: Surface) -> None:
        self.generator = generator
        self._surface = surface
        self._shared = generator.codec.reads_units(surface)
        self._embeddings = UnitEmbeddings(self._token_embeddings, generator.codec, surface)

    @property
    def knows_words(self) -> bool:
        """Whether it can say how likely each unit is at each place: its tokens must be the units."""
        return self._shared

    @cached_property
    def _engine(self) -> LikelihoodEngine:
        return LikelihoodEngine(self.generator)

    def tokens(self, units: Sequence[Units]) -> list[Tokens]:
        """The generator's own tokens of some snippets."""
        if self._shared and not self._surface.has_strangers:  # type: ignore[attr-defined]
            return cast("list[Tokens]", list(units))
        return self.generator.codec.encode(snippets_of(self._surface, units))

    def lengths(self, units: Sequence[Units]) -> list[int]:
        """How many tokens each snippet has as the generator reads it, special ones included."""
        specials = self.generator.layout.specials
        return [len(tokens) + specials for tokens in self.tokens(units)]

    def word_log_probs(self, units: Sequence[Units]) -> list[Matrix]:
        """(P + C + 1, V) log p(unit | all units to the left) for each snippet (`Generator.word_log_probs`).

        Raises UserError where the generator's tokens are not the units.
        """
        if not self._shared:
            raise UserError(
                "this generator cuts text into other pieces than the task, and cannot rank single words;"
                " use its phrases instead (attack phrase_fill)"
            )
        return self.generator.word_log_probs(self.tokens(units))

    def phrases(
        self,
        places: Sequence[tuple[Units, int]],
        lengths: Sequence[int],
        uniforms: Floats,
        temperature: float,
    ) -> list[Ids]:
        """Units that go on from a position of each snippet, at most `lengths` of them."""
        if self._shared:
            own = list(
                zip(self.tokens([units for units, _ in places]), (at for _, at in places), strict=True)
            )
            return self.generator.phrases(own, lengths, uniforms, temperature)
        starts = [self._before(units, at) for units, at in places]
        written = self.generator.continuations(starts, uniforms, temperature)
        return [
            self._whole_units(start.completion or start.prompt, each)[:n]
            for start, each, n in zip(starts, written, lengths, strict=True)
        ]

    @property
    def tokens_per_word(self) -> int:
        """How many tokens are drawn for each word of a phrase."""
        return 1 if self._shared else _TOKENS_PER_WORD

    def _whole_units(self, before: str, written: Continuation) -> Ids:
        """The units of what goes on after a text, without parts of words and of characters.

        What the first word would only lengthen the last one by is left out, as is the word that the tokens
        ended in.
        """
        text = written.text
        if before[-1:].isalnum() and text[:1].isalnum():
            text = " ".join(text.split(maxsplit=1)[1:])
        text, broken, _ = text.partition("\N{REPLACEMENT CHARACTER}")
        units = self._surface.split(text.strip())
        return units[:-1] if (written.cut or broken) and text == text.rstrip() else units

    def _before(self, units: Units, position: int) -> Snippet:
        """The text left of a position; P is the completion's beginning."""
        prompt = len(units.prompt)
        left = Units(units.prompt[:position], units.completion[: max(position - prompt, 0)])
        return snippets_of(self._surface, [left])[0]

    def completions(self, prompts: Sequence[Ids], uniforms: Floats, temperature: float) -> list[Ids]:
        """A completion of each prompt, drawn with that row of uniform numbers."""
        if self._shared:
            own = [tokens.prompt for tokens in self.tokens([Units(prompt, ()) for prompt in prompts])]
            return self.generator.completions(own, uniforms, temperature)
        texts = joined_prompts(self._surface, prompts)
        drawn = self.generator.continuations([Snippet(text, "") for text in texts], uniforms, temperature)
        return [self._surface.split(each.text.strip()) for each in drawn]

    def tell(self, count: int, stream: Stream) -> list[Units]:
        """Whole stories of a generator that tells prompt and completion; none of one that only continues."""
        if self._shared:
            return [Units(*tokens) for tokens in self.generator.tell(count, stream)]
        return []

    def story_log_prob(self, units: Sequence[Units]) -> Floats:
        """(B,) log-likelihood of each whole snippet, separators and end included."""
        return self.generator.story_log_prob(self.tokens(units))

    def log_prob(self, units: Sequence[Units], *, ended: bool = False) -> Floats:
        """(B,) log p(completion | prompt); with `ended` the completion's end counts too."""
        return self._engine.log_prob(self.tokens(units), ended=ended)

    def likeliest(self, groups: Sequence[Sequence[Units]]) -> list[tuple[Units, float] | None]:
        """The snippet of each group whose completion is likeliest, and that log-likelihood; None of none."""
        if self._shared and not self._surface.has_strangers:  # type: ignore[attr-defined]
            own_tokens = cast("list[list[Tokens]]", groups)
            return cast("list[tuple[Units, float] | None]", self._engine.likeliest(own_tokens))
        values = iter(self.log_prob([units for group in groups for units in group]).tolist())
        found: list[tuple[Units, float] | None] = []
        for group in groups:
            own = list(islice(values, len(group)))
            best = max(range(len(own)), key=own.__getitem__, default=None)
            found.append(None if best is None else (group[best], own[best]))
        return found

    def target_gradients(self, units: Sequence[Units], firsts: Sequence[int]) -> list[Matrix]:
        """(P, H) gradients of log p(completion | prompt) by each prompt unit's embedding, from a place on."""
        if self._shared:
            found = self._engine.gradients(self.tokens(units), first=firsts)
            return [each.prompt for each in found]
        snippets = snippets_of(self._surface, units)
        found = self._engine.gradients(self.generator.codec.encode(snippets))
        return [self._by_unit(u, s, g.prompt) for u, s, g in zip(units, snippets, found, strict=True)]

    def _by_unit(self, units: Units, snippet: Snippet, gradients: Matrix) -> Matrix:
        owner = owners(self.generator.codec, self._surface, units, snippet)[: len(gradients)]
        rows = np.zeros((len(units.prompt), gradients.shape[1]), dtype=np.float32)
        np.add.at(rows, np.minimum(owner, max(len(rows) - 1, 0)), gradients)
        return rows

    def _token_embeddings(self) -> Matrix:
        return self._engine.embedding_matrix()

    def embeddings(self) -> Matrix:
        """(U, H) the generator's embedding of each unit met so far."""
        if not self._shared:
            return self._embeddings.matrix()
        return with_strangers(self._token_embeddings(), self.generator.codec, self._surface)

    def encoded(self, snippets: Sequence[Snippet]) -> list[Units]:
        """Texts as units."""
        return units_of(self._surface, snippets)
