"""Streams of events: how many of one account are open at once, and the end of those that nobody reads.

A stream costs the server a look-up of its login for each piece of news, so that a thousand streams of one
writer would slow all others. FastAPI sends a comment every 15 seconds while there is no news: where a
connection is half open, because its machine went away without a word, that comment is never taken.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.workbench.dependencies import Writer

MOST_OF_ONE = 12
"""Streams of one account: one for each page that is looked at, and one for each of its searches."""

SECONDS_TO_TAKE = 45.0
"""After which a stream ends whose reader has taken nothing of what was sent."""

_EVENTS = "text/event-stream"


class TooManyStreamsError(Exception):
    """An account has as many streams open as it may have."""

    def __init__(self) -> None:
        super().__init__(
            f"you have {MOST_OF_ONE} pages of the workbench open, which is the most; close some of them"
        )


class Streams:
    """Counts the open streams of each account."""

    def __init__(self, most: int = MOST_OF_ONE) -> None:
        self._most = most
        self._open: Counter[int] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one(self, account: int) -> Iterator[None]:
        """Room for one stream while it lasts; raises TooManyStreamsError where there is none."""
        with self._lock:
            if self._open[account] >= self._most:
                raise TooManyStreamsError
            self._open[account] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[account] -= 1
                if not self._open[account]:
                    del self._open[account]

    def of(self, account: int) -> int:
        """How many streams an account has open."""
        return self._open.get(account, 0)


async def _room(request: Request, member: Writer) -> AsyncIterator[None]:
    streams: Streams = request.app.state.streams
    try:
        with streams.one(member.id):
            yield
    except TooManyStreamsError as error:
        raise HTTPException(429, str(error)) from None


RoomForAStream = Annotated[None, Depends(_room)]
"""A dependency of calls that stream: it answers 429 where the account has its number of streams."""


class Taken:
    """Middleware that ends a stream of events once its reader has taken nothing for some seconds."""

    def __init__(self, app: ASGIApp, seconds: float = SECONDS_TO_TAKE) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; what is no stream of events is left alone."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        gone, streams = asyncio.Event(), False

        async def sent(message: Message) -> None:
            nonlocal streams
            if message["type"] == "http.response.start":
                streams = Headers(raw=message["headers"]).get("content-type", "").startswith(_EVENTS)
            if not streams:
                await send(message)
            elif not gone.is_set():
                try:
                    async with asyncio.timeout(self._seconds):
                        await send(message)
                except TimeoutError:
                    gone.set()

        async def heard() -> Message:
            """What the caller says next; once it is gone, that it has disconnected."""
            waiting = [asyncio.ensure_future(receive()), asyncio.ensure_future(gone.wait())]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                message, _ = waiting
                return message.result() if message.done() else {"type": "http.disconnect"}  # type: ignore[return-value]
            finally:
                for each in waiting:
                    each.cancel()

        await self._app(scope, heard, sent)
