"""`holdfast runs list`, `holdfast runs show` and `holdfast runs compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from holdfast.cli.options import Json, RunsFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report import Row

runs = App(
    name="runs",
    help="""List runs, show one round by round, and compare them.

For example:

    holdfast runs list
    holdfast runs show first
    holdfast runs compare first second
""",
)


@runs.command(name="list")
def list_runs(*, runs: RunsFolder = None, json: Json = False) -> None:
    """List the runs of a folder, newest first.

    For example:

        holdfast runs list
        holdfast runs list --runs elsewhere/runs --json
    """
    from holdfast.campaign.history import list_runs as found_runs
    from holdfast.cli.campaigns import print_editions
    from holdfast.cli.output import print_json, print_table

    found = found_runs(runs)
    rows = [summary.model_dump(mode="json") for summary in found]
    if json:
        print_json(rows)
        return
    columns = ["run", "task", "preset", "seed", "status", "rounds", "started"]
    shown = [{**row, "started": row["started"][:16].replace("T", " ")} for row in rows]
    print_table("", columns, [[str(row[column]) for column in columns] for row in shown])
    print_editions(found)


@runs.command
def show(run: str, /, *, runs: RunsFolder = None, json: Json = False) -> None:
    """Show a run round by round: what each round was attacked with, and what was measured of its model.

    For example:

        holdfast runs show first
        holdfast runs show first --runs elsewhere/runs --json

    Args:
        run: The run's name, or the path of its folder.
    """
    from holdfast.campaign.generators.conclude import tuned_record
    from holdfast.campaign.hardening.conclude import hardening_record
    from holdfast.campaign.history import campaign_record, hardens_a_guard, open_store, trains_a_generator
    from holdfast.cli.campaigns import place_of
    from holdfast.cli.output import print_json, print_table
    from holdfast.report import hardening_rows, rounds, tuned_rows

    folder, name = place_of(run, runs)
    store = open_store(folder, read_only=True)
    header: Sequence[str]
    ended = None
    if hardens_a_guard(store, name):
        guard = hardening_record(store, name)
        found = [one.model_dump(mode="json") for one in guard.rounds]
        header, rows = hardening_rows.ROUND_HEADER, hardening_rows.round_rows(guard)
    elif trains_a_generator(store, name):
        tuned = tuned_record(store, name)
        found = [one.model_dump(mode="json") for one in tuned.rounds]
        header, rows = tuned_rows.ROUND_HEADER, tuned_rows.round_rows(tuned)
    else:
        campaign = campaign_record(store, name)
        found = [one.model_dump(mode="json") for one in campaign.rounds]
        header, rows = rounds.HEADER, rounds.round_rows(campaign)
        ended = rounds.end_sentence(campaign)
    if json:
        print_json(found)
        return
    print_table("", header, rows)
    if ended:
        print(ended)


@runs.command
def compare(*names: str, runs: RunsFolder = None, json: Json = False) -> None:
    """Compare runs: their last models, and the settings that differ.

    For example:

        holdfast runs compare first second

    Args:
        names: The runs' names.
    """
    from holdfast.campaign.compare import compare as compared
    from holdfast.campaign.history import load_record, runs_folder
    from holdfast.cli.campaigns import print_editions
    from holdfast.cli.output import print_json, print_table
    from holdfast.report import summary

    records = [load_record(name, runs or runs_folder()) for name in names]
    comparison = compared(records)
    if json:
        print_json(comparison.model_dump(mode="json"))
        return
    tables = [_last_column(summary(record)) for record in records]
    measures = dict.fromkeys(measure for table in tables for measure in table)
    rows = [[measure, *(table.get(measure, "") for table in tables)] for measure in measures]
    rows += [[s.key, *("" if v is None else str(v) for v in s.values)] for s in comparison.settings]
    print_table("the last model of each run, and the settings that differ", ["", *names], rows)
    print_editions(records)


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
