"""The live score: all that is known of a text, told on every edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.judge import Kept
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet, Verdict
from holdfast.tasks.base import Explainer, Part, Reading, Task
from holdfast.workbench.tools.cutting import Cut, Cutter
from holdfast.workbench.tools.judging import judge_in_use, kept_of, passages_of, verdicts_on
from holdfast.workbench.tools.reading import seed_of, snippet_of, verdict_shape
from holdfast.workbench.tools.shapes import Scored, ScoreRequest, Span, TokenShape
from holdfast.workbench.tools.spans import Spans, code_units, part_of
from holdfast.workbench.tools.work import Begin, Gradients, LogOdds, Work
from holdfast.workbench.writing.points import points

if TYPE_CHECKING:
    from holdfast.workbench.bench import Workbench
    from holdfast.workbench.served import Served

_PARTS: tuple[Part, ...] = ("prompt", "completion")


def live_score(bench: Workbench, request: ScoreRequest) -> Begin[Scored]:
    """The work of scoring a text; raises UserError where the classifier cannot read all of it."""

    def work(served: Served) -> Work[Scored]:
        cut = served.cutter.cut(snippet_of(request))
        (log_odds,) = yield LogOdds([cut.tokens])
        saliency = None
        if request.saliency:
            gradients = served.cutter.gradients(cut, (yield Gradients(cut.tokens)))
            saliency = np.linalg.norm(gradients, axis=-1)
        return _scored(bench, served, cut, seed_of(request.seed), float(log_odds), saliency)

    return work


def _scored(
    bench: Workbench,
    served: Served,
    cut: Cut,
    seed: Snippet | None,
    log_odds: float,
    saliency: np.ndarray | None,
) -> Scored:
    target, objective, snippet = served.target, bench.settings.objective, cut.snippet
    verdict, reading = _judged(bench, served, seed, snippet)
    passes = log_odds < log_odds_of(target.threshold)
    failure = None if verdict is None else verdict.catastrophic and passes
    too_long = _too_long(target.task, cut)
    earned = None
    if verdict is not None:
        counts = failure and not too_long
        earned = points(objective, log_odds, verdict.egregiousness, target.threshold) if counts else 0.0
    spans = Spans(target.task, snippet)
    judge = judge_in_use(bench, served)
    kept = kept_of(judge, seed, snippet)
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
        kept=tuple(_kept_span(snippet, each) for each in kept),
        lost=() if kept else passages_of(judge, seed),
        tokens=tuple(_tokens(served.cutter, cut, saliency)),
        too_long=too_long,
    )


def _judged(
    bench: Workbench, served: Served, seed: Snippet | None, snippet: Snippet
) -> tuple[Verdict | None, Reading]:
    """The verdict, and how the oracle read the snippet where it explains; nothing where people judge."""
    (verdict,) = verdicts_on(bench, served, seed, [snippet])
    task = served.target.task
    if verdict is None or not isinstance(task, Explainer):
        return verdict, Reading()
    return verdict, task.explain(snippet)


def _too_long(task: Task, cut: Cut) -> bool:
    limits = task.limits
    return cut.words("prompt") > limits.prompt_words or cut.words("completion") > limits.completion_words


def _kept_span(snippet: Snippet, kept: Kept) -> Span:
    unit = code_units(part_of(snippet, kept.part))
    return Span(part=kept.part, start=unit(kept.start), end=unit(kept.stop))


def _tokens(cutter: Cutter, cut: Cut, saliency: np.ndarray | None) -> Iterator[TokenShape]:
    norms, before = None if saliency is None else saliency.tolist(), 0
    for number, part in enumerate(_PARTS):
        text, ids = part_of(cut.snippet, part), cut.units[number]
        unit = code_units(text)
        for index in range(cut.words(part)):
            start, stop = cut.places(part)[index]
            yield TokenShape(
                part=part,
                start=unit(start),
                end=unit(stop),
                index=index,
                text=text[start:stop],
                known=cutter.known(ids[index]),
                saliency=None if norms is None else norms[before + index],
            )
        before += len(ids)
