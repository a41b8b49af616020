"""Few edits that keep the meaning: the field's usual rule, with its assumption named.

A rewrite keeps its seed's label as long as at most `most` of its words are exchanged for others that a table
gives for them (synonyms, as in arXiv 1907.11932). That an exchange keeps the meaning is assumed, not known:
an audit by people says how often it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.core.judge import Judge, Kept
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.core.substitutes import Substitutes, UnitSubstitutes
from holdfast.core.surface import units_of
from holdfast.judges.labels import of_rows
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.task import LabelledTask


def edits(task: Task, table: str, most: int = 3) -> Judge:
    """The judge of a labelled task whose rows may be edited; `table` is a JSON file of word to words."""
    return Edits(of_rows(task, "edits"), Substitutes.read(table), most)


class Edits:
    """Calls a rewrite what its seed is, where it differs by few exchanges of words that the table allows."""

    name = "edits"

    def __init__(self, task: LabelledTask, table: Substitutes, most: int) -> None:
        self.task = task
        self.table = table
        """What may be written for a word; attacks that exchange words take it for their own."""
        self.most = most
        self._allowed = UnitSubstitutes(task.surface, table)

    @property
    def assumption(self) -> str:
        """What the verdicts rest on, in words."""
        return f"up to {self.most} exchanges of words by the table of substitutes keep a text's label"

    def offered(self, seed: Snippet) -> list[str]:
        """The words that may be written into rewrites of a seed."""
        (units,) = units_of(self.task.surface, [seed])
        words = self.task.surface.words((*units.prompt, *units.completion))
        return sorted({other for word in set(words) for other in self.table.of(word)})

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """Each text as it stands, by its row's label."""
        return self.task.oracle.judge(snippets)

    def judge_from(self, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
        """Each text as a rewrite of the row at its place."""
        distinct = list(dict.fromkeys(seeds))
        own = dict(zip(distinct, self.judge(distinct), strict=True))
        return [self._rewrite(s, own[s], t) for s, t in zip(seeds, snippets, strict=True)]

    def _rewrite(self, seed: Snippet, verdict: Verdict, snippet: Snippet) -> Verdict:
        if snippet == seed:
            return verdict
        count = self._exchanges(seed, snippet)
        if count is None or count > self.most:
            return Verdict(Label.UNSURE, why="it differs from its seed by more than the table allows")
        return replace(verdict, why=f"{count} exchanged words away from a text of which {verdict.why}")

    def _exchanges(self, seed: Snippet, snippet: Snippet) -> int | None:
        """How many words are exchanged; None where anything else differs, or a word that the table lacks."""
        one, other = units_of(self.task.surface, [seed, snippet])
        if (len(one.prompt), len(one.completion)) != (len(other.prompt), len(other.completion)):
            return None
        pairs = zip((*one.prompt, *one.completion), (*other.prompt, *other.completion), strict=True)
        changed = [(a, b) for a, b in pairs if a != b]
        return len(changed) if all(b in self._allowed.of(a) for a, b in changed) else None

    def kept(self, seed: Snippet) -> tuple[Kept, ...]:
        """No passage has to stay as it is."""
        return ()
