"""What the generator answers to a session: words, phrases, likelihoods, drawn completions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.attacks.engine.attempt import LiveAttempt, Matrix
from holdfast.attacks.engine.gate import Gate
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.engine.requests import (
    AskFills,
    AskLikeliest,
    AskLikelihood,
    AskPhrases,
    AskTargetGradients,
    AskWords,
    Candidate,
    Words,
)
from holdfast.attacks.objective import Floats
from holdfast.attacks.target import Target
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.core.surface import Surface, joined_prompts
from holdfast.core.system import WritingSystem

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.models.unit_filler import Fill, UnitFiller
    from holdfast.models.unit_writer import UnitWriter


class Writing:
    """Answers requests to the models that write, those of all attempts in common batches.

    Each random number comes from the attempt that asked, or is the same for all that ask about a prompt, so
    that no answer depends on other attempts. The stream is for the completions of a filtered generator.
    """

    def __init__(self, target: Target, surface: Surface, meter: Meter, stream: Stream) -> None:
        self._target = target
        self._surface = surface
        self._meter = meter
        self._stream = stream

    @cached_property
    def writer(self) -> UnitWriter:
        """The target's generator over the surface; raises UserError where it has none."""
        from holdfast.models.unit_writer import UnitWriter

        if self._target.generator is None:
            raise UserError(
                "this attack needs a generator to draw from, and its target has none; give it one"
            )
        return UnitWriter(self._target.generator, self._surface)

    @property
    def knows_words(self) -> bool:
        """Whether there is a generator that can rank single words."""
        return self._target.generator is not None and self.writer.knows_words

    def words(self, asked: Sequence[tuple[LiveAttempt, AskWords]]) -> list[Any]:
        """Word log probabilities at every place of each snippet."""
        units = [request.units for _, request in asked]
        answers = self.writer.word_log_probs(units)
        for (attempt, _), snippet in zip(asked, units, strict=True):
            self._meter.generated(attempt, read=len(snippet) + 2, written=0)
        return list(answers)

    @property
    def fills_words(self) -> bool:
        """Whether there is a masked language model."""
        return self._target.proposer is not None

    @cached_property
    def filler(self) -> UnitFiller:
        """The target's masked language model over the surface; raises UserError where it has none."""
        from holdfast.models.unit_filler import UnitFiller

        if self._target.proposer is None:
            raise UserError("this attack needs a masked language model, and its target has none; give it one")
        return UnitFiller(self._target.proposer, self._surface)

    def fills(self, asked: Sequence[tuple[LiveAttempt, AskFills]]) -> list[list[Fill]]:
        """Words for the blanks of each request."""
        from holdfast.models.unit_filler import UnitBlank

        before = self.filler.model.spend
        blanks = [UnitBlank(ask.units, *blank, ask.top) for _, ask in asked for blank in ask.blanks]
        found = iter(self.filler.fills(blanks))
        self._meter.count(self.filler.model.spend - before)
        answers = []
        for attempt, request in asked:
            own = list(islice(found, len(request.blanks)))
            self._meter.proposed(attempt, sum(fill.flops for fill in own))
            answers.append(
                [_permitted(attempt, *blank, fill) for blank, fill in zip(request.blanks, own, strict=True)]
            )
        return answers

    def phrases(self, asked: Sequence[tuple[LiveAttempt, AskPhrases]]) -> list[list[Words]]:
        """Phrases that go on from a place, for each request as many as it gave lengths."""
        drawn: dict[int, list[Words]] = {}
        for temperature in {request.temperature for _, request in asked}:
            at = [i for i, (_, request) in enumerate(asked) if request.temperature == temperature]
            drawn.update(zip(at, self._phrases([asked[i] for i in at], temperature), strict=True))
        return [drawn[i] for i in range(len(asked))]

    def _phrases(
        self, asked: Sequence[tuple[LiveAttempt, AskPhrases]], temperature: float
    ) -> list[list[Words]]:
        per_word = self.writer.tokens_per_word
        longest = per_word * max((length for _, request in asked for length in request.lengths), default=0)
        uniforms = [self._uniforms(attempt, request, longest) for attempt, request in asked]
        places = [(request.units, request.position) for _, request in asked for _ in request.lengths]
        lengths = [length for _, request in asked for length in request.lengths]
        drawn = iter(self.writer.phrases(places, lengths, np.concatenate(uniforms), temperature))
        answers = [list(islice(drawn, len(request.lengths))) for _, request in asked]
        for (attempt, request), own in zip(asked, answers, strict=True):
            written = sum(map(len, own)) if per_word == 1 else per_word * sum(request.lengths)
            self._meter.generated(attempt, read=request.position + 2, written=written)
        return answers

    def _uniforms(self, attempt: LiveAttempt, request: AskPhrases, width: int) -> Floats:
        """As many numbers as the request itself needs, whatever its neighbours' width."""
        tokens = self.writer.tokens_per_word * max(request.lengths, default=0)
        own = attempt.numpy.random((len(request.lengths), tokens))
        return np.pad(own, ((0, 0), (0, width - own.shape[1])), constant_values=0.5)

    def likelihoods(self, asked: Sequence[tuple[LiveAttempt, AskLikelihood]]) -> list[Floats]:
        """Log-likelihoods, of whole snippets or of completions given their prompts."""
        answers: list[Any] = [None] * len(asked)
        for given_prompt in (False, True):
            at = [i for i, (_, request) in enumerate(asked) if request.given_prompt is given_prompt]
            units = [t for i in at for t in asked[i][1].candidates]
            found = self._likelihoods(units, given_prompt) if units else np.zeros(0)
            first = 0
            for i in at:
                attempt, request = asked[i]
                stop = first + len(request.candidates)
                answers[i] = found[first:stop]
                first = stop
                read = sum(len(t) + 3 for t in request.candidates)
                self._meter.generated(attempt, read=read, written=0)
        return answers

    def _likelihoods(self, units: list[Units], given_prompt: bool) -> Floats:
        if given_prompt:
            return self.writer.log_prob(units)
        return self.writer.story_log_prob(units)

    def likeliest(
        self, asked: Sequence[tuple[LiveAttempt, AskLikeliest]], gate: Gate
    ) -> list[Candidate | None]:
        """The candidate of each request whose completion the generator is likeliest to write."""
        groups = []
        for attempt, request in asked:
            allowed = gate.allowed(attempt, list(dict.fromkeys(request.candidates)))
            groups.append(gate.readable(allowed))
            self._meter.generated(attempt, read=sum(len(t) + 3 for t in groups[-1]), written=0)
        return [None if best is None else Candidate(*best) for best in self.writer.likeliest(groups)]

    def embedding_matrix(self) -> Matrix:
        """(U, H) the generator's embedding of each unit."""
        return self.writer.embeddings()

    def target_gradients(
        self, asked: Sequence[tuple[LiveAttempt, AskTargetGradients]]
    ) -> list[Matrix | None]:
        """Gradients of log p(completion | prompt); attempts beyond the budget's calls end without."""
        room = self._meter.gradient_calls_left()
        for attempt, _ in asked[room:]:
            attempt.over = True
        answered = asked[:room]
        units = [request.units for _, request in answered]
        firsts = [request.first for _, request in answered]
        found = self.writer.target_gradients(units, firsts) if answered else []
        self._meter.count(Spend(gradient_calls=len(answered)))
        for attempt, request in answered:
            self._meter.generated(attempt, read=len(request.units) + 3, written=0, passes=3)
        return [*found, *[None] * (len(asked) - len(found))]

    def complete(
        self,
        prompts: Sequence[tuple[LiveAttempt, Words, int, int]],
        temperature: float,
        writer: Generator | None = None,
    ) -> list[list[Units]]:
        """Completions of (attempt, prompt, count, number): draw `number` names the attempt's own stream."""
        most = self._surface.limits.completion_words
        rows, uniforms = [], []
        for attempt, prompt, count, number in prompts:
            rows += [prompt] * count
            uniforms.append(attempt.stream.child("draws", number).numpy().random((count, most)))
        by = self._writer_of(writer)
        drawn = by.completions(rows, np.concatenate(uniforms), temperature) if rows else []
        found, first = [], 0
        for attempt, prompt, count, _ in prompts:
            own = drawn[first : first + count]
            first += count
            self._meter.generated(attempt, read=len(prompt) + 2, written=sum(len(c) + 1 for c in own))
            found.append([Units(prompt, completion) for completion in own])
        return found

    def written(self, prompts: Sequence[tuple[LiveAttempt, Words, int]]) -> list[list[Units]]:
        """So many completions of each prompt of an attempt, as a target that writes draws them."""
        drawn = self._drawn([prompt for _, prompt, _ in prompts], [n for _, _, n in prompts])
        for (attempt, prompt, _), own in zip(prompts, drawn, strict=True):
            written = sum(len(each.completion) + 1 for each in own)
            self._meter.generated(attempt, read=len(prompt) + 2, written=written)
        return drawn

    def writes_again(self, failures: Sequence[Units]) -> list[bool]:
        """Whether each completion is among those that are drawn of its prompt; it is part of no attempt."""
        prompts = list(dict.fromkeys(units.prompt for units in failures))
        drawn = self._drawn(prompts, [self._target.draws or 0] * len(prompts))
        known = dict(zip(prompts, drawn, strict=True))
        return [units in known[units.prompt] for units in failures]

    def _drawn(self, prompts: Sequence[Words], counts: Sequence[int]) -> list[list[Units]]:
        """The first completions of each prompt.

        A system that writes draws by its own seed, and a generator for a filter by the stream of the call.
        """
        from holdfast.models.writing_systems import SeededDraws

        target, surface = self._target, self._surface
        words = surface.limits.completion_words
        writes = (
            target.system
            if isinstance(target.system, WritingSystem)
            else SeededDraws(self.writer.generator, words, self._stream, target.temperature)
        )
        drawn = writes.write(joined_prompts(surface, prompts), counts)
        return [
            [Units(prompt, surface.split(text)) for text in own]
            for prompt, own in zip(prompts, drawn, strict=True)
        ]

    def likely(self, asked: Sequence[tuple[LiveAttempt, Units]]) -> Floats:
        """(B,) p(completion, and its end | prompt): how often the generator writes just that."""
        units = [each for _, each in asked]
        for attempt, each in asked:
            self._meter.generated(attempt, read=len(each) + 3, written=0)
        return np.exp(self.writer.log_prob(units, ended=True))

    def _writer_of(self, other: Generator | None) -> UnitWriter:
        from holdfast.models.unit_writer import UnitWriter

        return self.writer if other is None else UnitWriter(other, self._surface)


def _permitted(attempt: LiveAttempt, position: int, width: int, fill: Fill) -> Fill:
    """What the judge allows of the words for a place, where it allows certain words alone."""
    allowed = attempt.shared.allowed
    if allowed is None or not width or position >= len(allowed):
        return fill
    kept = np.isin(fill.units, allowed[position])
    return replace(fill, units=fill.units[kept], log_probs=fill.log_probs[kept])
