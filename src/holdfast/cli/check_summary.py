"""What a check found, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.cli.output import print_table, print_text

if TYPE_CHECKING:
    from holdfast.campaign.checking.records import CheckRecord


def print_check(record: CheckRecord) -> None:
    """The verdict first, then what it rests on."""
    from rich.text import Text

    from holdfast.report.check_tables import (
        CAUTION_HEADER,
        RATE_HEADER,
        ROWS_HEADER,
        caution_rows,
        cost_header,
        cost_rows,
        guard_rows,
        headline,
        rate_rows,
        rows_rows,
    )

    print_text(Text(headline(record), "bold green" if record.ready else "bold red"))
    print_table("The guard", ("", ""), guard_rows(record), last="")
    print_table(f"How it scores {record.measure.split}", RATE_HEADER, rate_rows(record))
    print_table("Rows and distinct texts", ROWS_HEADER, rows_rows(record))
    if record.cautions:
        print_table("What to know", CAUTION_HEADER, caution_rows(record), last=CAUTION_HEADER[-1])
    print_table("Approximate cost of later commands", cost_header(record), cost_rows(record))
