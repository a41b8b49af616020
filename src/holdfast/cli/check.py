"""`holdfast check`."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from holdfast.cli.check_options import (
    DataOptions,
    GuardOptions,
    LaterOptions,
    LeftOptions,
    asked_of,
    config_of,
)
from holdfast.cli.options import Json


def check(
    guard: Annotated[
        str,
        Parameter(
            help="The guard: a folder with a classifier, its name on the hub, or a YAML file of an endpoint."
        ),
    ],
    /,
    *,
    data: DataOptions,
    read: GuardOptions = GuardOptions(),  # noqa: B008 (frozen)
    later: LaterOptions = LaterOptions(),  # noqa: B008 (frozen)
    left: LeftOptions = LeftOptions(),  # noqa: B008 (frozen)
    json: Json = False,
) -> None:
    """Check a guard of your own on labelled text, and write the file that other commands read.

    Reports which label of the guard is the bad one, how the guard reads a text, how
    well it separates harmful from harmless texts, what is unusual in the data, and
    how long later commands will take on this machine. It never guesses: if
    something is unclear, it names the option that answers it.

    For example:

        holdfast check ./guard --data texts.csv --text tweet --label class --bad 0,1
        holdfast check ./guard --data train=a.csv,test=b.csv --text text --label gold --bad hate --accept 0.95
    """
    from holdfast.campaign.checking.checking import check_settled
    from holdfast.campaign.checking.settling import settle
    from holdfast.campaign.checking.written import check_writable, config_text, write_config
    from holdfast.cli.check_summary import print_check
    from holdfast.cli.output import print_json
    from holdfast.cli.progress import showing

    left.check()
    config = config_of(guard, data, read, later)
    with showing(sys.stderr) as progress:
        settled = settle(config, progress)
        text = config_text(settled, left.out.parent)
        check_writable(text, left.out, replace=left.force)
        record = check_settled(settled, progress, asked_of(read, left))
    written = [left.out]
    write_config(text, left.out, replace=left.force)
    if left.report is not None:
        from holdfast.report.check_page import write_check_report

        written.append(write_check_report(record, left.report))
    if json:
        print_json(record.model_dump(mode="json"))
        return
    print_check(record)
    for path in written:
        print(f"written: {path}")
