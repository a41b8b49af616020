"""Sends requests: at the rate allowed, with a deadline, and again after a pause if the failure may pass."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

from holdfast.core.errors import HoldfastError, UserError
from holdfast.models.endpoints.settings import EndpointSettings
from holdfast.models.endpoints.template import Json, with_environment

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

_AGAIN = {408, 425, 429}
"""Statuses beside 5xx after which the same request may succeed."""

_LARGEST = 8_000_000
"""Bytes of an answer; a longer one is none."""


class EndpointError(HoldfastError):
    """A service that gave no answer: nothing is decided by it."""


class _PassingError(EndpointError):
    """A failure that may pass; `pause` is how many seconds the service asks to wait."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


class Caller:
    """Sends a request until it is answered; may be called from several threads.

    `before` is called before each request is sent, a repeated one too.
    """

    def __init__(self, settings: EndpointSettings, before: Callable[[], None]) -> None:
        self._settings = settings
        self._before = before
        self._secrets: set[str] = set()
        self.stopping = threading.Event()
        """Once set, nobody waits for another try any more."""

    def ready(self) -> None:
        """Raise UserError where a header needs a variable of the environment that is not set."""
        _ = self._headers

    @cached_property
    def _headers(self) -> dict[str, str]:
        given = self._settings.headers
        return {name: with_environment(value, self._secrets) for name, value in given.items()}

    @cached_property
    def _client(self) -> httpx2.Client:
        import httpx2

        limits = httpx2.Limits(max_connections=self._settings.concurrency)
        return httpx2.Client(headers=self._headers, timeout=self._settings.timeout, limits=limits)

    @cached_property
    def _wait_turn(self) -> Callable[[], object]:
        """Waits until the next request may be sent."""
        if self._settings.rate is None:
            return lambda: None
        from pyrate_limiter import Limiter, Rate

        limiter = Limiter(Rate(1, max(1, round(1000 / self._settings.rate))))
        return limiter.try_acquire

    def __call__(self, query: dict[str, str], body: Json) -> Json:
        """The answer's JSON.

        Raises UserError where the service refuses the request for good, and EndpointError where it gave no
        answer however often it was asked.
        """
        from tenacity import Retrying, retry_if_exception_type, sleep_using_event, stop_after_attempt
        from tenacity.stop import stop_any, stop_when_event_set

        retrying = Retrying(
            sleep=sleep_using_event(self.stopping),
            stop=stop_any(stop_after_attempt(self._settings.tries), stop_when_event_set(self.stopping)),
            wait=self._pause,
            retry=retry_if_exception_type(_PassingError),
            reraise=True,
        )
        try:
            return retrying(self._once, query, body)
        except _PassingError as error:
            raise EndpointError(
                f"{self._settings.url} gave no answer in {self._settings.tries} tries (the last time:"
                f" {error}); what was answered before is kept, and the same command goes on from there"
            ) from None

    def _pause(self, state: RetryCallState) -> float:
        """As long as the service asks, or else longer from try to try, drawn at random."""
        from tenacity import wait_random_exponential

        settings = self._settings
        error = state.outcome.exception() if state.outcome is not None else None
        asked = error.pause if isinstance(error, _PassingError) else None
        if asked is not None and asked > settings.longest_wait:
            raise EndpointError(
                f"{settings.url} asks to wait {asked:,.0f} s ({error}), longer than `longest_wait`"
                f" ({settings.longest_wait:,.0f} s); what was answered before is kept, and the same command"
                " goes on later"
            )
        drawn: float = wait_random_exponential(2 * settings.first_wait, max=settings.longest_wait)(state)
        return max(drawn, asked or 0.0)

    def _once(self, query: dict[str, str], body: Json) -> Json:
        """Send the request once; raises _PassingError for a failure that may pass."""
        import httpx2

        self._wait_turn()
        if self.stopping.is_set():
            raise EndpointError("another request failed")
        self._before()
        settings, until = self._settings, monotonic() + self._settings.timeout
        # In ASCII: half a surrogate, which text may hold, has no bytes in UTF-8.
        content = None if body is None else json.dumps(body).encode()
        kind = {} if content is None else {"content-type": "application/json"}
        try:
            with self._client.stream(
                settings.method, settings.url, params=query or None, content=content, headers=kind
            ) as response:
                return self._answer(response, _read(response, until))
        except (httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise UserError(f"a text cannot stand in an address: {error}; send it in a body") from None
        except httpx2.TimeoutException:
            raise _PassingError(f"no answer within {settings.timeout:g} s") from None
        except httpx2.HTTPError as error:
            raise _PassingError(self._told(f"{type(error).__name__}: {error}")) from None

    def _answer(self, response: httpx2.Response, text: bytes) -> Json:
        status = response.status_code
        if status in _AGAIN or status >= 500:
            raise _PassingError(f"status {status}", _asked_pause(response.headers.get("retry-after")))
        if not 200 <= status < 300:
            said = self._told(text[:300].decode("utf-8", "replace"))
            raise UserError(f"{self._settings.url} refuses the request (status {status}): {said}")
        try:
            return json.loads(text)
        except ValueError:
            raise _PassingError(f"an answer of {len(text):,} bytes that is no whole JSON") from None

    def _told(self, text: str) -> str:
        """A text of somebody else's, without what must not be shown."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return " ".join(text.split())


def _read(response: httpx2.Response, until: float) -> bytes:
    """The whole body; a drop at a time does not put off the deadline."""
    found = bytearray()
    for part in response.iter_bytes():
        found += part
        if len(found) > _LARGEST:
            raise EndpointError(f"an answer of more than {_LARGEST:,} bytes is no score")
        if monotonic() > until:
            raise _PassingError("the answer did not end in time")
    return bytes(found)


def _asked_pause(said: Any) -> float | None:
    """Seconds to wait by the header Retry-After (a number or a date); None where it says nothing known."""
    if not isinstance(said, str):
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            date = parsedate_to_datetime(said)
        except ValueError:
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None
