"""What every open page is told as it happens: a new model, a round's progress, an item to review."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["model", "round", "review", "submission", "settings", "comment"]

_ROOM = 256
"""News that a slow page may lag behind by; it is then dropped, and the page reconnects and asks anew."""


@dataclass(frozen=True)
class News:
    """One piece of news; `only_for` names the account that may hear of it, None means all."""

    kind: Kind
    data: dict[str, Any]
    only_for: int | None = None


class Bulletin:
    """Hands each piece of news to every listener; `post` may be called from any thread."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[News | None], int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def post(self, news: News) -> None:
        """Tell all who listen."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hand_out, news)

    def close(self) -> None:
        """End every listener's stream, so that the server can stop."""
        for queue in self._listeners:
            _end(queue)

    def dismiss(self, account: int) -> None:
        """End the streams of an account that may hear nothing any more; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._dismiss, account)

    async def listen(self, account: int) -> AsyncIterator[News]:
        """News from now on, until the bulletin closes or the listener lags too far behind."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[News | None] = asyncio.Queue(_ROOM)
        self._listeners[queue] = account
        try:
            while (news := await queue.get()) is not None:
                if news.only_for in (None, account):
                    yield news
        finally:
            self._listeners.pop(queue, None)

    def _dismiss(self, account: int) -> None:
        for queue, listener in self._listeners.items():
            if listener == account:
                _end(queue)

    def _hand_out(self, news: News) -> None:
        for queue in list(self._listeners):
            if queue.full():
                del self._listeners[queue]
                _end(queue)
            else:
                queue.put_nowait(news)


def _end(queue: asyncio.Queue[News | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
