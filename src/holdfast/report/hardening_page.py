"""The report of a hardened guard: one HTML file, and the data of its figures beside it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.attempt_rows import Columns, write_attempts
from holdfast.campaign.hardening.record import HardeningRecord
from holdfast.campaign.labelled.record import BrokenShown
from holdfast.report.hardening_figures import FIGURES, hardening_panels, hardening_tables
from holdfast.report.hardening_rows import HEADER, ROUND_HEADER, headline, round_rows, rows, second_line
from holdfast.report.html import flat
from holdfast.report.pages import by_name, page_text, write_page

PAGE = "report.html"
ATTEMPTS = "attempts.csv"
FOLDED = 600
"""Characters of a failure from which it is shown folded."""


@dataclass(frozen=True)
class MarkedPiece:
    """A piece of a failure's text; `changed` says that the seed has it not, or not there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class ShownFailure:
    """A failure with what the attack wrote marked."""

    failure: BrokenShown
    pieces: tuple[MarkedPiece, ...]
    folded: bool


def write_hardening_report(record: HardeningRecord, folder: Path, attempts: Sequence[Columns] = ()) -> Path:
    """Write `report.html` and `figures/*.csv` into a folder; raises UserError where no round is finished.

    `attempts` are tables of attempts, which go into one file beside. The same record gives the same bytes.
    """
    page = hardening_page(record)
    if attempts:
        write_attempts(folder / FIGURES / ATTEMPTS, attempts)
    return write_page(folder / PAGE, page, folder / FIGURES, hardening_tables(record))


def hardening_page(record: HardeningRecord) -> str:
    """The HTML text."""
    told = headline(record)  # first: it refuses a run without rounds
    return page_text(
        "hardening",
        record=record,
        first=record.rounds[0],
        last=record.rounds[-1],
        headline=told,
        second=second_line(record),
        header=HEADER,
        rows=rows(record),
        round_header=ROUND_HEADER,
        rounds=round_rows(record),
        panels=by_name(hardening_panels(record)),
        failures=[shown_failure(one) for one in record.rounds[-1].guard.broken],
        slices=list(_slices(record)),
        config=list(flat(record.config)),
        judge_costs=_judge_costs(record),
    )


def _judge_costs(record: HardeningRecord) -> tuple[float, float] | None:
    """FLOPs of a judge's own model, in attacks and in matching harmless texts; None where it has none."""
    attacks = sum(one.attack_cost.judge_flops for one in record.rounds)
    matching = sum(one.training_cost.judge_flops for one in record.rounds)
    return (attacks, matching) if attacks or matching else None


def shown_failure(failure: BrokenShown) -> ShownFailure:
    """A failure with the words marked that its seed has not."""
    return ShownFailure(failure, tuple(marked(failure.seed, failure.text)), len(failure.text) > FOLDED)


def marked(seed: str, text: str) -> Iterator[MarkedPiece]:
    """The text in pieces, by word; a seed that stands in it whole is one piece."""
    at = text.find(seed) if seed else -1
    if at >= 0:
        stop = at + len(seed)
        pieces = [(text[:at], True), (text[at:stop], False), (text[stop:], True)]
    else:
        one, other = seed.split(" "), text.split(" ")
        same = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        pieces = [
            (" ".join(other[low:high]) + " ", kind != "equal") for kind, _, _, low, high in same if high > low
        ]
    yield from (MarkedPiece(piece, changed) for piece, changed in pieces if piece)


def _slices(record: HardeningRecord) -> Iterator[tuple[str, str, object, object, object, object]]:
    """Slice, value, and recall and false alarms of the first and the last guard."""
    before = {(one.slice, one.value): one for one in record.rounds[0].guard.slices}
    for one in record.rounds[-1].guard.slices:
        first = before.get((one.slice, one.value))
        if first is not None:
            yield one.slice, one.value, first.recall, one.recall, first.false_alarms, one.false_alarms
