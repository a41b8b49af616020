"""What a configuration says of a guard that is a service: how it is asked, and how its answers are read."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from holdfast.models.endpoints.presets import PresetName, with_preset
from holdfast.models.endpoints.template import places_in, variables_in

Scale = Literal["probability", "percent", "log_odds"]
"""What a score is: from 0 to 1, from 0 to 100, or log odds of catastrophe."""

_SECRET = {"authorization", "proxy-authorization", "cookie", "api-key", "x-api-key", "x-goog-api-key"}
"""Headers whose value nobody should write into a file."""


_LOGGED = "an address may be logged, so it takes no environment variables; put them in a header"


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _At(_Closed):
    path: str
    """Where in the answer it is, as JSONPath (RFC 9535)."""

    @field_validator("path")
    @classmethod
    def _sound(cls, path: str) -> str:
        try:
            import jsonpath
        except ModuleNotFoundError:
            return path  # what is missing is said when the endpoint is opened
        try:
            jsonpath.compile(path)
        except jsonpath.JSONPathError as error:
            raise ValueError(f"'{path}' is no JSONPath: {str(error).splitlines()[0]}") from None
        return path


class ScoreAnswer(_At):
    """One number: the score."""

    @property
    def told_bad(self) -> tuple[str, ...]:
        """What stands for a catastrophe, in words."""
        return (f"a {self.bad} score",)

    kind: Literal["score"]
    scale: Scale = "probability"
    bad: Literal["high", "low"] = "high"
    """Which end of the scale is catastrophic."""


class LabelsAnswer(_At):
    """Labels with scores: an object, a list of objects, or a list of numbers in the order of `labels`.

    `labels` are all labels that the service knows; an answer with another one is an error. `combine` says
    what the score of several bad labels is: their sum, where exactly one label is right, or the highest.
    """

    kind: Literal["labels"]
    bad: Annotated[tuple[str, ...], Field(min_length=1)]
    labels: tuple[str, ...] | None = None
    label: str = "label"
    """The key of the name, in a list of objects."""
    score: str = "score"
    """The key of the score, in a list of objects."""
    scale: Literal["probability", "percent"] = "probability"
    combine: Literal["sum", "max"] | None = None
    missing: Annotated[float, Field(ge=0, le=1)] | Literal["refuse", "least"] = "refuse"
    """What a bad label means that is not in the answer: an error, this score, or as much as the `least` that
    is there (in a list of the best few no other can have more)."""

    @property
    def told_bad(self) -> tuple[str, ...]:
        """What stands for a catastrophe: the labels."""
        return self.bad

    @model_validator(mode="after")
    def _said(self) -> Self:
        if len(set(self.bad)) > 1 and self.combine is None:
            raise ValueError(
                "several labels are bad; say what their score is together: `combine: sum` where exactly one"
                " label is right, `combine: max` where each is scored by itself"
            )
        unknown = [label for label in self.bad if self.labels is not None and label not in self.labels]
        if unknown:
            raise ValueError(f"the bad label '{unknown[0]}' is none of `labels`")
        if self.missing != "refuse" and self.labels is None:
            raise ValueError(
                "`missing` needs all labels of the service as `labels`: without them an answer with other"
                " labels could not be told from one that leaves some out"
            )
        return self


class DecisionAnswer(_At):
    """A decision, with no score: the value is one of `bad`, one of `good`, or an error."""

    kind: Literal["decision"]
    bad: Annotated[tuple[bool | int | str, ...], Field(min_length=1)]
    good: Annotated[tuple[bool | int | str, ...], Field(min_length=1)]

    @property
    def told_bad(self) -> tuple[str, ...]:
        """What stands for a catastrophe: the values, in words."""
        return tuple(map(str, self.bad))

    @model_validator(mode="after")
    def _apart(self) -> Self:
        bad, good = ({(type(one), one) for one in each} for each in (self.bad, self.good))
        if bad & good:
            raise ValueError("a value cannot be both bad and good")
        return self


Answer = Annotated[ScoreAnswer | LabelsAnswer | DecisionAnswer, Field(discriminator="kind")]


class Cost(_Closed):
    """What a request costs, and how much may be spent in all; every request sent is counted, retries too."""

    per_call: Annotated[float, Field(gt=0)]
    most: Annotated[float, Field(gt=0)] | None = None
    unit: str = "USD"


class EndpointSettings(_Closed):
    """A service, and how it is asked; `preset` fills in what is usual for a kind of server.

    `body` and `query` are templates with places for `{text}` (prompt and completion joined), `{prompt}`,
    `{completion}` and `{model}`. `headers` may take values of the environment, `${NAME}`, which are put in
    when a request is sent and written nowhere.
    """

    preset: PresetName | None = None
    url: str
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    body: Any = None
    joiner: str = " "
    """What stands between prompt and completion in `{text}`; left out where either of them is empty."""
    model: str | None = None
    version: str | None = None
    """Which version of the service answers: answers are kept by it. The model where it is not given."""
    version_path: str | None = None
    """Where each answer says its version, as JSONPath; an answer of another version is an error."""
    answer: Answer
    characters: Annotated[int, Field(ge=1)] | None = None
    """Longer texts are not sent, and count as skipped; None: the service takes any."""
    concurrency: Annotated[int, Field(ge=1, le=256)] = 4
    """Requests under way at a time."""
    rate: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Requests a second at most, evenly spaced; None: as fast as they are answered."""
    timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds until a request has failed, its answer read to the end included."""
    tries: Annotated[int, Field(ge=1)] = 6
    """How often a request is sent, at most, before its failure is an error."""
    first_wait: Annotated[float, Field(ge=0)] = 0.5
    """Before the second try, on average twice as long before each further one, drawn at random."""
    longest_wait: Annotated[float, Field(ge=0)] = 60.0
    """Seconds between two tries at most; a service that asks for a longer pause is an error."""
    cost: Cost | None = None
    most_calls: Annotated[int, Field(ge=1)] | None = None
    """Requests that may be sent in all, to this version of the service."""

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, given: Any) -> Any:
        return with_preset(given) if isinstance(given, dict) else given

    @field_validator("url")
    @classmethod
    def _web(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"'{url}' is no address of a service; it begins with http:// or https://")
        if "@" in parts.netloc:
            raise ValueError("the address holds a user's name; put the credentials into a header")
        if variables_in(url):
            raise ValueError(_LOGGED)
        return url

    @field_validator("query")
    @classmethod
    def _seen(cls, query: dict[str, str]) -> dict[str, str]:
        if any(map(variables_in, query.values())):
            raise ValueError(_LOGGED)
        return query

    @field_validator("headers")
    @classmethod
    def _no_secrets(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if name.casefold() in _SECRET and not variables_in(value):
                raise ValueError(
                    f"the header {name} holds a secret: write the name of an environment variable, such as"
                    " 'Bearer ${API_KEY}'"
                )
        return headers

    @model_validator(mode="after")
    def _whole(self) -> Self:
        places = places_in(self.body) | places_in(self.query)
        if not places & {"text", "completion"}:
            raise ValueError('nothing of the text is sent: write "{text}" or "{completion}" into the body')
        if "model" in places and self.model is None:
            raise ValueError("the body names a {model}; give it as `model`")
        if self.method == "GET" and self.body is not None:
            raise ValueError("a GET has no body; use `query`, or another method")
        if self.version is None and self.model is None:
            raise ValueError(
                "say which version of the service answers (`version`), or its `model`: answers are kept by it"
            )
        if self.cost is not None and self.cost.most is not None and not self.calls_allowed:
            raise ValueError("`cost.most` is less than one call costs")
        return self

    @property
    def open_headers(self) -> dict[str, str]:
        """The headers that hold no secret."""
        own = self.headers.items()
        return {k: v for k, v in own if k.casefold() not in _SECRET and not variables_in(v)}

    @property
    def stated_version(self) -> str:
        """The version that answers are kept by."""
        return self.version or self.model or ""

    @property
    def decides_only(self) -> bool:
        """Whether the service gives decisions and no scores."""
        return self.answer.kind == "decision"

    @property
    def calls_allowed(self) -> int | None:
        """Requests that may be sent in all; None: any number."""
        bounds = [] if self.most_calls is None else [self.most_calls]
        if self.cost is not None and self.cost.most is not None:
            bounds.append(math.floor(self.cost.most / self.cost.per_call + 1e-9))
        return min(bounds, default=None)
