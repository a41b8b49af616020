"""The calls of the API for what comes afterwards: own submissions, news, comments, disputes, taking back."""

from __future__ import annotations

import math
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query

from holdfast.store.workbench.exchange import Exchange, State, Thread
from holdfast.store.workbench.reopening import Reopenings
from holdfast.store.workbench.reviews import Refused, Reviews
from holdfast.workbench.bench import Workbench
from holdfast.workbench.bulletin import News
from holdfast.workbench.dependencies import Reviewer, TheBench, Writer
from holdfast.workbench.followup import telling
from holdfast.workbench.followup.refusals import refusal
from holdfast.workbench.followup.shapes import (
    CommentRequest,
    CommentShape,
    DisputeRequest,
    MyLabel,
    MySubmission,
    NewsShape,
    SeenRequest,
)
from holdfast.workbench.review.deciding import tell_author, tell_reviewers
from holdfast.workbench.shapes import MemberShape

router = APIRouter(prefix="/api", tags=["followup"])

SubmissionNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
PageSize = Annotated[int, Query(ge=1, le=200)]


@router.get("/submissions")
def submissions(
    bench: TheBench,
    writer: Writer,
    state: State | None = None,
    before: Before = None,
    count: PageSize = 50,
) -> list[MySubmission]:
    """What the writer submitted and what came of it, newest first: of one state, and below a number."""
    found = Exchange(bench.store, bench.run).own(writer.id, state, before, count)
    return [telling.my_submission(bench, thread, writer.name) for thread in found]


@router.get("/news")
def news(bench: TheBench, writer: Writer) -> NewsShape:
    """How much has come that the caller has not seen."""
    exchange = Exchange(bench.store, bench.run)
    waiting = exchange.waiting(writer.id)
    return NewsShape(mine=waiting.mine, judged=waiting.judged, submitted=exchange.counts(writer.id))


@router.post("/news/seen")
def see_news(bench: TheBench, writer: Writer, asked: SeenRequest) -> NewsShape:
    """Mark news as seen, up to what was shown; answers with what is left."""
    until = {one.submission: telling.seen_until(one) for one in asked.seen}
    Exchange(bench.store, bench.run).see(writer.id, until)
    return news(bench, writer)


@router.post("/submissions/{submission}/undo")
def withdraw(bench: TheBench, writer: Writer, submission: SubmissionNumber) -> MySubmission:
    """Take a submission back within a minute, unless somebody has judged it or a model learns from it."""
    try:
        with bench.desk.submitting:
            row = Reopenings(bench.store, bench.run).withdraw(writer.id, submission)
    except Refused as refused:
        raise refusal(refused) from None
    # An accepted failure was news to all, and so is that it is none.
    bench.bulletin.post(
        News("submission", {"submission": row.id, "status": "withdrawn", "author": row.account})
    )
    tell_reviewers(bench, Reviews(bench.store, bench.run).pending())
    return _mine(bench, writer, submission)


@router.post("/submissions/{submission}/dispute")
def dispute(
    bench: TheBench, writer: Writer, submission: SubmissionNumber, asked: DisputeRequest
) -> MySubmission:
    """Have an adjudicator decide on what reviewers rejected, once."""
    if not telling.adjudicates(bench):
        raise HTTPException(409, "there is no adjudicator here who could settle a dispute")
    _within_limit(bench, writer)
    try:
        row = Reopenings(bench.store, bench.run).dispute(writer.id, submission, asked.reason.strip())
    except Refused as refused:
        raise refusal(refused) from None
    tell_author(bench, row)
    tell_reviewers(bench, Reviews(bench.store, bench.run).pending())
    return _mine(bench, writer, submission)


@router.post("/submissions/{submission}/comments")
def comment(
    bench: TheBench, writer: Writer, submission: SubmissionNumber, asked: CommentRequest
) -> CommentShape:
    """Write to those who judged a submission, or to its writer; nobody else reads it."""
    exchange = Exchange(bench.store, bench.run)
    thread = _thread(exchange, writer, submission)
    if not telling.may_comment(bench, thread):
        raise HTTPException(409, "no reviewer judges this text, so nobody would read it")
    _within_limit(bench, writer)
    try:
        kept = exchange.comment(writer.id, submission, asked.text.strip(), asked.key)
    except Refused as refused:
        raise refusal(refused) from None
    for reader in {thread.submission.account, *(review.account for review in thread.reviews)} - {writer.id}:
        bench.bulletin.post(News("comment", {"submission": submission}, only_for=reader))
    return telling.comment_shapes(thread.submission, thread.reviews, [kept], writer.id)[0]


@router.get("/review/labels")
def my_labels(
    bench: TheBench, reviewer: Reviewer, before: Before = None, count: PageSize = 50
) -> list[MyLabel]:
    """What the reviewer labelled or settled, newest submission first, with what came of it."""
    found = Exchange(bench.store, bench.run).judged(reviewer.id, before, count)
    return [telling.my_label(bench, thread, reviewer.id) for thread in found]


def _thread(exchange: Exchange, member: MemberShape, number: int) -> Thread:
    found = exchange.thread(member.id, number)
    if found is None:
        raise refusal(Refused("missing"))
    return found


def _mine(bench: Workbench, member: MemberShape, number: int) -> MySubmission:
    thread = _thread(Exchange(bench.store, bench.run), member, number)
    return telling.my_submission(bench, thread, member.name)


def _within_limit(bench: Workbench, member: MemberShape) -> None:
    seconds = bench.desk.remarks.enter(str(member.id))
    if seconds is not None:
        wait = math.ceil(seconds)
        raise HTTPException(
            429, f"you write too fast; wait {wait} seconds and send it again", {"Retry-After": str(wait)}
        )
