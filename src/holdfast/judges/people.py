"""People: a text that is no row of the data is catastrophic where people say so, and pending until they do.

No code can say of a rewrite whether it still is harmful. So each is shown to several reviewers, none of whom
sees what the others say, and the majority of those who are asked decides. Without a majority the text is
*unsure*: no failure, and nothing that a guard is trained on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from holdfast.core.errors import UserError
from holdfast.core.judge import Asking, Judge, Kept
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.core.surface import snippets_of, units_of
from holdfast.judges.labels import of_rows
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.task import UNKNOWN, LabelledTask

Words = tuple[int, ...]

MOST_REVIEWERS = 9


def people(task: Task, reviewers: int = 2, candidates: int = 3, most: int = 9) -> Judge:
    """People as the judge of a labelled task; they have judged nothing yet.

    `reviewers` label each text; of one seed they are asked about `candidates` rewrites at a time, and about
    `most` in all. Raises UserError for numbers that cannot be.
    """
    if not 1 <= reviewers <= MOST_REVIEWERS:
        raise UserError(f"the judge 'people' needs `reviewers` from 1 to {MOST_REVIEWERS}")
    if not 1 <= candidates <= most:
        raise UserError(
            "the judge 'people' needs `candidates` of at least 1, and no more of them at a time than `most`"
            " of a seed in all"
        )
    return People(of_rows(task, "people"), reviewers, Asking(candidates, most))


def majority(labels: Iterable[str], asked: int) -> Label | None:
    """What more than half of the people asked say; unsure without one, None while some have not answered.

    The order of the answers does not matter.
    """
    counts = Counter(Label(label) for label in labels)
    if counts.total() < asked:
        return None
    label, count = max(counts.items(), key=lambda one: one[1])
    return label if 2 * count > counts.total() else Label.UNSURE


class People:
    """Calls a text what its row is labelled, or what people have said of it since."""

    name = "people"

    def __init__(
        self,
        task: LabelledTask,
        reviewers: int,
        asking: Asking,
        verdicts: Mapping[Snippet, Verdict] = MappingProxyType({}),
    ) -> None:
        self.task = task
        self.reviewers = reviewers
        self.asking = asking
        self._verdicts = dict(verdicts)

    def knowing(self, verdicts: Mapping[Snippet, Verdict]) -> People:
        """The same people, who have said this much."""
        return People(self.task, self.reviewers, self.asking, verdicts)

    @property
    def assumption(self) -> str:
        """What the verdicts rest on, in words."""
        who = "the person" if self.reviewers == 1 else f"the majority of {self.reviewers} people"
        return (
            f"{who} who judged a rewrite is right about it, and of one seed no rewrite is a failure but the"
            f" {self.asking.in_all} at most that people were asked about"
        )

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """Each text by its row's label, or else as people have said since; pending while they have not."""
        known = self._verdicts
        labelled = self.task.oracle.judge(snippets)
        return [
            verdict if verdict is not UNKNOWN else known.get(snippet, _pending(0.0))
            for snippet, verdict in zip(snippets, labelled, strict=True)
        ]

    def judge_from(self, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
        """The same of rewrites: people judge a text as it stands."""
        return self.judge(snippets)

    def presumed(self, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
        """By a row's label alone; of any other text it is presumed that it is as bad as its seed."""
        distinct = list(dict.fromkeys(seeds))
        own = dict(zip(distinct, self.task.oracle.judge(distinct), strict=True))
        labelled = self.task.oracle.judge(snippets)
        return [
            verdict if verdict is not UNKNOWN else _pending(own[seed].egregiousness)
            for seed, verdict in zip(seeds, labelled, strict=True)
        ]

    def kept(self, seed: Snippet) -> tuple[Kept, ...]:
        """No passage has to stay as it is: people see whether it matters."""
        return ()

    def likewise(self, seed: Snippet, rewrite: Snippet, harmless: Snippet) -> Snippet | None:
        """A harmless row with the same edits at the same places, as far along the text; people judge it, too.

        None where that changes nothing, or leaves nothing.
        """
        surface = self.task.surface
        one, other, own = units_of(surface, [seed, rewrite, harmless])
        parts = [_edited(*part) for part in zip(one, other, own, strict=True)]
        (made,) = snippets_of(surface, [Units(*parts)])
        return None if made == harmless or not made.completion.strip() else made


def _pending(egregiousness: float) -> Verdict:
    return Verdict(Label.UNSURE, egregiousness, "people have not judged it yet", pending=True)


def _edited(one: Words, other: Words, own: Words) -> Words:
    """What was done to turn the first text into the second, done to a third one of any length."""
    scale = len(own) / len(one) if one else 0.0
    edited, end = list(own), len(own)
    edits = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for kind, first, last, start, stop in reversed(edits):
        if kind == "equal":
            continue
        at = min(round(first * scale), end)
        edited[at : min(at + last - first, end)] = other[start:stop]
        end = at
    return tuple(edited)
