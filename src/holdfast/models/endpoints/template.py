"""The request of a text: a template of JSON, with places for the text, and for values of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from holdfast.core.errors import UserError

_PLACE = re.compile(r"\{(text|prompt|completion|model)\}")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Json = Any
"""What `json` reads and writes."""


def places_in(template: Json) -> set[str]:
    """The names of the places in a template, such as `text`."""
    if isinstance(template, str):
        return set(_PLACE.findall(template))
    parts = template.values() if isinstance(template, Mapping) else template
    return set().union(*map(places_in, parts)) if isinstance(template, Mapping | list | tuple) else set()


def filled(template: Json, values: Mapping[str, str]) -> Json:
    """The template with each place filled; what is filled in is never read as a place itself."""
    if isinstance(template, str):
        return _PLACE.sub(lambda found: values[found[1]], template)
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [filled(value, values) for value in template]
    return template


def variables_in(text: str) -> list[str]:
    """The environment variables that `${NAME}` names in a text."""
    return _VARIABLE.findall(text)


def with_environment(text: str, secrets: set[str]) -> str:
    """The text with `${NAME}` replaced by the environment's value, which is added to `secrets`.

    Raises UserError for a variable that is not set.
    """

    def value(found: re.Match[str]) -> str:
        known = os.environ.get(found[1])
        if not known:
            raise UserError(f"the endpoint needs the environment variable {found[1]}, and it is not set")
        secrets.add(known)
        return known

    return _VARIABLE.sub(value, text)
