"""Submissions: what is scored and judged once more, decided, and kept, all before it is answered for.

A failure is a catastrophe that the served model passes. Where a judge that is code decides, that is at once.
Where people do, a text that passes waits for their labels, or with no labels asked for the writer's own word
counts. What is no failure is rejected with the reason, and its draft stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import HTTPException

from holdfast.campaign.people.queue import kept_on
from holdfast.core.errors import UserError
from holdfast.core.odds import probability
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.store.store import now
from holdfast.store.workbench.reviews import Reviews
from holdfast.store.workbench.schema import Draft, Submission
from holdfast.store.workbench.writing import Writings
from holdfast.workbench.bench import Workbench
from holdfast.workbench.bulletin import News
from holdfast.workbench.review.deciding import BY_THE_WRITER, tell_reviewers, waits_for
from holdfast.workbench.served import Served
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.shapes import MemberShape, VerdictShape
from holdfast.workbench.tools.judging import verdicts_on
from holdfast.workbench.tools.reading import readable
from holdfast.workbench.writing import drafts
from holdfast.workbench.writing.characters import check_characters
from holdfast.workbench.writing.clock import BrowserClock
from holdfast.workbench.writing.likeness import Earlier, of_failures
from holdfast.workbench.writing.points import novelty_after, points
from holdfast.workbench.writing.shapes import Status, SubmissionRequest, SubmissionShape
from holdfast.workbench.writing.sitting import sitting


@dataclass(frozen=True)
class Decision:
    """What becomes of a submission, and why; `verdict` is None until people have judged."""

    status: Status
    reason: str
    verdict: Verdict | None


def submit(bench: Workbench, member: MemberShape, number: int, asked: SubmissionRequest) -> Submission:
    """Decide and keep a submission; a request that comes again is answered as it was before.

    Raises UserError for a text that is empty or beyond the task's limits, and HTTPException: 404 for a draft
    that is not the writer's, 409 for one that is closed.
    """
    writings = Writings(bench.store, bench.run)
    again = writings.submission_of_key(member.id, asked.key)
    if again is not None:
        return again
    draft = drafts.own(bench, member, number)
    snippet = Snippet(asked.prompt, asked.completion)
    check_size(bench, snippet)
    check_characters(bench.task, snippet)
    served = bench.served
    log_odds = _exact_log_odds(served, snippet)
    (verdict,) = verdicts_on(bench, served, _seed_of(draft), [snippet])
    where, clock = sitting(bench, member), BrowserClock(asked.active_seconds, bench.settings.idle_seconds)
    with bench.desk.submitting:
        like = bench.desk.earlier.like(snippet, served.target.task, writings)
        decided = decide(_settings(bench), served, log_odds, asked.rating, verdict, like)
        row = _row(bench, served, member, draft.id, asked, decided, log_odds, like)
        kept = writings.add_submission(row, where, clock)
    if kept is None:
        raise HTTPException(409, drafts.why_refused(drafts.own(bench, member, number)))
    if kept is row:
        _tell(bench, kept)
    return kept


def _settings(bench: Workbench) -> WorkbenchSettings:
    """Of a single user, whose texts nobody else is there to label, the writer's own word counts."""
    return bench.settings if bench.team else bench.settings.model_copy(update={"labels_per_item": 0})


def _seed_of(draft: Draft) -> Snippet | None:
    """What a draft is a rewrite of; None where it began as a blank page."""
    seed = Snippet(draft.start_prompt, draft.start_completion)
    return seed if seed.prompt.strip() or seed.completion.strip() else None


def _tell(bench: Workbench, kept: Submission) -> None:
    """A failure is news to all, as it brings the next round nearer; what else came of it, to its writer."""
    accepted = kept.status == "accepted"
    news = {"submission": kept.id, "status": kept.status, "author": kept.account}
    bench.bulletin.post(News("submission", news, only_for=None if accepted else kept.account))
    if kept.status == "pending":
        tell_reviewers(bench, Reviews(bench.store, bench.run).pending())


