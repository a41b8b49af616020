"""`holdfast runs list` and `holdfast runs compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App

from holdfast.cli.options import RUNS, Json, RunsFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report import Row
    from holdfast.store.schema import Run
    from holdfast.store.store import Store

runs = App(
    name="runs",
    help="""List runs, and compare them.

For example:

    holdfast runs list
    holdfast runs compare storyworld-demo-seed0 storyworld-demo-seed1
""",
)


@runs.command(name="list")
def list_runs(*, runs: RunsFolder = RUNS, json: Json = False) -> None:
    """List the runs of a folder, newest first.

    For example:

        holdfast runs list
        holdfast runs list --runs elsewhere/runs --json
    """
    from holdfast.cli.campaigns import open_store
    from holdfast.cli.output import print_json, print_table

    store = open_store(runs)
    rows = [_row(store, run) for run in store.runs()]
    if json:
        print_json(rows)
        return
    columns = ["run", "task", "preset", "seed", "status", "rounds", "started"]
    print_table("", columns, [[str(row[column]) for column in columns] for row in rows])


def _row(store: Store, run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "task": run.task,
        "preset": run.preset,
        "seed": run.seed,
        "status": run.status,
        "rounds": len(store.rounds(run.id)),
        "started": run.started[:16].replace("T", " "),
        "finished": run.finished,
    }


@runs.command
def compare(*names: str, runs: RunsFolder = RUNS, json: Json = False) -> None:
    """Lay the last models of several runs side by side.

    For example:

        holdfast runs compare storyworld-demo-seed0 storyworld-demo-seed1

    Args:
        names: The runs' names.
    """
    from holdfast.campaign.loop import campaign_record
    from holdfast.cli.campaigns import open_store
    from holdfast.cli.output import print_json, print_table
    from holdfast.core.errors import UserError
    from holdfast.report import summary

    if len(names) < 2:
        raise UserError("name at least two runs to compare; `holdfast runs list` lists them")
    store = open_store(runs)
    tables = [_last_column(summary(campaign_record(store, name))) for name in names]
    measures = list(dict.fromkeys(measure for table in tables for measure in table))
    if json:
        print_json(dict(zip(names, tables, strict=True)))
        return
    rows = [[measure, *(table.get(measure, "") for table in tables)] for measure in measures]
    print_table("last model of each run", ["measure", *names], rows)


def _last_column(rows: Sequence[Row]) -> dict[str, str]:
    """The summary's last model by measure; an indented measure is named with the one above it."""
    found: dict[str, str] = {}
    above = ""
    for row in rows:
        if row.measure.startswith(" "):
            found[f"{above}: {row.measure.strip()}"] = row.last
        else:
            above = row.measure
            found[above] = row.last
    return found
