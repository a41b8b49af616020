"""The server itself: takes a port, serves until it is asked to end, and then ends quickly."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from holdfast.core.errors import UserError
from holdfast.workbench.app import end_streams

_SECONDS_UNACKNOWLEDGED = 30
"""After which a connection ends whose machine no longer answers, where the system can be told to."""

_SECONDS_TO_END = 3
"""For calls that are still being answered; streams are ended at once."""


def take_port(host: str, port: int) -> socket.socket:
    """A socket that listens there, port 0 for any free one; raises UserError if it cannot."""
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=2048)
        # asyncio does this only where the socket was made with the protocol's number; connections inherit it.
        # An answer's body would otherwise wait 40 ms for its head to be acknowledged.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _end_half_open(listening)
        return listening
    except socket.gaierror as error:
        raise UserError(f"there is no address '{host}' on this machine: {error.strerror}") from error
    except OverflowError as error:
        raise UserError(f"the port {port} is none; they go from 1 to 65535, 0 for any free one") from error
    except OSError as error:
        raise UserError(_why(error, host, port)) from error


def _end_half_open(listening: socket.socket) -> None:
    """Have the system end connections that are half open; they inherit it from the socket that listens."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * _SECONDS_UNACKNOWLEDGED)


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken on {host}; choose another with --port (0 for any free one)"
    if error.errno == errno.EACCES:
        return f"this account may not listen on port {port}; choose one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; choose another with --host"
    return f"cannot listen on {host}, port {port}: {error.strerror}"


def url_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds the server, without a slash at the end."""
    host, port = listening.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def serve(app: FastAPI, listening: socket.socket, *, behind_proxy: bool, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called once calls are answered.

    Behind a proxy on this machine, its word on the caller's address and on https is taken. What keeps a part
    of the application from starting is raised.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    with suppress(KeyboardInterrupt):
        _Server(config, app, ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends the open streams before it waits for calls to finish, for those never finish by themselves."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        told = logging.getLogger("uvicorn.error")
        told.disabled = True  # it would print a traceback; the error is told by whoever started the server
        try:
            await super().startup(sockets)
        except SystemExit:
            raise self._app.state.start_failed from None
        finally:
            told.disabled = False
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        end_streams(self._app)
        await super().shutdown(sockets)
