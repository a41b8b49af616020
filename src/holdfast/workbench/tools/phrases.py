"""Phrase fill: the generator writes one to eight words in the place of a stretch, each scored and judged."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from holdfast.attacks.proposals.phrases import LONGEST
from holdfast.core.errors import UserError
from holdfast.core.judge import SubstitutingJudge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.workbench.tools.allowed import narrowed_surface
from holdfast.workbench.tools.cutting import Cut
from holdfast.workbench.tools.judging import judge_in_use
from holdfast.workbench.tools.menu import rewriter_for, weighed
from holdfast.workbench.tools.reading import readable_by_both, seed_of, shares_tokens, snippet_of
from holdfast.workbench.tools.rewriting import Edit
from holdfast.workbench.tools.shapes import Menu, PhraseRequest
from holdfast.workbench.tools.work import Begin, Work, WrittenPhrases

if TYPE_CHECKING:
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served

TEMPERATURES = (1.0, 1.75, 2.5)
"""From what the generator would rather write to what it hardly would: a third of the phrases at each."""

_WRITTEN = 2
"""Phrases written for each that is wanted, because many come twice."""


def phrase_fill(bench: Workbench, request: PhraseRequest) -> Begin[Menu]:
    """The work of filling a stretch; raises UserError without a generator, or without such a stretch."""

    def work(served: Served) -> Work[Menu]:
        cut, seed = served.cutter.cut(snippet_of(request)), seed_of(request.seed)
        rewriter = rewriter_for(served, cut, request.part)
        _check(request, cut.words(request.part))
        _check_writer(bench, served, cut)
        phrases = yield from _phrases(served, cut, request)
        edits = [Edit("phrase", request.start, request.stop, phrase) for phrase in phrases]
        return (yield from weighed(bench, served, cut, seed, rewriter, edits, request.most))

    return work


def _check_writer(bench: Workbench, served: Served, cut: Cut) -> None:
    target, judge = served.target, judge_in_use(bench, served)
    if target.generator is None:
        raise UserError("this run has no generator, so there is nobody to write phrases")
    if narrowed_surface(judge, target) is not None or isinstance(judge, SubstitutingJudge):
        raise UserError(
            f"the judge '{target.judge.name}' lets no phrases of a generator be written; use the alternatives"
        )
    if shares_tokens(target) and not readable_by_both(target, cut.tokens):
        raise UserError("the text is longer than the generator can read; shorten it")


def _phrases(served: Served, cut: Cut, request: PhraseRequest) -> Work[list[tuple[int, ...]]]:
    """Different phrases, likely and unlikely ones in turn; the same text and stretch give the same ones."""
    begun, position = _before(cut.units, request)
    stream = Stream(0).child(
        "workbench", "phrases", request.prompt, request.completion, request.part, request.start, request.stop
    )
    draw = stream.numpy()
    count = -(-_WRITTEN * request.most // len(TEMPERATURES))
    found = []
    for temperature in TEMPERATURES:
        lengths = draw.integers(1, LONGEST + 1, size=count).tolist()
        uniforms = draw.random((count, LONGEST))
        found.append((yield WrittenPhrases(begun, position, lengths, uniforms, temperature)))
    return [phrase for phrase in dict.fromkeys(chain.from_iterable(zip(*found, strict=True))) if phrase]


def _before(units: Units, request: PhraseRequest) -> tuple[Units, int]:
    """What stands before the stretch, and the position of its beginning."""
    if request.part == "completion":
        return units, len(units.prompt) + request.start
    # One word more, which the generator does not read, or the end of a prompt would be a completion's
    # beginning.
    return Units((*units.prompt, *units.prompt[:1]), ()), request.start


def _check(request: PhraseRequest, words: int) -> None:
    if not request.start <= request.stop <= words:
        raise UserError(
            f"the {request.part} has {words} words, and no stretch from {request.start} up to {request.stop}"
        )
