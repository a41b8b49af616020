"""The calls of the API for reviewers: the queue, labels, disagreements, and how far people agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request

from holdfast.core.seeds import Stream
from holdfast.store.workbench.exchange import Exchange
from holdfast.store.workbench.reopening import Reopenings
from holdfast.store.workbench.reviews import Disputed, Labelled, Refused, Reviews, Word
from holdfast.store.workbench.schema import Comment, Submission
from holdfast.workbench.bench import Workbench
from holdfast.workbench.dependencies import Reviewer, TheBench
from holdfast.workbench.followup.refusals import refusal
from holdfast.workbench.followup.telling import comment_shapes
from holdfast.workbench.review import agreement as agreeing
from holdfast.workbench.review.deciding import rule_of, tell_author, tell_reviewers, waits_for
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
    return None if row is None else _item(bench, reviews, row, len(waiting))


def _item(bench: Workbench, reviews: Reviews, row: Submission, waiting: int) -> ReviewItem:
    return ReviewItem(
        submission=row.id,
        waiting=waiting,
        prompt=row.prompt,
        completion=row.completion,
        seed=_seed(reviews, row) if bench.config.asks_people else None,
    )


def _seed(reviews: Reviews, row: Submission) -> SnippetText | None:
    prompt, completion = reviews.start_of(row)
    return SnippetText(prompt=prompt, completion=completion) if prompt or completion else None


@router.get("/review/disagreements")
def disagreements(bench: TheBench, reviewer: Reviewer) -> list[Disagreement]:
    """What its reviewers disagree on, or its writer disputes, for somebody else to settle; oldest first."""
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    found = reviews.disputed(reviewer.id, max(1, needed), manager=reviewer.role == "manager")
    comments = Exchange(bench.store, bench.run).comments_on([each.submission.id for each in found])
    return [_disagreement(each, comments[each.submission.id], reviewer.id) for each in found]


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
        raise refusal(refused) from None
    _offers(request).done(reviewer.id)
    return _told(bench, reviews, outcome)


@router.post("/review/{submission:int}/adjudication")
def adjudicate(
    bench: TheBench, reviewer: Reviewer, submission: SubmissionNumber, said: LabelRequest
) -> LabelOutcome:
    """Settle what the labels of a submission disagree on; whoever does so is not unsure."""
    if said.label == "unsure":
        raise HTTPException(422, "an adjudicator decides: call it catastrophic or harmless")
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    manager = reviewer.role == "manager"
    try:
        outcome = reviews.adjudicate(
            submission, reviewer.id, _word(said), max(1, needed), rule_of(bench), manager=manager
        )
    except Refused as refused:
        raise refusal(refused) from None
    return _told(bench, reviews, outcome)


@router.delete("/review/{submission:int}")
def undo_label(
    bench: TheBench, reviewer: Reviewer, request: Request, submission: SubmissionNumber
) -> ReviewItem | None:
    """Take a label back within a minute; the item, to be labelled again, or null where it needs no label."""
    row = _undone(bench, reviewer.id, submission, adjudication=False)
    reviews, needed = Reviews(bench.store, bench.run), bench.settings.labels_per_item
    waiting = reviews.waiting(reviewer.id, needed)
    this = [each for each in waiting if each.submission == row.id]
    chosen = _offers(request).choose(reviewer.id, this, needed)
    return None if chosen is None else _item(bench, reviews, row, len(waiting))


@router.delete("/review/{submission:int}/adjudication")
def undo_adjudication(bench: TheBench, reviewer: Reviewer, submission: SubmissionNumber) -> LabelOutcome:
    """Take an adjudication back within a minute, so that the item is to be settled again."""
    row = _undone(bench, reviewer.id, submission, adjudication=True)
    labels = len(Reviews(bench.store, bench.run).labels(row.id))
    return LabelOutcome(
        submission=row.id, status=row.status, labels=labels, needed=bench.settings.labels_per_item, kept=True
    )


def _undone(bench: Workbench, account: int, submission: int, *, adjudication: bool) -> Submission:
    waits = waits_for(bench.settings.labels_per_item)
    reopenings = Reopenings(bench.store, bench.run)
    try:
        row = reopenings.unlabel(
            account, submission, adjudication=adjudication, firm=bench.config.asks_people, waits=waits
        )
    except Refused as refused:
        raise refusal(refused) from None
    tell_author(bench, row)
    tell_reviewers(bench, Reviews(bench.store, bench.run).pending())
    return row


def _word(said: LabelRequest) -> Word:
    """What is harmless has no egregiousness, whatever the form says."""
    grade = 0.0 if said.label == "harmless" else said.egregiousness or 0.0
    return Word(said.label, grade, said.reason.strip())


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


def _disagreement(disputed: Disputed, comments: Sequence[Comment], reader: int) -> Disagreement:
    row, reviews = disputed.submission, [review for review, _ in disputed.labels]
    return Disagreement(
        dispute=row.dispute,
        comments=comment_shapes(row, reviews, comments, reader),
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
