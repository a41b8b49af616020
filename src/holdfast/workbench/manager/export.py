"""The export: every submission with its labels, its draft and its condition, as JSONL or Parquet.

The two hold the same rows in the same order. They are written as they are read, some rows at a time, so that
an export of any size needs little memory. Nothing of passwords or logins is in them; texts are as written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from holdfast.store.workbench.work import Submitted, Works

if TYPE_CHECKING:
    import pyarrow

Format = Literal["jsonl", "parquet"]

MEDIA_TYPES: dict[Format, str] = {
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


def exported(works: Works, form: Format) -> Iterator[bytes]:
    """The bytes of the file, piece by piece."""
    batches = ([row_of(one) for one in batch] for batch in works.submitted())
    return _parquet(batches) if form == "parquet" else _jsonl(batches)


def row_of(one: Submitted) -> dict[str, Any]:
    """A submission as a row of plain values."""
    row, draft = one.submission, one.draft
    return {
        "submission": row.id,
        "writer": one.author,
        "prompt": row.prompt,
        "completion": row.completion,
        "status": row.status,
        "reason": row.reason,
        "label": row.label,
        "egregiousness": row.egregiousness,
        "why": row.why,
        "phenomena": list(row.phenomena),
        "rating": row.rating,
        "points": row.points,
        "score": row.score,
        "log_odds": row.log_odds,
        "threshold": row.threshold,
        "model_round": row.round,
        "model_hash": row.model_hash,
        "split": row.split,
        "trained_in_round": row.trained,
        "created": row.created,
        "decided": row.decided,
        "dispute": row.dispute,
        "disputed": row.disputed,
        "withdrawn": row.withdrawn,
        "condition": one.condition,
        "active_seconds": row.active_seconds,
        "draft": draft.id,
        "draft_origin": draft.origin,
        "draft_prompt": draft.start_prompt,
        "draft_completion": draft.start_completion,
        "draft_model_round": draft.round,
        "draft_created": draft.created,
        "labels": [
            {
                "reviewer": reviewer,
                "label": review.label,
                "egregiousness": review.egregiousness,
                "reason": review.reason,
                "adjudication": review.adjudication,
                "created": review.created,
            }
            for review, reviewer in one.reviews
        ],
        "comments": [
            {"author": author, "text": comment.text, "created": comment.created}
            for comment, author in one.comments
        ],
    }


def schema() -> pyarrow.Schema:
    """The columns of the Parquet file, which one without rows has too."""
    import pyarrow as pa

    text, whole, real = pa.string(), pa.int64(), pa.float64()
    review = [("reviewer", text), ("label", text), ("egregiousness", real), ("reason", text)]
    return pa.schema(
        [
            ("submission", whole),
            ("writer", text),
            ("prompt", text),
            ("completion", text),
            ("status", text),
            ("reason", text),
            ("label", text),
            ("egregiousness", real),
            ("why", text),
            ("phenomena", pa.list_(text)),
            ("rating", real),
            ("points", real),
            ("score", real),
            ("log_odds", real),
            ("threshold", real),
            ("model_round", whole),
            ("model_hash", text),
            ("split", text),
            ("trained_in_round", whole),
            ("created", text),
            ("decided", text),
            ("dispute", text),
            ("disputed", text),
            ("withdrawn", text),
            ("condition", text),
            ("active_seconds", real),
            ("draft", whole),
            ("draft_origin", text),
            ("draft_prompt", text),
            ("draft_completion", text),
            ("draft_model_round", whole),
            ("draft_created", text),
            ("labels", pa.list_(pa.struct([*review, ("adjudication", pa.bool_()), ("created", text)]))),
            ("comments", pa.list_(pa.struct([("author", text), ("text", text), ("created", text)]))),
        ]
    )


def _jsonl(batches: Iterator[list[dict[str, Any]]]) -> Iterator[bytes]:
    for batch in batches:
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in batch).encode()


def _parquet(batches: Iterator[list[dict[str, Any]]]) -> Iterator[bytes]:
    """A row group a batch; the footer, which names them all, is written last."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns, pieces = schema(), _Pieces()
    with pq.ParquetWriter(pa.PythonFile(pieces, mode="w"), columns, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist(batch, columns))
            yield pieces.taken()
    yield pieces.taken()


class _Pieces:
    """A file that is handed on as it grows: what was written since it was last asked for."""

    def __init__(self) -> None:
        self._new: list[bytes] = []
        self._length = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Take bytes."""
        piece = bytes(data)
        self._new.append(piece)
        self._length += len(piece)
        return len(piece)

    def tell(self) -> int:
        """How many were taken in all."""
        return self._length

    def flush(self) -> None:
        """All is where it belongs at once."""

    def close(self) -> None:
        """No more is to come."""
        self.closed = True

    def taken(self) -> bytes:
        """What is new."""
        piece, self._new = b"".join(self._new), []
        return piece
