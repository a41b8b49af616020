"""The page of `holdfast gate`: one HTML file."""

from __future__ import annotations

from holdfast.campaign.gate.record import GateRecord
from holdfast.report.gate_rows import HEADER, WORDS, error_sentence, gate_rows, headline
from holdfast.report.pages import page_text


def gate_page(record: GateRecord) -> str:
    """The HTML text; the same record gives the same bytes."""
    return page_text(
        "gate",
        record=record,
        headline=headline(record),
        errors=error_sentence(record),
        header=HEADER,
        rows=gate_rows(record),
        words=WORDS,
    )
