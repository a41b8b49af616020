"""Every draw as a row of one file, which people can judge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from holdfast.campaign.labelled.record import FileRecord
from holdfast.campaign.prompted.draws import Draws, texts_of
from holdfast.campaign.tables import Table
from holdfast.core.csv_text import csv_line
from holdfast.core.files import folder_hash, replacing
from holdfast.core.odds import probability

SAMPLES = "samples.csv"
HEADER = (
    *("prompt", "completion", "label", "score", "passed", "sample", "draw"),
    *("log_likelihood", "tokens", "ended", "unread"),
)
"""`label` is left empty, for people to fill in; `unread` says why the guard has no score."""


def write_samples(folder: Path, draws: Draws, tables: Sequence[Table]) -> FileRecord:
    """Write `samples.csv`, a table at a time."""
    path, scores = folder / SAMPLES, probability(draws.log_odds)
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as out:
        out.write(csv_line(HEADER))
        for text in texts_of(tables):
            at = text.row
            row = (
                *(text.prompt, text.completion, ""),
                None if draws.unread[at] else float(scores[at]),
                bool(draws.passed[at]),
                *(int(draws.sample[at]) + 1, int(draws.draw[at])),
                *(float(draws.log_likelihood[at]), int(draws.tokens[at]), bool(draws.ended[at])),
                text.why,
            )
            out.write(csv_line(row))
    return FileRecord(file=SAMPLES, sha256=folder_hash(path))
