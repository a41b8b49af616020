"""Constraints: what every candidate must keep to, besides the task's limits; the session drops the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.edits import fits
from holdfast.attacks.mask import Span
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet, Tokens
from holdfast.tasks.base import Explainer, Task

if TYPE_CHECKING:
    from holdfast.attacks.attempt import LiveAttempt
    from holdfast.attacks.meter import Meter
    from holdfast.attacks.target import Target


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Constraints:
    """Bounds on how far a candidate may go from its seed, and on how natural it must stay.

    `spans` are positions of the seed (over prompt then completion, from one up to another) whose words must
    stay in one piece; `most_edits` bounds the insertions, deletions and replacements of single words from the
    seed (Levenshtein); `log_prob` is the least mean log-likelihood of a word under the generator, in nats, so
    that the failure is one that the generator could write; with `parses` the judge must be able to read as
    many clauses as of the seed.
    """

    spans: tuple[Span, ...] = ()
    most_edits: Annotated[int | None, Field(ge=1)] = None
    log_prob: Annotated[float | None, Field(le=0)] = None
    parses: bool = False

    def check(self, task: Task, has_generator: bool) -> None:
        """Raise UserError where the target cannot tell what is asked."""
        if self.log_prob is not None and not has_generator:
            raise UserError(
                "the constraint 'log_prob' needs a generator, and the target has none; give it one"
            )
        if self.parses and not isinstance(task, Explainer):
            raise UserError(f"the constraint 'parses' needs a task that explains; '{task.name}' does not")


def unparsed(task: Task, snippet: Snippet) -> int:
    """How many clauses and words of a snippet the task's judge cannot read."""
    assert isinstance(task, Explainer)
    reading = task.explain(snippet)
    return len(reading.unparsed) + len(reading.unknown_words)


def edits_between(seed: Tokens, tokens: Tokens, most: int) -> int:
    """The Levenshtein distance in words, both parts together; `most + 1` stands for anything greater."""
    spent = _distance(seed.prompt, tokens.prompt, most)
    return (
        spent if spent > most else min(most + 1, spent + _distance(seed.completion, tokens.completion, most))
    )


def _distance(one: Sequence[int], other: Sequence[int], most: int) -> int:
    """Levenshtein's distance by rows (Wagner and Fischer 1974), given up once it exceeds `most`."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    row = list(range(len(other) + 1))
    for i, word in enumerate(one, 1):
        before, row = row, [i]
        for j, other_word in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (word != other_word)))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


class Gate:
    """Lets through the candidates that keep to the mask and the constraints.

    A tokenizer that is not the task's own may read a text otherwise than it was written; such candidates
    are encoded anew from their text, so that what is searched is what a user would send.
    """

    def __init__(self, target: Target, constraints: Constraints, meter: Meter) -> None:
        constraints.check(target.task, target.generator is not None)
        self._target = target
        self._codec = target.scorer.codec
        self._constraints = constraints
        self._meter = meter
        self._readable: dict[int, int] = {}

    def admitted(self, attempt: LiveAttempt, candidates: Sequence[Tokens]) -> list[Tokens]:
        """Those not asked about before, as their text is encoded, that keep to mask, limits and edits."""
        return self.allowed(attempt, attempt.unseen(self.encoded(attempt, candidates)))

    def encoded(self, attempt: LiveAttempt, candidates: Sequence[Tokens]) -> Sequence[Tokens]:
        """Candidates as their text is encoded, but for those that then no longer fit."""
        if self._codec.closed:
            return candidates
        candidates = self._codec.encode(self._codec.decode(candidates))
        return [tokens for tokens in candidates if fits(tokens, attempt.limits)]

    def allowed(self, attempt: LiveAttempt, candidates: list[Tokens]) -> list[Tokens]:
        """Those that keep to the mask and to the number of edits."""
        if attempt.mask.trivial and self._constraints.most_edits is None:
            return candidates
        return [tokens for tokens in candidates if self.allows(attempt, tokens)]

    def allows(self, attempt: LiveAttempt, tokens: Tokens) -> bool:
        """Whether a candidate leaves alone what it must, and is near enough to its seed."""
        most = self._constraints.most_edits
        near = most is None or edits_between(attempt.origin, tokens, most) <= most
        return near and attempt.mask.allows(attempt.origin, tokens)

    def natural(
        self,
        attempts: Sequence[LiveAttempt],
        owned: list[list[int]],
        tokens: Sequence[Tokens],
        snippets: Sequence[Snippet],
    ) -> list[list[int]]:
        """Of each attempt's indices those that the judge can read, and that the generator could write."""
        if self._constraints.parses:
            owned = [
                [i for i in own if unparsed(self._target.task, snippets[i]) <= self._of_seed(attempt)]
                for attempt, own in zip(attempts, owned, strict=True)
            ]
        least = self._constraints.log_prob
        if least is None:
            return owned
        at = [i for own in owned for i in own]
        means = self._mean_log_prob([tokens[i] for i in at])
        likely = {i for i, mean in zip(at, means, strict=True) if mean >= least}
        return [[i for i in own if i in likely] for own in owned]

    def _of_seed(self, attempt: LiveAttempt) -> int:
        if attempt.index not in self._readable:
            self._readable[attempt.index] = unparsed(self._target.task, attempt.seed)
        return self._readable[attempt.index]

    def _mean_log_prob(self, tokens: list[Tokens]) -> list[float]:
        generator = self._target.generator
        assert generator is not None
        lengths = [len(t) + generator.layout.specials - 1 for t in tokens]
        self._meter.generated(None, read=sum(lengths), written=0)
        found = generator.story_log_prob(tokens).tolist()
        return [log_prob / length for log_prob, length in zip(found, lengths, strict=True)]
