"""Texts of a file for people to judge, and their verdicts as a file that is labelled text again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from holdfast.campaign.opening import Opened
from holdfast.campaign.people.desk import PeopleDesk, questions_on
from holdfast.campaign.people.queue import NOTHING, key_of
from holdfast.core.csv_text import csv_text
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.snippet import Label, Snippet
from holdfast.core.unicode_text import impurity
from holdfast.store.workbench.work import Submitted, Works
from holdfast.tasks.labelled.config import LabelledConfig
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers import Reader, Record, open_reader


@dataclass(frozen=True)
class TextColumns:
    """Where a file has its texts: one column, or one of prompts beside it; and what each was made of."""

    text: str
    prompt: str | None = None
    seed: str | None = None

    @classmethod
    def of(cls, data: LabelledConfig, text: str | None, seed: str | None) -> TextColumns:
        """Those of the data, unless the text stands in another one."""
        columns = data.columns
        if text is not None:
            return cls(text, None, seed)
        return cls(str(columns.text or columns.completion), columns.prompt, seed)


@dataclass(frozen=True)
class GivenText:
    """A text of a file, by its line."""

    line: int
    text: Snippet
    seed: Snippet


@dataclass(frozen=True)
class Imported:
    """What came of the different texts of a file."""

    texts: int
    labelled: int
    """Rows of the data, which have a label."""
    judged: int
    """Those that people have judged already."""
    waiting: int


def import_texts(opened: Opened, desk: PeopleDesk, path: Path, columns: TextColumns) -> Imported:
    """Put the texts of a file into the queue, all of them or none.

    Raises UserError naming the lines of texts that are empty, or that the guard cannot read.
    """
    faults = Faults()
    given = _once(_texts(path, columns, faults))
    rows = opened.labelled.oracle
    fresh = [each for each in given if rows.row_of(each.text) is None]
    _check_readable(opened, fresh, columns, faults)
    faults.settle()
    if not given:
        raise UserError(f"{path} has no texts")
    questions = questions_on([(each.seed, each.text) for each in fresh], opened.target())
    waiting = len(desk.ask(questions))
    return Imported(len(given), len(given) - len(fresh), len(fresh) - waiting, waiting)


def _texts(path: Path, columns: TextColumns, faults: Faults) -> Iterator[GivenText]:
    reader = _reader(path, columns, faults)
    faults.file, faults.unit = path.name, reader.unit
    for record in reader.records():
        prompt = _cell(record, columns.prompt, faults)
        text = _cell(record, columns.text, faults)
        seed = _cell(record, columns.seed, faults)
        if not text.strip():
            faults.add(record.line, columns.text, "its text is empty")
        yield GivenText(record.line, Snippet(prompt, text), Snippet("", seed) if seed.strip() else NOTHING)


def _reader(path: Path, columns: TextColumns, faults: Faults) -> Reader:
    named: dict[str, Any] = {"group": [name for name in (columns.seed,) if name]}
    if columns.prompt is None:
        named["text"] = columns.text
    else:
        named |= {"prompt": columns.prompt, "completion": columns.text}
    wanted = {"path": [path], "columns": named, "labels": {"every": "harmless"}}
    return open_reader(path, LabelledConfig.model_validate(wanted), faults)


def _cell(record: Record, column: str | None, faults: Faults) -> str:
    """The text of a column, empty where there is none."""
    value = None if column is None else record.values.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        faults.add(record.line, column, "it is no text", type(value).__name__)
        return ""
    why = impurity(value)
    if why is not None:
        faults.add(record.line, column, "it holds what is no text", why)
    return value


def _once(texts: Iterator[GivenText]) -> list[GivenText]:
    """Each text once, the first of several."""
    found: dict[Snippet, GivenText] = {}
    for each in texts:
        found.setdefault(each.text, each)
    return list(found.values())


def _check_readable(opened: Opened, given: Sequence[GivenText], columns: TextColumns, faults: Faults) -> None:
    tokens = opened.scorer.codec.encode([each.text for each in given])
    for each, fits in zip(given, opened.classifier.fits(tokens).tolist() if given else [], strict=True):
        if not fits:
            faults.add(each.line, columns.text, "it is longer than the guard reads")


COLUMNS = (
    *("text", "label", "egregiousness", "seed", "group"),
    *("catastrophic", "harmless", "unsure", "why"),
)
"""Of an export; `group` is the same for all that was made of one text, so that splits keep it together."""


def export_verdicts(desk: PeopleDesk, path: Path, *, prompts: bool) -> int:
    """Write what people have judged into a file, CSV or JSON lines; returns how many texts that are.

    Raises UserError for a name that says neither.
    """
    rows = list(verdict_rows(desk, prompts=prompts))
    names = [*(("prompt",) if prompts else ()), *COLUMNS]
    match path.suffix.lower():
        case ".csv":
            write_text(path, csv_text(names, ([row[name] for name in names] for row in rows)))
        case ".jsonl":
            write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        case _:
            raise UserError(f"the name of {path} does not say its format; give it the ending .csv or .jsonl")
    return len(rows)


def verdict_rows(desk: PeopleDesk, *, prompts: bool) -> Iterator[dict[str, Any]]:
    """A row for each text that people have decided, in the order asked."""
    for batch in Works(desk.store, desk.run).submitted():
        for one in batch:
            if one.submission.label is not None:
                yield _row(one, prompts)


def _row(one: Submitted, prompts: bool) -> dict[str, Any]:
    row, seed = one.submission, Snippet(one.draft.start_prompt, one.draft.start_completion)
    text = Snippet(row.prompt, row.completion)
    labels = [review.label for review, _ in one.reviews]
    return {
        **({"prompt": text.prompt} if prompts else {}),
        "text": text.completion,
        "label": row.label,
        "egregiousness": row.egregiousness or 0.0,
        "seed": seed.completion,
        "group": key_of(text if seed == NOTHING else seed)[:16],
        **{label.value: labels.count(label.value) for label in Label},
        "why": row.why,
    }


Standing = Literal["waiting", "catastrophic", "harmless", "unsure"]


def standing(desk: PeopleDesk) -> Mapping[Standing, int]:
    """How many texts wait for people, and how many they have decided in each way."""
    counts: dict[Standing, int] = {"waiting": 0, "catastrophic": 0, "harmless": 0, "unsure": 0}
    for batch in Works(desk.store, desk.run).submitted():
        for one in batch:
            label = one.submission.label
            if one.submission.status == "pending":
                counts["waiting"] += 1
            elif label is not None:
                counts[label] += 1  # type: ignore[index]  # one of the three
    return counts
