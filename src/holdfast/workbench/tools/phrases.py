"""Phrase fill: the generator writes one to eight words in the place of a stretch, each scored and judged."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from holdfast.attacks.proposals.phrases import LONGEST
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.workbench.tools.menu import weighed
from holdfast.workbench.tools.reading import readable, room, snippet_of
from holdfast.workbench.tools.rewriting import Edit, Rewriter
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
        target, snippet = served.target, snippet_of(request)
        tokens = readable(target, snippet)
        rewriter = Rewriter(target.task, target.scorer.codec, snippet, request.part)
        _check(request, len(rewriter.tokens))
        if target.generator is None:
            raise UserError("this run has no generator, so there is nobody to write phrases")
        if len(tokens) > room(target):
            raise UserError("the text is longer than the generator can read; shorten it")
        phrases = yield from _phrases(tokens, request)
        edits = [Edit("phrase", request.start, request.stop, phrase) for phrase in phrases]
        return (yield from weighed(bench, served, rewriter, tokens, edits, request.most))

    return work


def _phrases(tokens: Tokens, request: PhraseRequest) -> Work[list[tuple[int, ...]]]:
    """Different phrases, likely and unlikely ones in turn; the same text and stretch give the same ones."""
    begun, position = _before(tokens, request)
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


def _before(tokens: Tokens, request: PhraseRequest) -> tuple[Tokens, int]:
    """What stands before the stretch, and the position of its beginning."""
    if request.part == "completion":
        return tokens, len(tokens.prompt) + request.start
    # One word more, which the generator does not read, or the end of a prompt would be a completion's
    # beginning.
    return Tokens((*tokens.prompt, 0), ()), request.start


def _check(request: PhraseRequest, words: int) -> None:
    if not request.start <= request.stop <= words:
        raise UserError(
            f"the {request.part} has {words} words, and no stretch from {request.start} up to {request.stop}"
        )
