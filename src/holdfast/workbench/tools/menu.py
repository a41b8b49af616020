"""The token menu: what could stand for a word, before it or after it, each scored exactly and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.odds import probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.core.surface import Limits
from holdfast.tasks.base import Part
from holdfast.workbench.tools.proposals import Guides, in_shares, kindred_of
from holdfast.workbench.tools.reading import readable, room, snippet_of, verdict_shape
from holdfast.workbench.tools.rewriting import Edit, Rewriter
from holdfast.workbench.tools.shapes import EditKind, Menu, MenuRequest, Suggestion
from holdfast.workbench.tools.work import Begin, Gradients, LikelyWords, LogOdds, Work

if TYPE_CHECKING:
    from holdfast.attacks.proposals.kindred import KindredWords
    from holdfast.attacks.target import Target
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served


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
            target, snippet = served.target, snippet_of(request)
            tokens = readable(target, snippet)
            rewriter = Rewriter(target.task, target.scorer.codec, snippet, request.part)
            _check_word(request, len(rewriter.tokens))
            guides = yield from self._guides(target, tokens)
            edits = _edits(guides, request.part, request.index, rewriter.tokens)
            return (yield from weighed(self.bench, served, rewriter, tokens, edits, request.most))

        return work

    def _guides(self, target: Target, tokens: Tokens) -> Work[Guides]:
        gradients = yield Gradients(tokens)
        log_probs = None
        if target.generator is not None and len(tokens) <= room(target):
            log_probs = yield LikelyWords(tokens)
        alphabet = target.scorer.codec.alphabet
        stream = Stream(0).child("workbench", "menu", *tokens.prompt, "|", *tokens.completion)
        return Guides(
            tokens=tokens,
            alphabet=alphabet,
            gradients=np.concatenate([gradients.prompt, gradients.completion]),
            embeddings=target.scorer.classifier.embedding_matrix(),
            log_probs=log_probs,
            kindred=self.kindred,
            others=stream.numpy().permutation(alphabet),
        )


def weighed(
    bench: Workbench,
    served: Served,
    rewriter: Rewriter,
    tokens: Tokens,
    edits: Iterable[Edit],
    most: int,
) -> Work[Menu]:
    """Up to `most` different texts that edits lead to, within the limits, judged and scored, best first."""
    target = served.target
    offered = list(islice(_different(target, rewriter, tokens, edits), most))
    log_odds = yield LogOdds([tokens, *(after for _, _, after in offered)])
    scores = probability(log_odds)
    snippets = [snippet for _, snippet, _ in offered]
    verdicts = [None] * len(offered) if bench.judged_by_people else target.task.oracle.judge(snippets)
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


def _different(
    target: Target, rewriter: Rewriter, before: Tokens, edits: Iterable[Edit]
) -> Iterator[tuple[Edit, Snippet, Tokens]]:
    """The edits whose text reads as no earlier one's does, with that text and its tokens."""
    seen, limits, most = {before}, target.task.limits, room(target)
    for edit in edits:
        snippet, after = rewriter.rewritten(edit)
        if after not in seen and _may_be_offered(after, before, limits) and len(after) <= most:
            seen.add(after)
            yield edit, snippet, after


def _may_be_offered(after: Tokens, before: Tokens, limits: Limits) -> bool:
    """Whether a text is within the limits, or goes no further beyond them than the one before."""
    prompt = max(limits.prompt_words, len(before.prompt))
    completion = max(limits.completion_words, len(before.completion))
    least = min(1, len(before.completion))
    return len(after.prompt) <= prompt and least <= len(after.completion) <= completion


def _edits(guides: Guides, part: Part, index: int, words: Sequence[int]) -> Iterator[Edit]:
    """Deletion, then replacements and insertions in turn: half the menu, and a quarter on either side."""
    position = index + (len(guides.tokens.prompt) if part == "completion" else 0)
    # The generator ends a prompt where its words end: it has no row of words that would go on with it.
    after = None if part == "prompt" and index + 1 == len(words) else position + 1
    yield Edit("delete", index, index + 1, ())
    sources = [
        (2, guides.replacements(position)),
        (1, guides.insertions(position, position)),
        (1, guides.insertions(position, after)),
    ]
    places: list[tuple[EditKind, int, int]] = [
        ("replace", index, index + 1),
        ("insert_before", index, index),
        ("insert_after", index + 1, index + 1),
    ]
    for source, written in in_shares(sources):
        yield Edit(*places[source], written)


def _check_word(request: MenuRequest, words: int) -> None:
    if request.index >= words:
        raise UserError(f"the {request.part} has {words} words, and none of the number {request.index + 1}")
