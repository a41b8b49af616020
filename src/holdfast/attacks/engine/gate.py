"""The gate: lets through the candidates that keep to the mask, the limits and the constraints."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.attacks.constraints import Constraints, edits_between, unparsed
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.proposals.edits import fits
from holdfast.attacks.target import Target
from holdfast.core.snippet import Snippet, Tokens


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
