"""The guard before every call: which host is meant, which page asks, who is signed in."""

from __future__ import annotations

import logging
import secrets

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.workbench.access.entry import Entry, SignedIn
from holdfast.workbench.access.headers import secure
from holdfast.workbench.access.hosts import Hosts

CSRF_HEADER = "X-Holdfast-CSRF"

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SIGN_IN = ("POST", "/api/session")
"""The one changing call of those who have no token yet; the Origin guards it."""

_log = logging.getLogger("holdfast.workbench")


class Guard:
    """Middleware that turns away what is not meant for this server or comes from a foreign page.

    It says who calls in `request.state.member` and `.signed_in`, gives every answer its security headers, and
    tells no caller what an unexpected error was.
    """

    def __init__(self, app: ASGIApp, entry: Entry, hosts: Hosts) -> None:
        self._app = app
        self._entry = entry
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                secure(MutableHeaders(scope=message))
            await send(message)

        try:
            refused = await self._refused(scope)
            await (refused or self._app)(scope, receive, sent)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if begun:
                raise
            failed = "the server failed at this; its log says how"
            await JSONResponse({"detail": failed}, 500)(scope, receive, sent)

    async def _refused(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host")
        if len(headers.getlist("host")) != 1 or not self._hosts.allow(host):
            return _no(400, "this server is not known by that name; start it with --allow-host to allow it")
        changing = scope["method"] in _CHANGING
        if changing and self._foreign(headers):
            return _no(403, "the call comes from a page of another place")
        signed_in = await self._signed_in(scope)
        state = scope.setdefault("state", {})
        state["signed_in"] = signed_in
        state["member"] = signed_in.member if signed_in else None
        if changing and signed_in and (scope["method"], scope["path"]) != _SIGN_IN:
            token = headers.get(CSRF_HEADER, "")
            if not secrets.compare_digest(token.encode(), signed_in.csrf.encode()):
                return _no(403, f"the header {CSRF_HEADER} is missing or wrong; load the page again")
        return None

    def _foreign(self, headers: Headers) -> bool:
        """Whether a page elsewhere made the browser call; programs that are no browser say neither header."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none"):
            return True
        return origin is not None and not self._hosts.same(origin, headers.get("host"))

    async def _signed_in(self, scope: Scope) -> SignedIn | None:
        if not scope["path"].startswith(("/api/", "/report/")) and scope["path"] != "/":
            return None
        cookie = HTTPConnection(scope).cookies.get(self._entry.cookie)
        return await run_sync(self._entry.find, cookie) if cookie else None


def _no(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)
