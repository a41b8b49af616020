"""The token menu: what could stand for a word, before it or after it, each scored exactly and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.core.judge import SeededJudge, SubstitutingJudge, judged
from holdfast.core.odds import probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.core.surface import Surface
from holdfast.models.unit_filler import UnitBlank
from holdfast.tasks.base import Part, Task
from holdfast.workbench.tools.allowed import exchanges, narrowed_surface, outside_of_passages
from holdfast.workbench.tools.cutting import Cut
from holdfast.workbench.tools.judging import judge_in_use, verdicts_on
from holdfast.workbench.tools.proposals import Guides, in_shares, kindred_of
from holdfast.workbench.tools.reading import (
    readable_by_both,
    seed_of,
    sendable,
    shares_tokens,
    snippet_of,
    verdict_shape,
)
from holdfast.workbench.tools.rewriting import Edit, Rewriter, rewriter_of
from holdfast.workbench.tools.shapes import EditKind, Menu, MenuRequest, Suggestion
from holdfast.workbench.tools.spans import part_of
from holdfast.workbench.tools.work import Begin, Gradients, LikelyWords, LogOdds, ProposedWords, Work

if TYPE_CHECKING:
    from holdfast.attacks.proposals.kindred import KindredWords
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served


_JUDGED_TOGETHER = 64

PROPOSED = 40
"""Words that a masked language model is asked for, for each place."""


@dataclass(frozen=True)
class Menus:
    """Makes menus for all writers of a workbench."""

    bench: Workbench

    @cached_property
    def kindred(self) -> KindredWords:
        """Which words keep like company; found once, and the same for every model of the workbench."""
        return kindred_of(self.bench.served.target)

    def prepare(self, served: Served) -> Work[None]:
        """The work of being quick at the first menu."""
        (_,) = yield LogOdds([Tokens((), ())])
        assert self.kindred

    def menu(self, request: MenuRequest) -> Begin[Menu]:
        """The work of making a menu; raises UserError where there is no such word."""

        def work(served: Served) -> Work[Menu]:
            cut, seed = served.cutter.cut(snippet_of(request)), seed_of(request.seed)
            place = _place_of(cut, request)
            judge = judge_in_use(self.bench, served)
            sentences = narrowed_surface(judge, served.target)
            if sentences is not None:
                rewriter, edits = _of_sentences(served.target.task, sentences, cut, request.part, place)
            else:
                rewriter = rewriter_for(served, cut, request.part)
                if isinstance(judge, SubstitutingJudge):
                    edits = iter(exchanges(judge, seed or cut.snippet, rewriter, request.index))
                else:
                    edits = yield from self._of_words(served, cut, rewriter, request.index)
            edits = outside_of_passages(edits, judge, seed, cut.snippet, rewriter)
            return (yield from weighed(self.bench, served, cut, seed, rewriter, edits, request.most))

        return work

    def _of_words(self, served: Served, cut: Cut, rewriter: Rewriter, index: int) -> Work[Iterator[Edit]]:
        """Words for a place, of all who propose any."""
        position = index + (len(cut.units.prompt) if rewriter.part == "completion" else 0)
        guides = yield from self._guides(served, cut)
        if served.target.proposer is not None:
            places = ((position, 1), (position, 0), (position + 1, 0))
            blanks = [UnitBlank(cut.units, place, width, PROPOSED) for place, width in places]
            here, before, after = ((fill.units.tolist()) for fill in (yield ProposedWords(blanks)))
            guides = replace(guides, proposed=(here, before, after))
        return _edits(guides, rewriter, index)

    def _guides(self, served: Served, cut: Cut) -> Work[Guides]:
        target, cutter = served.target, served.cutter
        gradients = cutter.gradients(cut, (yield Gradients(cut.tokens)))
        log_probs = None
        if shares_tokens(target) and readable_by_both(target, cut.tokens):
            log_probs = yield LikelyWords(cut.tokens)
        alphabet = cutter.surface.alphabet
        stream = Stream(0).child("workbench", "menu", cut.snippet.prompt, "|", cut.snippet.completion)
        return Guides(
            units=cut.units,
            alphabet=alphabet,
            gradients=gradients,
            embeddings=cutter.embeddings(),
            log_probs=log_probs,
            kindred=self.kindred,
            others=stream.numpy().permutation(alphabet),
        )


def rewriter_for(served: Served, cut: Cut, part: Part) -> Rewriter:
    """What writes edits of words into a part of a text."""
    units, places = cut.units[part == "completion"], cut.places(part)
    return rewriter_of(served.target.task, served.cutter.surface, cut.snippet, part, units, places)


def weighed(
    bench: Workbench,
    served: Served,
    cut: Cut,
    seed: Snippet | None,
    rewriter: Rewriter,
    edits: Iterable[Edit],
    most: int,
) -> Work[Menu]:
    """Up to `most` different texts that edits lead to, within the limits, judged and scored, best first."""
    different = _different(served, cut, rewriter, edits)
    offered = list(islice(_worth_offering(bench, served, seed, cut, different), most))
    log_odds = yield LogOdds([cut.tokens, *(after for _, _, after in offered)])
    scores = probability(log_odds)
    verdicts = verdicts_on(bench, served, seed, [snippet for _, snippet, _ in offered])
    suggestions = [
        Suggestion(
            prompt=snippet.prompt,
            completion=snippet.completion,
            kind=edit.kind,
            words=rewriter.words(edit),
            score=score,
            log_odds=odds,
            verdict=None if verdict is None else verdict_shape(verdict),
        )
        for (edit, snippet, _), verdict, odds, score in zip(
            offered, verdicts, log_odds[1:].tolist(), scores[1:].tolist(), strict=True
        )
    ]
    suggestions.sort(key=lambda suggestion: suggestion.log_odds)
    return Menu(model_round=served.round, before=float(scores[0]), suggestions=tuple(suggestions))


_Offer = tuple[Edit, Snippet, Tokens]


def _worth_offering(
    bench: Workbench, served: Served, seed: Snippet | None, cut: Cut, offers: Iterator[_Offer]
) -> Iterator[_Offer]:
    """All offers; where a judge of rewrites calls the text catastrophic, those after which it still does."""
    judge = judge_in_use(bench, served)
    if not isinstance(judge, SeededJudge):
        yield from offers
        return
    (now,) = judged(judge, [seed or cut.snippet], [cut.snippet])
    while some := list(islice(offers, _JUDGED_TOGETHER)):
        snippets = [snippet for _, snippet, _ in some]
        verdicts = judged(judge, [seed or cut.snippet] * len(some), snippets)
        yield from (
            offer
            for offer, verdict in zip(some, verdicts, strict=True)
            if verdict.catastrophic or not now.catastrophic
        )


def _different(served: Served, cut: Cut, rewriter: Rewriter, edits: Iterable[Edit]) -> Iterator[_Offer]:
    """The edits whose text reads as no earlier one's does, with that text and the classifier's tokens."""
    seen, target, part = {cut.tokens}, served.target, rewriter.part
    for edit in edits:
        if not _within_limits(rewriter, edit, cut):
            continue
        snippet = rewriter.rewritten(edit)
        if not sendable(snippet):
            continue
        after = served.cutter.tokens(snippet, cut, part)
        if after not in seen and readable_by_both(target, after):
            seen.add(after)
            yield edit, snippet, after


def _within_limits(rewriter: Rewriter, edit: Edit, cut: Cut) -> bool:
    """Whether a part stays within its limit, or goes no further beyond it than it has gone."""
    limits, before = rewriter.surface.limits, len(rewriter.units)
    most = limits.prompt_words if rewriter.part == "prompt" else limits.completion_words
    after = before - (edit.stop - edit.start) + len(edit.words)
    least = min(1, before) if rewriter.part == "completion" else 0
    return least <= after <= max(most, before)


def _edits(guides: Guides, rewriter: Rewriter, index: int) -> Iterator[Edit]:
    """Deletion, then replacements and insertions in turn: half the menu, and a quarter on either side."""
    part, surface = rewriter.part, rewriter.surface
    position = index + (len(guides.units.prompt) if part == "completion" else 0)
    # The generator ends a prompt where its words end: it has no row of words that would go on with it.
    after = None if part == "prompt" and index + 1 == len(rewriter.units) else position + 1
    yield Edit("delete", index, index + 1, ())
    sources = [
        (2, _in_its_place(surface, guides.replacements(position), rewriter.units[index])),
        (1, guides.insertions(position, position, 1)),
        (1, guides.insertions(position, after, 2)),
    ]
    for source, written in in_shares(sources):
        yield _at(_KINDS[source], index, written)


def _in_its_place(
    surface: Surface, sources: Iterable[tuple[int, ...]], present: int
) -> Iterator[tuple[int, ...]]:
    """Words with the gap before them that the word has which they stand for."""
    if surface.closed:
        yield from sources
        return
    for first, *rest in sources:
        (word,) = surface.words([first])
        number = surface.number(word, like=present)
        yield (first if number is None else number, *rest)


_KINDS: tuple[EditKind, ...] = ("replace", "insert_before", "insert_after")


def _at(kind: EditKind, index: int, words: tuple[int, ...]) -> Edit:
    start = index + (kind == "insert_after")
    return Edit(kind, start, index + (kind != "insert_before"), words)


def _of_sentences(
    task: Task, surface: Surface, cut: Cut, part: Part, place: tuple[int, int]
) -> tuple[Rewriter, Iterator[Edit]]:
    """Whole sentences about the one that a word stands in, or in its place, drawn at random."""
    text = part_of(cut.snippet, part)
    units = surface.split(text)
    places = surface.places(units)
    index = next((i for i, (_, stop) in enumerate(places) if place[0] < stop), len(places) - 1)
    rewriter = rewriter_of(task, surface, cut.snippet, part, units, places)
    draw = Stream(0).child("workbench", "sentences", cut.snippet.prompt, "|", text).numpy()
    drawn = [(unit,) for unit in draw.permutation(surface.alphabet).tolist()]
    thirds = [drawn[start::3] for start in range(3)]
    edits = (_at(_KINDS[source], index, words) for source, words in in_shares([(1, each) for each in thirds]))
    return rewriter, (edit for each in ([Edit("delete", index, index + 1, ())], edits) for edit in each)


def _place_of(cut: Cut, request: MenuRequest) -> tuple[int, int]:
    """Where the word stands that is asked for; raises UserError where there is none."""
    words = cut.words(request.part)
    if request.index >= words:
        raise UserError(f"the {request.part} has {words} words, and none of the number {request.index + 1}")
    return cut.places(request.part)[request.index]
