"""Tables as CSV text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180 text with line feeds; floats in full precision, None an empty cell, `true` and `false`."""
    return "".join(csv_line(row) for row in (header, *rows))


def csv_line(row: Sequence[object]) -> str:
    """One row of such a text, its line feed included."""
    text = io.StringIO()
    # The writer puts quotes around what its terminator holds: a lone carriage return ends a line for readers.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in row])
    return text.getvalue()[:-2] + "\n"
