"""Every draw as a row of one file, which people can judge."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from holdfast.campaign.labelled.record import FileRecord
from holdfast.campaign.labelled.shards import Table
from holdfast.campaign.prompted.draws import Draws, texts_of
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
        # All text in quotes: a lone carriage return would end a row where nothing holds it together.
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(HEADER)
        for text in texts_of(tables):
            at = text.row
            writer.writerow(
                (
                    *(text.prompt, text.completion, ""),
                    "" if draws.unread[at] else float(scores[at]),
                    _truth(draws.passed[at]),
                    *(int(draws.sample[at]) + 1, int(draws.draw[at])),
                    *(float(draws.log_likelihood[at]), int(draws.tokens[at]), _truth(draws.ended[at])),
                    text.why,
                )
            )
    return FileRecord(file=SAMPLES, sha256=folder_hash(path))


def _truth(value: object) -> str:
    return str(bool(value)).lower()
