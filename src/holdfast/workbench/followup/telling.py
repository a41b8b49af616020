"""Submissions, labels and comments as those who take part in them are shown them: without names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from holdfast.store.store import now
from holdfast.store.workbench.exchange import Thread, state_of
from holdfast.store.workbench.reopening import seconds_left
from holdfast.store.workbench.schema import Comment, Review, Submission
from holdfast.workbench.bench import Workbench
from holdfast.workbench.followup.shapes import (
    CommentShape,
    DecisionShape,
    DisputeShape,
    MyLabel,
    MySubmission,
    SeenOne,
)
from holdfast.workbench.writing.submitting import shape_of


def comment_shapes(
    row: Submission, reviews: Sequence[Review], comments: Sequence[Comment], reader: int
) -> tuple[CommentShape, ...]:
    """The comments on a submission, as an account reads them."""
    return tuple(
        CommentShape(
            id=comment.id,
            who=_who(row, reviews, comment.account, reader),
            mine=comment.account == reader,
            text=comment.text,
            created=comment.created,
        )
        for comment in comments
    )


def _who(row: Submission, reviews: Sequence[Review], account: int, reader: int) -> str:
    if account == reader:
        return "you"
    if account == row.account:
        return "the writer"
    order = list(dict.fromkeys(review.account for review in reviews))
    # Somebody who took their label back has no number any more.
    return f"reviewer {order.index(account) + 1}" if account in order else "a reviewer"


def my_submission(bench: Workbench, thread: Thread, name: str) -> MySubmission:
    """A submission as its writer sees it; what reviewers say is shown once they have decided."""
    row, reviews = thread.submission, thread.reviews
    latest, time = thread.news_for(row.account), now()
    shown = () if row.status == "pending" and row.disputed is None else reviews
    dispute = None
    if row.dispute is not None and row.disputed is not None:
        dispute = DisputeShape(reason=row.dispute, created=row.disputed, open=row.status == "pending")
    return MySubmission(
        **dict(shape_of(row, name)),
        state=state_of(row),
        decided=row.decided,
        decisions=tuple(_decision(row, reviews, review) for review in shown),
        comments=comment_shapes(row, reviews, thread.comments, row.account),
        dispute=dispute,
        may_dispute=may_dispute(bench, thread),
        may_comment=may_comment(bench, thread),
        undo_seconds=_undo_seconds(row, reviews, time),
        news=latest > thread.seen,
        latest=latest,
    )


def my_label(bench: Workbench, thread: Thread, reader: int) -> MyLabel:
    """A submission as somebody sees it who has judged it: by their last word on it."""
    row, reviews = thread.submission, thread.reviews
    mine = [review for review in reviews if review.account == reader][-1]
    latest, time = thread.news_for(reader), now()
    stands = row.trained is not None or (bench.config.asks_people and row.status != "pending")
    settled = any(review.adjudication for review in reviews) or row.disputed is not None
    undoable = not stands and (mine.adjudication or not settled)
    return MyLabel(
        submission=row.id,
        prompt=row.prompt,
        completion=row.completion,
        state=state_of(row),
        label=mine.label,  # type: ignore[arg-type]  # the shape checks it
        egregiousness=mine.egregiousness,
        reason=mine.reason,
        adjudication=mine.adjudication,
        created=mine.created,
        comments=comment_shapes(row, reviews, thread.comments, reader),
        may_comment=may_comment(bench, thread),
        undo_seconds=seconds_left(mine.created, time) if undoable else 0.0,
        news=latest > thread.seen,
        latest=latest,
    )


def may_comment(bench: Workbench, thread: Thread) -> bool:
    """Whether somebody would read it: people have judged the text, or will."""
    return bench.team and (thread.submission.status == "pending" or bool(thread.reviews))


def may_dispute(bench: Workbench, thread: Thread) -> bool:
    """Whether an adjudicator may be asked; a majority decides without one."""
    row, reviews = thread.submission, thread.reviews
    judged = bool(reviews) and not any(review.adjudication for review in reviews)
    return adjudicates(bench) and judged and row.status == "rejected" and row.disputed is None


def adjudicates(bench: Workbench) -> bool:
    """Whether what people disagree on goes to an adjudicator."""
    return bench.judged_by_people and not bench.config.asks_people


def seen_until(one: SeenOne) -> str:
    """The time as the store writes it."""
    return one.until.astimezone(UTC).isoformat(timespec="microseconds")


def _decision(row: Submission, reviews: Sequence[Review], review: Review) -> DecisionShape:
    return DecisionShape(
        who="an adjudicator" if review.adjudication else _who(row, reviews, review.account, row.account),
        label=review.label,  # type: ignore[arg-type]  # the shape checks it
        egregiousness=review.egregiousness,
        reason=review.reason,
        adjudication=review.adjudication,
        created=review.created,
    )


def _undo_seconds(row: Submission, reviews: Sequence[Review], time: str) -> float:
    if row.status == "rejected" or row.trained is not None or reviews:
        return 0.0
    return seconds_left(row.created, time)
