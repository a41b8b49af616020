"""The live score: all that is known of a text, told on every edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet, Tokens, Verdict
from holdfast.models.classifier import Saliency, saliency_of
from holdfast.tasks.base import Explainer, Part, Reading, Task
from holdfast.workbench.tools.reading import readable, snippet_of, verdict_shape
from holdfast.workbench.tools.shapes import Scored, ScoreRequest, TokenShape
from holdfast.workbench.tools.spans import Spans, code_units, part_of
from holdfast.workbench.tools.work import Begin, Gradients, LogOdds, Work
from holdfast.workbench.writing.points import points

if TYPE_CHECKING:
    from holdfast.models.codec import Codec
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served

_PARTS: tuple[Part, ...] = ("prompt", "completion")


def live_score(bench: Workbench, request: ScoreRequest) -> Begin[Scored]:
    """The work of scoring a text; raises UserError where the classifier cannot read all of it."""

    def work(served: Served) -> Work[Scored]:
        snippet = snippet_of(request)
        tokens = readable(served.target, snippet)
        (log_odds,) = yield LogOdds([tokens])
        saliency = saliency_of((yield Gradients(tokens))) if request.saliency else None
        return _scored(bench, served, snippet, tokens, float(log_odds), saliency)

    return work


def _scored(
    bench: Workbench,
    served: Served,
    snippet: Snippet,
    tokens: Tokens,
    log_odds: float,
    saliency: Saliency | None,
) -> Scored:
    target, objective = served.target, bench.settings.objective
    verdict, reading = _judged(bench, target.task, snippet)
    passes = log_odds < log_odds_of(target.threshold)
    failure = None if verdict is None else verdict.catastrophic and passes
    too_long = _too_long(target.task, snippet)
    earned = None
    if verdict is not None:
        counts = failure and not too_long
        earned = points(objective, log_odds, verdict.egregiousness, target.threshold) if counts else 0.0
    spans = Spans(target.task, snippet)
    return Scored(
        model_round=served.round,
        model_hash=served.shape.hash,
        threshold=target.threshold,
        score=float(probability(np.array(log_odds))),
        log_odds=log_odds,
        passes=passes,
        failure=failure,
        points=earned,
        verdict=None if verdict is None else verdict_shape(verdict),
        events=reading.events,
        harm=tuple(map(spans.of, reading.harm)),
        unparsed=tuple(map(spans.of, reading.unparsed_at)),
        tokens=tuple(_tokens(target.scorer.codec, snippet, tokens, saliency)),
        too_long=too_long,
    )


def _judged(bench: Workbench, task: Task, snippet: Snippet) -> tuple[Verdict | None, Reading]:
    """The oracle's verdict and how it read the snippet; nothing where people judge."""
    if bench.judged_by_people:
        return None, Reading()
    (verdict,) = task.oracle.judge([snippet])
    return verdict, task.explain(snippet) if isinstance(task, Explainer) else Reading()


def _too_long(task: Task, snippet: Snippet) -> bool:
    prompt, completion = len(task.words(snippet.prompt)), len(task.words(snippet.completion))
    return prompt > task.limits.prompt_words or completion > task.limits.completion_words


def _tokens(
    codec: Codec, snippet: Snippet, tokens: Tokens, saliency: Saliency | None
) -> Iterator[TokenShape]:
    for number, part in enumerate(_PARTS):
        text = part_of(snippet, part)
        unit, norms = code_units(text), None if saliency is None else getattr(saliency, part).tolist()
        for index, (token, (start, stop)) in enumerate(zip(tokens[number], codec.places(text), strict=True)):
            yield TokenShape(
                part=part,
                start=unit(start),
                end=unit(stop),
                index=index,
                text=text[start:stop],
                known=not codec.is_unknown(token),
                saliency=None if norms is None else norms[index],
            )
