"""What helps a writer: the live score, menus, phrases, searches; each where the session's tools allow it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from holdfast.workbench.access.streams import RoomForAStream
from holdfast.workbench.bench import Workbench
from holdfast.workbench.dependencies import TheBench, Writer
from holdfast.workbench.shapes import MemberShape
from holdfast.workbench.tools.attacking import attack_shapes
from holdfast.workbench.tools.batcher import Batcher
from holdfast.workbench.tools.live import live_score
from holdfast.workbench.tools.menu import Menus
from holdfast.workbench.tools.phrases import phrase_fill
from holdfast.workbench.tools.searches import Search, Searches, TooManySearchesError
from holdfast.workbench.tools.shapes import (
    AttackShape,
    Menu,
    MenuRequest,
    PhraseRequest,
    Scored,
    ScoreRequest,
    SearchEnd,
    SearchRequest,
    SearchShape,
    SearchStep,
)
from holdfast.workbench.writing.sitting import current_tools

router = APIRouter(prefix="/api", tags=["tools"])

_MISSING = {
    "saliency": "this session is without the colouring of words",
    "suggestions": "this session is without suggestions, improvement and attacks",
    "phrase_fill": "this session is without phrase fill",
}


async def _batcher(request: Request) -> Batcher:
    batcher: Batcher = request.app.state.batcher
    return batcher


async def _menus(request: Request) -> Menus:
    state = request.app.state
    if not hasattr(state, "menus"):
        state.menus = Menus(state.workbench)
    menus: Menus = state.menus
    return menus


async def _searches(request: Request) -> Searches:
    searches: Searches = request.app.state.searches
    return searches


async def _own_search(
    request: Request, search: Annotated[str, Path(alias="id", max_length=100)], writer: Writer
) -> Search:
    found = (await _searches(request)).find(writer.id, search)
    if found is None:
        raise HTTPException(404, "there is no such search of yours; it may be over")
    return found


TheBatcher = Annotated[Batcher, Depends(_batcher)]
TheMenus = Annotated[Menus, Depends(_menus)]
TheSearches = Annotated[Searches, Depends(_searches)]
OwnSearch = Annotated[Search, Depends(_own_search)]


@router.post("/score")
async def score(request: ScoreRequest, bench: TheBench, batcher: TheBatcher, writer: Writer) -> Scored:
    """Score a text, and tell all that is known of it."""
    if request.saliency:
        _check(bench, writer, "saliency")
    return await batcher.run(live_score(bench, request))


@router.post("/menu")
async def menu(
    request: MenuRequest, bench: TheBench, batcher: TheBatcher, menus: TheMenus, writer: Writer
) -> Menu:
    """What could stand for a word, before it or after it, or without it; each scored exactly, best first."""
    _check(bench, writer, "suggestions")
    return await batcher.run(menus.menu(request), "menu")


@router.post("/phrases")
async def phrases(request: PhraseRequest, bench: TheBench, batcher: TheBatcher, writer: Writer) -> Menu:
    """What the generator would write in the place of a stretch; each scored exactly, best first."""
    _check(bench, writer, "phrase_fill")
    return await batcher.run(phrase_fill(bench, request), "menu")


@router.get("/attacks")
async def list_attacks(
    bench: TheBench, searches: TheSearches, batcher: TheBatcher, menus: TheMenus, writer: Writer
) -> list[AttackShape]:
    """The attacks that may be started from a text."""
    _check(bench, writer, "suggestions")
    # Whoever opens the page may want either soon.
    searches.warm()
    batcher.submit(menus.prepare, "menu")
    return attack_shapes(bench.served.target)


@router.post("/searches", status_code=201)
async def start_search(
    request: SearchRequest, bench: TheBench, searches: TheSearches, writer: Writer
) -> SearchShape:
    """Start a search from a text; it ends when nobody listens to its events."""
    _check(bench, writer, "suggestions")
    try:
        return SearchShape(id=searches.begin(writer.id, request).id)
    except TooManySearchesError as error:
        raise HTTPException(429, str(error)) from None


# The streamed shapes are declared by hand: FastAPI reads none off events that carry a name.
@router.get(
    "/searches/{id}/events",
    response_class=EventSourceResponse,
    responses={200: {"model": SearchStep | SearchEnd}},
)
async def search_events(
    search: OwnSearch, searches: TheSearches, room: RoomForAStream
) -> AsyncIterator[ServerSentEvent]:
    """`step`, the best text so far, as often as it is worth telling, and `end`."""
    yield ServerSentEvent(comment="searching")
    async for news in searches.listen(search):
        yield ServerSentEvent(event="end" if isinstance(news, SearchEnd) else "step", data=news)


@router.delete("/searches/{id}", status_code=204)
async def stop_search(search: OwnSearch) -> None:
    """Stop a search; its events end with the best that it has found."""
    search.stopping.set()


def _check(
    bench: Workbench, writer: MemberShape, tool: Literal["saliency", "suggestions", "phrase_fill"]
) -> None:
    if not getattr(current_tools(bench, writer), tool):
        raise HTTPException(403, _MISSING[tool])
