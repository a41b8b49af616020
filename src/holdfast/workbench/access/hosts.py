"""Under which names the server may be called: the guard against DNS rebinding and foreign pages.

A page elsewhere can make a browser call a name that it has pointed at this machine; the browser then says
that name in the Host header. So a name must be one that the server knows. An address in digits is no name,
and cannot be pointed anywhere.
"""

from __future__ import annotations

import ipaddress
import platform
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Hosts:
    """The names of a server that is bound to `host` and `port`; `more` are those of proxies before it."""

    host: str
    port: int
    more: tuple[str, ...] = ()

    def allow(self, header: str | None) -> bool:
        """Whether a request with that Host header is meant for this server."""
        place = _split(header)
        if place is None:
            return False
        name, port = place
        if name in {more.lower() for more in self.more}:
            return True
        return (80 if port is None else port) == self.port and self._own(name)

    def same(self, origin: str, header: str | None) -> bool:
        """Whether an Origin header names the very place that the Host header does."""
        try:
            said = urlsplit(origin)
            port = said.port or _PORTS.get(said.scheme)
        except ValueError:
            return False
        place = _split(header)
        if said.scheme not in _PORTS or place is None or port is None:
            return False
        name, asked = place
        return (said.hostname or "").lower() == name and port == (asked or _PORTS[said.scheme])

    def _own(self, name: str) -> bool:
        if self.host in _LOCAL:
            return name in _LOCAL
        if self.host in ("0.0.0.0", "::", ""):
            return name in _LOCAL or name == platform.node().lower() or _is_address(name)
        return name == self.host.lower()


def _split(header: str | None) -> tuple[str, int | None] | None:
    """Name (in lower case, IPv6 without brackets) and port of a Host header; None if it is not one."""
    if not header:
        return None
    try:
        parts = urlsplit(f"//{header}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    return name.lower(), port


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
