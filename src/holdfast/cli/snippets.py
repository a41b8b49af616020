"""Snippets from the command line: two options, or JSON lines from a file or standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet


def read_snippets(prompt: str | None, completion: str | None, file: Path | None) -> list[Snippet]:
    """The snippet of `--prompt` and `--completion`, or those of a JSONL file, or else of standard input.

    Raises UserError when both or neither is given, or a line cannot be read (with file and line).
    """
    given = prompt is not None or completion is not None
    if given and file is not None:
        raise UserError("give --prompt and --completion, or a file, not both")
    if given:
        return [Snippet(prompt or "", completion or "")]
    if file is None and sys.stdin.isatty():
        raise UserError("nothing to read: give --prompt and --completion, or a JSONL file, or pipe JSONL in")
    if file is None:
        return parse_lines(sys.stdin, "standard input")
    try:
        with file.open(encoding="utf-8") as lines:
            return parse_lines(lines, str(file))
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text") from error


def parse_lines(lines: Iterable[str], source: str) -> list[Snippet]:
    """One snippet for each line that is not blank: `{"prompt": "...", "completion": "..."}`.

    Other keys are ignored, so that what another command wrote can be read. Raises UserError with the line's
    number.
    """
    return [_parse(line, f"{source}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _parse(line: str, place: str) -> Snippet:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise UserError(f"{place}: not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(value, dict):
        raise UserError(f'{place}: expected an object such as {{"prompt": "...", "completion": "..."}}')
    for key in ("prompt", "completion"):
        if not isinstance(value.get(key), str):
            raise UserError(f"{place}: '{key}' is missing or is not a string")
    return Snippet(value["prompt"], value["completion"])
