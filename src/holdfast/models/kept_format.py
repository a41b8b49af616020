"""How a classifier is to be read, kept as a small file in its own folder."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from holdfast.core.errors import HoldfastWarning, UserError
from holdfast.models.guard_format import GuardFormat

FILE, VERSION = "holdfast-guard.json", 1
"""The file's name, and the version of what is in it."""


def kept_text(format: GuardFormat) -> str:
    """The file's text."""
    return json.dumps({"version": VERSION, "format": format.model_dump(mode="json")}, indent=2) + "\n"


def read_kept(folder: Path) -> GuardFormat | None:
    """What a folder says of its classifier; None where it says nothing.

    Raises UserError for a file that is not sound.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        version, format = found["version"], found["format"]
        if version != VERSION:
            raise UserError(
                f"{path} has version {version} and this Holdfast reads version {VERSION}; use the Holdfast"
                " that wrote it"
            )
        return GuardFormat.model_validate(format)
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        why = " ".join(str(error).split())[:160]
        raise UserError(
            f"{path} does not say in a form that can be read how the guard is to be read ({why}); delete it,"
            " and say it in the configuration"
        ) from error


def agreed(
    said: GuardFormat | None, kept: GuardFormat | None, folder: Path, plain: Callable[[str, Any], Any]
) -> GuardFormat:
    """What is said of a guard, and for the rest what its folder says.

    `plain` brings a field's value into the form that is kept, for comparison. A HoldfastWarning tells where
    both are there and differ.
    """
    if kept is None:
        return said or GuardFormat()
    told = {} if said is None else said.told
    for name, value in told.items():
        its = getattr(kept, name)
        if its is not None and plain(name, value) != plain(name, its):
            warnings.warn(
                f"{folder / FILE} says {name}: {_listed(its)}, but you say {name}: {_listed(value)},"
                " which counts",
                HoldfastWarning,
                stacklevel=3,
            )
    return kept.model_copy(update=told)


def _listed(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else repr(value)
