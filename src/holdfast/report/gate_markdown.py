"""A gate's summary in Markdown, for a pull request."""

from __future__ import annotations

import re

from holdfast.campaign.gate.record import GateRecord
from holdfast.report.gate_rows import HEADER, error_sentence, gate_rows, headline

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
MARKS = {"passed": "✅ passed", "failed": "❌ failed", "could not tell": "❓ could not tell"}


def gate_markdown(record: GateRecord) -> str:
    """The text: a headline, a table with a row for each limit, and why each that did not pass did not."""
    lines = ["## Holdfast gate", "", f"**{headline(record)}**", ""]
    lines += [f"| {' | '.join(HEADER)} |", f"|{'---|' * len(HEADER)}"]
    for row in gate_rows(record):
        *cells, decision = row
        lines.append(f"| {' | '.join([*map(_plain, cells), MARKS[decision]])} |")
    reasons = [limit for limit in record.limits if limit.decision != "passed"]
    if reasons:
        lines += ["", *(f"- {_plain(limit.id)}: {_plain(limit.why)}" for limit in reasons)]
    if record.claim_sentence:
        lines += ["", f"Claim: {_plain(record.claim_sentence)}"]
    lines += ["", *(f"- {_plain(note)}" for note in record.notes)] if record.notes else []
    threshold = f"{100 * record.guard.threshold:.4g} %"
    guard = f"Guard `{record.guard.hash[:12]}` at the threshold {threshold}, Holdfast {record.version}."
    lines += ["", f"{_plain(error_sentence(record))} {guard}"]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A text of which nothing is read as markup, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
