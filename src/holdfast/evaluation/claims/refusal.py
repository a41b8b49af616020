"""Why a claim may not be made, told to people."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from holdfast.core.errors import UserError


class InvalidClaim(UserError):  # noqa: N818  (a claim is invalid, Holdfast has not failed)
    """The claim asked for would not be true of the evidence offered; the message says what to do instead."""


class Closed(BaseModel):
    """A frozen, closed piece of a claim. A changed copy is checked as a new one is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def model_copy(self, *, update: object = None, deep: bool = False) -> Closed:
        """A copy; with `update` it is built, and so checked, anew."""
        if update is None:
            return super().model_copy(deep=deep)
        if not isinstance(update, dict):
            raise ValueError("update takes a mapping of fields")
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **update})

    @classmethod
    def model_construct(cls, *_: object, **__: object) -> Closed:
        """Not offered: it would skip every check."""
        raise InvalidClaim(f"a {cls.__name__} is only built with its checks; call {cls.__name__}(...) itself")
