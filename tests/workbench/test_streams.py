"""Streams of events: an account has so many and no more, and those that nobody reads end by themselves."""

import asyncio
import socket
from contextlib import ExitStack

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent

from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.access.streams import MOST_OF_ONE, Streams, Taken, TooManyStreamsError
from holdfast.workbench.server import take_port
from waiting import PATIENCE, wait_until

PASSWORD = "a long enough password"


def test_an_account_has_so_many_streams_and_another_as_many():
    streams = Streams(most=2)
    with streams.one(1), streams.one(1), streams.one(2):
        with pytest.raises(TooManyStreamsError, match="close some of them"), streams.one(1):
            pass
        assert (streams.of(1), streams.of(2)) == (2, 1)
    assert (streams.of(1), streams.of(2)) == (0, 0)


def test_a_stream_that_fails_gives_its_room_back():
    streams = Streams(most=1)
    with pytest.raises(RuntimeError), streams.one(1):
        raise RuntimeError
    with streams.one(1):
        assert streams.of(1) == 1


def endless(seconds):
    """An application with a stream that always has something to say."""
    app, ended = FastAPI(), asyncio.Event()

    @app.get("/events", response_class=EventSourceResponse)
    async def events():
        try:
            while True:
                yield ServerSentEvent(data="news")
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    @app.get("/answer")
    async def answer():
        return {"slow": "but whole"}

    return Taken(app, seconds), ended


def scope(path):
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }


def test_a_stream_ends_whose_reader_takes_nothing():
    """The reader is a fake: a connection half open cannot be had on one machine."""

    async def run():
        app, ended = endless(0.1)
        taken = []

        async def send(message):
            if len(taken) == 3:
                await asyncio.Event().wait()
            taken.append(message["type"])

        async def receive():
            return await asyncio.Event().wait()

        await asyncio.wait_for(app(scope("/events"), receive, send), PATIENCE)
        assert ended.is_set()
        assert taken == ["http.response.start", *["http.response.body"] * 2]

    asyncio.run(run())


def test_an_answer_that_is_no_stream_may_take_its_time():
    async def run():
        app, _ = endless(0.01)
        taken = []

        async def send(message):
            await asyncio.sleep(0.05)
            taken.append(message["type"])

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        await asyncio.wait_for(app(scope("/answer"), receive, send), PATIENCE)
        assert taken == ["http.response.start", "http.response.body"]

    asyncio.run(run())


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such timeout")
def test_connections_inherit_the_time_after_which_they_are_given_up():
    with take_port("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_one_more_stream_is_refused_in_words_and_closing_one_makes_room(runs, store, serving):
    for name in ("ann", "bob"):
        Accounts(store).add(name, "manager", hashed(PASSWORD))
    with serving(runs, "--team") as server, ExitStack() as open_:
        ann, bob = (open_.enter_context(httpx2.Client(base_url=server.url, timeout=PATIENCE)) for _ in "ab")
        for name, browser in (("ann", ann), ("bob", bob)):
            browser.post("/api/session", json={"name": name, "password": PASSWORD})
        streams = [ann.stream("GET", "/api/events") for _ in range(MOST_OF_ONE)]
        first, *_ = [open_.enter_context(each) for each in streams]
        refused = ann.get("/api/events")
        assert refused.status_code == 429
        assert refused.json()["detail"].startswith(f"you have {MOST_OF_ONE} pages of the workbench open")
        assert ann.get("/api/drafts").status_code == 200, "all else goes on"
        with bob.stream("GET", "/api/events") as others:
            assert others.status_code == 200
        first.close()

        def there_is_room():
            with ann.stream("GET", "/api/events") as again:
                return again.status_code == 200

        wait_until(there_is_room)
