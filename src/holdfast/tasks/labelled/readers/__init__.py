"""Readers: one file a format. Each yields records, the wanted columns of one row with the place of that row.

A new format is one file here and one row in `open_reader`.
"""

from __future__ import annotations

from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.config import LabelledConfig
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers.base import Reader, Record
from holdfast.tasks.labelled.readers.detect import detect

__all__ = ["Reader", "Record", "open_reader"]


def open_reader(path: Path, config: LabelledConfig, faults: Faults) -> Reader:
    """The reader of a file or folder; `faults` collects the errors of its rows.

    Raises UserError when the file cannot be opened or is of no format that is known.
    """
    try:
        return _reader(path, detect(path, config.format), config, faults)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None


def _reader(path: Path, form: str, config: LabelledConfig, faults: Faults) -> Reader:
    wanted = config.columns.used
    if form in ("parquet", "datasets"):
        from holdfast.tasks.labelled.readers import tables

        return (tables.Parquet if form == "parquet" else tables.DatasetFolder)(path, wanted, faults)
    from holdfast.tasks.labelled.readers.textfile import TextFile

    file = TextFile(path, config.encoding, faults)
    if form == "jsonl":
        from holdfast.tasks.labelled.readers.jsonlines import JsonLines

        return JsonLines(file, wanted, faults)
    if form == "json":
        from holdfast.tasks.labelled.readers.jsondocument import JsonDocument

        return JsonDocument(file, wanted, faults)
    from holdfast.tasks.labelled.readers.delimited import Delimited

    delimiter = config.delimiter or ("\t" if form == "tsv" else ",")
    return Delimited(file, wanted, faults, delimiter=delimiter, quotes=config.quotes)
