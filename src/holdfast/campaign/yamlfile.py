"""Configuration files: YAML read safely; errors that name the file, the line and the nearest valid key."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from holdfast.core.errors import UserError
from holdfast.core.unicode_text import check_text, read_text

Location = Sequence[int | str]
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")


@dataclasses.dataclass(frozen=True)
class ConfigFile:
    """A parsed file: its plain value, and the nodes that know on which line each part of it stands."""

    path: Path
    value: dict[str, Any]
    root: yaml.Node

    @classmethod
    def read(cls, path: Path) -> ConfigFile:
        """Raises UserError when the file is missing, is no YAML, repeats a key, or holds no mapping."""
        text = read_text(path, "the configuration ")
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            value = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise UserError(f"{path}, line {line}: not valid YAML: {error.problem}") from None
        except yaml.YAMLError as error:
            raise UserError(f"{path}: not valid YAML: {error}") from None
        if root is None or not isinstance(value, dict):
            raise UserError(f"{path}, line 1: a configuration is a mapping of keys to values")
        for key, line in _repeated_keys(root):
            raise UserError(f"{path}, line {line}: the key '{key}' is given twice")
        for scalar in _scalars(root):
            check_text(scalar.value, f"{path}, line {scalar.start_mark.line + 1}")
        return cls(path, value, root)

    def part(self, name: str) -> ConfigFile:
        """What one key of the file holds, as a file of its own whose lines are the whole one's.

        Raises UserError where it holds no mapping.
        """
        below = _below(self.root, name)
        if below is None or not isinstance(self.value.get(name), dict):
            raise self.error([name], f"{name}: a mapping of keys to values is needed here")
        return ConfigFile(self.path, self.value[name], below[0])

    def line(self, location: Location) -> int:
        """The line (from 1) of a part of the value, or of the deepest part above it that the file has."""
        node, line = self.root, self.root.start_mark.line
        for name in location:
            below = _below(node, name)
            if below is None:
                break
            node, line = below
        return line + 1

    def error(self, location: Location, message: str) -> UserError:
        """An error with the file and the line of a part of the value."""
        return UserError(f"{self.path}, line {self.line(location)}: {message}")


def _below(node: yaml.Node, name: int | str) -> tuple[yaml.Node, int] | None:
    """The node of one key or index and the line on which that key or item begins."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(name):
                return value, key.start_mark.line
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return node.value[name], node.value[name].start_mark.line
    return None


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Keys that a mapping has twice, of which plain YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Every key and value that is no mapping and no list."""
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _scalars(part)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _scalars(part)
    elif isinstance(node, yaml.ScalarNode):
        yield node


def user_error(
    error: ValidationError,
    model: type[BaseModel],
    file: ConfigFile | None,
    named: Callable[[str], str] = str,
) -> UserError:
    """The first mistake that pydantic found, as one line: where it is, what is wrong, what would be right.

    `named` gives a place the name that its user knows it by.
    """
    mistake = error.errors(include_url=False)[0]
    location = without_tags(model, mistake["loc"])
    where = named(".".join(str(part) for part in location)) or "the configuration"
    message = f"{where}: {_said(mistake, model)}"
    return UserError(message) if file is None else file.error(location, message)


def _said(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    location = mistake["loc"]
    if mistake["type"] in _UNKNOWN_KEY:
        known = sorted(keys_at(model, location[:-1]))
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
        return f"unknown key; {hint}"
    message = mistake["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return f"{message[0].lower()}{message[1:]}{_given(mistake['input'])}"


def _given(value: object) -> str:
    return f" (got {value!r})" if isinstance(value, str | int | float | bool) else ""


def keys_at(model: type[Any], location: Location) -> list[str]:
    """The keys that the schema allows at a place."""
    here: Any = model
    for name in location:
        tagged = _member(here, name)
        if tagged is None and isinstance(name, str):
            here = _fields(_structure(here)).get(name)
        here = tagged or here
    return list(_fields(_structure(here)))


def without_tags(model: type[Any], location: Location) -> Location:
    """A place without the kinds that pydantic puts into it, where several kinds of thing may stand."""
    here: Any = model
    kept: list[int | str] = []
    for name in location:
        tagged = _member(here, name)
        if tagged is None:
            kept.append(name)
            if isinstance(name, str):
                here = _fields(_structure(here)).get(name)
        else:
            here = tagged
    return kept


def _member(annotation: Any, name: int | str) -> Any:
    """The one of several kinds of thing that has this kind; None where the name is no kind."""
    if _fields(annotation):
        return None
    for part in get_args(annotation):
        if name in get_args(_fields(part).get("kind")):
            return part
        found = _member(part, name)
        if found is not None:
            return found
    return None


def _fields(kind: Any) -> Mapping[str, Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return {}


def _structure(annotation: Any) -> Any:
    """The model or dataclass inside an annotation such as `tuple[X, ...]` or `X | None`."""
    if _fields(annotation):
        return annotation
    return next((found for part in get_args(annotation) if (found := _structure(part)) is not None), None)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`: mappings key by key, everything else (lists too) replaced whole."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        # What is given for another kind of thing replaces the thing: its parameters are not the old ones'.
        same_kind = isinstance(below, dict) and isinstance(value, dict) and _kinds_agree(below, value)
        result[key] = merged(below, value) if same_kind else value  # type: ignore[arg-type]
    return result


def _kinds_agree(below: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    return bool(value.get("kind", below.get("kind")) == below.get("kind"))
