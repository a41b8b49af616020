"""Snippets from the command line: two options, or JSON lines from a file or standard input."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from holdfast.cli.streams import piped_input
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.core.unicode_text import check_text, decoded_lines


def read_snippets(prompt: str | None, completion: str | None, file: Path | None) -> list[Snippet]:
    """The snippet of `--prompt` and `--completion`, or those of a JSONL file, or else of standard input.

    Raises UserError when both or neither is given, or a line cannot be read (with file and line).
    """
    given = prompt is not None or completion is not None
    if given and file is not None:
        raise UserError("give --prompt and --completion, or a file, not both")
    if given:
        return [Snippet(check_text(prompt or "", "--prompt"), check_text(completion or "", "--completion"))]
    if file is None:
        piped = piped_input("give --prompt and --completion, or a JSONL file, or pipe JSONL in")
        return parse_lines(decoded_lines(piped, "standard input"), "standard input")
    try:
        with file.open("rb") as lines:
            return parse_lines(decoded_lines(lines, str(file)), str(file))
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error


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
    except RecursionError:
        raise UserError(f"{place}: too deeply nested") from None
    if not isinstance(value, dict):
        raise UserError(f'{place}: expected an object such as {{"prompt": "...", "completion": "..."}}')
    for key in ("prompt", "completion"):
        if not isinstance(value.get(key), str):
            raise UserError(f"{place}: '{key}' is missing or is not a string")
        check_text(value[key], f"{place}, '{key}'")
    return Snippet(value["prompt"], value["completion"])
