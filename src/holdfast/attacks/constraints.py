"""Constraints: what every candidate must keep to, besides the task's limits; the session drops the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.proposals.mask import Side, Span
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet, Units
from holdfast.tasks.base import Explainer, Task


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Constraints:
    """Bounds on how far a candidate may go from its seed, and on how natural it must stay.

    `spans` are positions of the seed (over prompt then completion, from one up to another) whose words must
    stay in one piece; `most_edits` bounds the insertions, deletions and replacements of single words from the
    seed (Levenshtein); `log_prob` is the least mean log-likelihood of a word under the generator, in nats, so
    that the failure is one that the generator could write; with `parses` the judge must be able to read as
    many clauses as of the seed. `place` lets an attack write only before, or only after, what the judge keeps
    of the seed.
    """

    spans: tuple[Span, ...] = ()
    most_edits: Annotated[int | None, Field(ge=1)] = None
    log_prob: Annotated[float | None, Field(le=0)] = None
    parses: bool = False
    place: Side = "anywhere"

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


def edits_between(seed: Units, units: Units, most: int) -> int:
    """The Levenshtein distance in words, both parts together; `most + 1` stands for anything greater."""
    spent = _distance(seed.prompt, units.prompt, most)
    return (
        spent if spent > most else min(most + 1, spent + _distance(seed.completion, units.completion, most))
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
