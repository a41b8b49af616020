"""The prompts that a generator is to continue: a file of them, or the prompts of labelled rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from holdfast.core.errors import UserError
from holdfast.core.unicode_text import impurity
from holdfast.models.generator import Generator
from holdfast.tasks.labelled.config import LabelledConfig
from holdfast.tasks.labelled.faults import Faults, missing_column
from holdfast.tasks.labelled.readers import open_reader
from holdfast.tasks.labelled.readers.textfile import TextFile
from holdfast.tasks.labelled.task import LabelledTask

ROWS = "rows"
"""What stands for a file where the prompts are those of the labelled rows of the split `test`."""

_EMPTY = "the prompt is empty"


@dataclass(frozen=True)
class Prompts:
    """Prompts in order, with the line or row of each, and `told` in words where they are from."""

    told: str
    texts: tuple[str, ...]
    lines: tuple[int, ...]
    unit: str = "line"

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the texts in their order, as 64 hex digits."""
        return hashlib.sha256(json.dumps(self.texts).encode()).hexdigest()

    def check_room(self, generator: Generator, tokens: int) -> None:
        """Raise UserError, naming the lines, where a prompt and so many tokens do not fit the generator."""
        faults, positions = self._faults(), generator.positions
        for line, read in zip(self.lines, generator.prompt_lengths(self.texts), strict=True):
            if positions is not None and read + tokens > positions:
                why = f"{read:,} tokens, and {tokens:,} more, are more than the {positions:,} that it reads"
                hint = "shorten it, or ask for fewer with --tokens"
                faults.add(line, None, "the prompt does not fit the generator", why, hint)
        faults.settle()

    def _faults(self) -> Faults:
        faults = Faults()
        faults.file, faults.unit = self.told, self.unit
        return faults


def read_prompts(path: Path, column: str) -> Prompts:
    """The prompts of a file: each line of a `.txt`, or a column of JSON lines, CSV, TSV or Parquet.

    Raises UserError, naming the lines, for a prompt that is missing, empty or no text, and for a file without
    any.
    """
    faults = Faults()
    faults.file = str(path)
    if not path.exists():
        raise UserError(f"there is no file {path}")
    plain = path.name.lower().removesuffix(".gz").endswith(".txt")
    read = _lines(path, faults) if plain else _column(path, column, faults)
    faults.settle()
    if not read:
        raise UserError(f"{path} holds no prompt; write one a line")
    lines, texts = zip(*read, strict=True)
    return Prompts(str(path), texts, lines, faults.unit)


def _lines(path: Path, faults: Faults) -> list[tuple[int, str]]:
    try:
        written = [line.rstrip("\r\n") for line in TextFile(path, "utf-8", faults).lines()]
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None
    return list(_sound(enumerate(written, 1), None, faults))


def _column(path: Path, column: str, faults: Faults) -> list[tuple[int, str]]:
    config = LabelledConfig.model_validate(
        {"path": str(path), "columns": {"text": column}, "labels": {"every": "harmless"}}
    )
    reader = open_reader(path, config, faults)
    faults.unit = reader.unit
    records = list(reader.records())
    if column not in reader.names:
        faults.settle()
        raise missing_column(str(path), column, reader.names)
    return list(_sound(((each.line, each.values.get(column)) for each in records), column, faults))


def _sound(
    rows: Iterator[tuple[int, Any]] | enumerate[str], column: str | None, faults: Faults
) -> Iterator[tuple[int, str]]:
    for line, text in rows:
        if text is None:
            faults.add(line, column, "the prompt is missing")
        elif not isinstance(text, str):
            faults.add(line, column, "the prompt is no text", f"it is {text!r:.40}")
        elif not text.strip():
            faults.add(line, column, _EMPTY)
        elif (why := impurity(text)) is not None:
            faults.add(line, column, "the prompt is no valid text", why)
        else:
            yield line, text


def prompts_of_rows(task: LabelledTask) -> Prompts:
    """The different prompts of the split `test`, in the order of the rows; UserError where there are none."""
    if task.data.columns.prompt is None:
        raise UserError(
            "the labelled rows have no column of prompts (`columns: {prompt: ..., completion: ...}`);"
            " give a file of prompts"
        )
    rows = task.rows.indices("test").tolist()
    first: dict[str, int] = {}
    for row, snippet in zip(rows, task.rows.snippets(rows), strict=True):
        if snippet.prompt.strip():
            first.setdefault(snippet.prompt, int(task.rows.lines[row]))
    if not first:
        raise UserError("the split 'test' of the labelled rows holds no prompt; give a file of prompts")
    return Prompts("prompts of the split test", tuple(first), tuple(first.values()), "row")


def prompts_for(asked: str, column: str, task: LabelledTask) -> Prompts:
    """The prompts that `--prompts` names: `rows`, or a file."""
    return prompts_of_rows(task) if asked == ROWS else read_prompts(Path(asked), column)


def of_samples(samples: int, prompts: Sequence[str]) -> list[int]:
    """Which prompt each completion continues: all prompts in turn, again and again."""
    return [i % len(prompts) for i in range(samples)]
