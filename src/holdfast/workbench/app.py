"""The application: every area's calls, behind the guard, with the pages and what runs beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse

from holdfast import __version__
from holdfast.core.errors import HoldfastError, UserError
from holdfast.workbench.access import pages
from holdfast.workbench.access import routes as access
from holdfast.workbench.access.entry import Entry
from holdfast.workbench.access.guard import Guard
from holdfast.workbench.access.hosts import Hosts
from holdfast.workbench.access.streams import Streams, Taken
from holdfast.workbench.bench import Workbench
from holdfast.workbench.dependencies import declared_role
from holdfast.workbench.followup import routes as followup
from holdfast.workbench.manager import routes as manager
from holdfast.workbench.review import routes as review
from holdfast.workbench.rounds import routes as rounds
from holdfast.workbench.rounds.supervisor import Supervisor
from holdfast.workbench.settings import out_of_range
from holdfast.workbench.shapes import Problem
from holdfast.workbench.tools import routes as tools
from holdfast.workbench.tools.batcher import Batcher
from holdfast.workbench.tools.searches import Searches
from holdfast.workbench.writing import routes as writing

LARGEST_BODY = 2 << 20
"""Bytes of the largest request that is read."""

_REFUSED = "4XX"

AREAS = (access, tools, writing, review, followup, rounds, manager)
"""The modules that have a router of calls each."""


def create_app(bench: Workbench, hosts: Hosts) -> FastAPI:
    """The whole application on a workbench, called by the names of `hosts`.

    `app.state` has `workbench`, `entry` and the parts that live as long as the server does.
    """
    app = calls()
    app.router.lifespan_context = _living
    _include(app, pages.router)
    app.state.workbench = bench
    app.state.entry = Entry(bench.store, bench.run, team=bench.team)
    app.state.streams = Streams()
    app.add_middleware(Taken)
    app.add_middleware(Guard, entry=app.state.entry, hosts=hosts)
    return app


class _Calls(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The schema; a refusal is JSON, whatever else a call answers with."""
        schema = super().openapi()
        for call in (call for path in schema["paths"].values() for call in path.values()):
            (content,) = call["responses"][_REFUSED]["content"].values()
            call["responses"][_REFUSED]["content"] = {"application/json": content}
        return schema


def calls() -> FastAPI:
    """The calls of the API alone, which the schema is made of; there is no workbench in it yet."""
    app = _Calls(
        title="Holdfast workbench",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        max_body_size=LARGEST_BODY,
        generate_unique_id_function=lambda route: route.name,
        responses={_REFUSED: {"model": Problem, "description": "What is wrong, for people"}},
        exception_handlers={UserError: _user_error, HoldfastError: _failed, RequestValidationError: _invalid},
    )
    for area in AREAS:
        _include(app, area.router)
    return app


def _include(app: FastAPI, router: APIRouter) -> None:
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise ValueError(f"{route} is no call, so that nothing says whom it is for")
        declared_role(route)
    app.include_router(router)


class _Part(Protocol):
    """Something that lives as long as the server does."""

    def start(self) -> None:
        """Begin; called in the event loop."""

    def close(self) -> None:
        """End; may be called twice."""


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    bench: Workbench = app.state.workbench
    parts: dict[str, _Part] = {
        "batcher": Batcher(bench),
        "searches": Searches(bench),
        "supervisor": Supervisor(bench),
    }
    begun: list[_Part] = []
    try:
        for name, part in parts.items():
            setattr(app.state, name, part)
            part.start()
            begun.append(part)
    except Exception as error:
        app.state.start_failed = error  # the server's own way to tell it is a traceback
        for part in reversed(begun):
            part.close()
        raise
    try:
        yield
    finally:
        end_streams(app)
        for part in reversed(begun):
            part.close()


def end_streams(app: FastAPI) -> None:
    """End every stream that is open; called in the event loop, before the server waits for its calls."""
    app.state.workbench.bulletin.close()
    if (searches := getattr(app.state, "searches", None)) is not None:
        searches.close()


async def _user_error(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """One sentence on the first thing that is wrong; what was sent is not said back."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if (words := out_of_range(first)) is not None:
        return JSONResponse({"detail": words}, 422)
    place = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"detail": f"{place}: {first['msg']}"}, 422)
