"""Tables of audited snippets: what a judge said of texts whose truth is known, kept with the claims on it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from holdfast.campaign.outcome_files import read_outcomes
from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash, replacing
from holdfast.evaluation.claims import Audit, AuditFile, Outcomes

FOLDER = "audit"
"""In an evaluation's folder."""

JUDGED = "judged"
"""The column of a table whose snippets were chosen by the judge's own verdict, which it holds."""


def audit_of(table: Path, beside: Path, how: str) -> Audit:
    """The audit that a table holds, as a claim in the folder `beside` names it.

    The table has the columns of outcomes (Parquet or JSON lines), a row for each snippet. Of known
    catastrophes, or known harmless snippets, `label` is what the judge said; for a precision, of snippets
    that the judge called catastrophic, it is the truth. Unsure counts as catastrophic, as in claims. Raises
    UserError where a snippet comes twice, whatever its case and white space.
    """
    found = counted(table)
    relative = Path(os.path.relpath(table.resolve(), beside.resolve())).as_posix()
    file = AuditFile(path=relative, sha256=folder_hash(table))
    return Audit(agreed=int(found.bad.sum()), audited=len(found), how=how, file=file)


def refuse_chosen_by_judge(table: Path) -> None:
    """Raise UserError for a table of snippets that its judge called catastrophic, given for its sensitivity.

    Such a judge catches all of them, whatever it misses elsewhere; what they show is its precision.
    """
    if JUDGED in _columns(table):
        raise UserError(
            f"{table} holds snippets that were chosen because the judge calls them catastrophic (its column"
            f" '{JUDGED}'): they show how often the judge is right, not how many failures it catches. Give"
            " failures that were found without this judge; `holdfast judge FILE --judge NAME --json`"
            " writes what"
            " it says of them"
        )


def _columns(table: Path) -> Iterable[str]:
    """The names of a table's columns; of JSON lines those of the first one, as `read_outcomes` takes them."""
    if table.suffix == ".parquet":
        import pyarrow.parquet

        names: list[str] = pyarrow.parquet.read_schema(table).names
        return names
    with table.open(encoding="utf-8-sig") as lines:
        first = json.loads(next(filter(str.strip, lines), "{}"))
    return first if isinstance(first, dict) else ()


def counted(table: Path) -> Outcomes:
    """The rows of an audit's table, each of another snippet; UserError where one is copied."""
    found = read_outcomes([table])
    different = len(np.unique(found.text_codes))
    if different < len(found):
        raise UserError(
            f"{table} holds {len(found):,} rows of {different:,} different snippets; copies are no evidence,"
            " so name each snippet once"
        )
    return found


def keep_audit(audit: Audit, table: Path, folder: Path, claims: str) -> None:
    """Copy an audit's table into an evaluation's folder, to where claims in its folder `claims` name it.

    Raises UserError where the table is another one than the audit was counted in.
    """
    if audit.file is None:
        return
    place = (folder / claims / audit.file.path).resolve()
    if place.is_file() and folder_hash(place) == audit.file.sha256:
        return
    if not table.is_file() or folder_hash(table) != audit.file.sha256:
        raise UserError(f"{table} is gone, or has changed since the evaluation was planned; put it back")
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place) as half:
        shutil.copyfile(table, half)
