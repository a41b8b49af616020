"""The pages of the front end, the link that signs a single user in, and the run's report."""

from __future__ import annotations

import html
import re
import secrets
import stat
from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter, HTTPException, Request
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from holdfast.workbench.access.headers import REPORT_POLICY, page_policy
from holdfast.workbench.access.routes import TheEntry, set_cookie
from holdfast.workbench.dependencies import Anyone, Manager, TheBench


class _PageConvertor(Convertor[str]):
    """Any path but those of calls, so that a wrong one of these is answered as such."""

    regex = r"(?!api(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", _PageConvertor())

router = APIRouter(include_in_schema=False)

BUILT = Path(__file__).parent.parent / "static"
"""Where the front end is built to."""

NONCE_PLACE = "{{csp-nonce}}"
"""What stands in the built page for the nonce of each answer."""

_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_REPORT = re.compile(r"report\.html|figures/[\w.-]+\.csv")

_files = StaticFiles(directory=BUILT, check_dir=False)


@router.get("/report/{path:path}")
def report(path: str, bench: TheBench, member: Manager) -> Response:
    """The run's report and the data of its figures."""
    name = path or "report.html"
    folder = bench.store.run_folder(bench.run)
    files = StaticFiles(directory=folder, check_dir=False)
    scope: Scope = {"type": "http", "method": "GET", "headers": []}
    answer = _file(files, name, scope) if _REPORT.fullmatch(name) else None
    if answer is None:
        raise HTTPException(404, "the run has no such file; holdfast report writes its report")
    answer.headers["Content-Security-Policy"] = REPORT_POLICY
    return answer


@router.api_route("/{path:page}", methods=["GET", "HEAD"], dependencies=[Anyone])
async def page(path: str, request: Request, entry: TheEntry, token: str | None = None) -> Response:
    """A file of the front end, or its page for any other address; `/?token=…` signs in."""
    if token is not None and not path and request.method == "GET":
        return await _enter(request, entry, token)
    answer = await run_sync(_file, _files, path, request.scope) if path != "index.html" else None
    if answer is not None:
        answer.headers["Cache-Control"] = _FOREVER if path.startswith("assets/") else _ASK_FIRST
        return answer
    if "." in path.rpartition("/")[2]:
        raise HTTPException(404, "there is no such file")
    return await run_sync(_index)


def _file(files: StaticFiles, path: str, scope: Scope) -> Response | None:
    """The answer with that file; None if there is none below the folder, or it could not be one."""
    try:
        place, found = files.lookup_path(path)
    except (OSError, ValueError):
        return None
    if found is None or not stat.S_ISREG(found.st_mode):
        return None
    return files.file_response(place, found, scope)


async def _enter(request: Request, entry: TheEntry, token: str) -> Response:
    if request.state.signed_in is not None:
        return RedirectResponse("/", 303)
    cookie = await run_sync(entry.by_link, token)
    if cookie is None:
        return _plain(
            401,
            "This link does not open the workbench",
            "Each link opens it once. The terminal where holdfast serve runs shows the newest one.",
        )
    answer = RedirectResponse("/", 303)
    set_cookie(answer, request, entry, cookie)
    return answer


def _index() -> Response:
    try:
        text = (BUILT / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return _plain(
            503,
            "The workbench's pages are not built",
            "In src/holdfast/workbench/web run: npm ci && npm run build. An installed Holdfast has them.",
        )
    nonce = secrets.token_urlsafe(16)
    answer = HTMLResponse(text.replace(NONCE_PLACE, nonce))
    answer.headers["Content-Security-Policy"] = page_policy(nonce)
    answer.headers["Cache-Control"] = _ASK_FIRST
    return answer


def _plain(status: int, title: str, text: str) -> HTMLResponse:
    title, text = html.escape(title), html.escape(text)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Holdfast: {title}</title>'
        f"<h1>{title}</h1><p>{text}</p></html>",
        status,
    )