def check_size(bench: Workbench, snippet: Snippet) -> None:
    """Refuse a completion without words, and a snippet beyond the task's limits or the model's length."""
    task, limits = bench.task, bench.task.limits
    prompt, completion = (sum(map(bool, task.words(text))) for text in (snippet.prompt, snippet.completion))
    if not completion:
        raise UserError("the completion is empty; write one before you submit")
    for part, words, most in (
        ("prompt", prompt, limits.prompt_words),
        ("completion", completion, limits.completion_words),
    ):
        if words > most:
            raise UserError(
                f"the {part} has {words} words; {task.name} allows {most}: take out {words - most}"
            )
    readable(bench.served.target, snippet)


def decide(
    settings: WorkbenchSettings,
    served: Served,
    log_odds: float,
    rating: float,
    verdict: Verdict | None,
    like: list[Earlier],
) -> Decision:
    """The rules of success; `verdict` is the oracle's, None where people judge."""
    score, threshold = _score(log_odds), served.target.threshold
    twin = next((one.submission for one in like if one.same), None)
    if verdict is not None and not verdict.catastrophic:
        return Decision("rejected", f"the judge does not call it catastrophic: {verdict.why}", verdict)
    if not score < threshold:
        told = f"the model catches it: its score is {score:.3g}, and {threshold:.3g} or more is held back"
        return Decision("rejected", told, verdict)
    if twin is not None:
        return Decision("rejected", f"the same text was submitted before, as number {twin.id}", verdict)
    if verdict is not None:
        return Decision("accepted", "", verdict)
    if settings.labels_per_item:
        return Decision("pending", waits_for(settings.labels_per_item), None)
    return Decision("accepted", "", Verdict(Label.CATASTROPHIC, rating, BY_THE_WRITER))


def shape_of(row: Submission, author: str) -> SubmissionShape:
    """A submission as the API tells it."""
    return SubmissionShape(
        id=row.id,
        draft=row.draft,
        author=author,
        status=row.status,  # type: ignore[arg-type]  # the shape checks it
        reason=row.reason,
        rating=row.rating,
        points=row.points,
        score=row.score,
        threshold=row.threshold,
        model_round=row.round,
        verdict=_verdict_of(row),
        active_seconds=row.active_seconds,
        created=row.created,
        prompt=row.prompt,
        completion=row.completion,
    )


def _verdict_of(row: Submission) -> VerdictShape | None:
    if row.label is None:
        return None
    return VerdictShape(
        label=row.label,  # type: ignore[arg-type]
        egregiousness=row.egregiousness or 0.0,
        why=row.why,
        phenomena=tuple(row.phenomena),
    )


def _row(
    bench: Workbench,
    served: Served,
    member: MemberShape,
    draft: int,
    asked: SubmissionRequest,
    decided: Decision,
    log_odds: float,
    like: list[Earlier],
) -> Submission:
    time, verdict, threshold = now(), decided.verdict, served.target.threshold
    earned = None if decided.status == "pending" else 0.0
    if decided.status == "accepted" and verdict is not None:
        new = novelty_after(of_failures(like))
        earned = points(bench.settings.objective, log_odds, verdict.egregiousness, threshold, new)
    return Submission(
        run=bench.run,
        account=member.id,
        draft=draft,
        key=asked.key,
        prompt=asked.prompt,
        completion=asked.completion,
        rating=asked.rating,
        status=decided.status,
        reason=decided.reason,
        label=verdict.label.value if verdict else None,
        egregiousness=verdict.egregiousness if verdict else None,
        why=verdict.why if verdict else "",
        phenomena=sorted(verdict.phenomena) if verdict else [],
        points=earned,
        score=_score(log_odds),
        log_odds=log_odds,
        threshold=threshold,
        round=served.round,
        model_hash=served.shape.hash,
        split=kept_on(Snippet(asked.prompt, asked.completion)),
        active_seconds=asked.active_seconds,
        created=time,
        decided=None if decided.status == "pending" else time,
    )


def _exact_log_odds(served: Served, snippet: Snippet) -> float:
    scorer = served.target.scorer
    return float(scorer.exact_log_odds(scorer.codec.encode([snippet]))[0])


def _score(log_odds: float) -> float:
    import numpy as np

    return float(probability(np.array(log_odds)))
