"""How a classifier is to be read, where its own folder does not say so."""

from __future__ import annotations

import shlex
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from holdfast.core.snippet import Snippet

Activation = Literal["softmax", "sigmoid", "identity"]
"""How logits become probabilities: all labels against each other, or each by itself; `identity`: the one
output is a probability already."""

LayoutKind = Literal["single", "pair"]
"""Whether a model reads a snippet as one text, or as two texts with special tokens between them."""

Overflow = Literal["refuse", "head", "tail", "window"]
"""What happens to a text that is longer than the model reads: an error; its beginning or its end is kept; or
overlapping windows are read, and the highest score counts."""

SpecialTokens = Literal["text", "parsed"]
"""Whether `[SEP]` written in a text is read as five plain characters or as the special token."""


_OPTIONS = {"bad": "--guard-bad"}
"""Options of `holdfast check` that do not have the name of the key; `--bad` is for the data there."""


def setting(key: str, value: object) -> str:
    """A key of a guard's format as messages name it: in a configuration, and as an option of `check`."""
    written = "[]" if value == "" else value
    option = '""' if value == "" else shlex.quote(str(value))
    return f"{key}: {written} ({_OPTIONS.get(key, f'--{key}')} {option})"


class GuardFormat(BaseModel):
    """What the owner of a classifier says about it; None: as the model's own files say, or an error.

    `bad` names the labels that stand for a catastrophe, by name (whatever the case) or by index. For a model
    of one label, `bad: []` says that a high output means harmless. `positions` is the longest sequence in
    tokens, special ones included; the model must be able to read that many.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bad: tuple[str | int, ...] | None = None
    activation: Activation | None = None
    layout: LayoutKind | None = None
    joiner: str = " "
    """What stands between prompt and completion in one text; left out where either of them is empty."""
    overflow: Overflow = "refuse"
    positions: int | None = Field(default=None, ge=1)
    special_tokens: SpecialTokens = "text"

    @field_validator("bad", mode="before")
    @classmethod
    def _several(cls, given: Any) -> Any:
        """One label may be written without brackets; `no` and `true` are not labels until they are quoted."""
        if given is None:
            return None
        labels = [given] if isinstance(given, str | int) else list(given)
        if any(isinstance(label, bool) for label in labels):
            raise ValueError(
                "YAML reads a bare yes, no, true or false as a truth value: write labels in quotes"
            )
        return labels

    @property
    def told(self) -> dict[str, Any]:
        """What was said, by field: what was set, and not to None."""
        given = [name for name in GuardFormat.model_fields if name in self.model_fields_set]
        return {name: value for name in given if (value := getattr(self, name)) is not None}

    def join(self, snippet: Snippet) -> str:
        """The snippet as one text."""
        between = self.joiner if snippet.prompt and snippet.completion else ""
        return f"{snippet.prompt}{between}{snippet.completion}"
