"""Few edits that keep the meaning: the field's usual rule, with its assumption named.

A rewrite keeps its seed's label as long as at most `most` of its words are exchanged for others that are
allowed: by a table (synonyms, as in arXiv 1907.11932), or because a masked language model finds them
likeliest at that place in the seed (arXiv 2004.09984). That an exchange keeps the meaning is assumed, not
known, and of a masked model's words it often does not hold; an audit by people says how often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.core.judge import Judge, Kept
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.core.substitutes import Substitutes
from holdfast.core.surface import snippets_of, units_of
from holdfast.judges.exchanges import Exchanges, MaskedExchanges, TableExchanges
from holdfast.judges.labels import of_rows
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.task import LabelledTask

if TYPE_CHECKING:
    from holdfast.models.placement import Placement


def edits(
    task: Task, table: str | None = None, model: str | None = None, top: int | None = None, most: int = 3
) -> Judge:
    """The judge of a labelled task whose rows may be edited.

    `table` is a JSON file of word to words; `model` a masked language model's folder, of whose words the
    `top` (20) for a place may be written there. Raises UserError unless exactly one of them is given.
    """
    rows = of_rows(task, "edits")
    if (table is None) == (model is None):
        raise UserError(
            "the judge 'edits' takes its words from a table or from a masked language model; give exactly"
            " one: `table: FILE` or `model: FOLDER`"
        )
    if most < 1 or (top is not None and top < 1):
        raise UserError("the judge 'edits' needs numbers of at least 1 for `most` and `top`")
    if table is not None:
        if top is not None:
            raise UserError("`top` is for the judge 'edits' with a `model:`; a table's words all count")
        return Edits(rows, TableExchanges(rows.surface, Substitutes.read(table)), most)
    from holdfast.models.masked import MaskedModel

    return Edits(rows, MaskedExchanges(rows.surface, MaskedModel.load(str(model)), top or 20), most)


class Edits:
    """Calls a rewrite what its seed is, where it differs by few exchanges of words that are allowed."""

    name = "edits"

    def __init__(self, task: LabelledTask, exchanges: Exchanges, most: int) -> None:
        self.task = task
        self.most = most
        self._exchanges = exchanges

    def to(self, placement: Placement) -> Edits:
        """Move its model, where it has one, to a device; returns itself."""
        self._exchanges.to(placement)
        return self

    @property
    def assumption(self) -> str:
        """What the verdicts rest on, in words."""
        return f"up to {self.most} exchanges of words {self._exchanges.assumption}"

    def allowed(self, seed: Snippet) -> tuple[tuple[str, ...], ...]:
        """Of each unit of a seed, prompt then completion, the words that may be written in its place."""
        return self._exchanges.allowed([seed])[0]

    def asking_flops(self, seed: Snippet) -> float:
        """What it takes to ask the model about a seed; 0 where a table says what is allowed."""
        return self._exchanges.flops(seed)

    def offered(self, seed: Snippet) -> list[str]:
        """The words that may be written into rewrites of a seed."""
        return sorted({word for words in self.allowed(seed) for word in words})

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
        count = self._exchanged(seed, snippet)
        if count is None or count > self.most:
            return Verdict(
                Label.UNSURE, why=f"it differs from its seed by more than {self._exchanges.allows}"
            )
        return replace(verdict, why=f"{count} exchanged words away from a text of which {verdict.why}")

    def _exchanged(self, seed: Snippet, snippet: Snippet) -> int | None:
        """How many words are exchanged; None where anything else differs, or a word that is not allowed."""
        surface = self.task.surface
        one, other = units_of(surface, [seed, snippet])
        if (len(one.prompt), len(one.completion)) != (len(other.prompt), len(other.completion)):
            return None
        pairs = zip((*one.prompt, *one.completion), (*other.prompt, *other.completion), strict=True)
        changed = [(at, a, b) for at, (a, b) in enumerate(pairs) if a != b]
        if len(changed) > self.most:
            return len(changed)
        allowed = self.allowed(seed) if changed else ()
        written = [(at, a, b, surface.words([b])[0]) for at, a, b in changed]
        # The gap before a word is no part of the exchange: it stays as it was.
        fits = (word in allowed[at] and surface.number(word, like=a) == b for at, a, b, word in written)
        return len(changed) if all(fits) else None

    def likewise(self, seed: Snippet, rewrite: Snippet, harmless: Snippet) -> Snippet | None:
        """A harmless text with as many exchanges as the rewrite has, at random places that allow one."""
        count = self._exchanged(seed, rewrite)
        allowed = self.allowed(harmless)
        places = [at for at, words in enumerate(allowed) if words]
        if count is None or len(places) < count:
            return None
        surface, draw = self.task.surface, Stream(0).child(rewrite.completion, harmless.completion).numpy()
        (units,) = units_of(surface, [harmless])
        changed = [*units.prompt, *units.completion]
        for at in draw.choice(places, count, replace=False).tolist() if count else ():
            unit = surface.number(str(draw.choice(allowed[at])), like=changed[at])
            if unit is None:
                return None
            changed[at] = unit
        length = len(units.prompt)
        (snippet,) = snippets_of(surface, [Units(tuple(changed[:length]), tuple(changed[length:]))])
        return snippet

    def kept(self, seed: Snippet) -> tuple[Kept, ...]:
        """No passage has to stay as it is."""
        return ()
