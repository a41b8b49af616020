"""A service that scores texts: what it answered before is remembered, the rest asked, several at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import SpentError, UserError
from holdfast.core.snippet import Snippet
from holdfast.models.endpoints.calling import Caller, EndpointError
from holdfast.models.endpoints.keeping import Kept, KeptHere
from holdfast.models.endpoints.reading import AnswerError, one_at, read_answer
from holdfast.models.endpoints.settings import EndpointSettings
from holdfast.models.endpoints.template import Json, filled

_NEEDED = ("httpx2", "tenacity", "jsonpath", "pyrate_limiter")


class Service:
    """One version of a service; `kept` remembers its answers, in memory unless given.

    Raises UserError where a package is not installed, or a variable of the environment is not set.
    """

    def __init__(self, settings: EndpointSettings, kept: Kept | None = None) -> None:
        missing = [name for name in _NEEDED if find_spec(name) is None]
        if missing:
            raise UserError(
                f"an endpoint needs packages that are not installed ({', '.join(missing)});"
                " run: pip install 'holdfast[endpoints]'"
            )
        self.settings = settings
        self.kept = kept or KeptHere()
        self.unconfirmed = 0
        """Texts that could not be asked about a second time."""
        self._caller = Caller(settings, self._spend)
        self._caller.ready()

    @property
    def hash(self) -> str:
        """What decides the answers: the service, its version, and how they are read."""
        reading = self.settings.model_dump(mode="json", include={"answer", "characters"})
        return _hash({"asked": request_hash(self.settings), **reading})

    def refusals(self, snippets: Sequence[Snippet]) -> list[str | None]:
        """Why a snippet is not sent, in words; None where it is."""
        most = self.settings.characters
        if most is None:
            return [None] * len(snippets)
        lengths = [len(self._text(snippet)) for snippet in snippets]
        limit = f"characters are more than the {most:,} that the endpoint takes"
        return [f"{length:,} {limit}" if length > most else None for length in lengths]

    def log_odds(self, snippets: Sequence[Snippet], turn: int = 0) -> NDArray[np.float64]:
        """(B,) log odds of catastrophe; of decisions alone plus or minus `DECIDED`.

        Another `turn` asks again what was answered in the first. Raises SpentError once nothing more may be
        spent, AnswerError for what cannot be read, and EndpointError for a service that does not answer; all
        that was answered until then is kept.
        """
        keys = [self._key(snippet, turn) for snippet in snippets]
        scores = self._remembered(keys)
        new = {key: snippet for key, snippet in zip(keys, snippets, strict=True) if key not in scores}
        scores.update(self._asked(new))
        return np.array([scores[key] for key in keys], dtype=np.float64)

    def confirmed(self, snippets: Sequence[Snippet]) -> NDArray[np.float64]:
        """The log odds of texts that were answered before, asked once more as far as spending goes."""
        try:
            return self.log_odds(snippets, turn=1)
        except SpentError:
            again = self._remembered([self._key(snippet, 1) for snippet in snippets])
            keys = [(self._key(snippet, 1), self._key(snippet, 0)) for snippet in snippets]
            first = self._remembered([old for new, old in keys if new not in again])
            self.unconfirmed += sum(new not in again for new, _ in keys)
            if any(new not in again and old not in first for new, old in keys):
                raise
            return np.array([again[new] if new in again else first[old] for new, old in keys])

    def _remembered(self, keys: Sequence[str]) -> dict[str, float]:
        known = self.kept.known(list(dict.fromkeys(keys)))
        return {key: self._read(json.loads(answer)) for key, answer in known.items()}

    def _asked(self, new: Mapping[str, Snippet]) -> dict[str, float]:
        """Ask several at a time; each answer is kept as it comes, those too that come after a failure."""
        found: dict[str, float] = {}
        if not new:
            return found
        failed: BaseException | None = None
        self._caller.stopping.clear()
        with ThreadPoolExecutor(self.settings.concurrency) as pool:
            asked = {pool.submit(self._ask, snippet): key for key, snippet in new.items()}
            waiting: list[Future[Json]] = list(asked)
            while waiting:
                try:
                    for future in as_completed(waiting):
                        waiting.remove(future)
                        if not future.cancelled():
                            found[asked[future]] = self._taken(asked[future], future.result())
                except BaseException as error:  # Ctrl-C too: what is under way is paid for
                    failed = failed or error
                    self._caller.stopping.set()
                    for future in waiting:
                        future.cancel()
        if failed is not None:
            raise failed
        return found

    def _taken(self, key: str, answer: Json) -> float:
        """An answer's score, and the answer kept: only one that can be read."""
        score = self._read(answer)
        self.kept.keep(key, json.dumps(answer))
        return score

    def _read(self, answer: Json) -> float:
        settings = self.settings
        try:
            if settings.version_path is not None:
                version = one_at(settings.version_path, answer)
                if str(version) != settings.stated_version:
                    raise AnswerError(
                        f"it is of the version '{version}', and the configuration says"
                        f" '{settings.stated_version}'"
                    )
            return read_answer(settings.answer, answer)
        except AnswerError as error:
            raise AnswerError(
                f"an answer of {settings.url} cannot be used: {error}; no text passes or is blocked by it"
            ) from None

    def _ask(self, snippet: Snippet) -> Json:
        why = self.refusals([snippet])[0]
        if why is not None:
            raise EndpointError(f"a text cannot be sent: {why}")
        return self._caller(*self._request(snippet))

    def _request(self, snippet: Snippet) -> tuple[dict[str, str], Json]:
        values = {
            "text": self._text(snippet),
            "prompt": snippet.prompt,
            "completion": snippet.completion,
            "model": self.settings.model or "",
        }
        return filled(self.settings.query, values), filled(self.settings.body, values)

    def _text(self, snippet: Snippet) -> str:
        between = self.settings.joiner if snippet.prompt and snippet.completion else ""
        return f"{snippet.prompt}{between}{snippet.completion}"

    def _key(self, snippet: Snippet, turn: int) -> str:
        return _hash([request_hash(self.settings), *self._request(snippet), turn])

    def _spend(self) -> None:
        if not self.kept.spend(self.settings.calls_allowed):
            raise SpentError(
                f"all requests that may be sent to {self.settings.url} are sent ({self.spent}); every answer"
                " is kept. Raise `cost.most` or `most_calls` of the endpoint, and the same command goes on"
            )

    @property
    def spent(self) -> str:
        """How many requests were ever sent to this version, and what they cost, in words."""
        sent, cost = self.kept.sent, self.settings.cost
        worth = "" if cost is None else f", {sent * cost.per_call:,.4g} {cost.unit}"
        return f"{sent:,} requests{worth}"


def request_hash(settings: EndpointSettings) -> str:
    """What answers are kept by beside the text: where it is asked, how, and of which version."""
    asked = settings.model_dump(mode="json", include={"url", "method", "query", "body"})
    return _hash({**asked, "headers": settings.open_headers, "version": settings.stated_version})


def _hash(value: Any) -> str:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()
