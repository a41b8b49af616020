"""The calls of the API for writers: sessions, seeds, drafts, submissions, likeness and the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from holdfast.core.snippet import Snippet
from holdfast.store.workbench.writing import Writings
from holdfast.tasks.base import surface_of, word_classes_of
from holdfast.workbench.dependencies import TheBench, Writer
from holdfast.workbench.shapes import SnippetText, WritingSessionShape
from holdfast.workbench.writing import drafts, likeness, log, sitting, submitting
from holdfast.workbench.writing import seeds as starting
from holdfast.workbench.writing.shapes import (
    DraftChange,
    DraftShape,
    DraftStart,
    Kept,
    Like,
    LogRequest,
    Seed,
    SeedKind,
    StaleDraft,
    SubmissionRequest,
    SubmissionShape,
    WordClass,
)

router = APIRouter(prefix="/api", tags=["writing"])

DraftNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.post("/writing-sessions")
def start_writing_session(bench: TheBench, writer: Writer) -> WritingSessionShape:
    """Begin another session; one that was not used yet goes on instead."""
    return sitting.shape_of(sitting.start_anew(bench, writer))


@router.get("/writing-sessions/current")
def current_writing_session(bench: TheBench, writer: Writer) -> WritingSessionShape:
    """The session the writer is in; begins one if there is none, or the last has lapsed."""
    return sitting.shape_of(sitting.return_to_page(bench, writer))


@router.get("/seeds")
def seeds(
    bench: TheBench, writer: Writer, kind: SeedKind, count: Annotated[int, Query(ge=1, le=50)] = 5
) -> list[Seed]:
    """Texts to start from: catastrophes that the model catches, or near misses."""
    return starting.seeds(bench, writer, kind, count)


@router.get("/vocabulary")
def vocabulary(bench: TheBench, writer: Writer) -> list[WordClass]:
    """The words that may be written, by the classes of the task; none where any word may be."""
    if not surface_of(bench.task).closed:
        return []
    classes = word_classes_of(bench.task)
    return [WordClass(name=name, words=words) for name, words in classes.items()]


@router.get("/drafts")
def open_drafts(bench: TheBench, writer: Writer) -> list[DraftShape]:
    """The writer's open drafts, the last changed first."""
    return drafts.shapes_of(bench, Writings(bench.store, bench.run).open_drafts(writer.id))


@router.post("/drafts")
def begin_draft(bench: TheBench, writer: Writer, start: DraftStart) -> DraftShape:
    """Begin a draft; a request of a key that was seen before is answered with that draft."""
    return drafts.shapes_of(bench, [drafts.begin(bench, writer, start)])[0]


@router.get("/drafts/{number}")
def draft(bench: TheBench, writer: Writer, number: DraftNumber) -> DraftShape:
    """One of the writer's own drafts, whatever its state."""
    return drafts.shapes_of(bench, [drafts.own(bench, writer, number)])[0]


@router.put("/drafts/{number}", response_model=DraftShape, responses={409: {"model": StaleDraft}})
def change_draft(
    bench: TheBench, writer: Writer, number: DraftNumber, change: DraftChange
) -> DraftShape | JSONResponse:
    """Keep a draft's newer text; 409 with the kept one if another change came before."""
    saved = drafts.change(bench, writer, number, change)
    shape = drafts.shapes_of(bench, [saved.draft])[0]
    if saved.taken:
        return shape
    told = StaleDraft(detail=drafts.why_refused(saved.draft), draft=shape)
    return JSONResponse(told.model_dump(mode="json"), 409)


@router.delete("/drafts/{number}")
def discard_draft(bench: TheBench, writer: Writer, number: DraftNumber) -> DraftShape:
    """Put a draft aside; it is kept."""
    return drafts.shapes_of(bench, [drafts.discard(bench, writer, number)])[0]


@router.post("/drafts/{number}/submit")
def submit_draft(
    bench: TheBench, writer: Writer, number: DraftNumber, request: SubmissionRequest
) -> SubmissionShape:
    """Submit a draft's text; a request of a key that was seen before is answered as it was then."""
    return submitting.shape_of(submitting.submit(bench, writer, number, request), writer.name)


@router.post("/likeness")
def like_earlier(bench: TheBench, writer: Writer, text: SnippetText) -> list[Like]:
    """The earlier submissions that a text repeats or nearly repeats, the likest first."""
    snippet = Snippet(text.prompt, text.completion)
    found = bench.desk.earlier.like(snippet, bench.task, Writings(bench.store, bench.run))
    return [
        Like(
            prompt=one.submission.prompt,
            completion=one.submission.completion,
            submission=one.submission.id,
            likeness=one.likeness,
            same=one.same,
            mine=one.submission.account == writer.id,
        )
        for one in found[: likeness.SHOWN]
    ]


@router.post("/log")
def log_events(bench: TheBench, writer: Writer, entries: LogRequest) -> Kept:
    """Keep what the writer did; entries that were kept before are passed over."""
    return Kept(kept=log.keep(bench, writer, entries))
