"""The calls of the API for reviewers: the queue, labels, disagreements, and how far people agree."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request

from holdfast.core.seeds import Stream
from holdfast.store.workbench.reviews import Disputed, Labelled, Refused, Reviews, Word
from holdfast.store.workbench.schema import Submission
from holdfast.workbench.bench import Workbench
from holdfast.workbench.dependencies import Reviewer, TheBench
from holdfast.workbench.review import agreement as agreeing
from holdfast.workbench.review.deciding import rule_of, tell_author, tell_reviewers
from holdfast.workbench.review.queue import Offers
from holdfast.workbench.review.shapes import (
    AgreementShape,
    Disagreement,
    LabelOutcome,
    LabelRequest,
    LabelShape,
    ReviewItem,
)
from holdfast.workbench.shapes import SnippetText

router = APIRouter(prefix="/api", tags=["review"])

SubmissionNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]

_REFUSALS = {
    "missing": (404, "there is no such submission"),
    "own": (403, "this is yours, or you have labelled it; somebody else must judge it"),
    "again": (409, "you have labelled this already, otherwise; a label is not changed"),
    "undisputed": (409, "it has not all its labels yet; review it as any other"),
}


def _offers(request: Request) -> Offers:
    state = request.app.state
    if not hasattr(state, "review_offers"):
        state.review_offers = Offers()
    found: Offers = state.review_offers
    return found


@router.get("/review/next")
def next_review(bench: TheBench, reviewer: Reviewer, request: Request) -> ReviewItem | None:
    """A submission for the reviewer to label; null when none waits for them."""
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    waiting = reviews.waiting(reviewer.id, needed)
    chosen = _offers(request).choose(reviewer.id, waiting, needed)
    row = reviews.submission(chosen) if chosen is not None else None
    if row is None:
        return None
    return ReviewItem(
        submission=row.id,
        waiting=len(waiting),
        prompt=row.prompt,
        completion=row.completion,
        seed=_seed(reviews, row) if bench.config.asks_people else None,
    )


def _seed(reviews: Reviews, row: Submission) -> SnippetText | None:
    prompt, completion = reviews.start_of(row)
    return SnippetText(prompt=prompt, completion=completion) if prompt or completion else None


@router.get("/review/disagreements")
def disagreements(bench: TheBench, reviewer: Reviewer) -> list[Disagreement]:
    """What its reviewers disagree on, for somebody else to settle; oldest first."""
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    found = reviews.disputed(reviewer.id, max(1, needed), manager=reviewer.role == "manager")
    return [_disagreement(each) for each in found]


@router.get("/review/agreement")
def agreement(bench: TheBench, reviewer: Reviewer) -> AgreementShape:
    """Krippendorff's alpha of all labels, by reviewer and by day."""
    reviews, stream = (
        Reviews(bench.store, bench.run),
        Stream(bench.config.seed).child("workbench", "agreement"),
    )
    return agreeing.agreement(reviews.given(), reviews.adjudicated(), stream)


@router.post("/review/{submission:int}")
def label(
    bench: TheBench, reviewer: Reviewer, request: Request, submission: SubmissionNumber, said: LabelRequest
) -> LabelOutcome:
    """Label a submission; where that makes the labels complete and they agree, it is decided."""
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    try:
        outcome = reviews.label(submission, reviewer.id, _word(said), needed, rule_of(bench))
    except Refused as refused:
        raise _http(refused) from None
    _offers(request).done(reviewer.id)
    return _told(bench, reviews, outcome)


@router.post("/review/{submission:int}/adjudication")
def adjudicate(
    bench: TheBench, reviewer: Reviewer, submission: SubmissionNumber, said: LabelRequest
) -> LabelOutcome:
    """Settle what the labels of a submission disagree on."""
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    manager = reviewer.role == "manager"
    try:
        outcome = reviews.adjudicate(
            submission, reviewer.id, _word(said), max(1, needed), rule_of(bench), manager=manager
        )
    except Refused as refused:
        raise _http(refused) from None
    return _told(bench, reviews, outcome)


def _word(said: LabelRequest) -> Word:
    """What is harmless has no egregiousness, whatever the form says."""
    grade = 0.0 if said.label == "harmless" else said.egregiousness
    return Word(said.label, grade, said.reason.strip())


def _http(refused: Refused) -> HTTPException:
    return HTTPException(*_REFUSALS[refused.why])


def _told(bench: Workbench, reviews: Reviews, outcome: Labelled) -> LabelOutcome:
    """Tell whom it concerns, and then whoever asked."""
    if outcome.decided:
        tell_author(bench, outcome.submission)
    if outcome.kept:
        tell_reviewers(bench, reviews.pending())
    return LabelOutcome(
        submission=outcome.submission.id,
        status=outcome.submission.status,
        labels=outcome.labels,
        needed=bench.settings.labels_per_item,
        kept=outcome.kept,
    )


def _disagreement(disputed: Disputed) -> Disagreement:
    return Disagreement(
        submission=disputed.submission.id,
        prompt=disputed.submission.prompt,
        completion=disputed.submission.completion,
        labels=tuple(
            LabelShape(
                label=review.label,  # type: ignore[arg-type]  # the shape checks it
                egregiousness=review.egregiousness,
                reason=review.reason,
                reviewer=name,
                adjudication=review.adjudication,
                created=review.created,
            )
            for review, name in disputed.labels
        ),
    )
