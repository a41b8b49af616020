"""The labels of a plan's rows: from the queue where people judge, or from a file that they filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast.campaign.people.desk import PeopleDesk
from holdfast.campaign.people.queue import NOTHING, Guarded, Question
from holdfast.campaign.traffic.plan import Drawn
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.tasks.labelled.config import LabelledConfig
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers import open_reader
from holdfast.tasks.labelled.values import value_text

Labels = Mapping[str, Label]
"""By a row's id; what has no label yet is missing."""


def ask_people(desk: PeopleDesk, drawn: Sequence[Drawn], guard: Guarded) -> int:
    """Queue the texts of the rows that are not queued yet; how many wait for people."""
    return len(desk.ask(Question(each.text, NOTHING, each.log_odds, guard) for each in drawn))


def people_labels(desk: PeopleDesk, drawn: Sequence[Drawn]) -> Labels:
    """What people have said of the rows so far; rows of the same text share it."""
    verdicts = desk.verdicts()
    return {each.id: verdicts[each.text].label for each in drawn if each.text in verdicts}


def file_labels(path: Path, drawn: Sequence[Drawn]) -> Labels:
    """The column `label` of a file by its column `id`; an empty one is no label yet.

    Raises UserError naming the lines with another label, an id that the plan does not have, or one that comes
    twice.
    """
    faults = Faults()
    wanted = {"path": [path], "columns": {"text": "id", "group": ["label"]}, "labels": {"every": "harmless"}}
    reader = open_reader(path, LabelledConfig.model_validate(wanted), faults)
    faults.file, faults.unit = path.name, reader.unit
    known, labels = {each.id for each in drawn}, dict[str, Label]()
    seen: set[str] = set()
    for record in reader.records():
        name, value = value_text(record.values.get("id")), value_text(record.values.get("label"))
        if name not in known:
            faults.add(record.line, "id", "the plan has no such row", name or "missing")
        elif name in seen:
            faults.add(record.line, "id", "the row comes twice", name)
        elif value is not None and value not in set(Label):
            faults.add(
                record.line, "label", "it is no label", value, f"labels are {', '.join(sorted(Label))}"
            )
        elif value is not None:
            labels[name] = Label(value)
        if name is not None:
            seen.add(name)
    faults.settle()
    if not labels:
        raise UserError(f"{path} has no label yet; fill in its column 'label'")
    return labels
