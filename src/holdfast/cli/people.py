"""`holdfast people`: what people are asked about, where they are the judge, and what they have said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from holdfast.cli.options import ConfigPath, Json, RunsFolder

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.people.desk import PeopleDesk

people = App(
    name="people",
    help="""Texts that people judge, where the configuration says judge: people.

For example:

    holdfast people status -c holdfast.yaml
    holdfast people import more.csv -c holdfast.yaml
    holdfast people export verdicts.csv -c holdfast.yaml
""",
)


@people.command
def status(*, config: ConfigPath = None, runs: RunsFolder = None, json: Json = False) -> None:
    """Print how many texts wait for people, and the verdicts on the others.

    For example:

        holdfast people status -c holdfast.yaml

    Args:
        config: The configuration whose judge is people.
    """
    from holdfast.campaign.people.texts import standing
    from holdfast.cli.output import print_json

    _, desk = opened_desk(config, runs)
    counts = standing(desk)
    if json:
        print_json({"run": desk.run, "reviewers": desk.reviewers, **counts})
        return
    decided = ", ".join(f"{counts[label]:,} {label}" for label in ("catastrophic", "harmless", "unsure"))
    judge = "1 person judges" if desk.reviewers == 1 else f"{desk.reviewers} people judge"
    print(f"{judge} each text: {decided}")
    _tell_waiting(desk, counts["waiting"])


@people.command(name="import")
def import_(
    file: Path,
    /,
    *,
    config: ConfigPath = None,
    text: str | None = None,
    seed: str | None = None,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Put the texts of a file into the queue for people.

    Reads CSV, TSV, JSON lines or Parquet. It reads the whole file first: if a text
    is empty, or longer than the guard reads, it names the line and adds nothing. A
    text that is a row of the data, or that was in the queue before, is not added
    again.

    For example:

        holdfast people import more.csv -c holdfast.yaml
        holdfast people import rewrites.jsonl -c holdfast.yaml --text rewrite --seed original

    Args:
        file: The file.
        config: The configuration whose judge is people.
        text: The column of the texts; if not given, that of the configuration's data.
        seed: The column of the text that each text was made from; people see it beside the text.
    """
    from dataclasses import asdict

    from holdfast.campaign.opening import Opened
    from holdfast.campaign.people.texts import TextColumns, import_texts
    from holdfast.cli.output import print_json

    resolved, desk = opened_desk(config, runs)
    opened = Opened(resolved, desk)
    columns = TextColumns.of(opened.labelled.data, text, seed)
    found = import_texts(opened, desk, file, columns)
    if json:
        print_json({"run": desk.run, **asdict(found)})
        return
    print(
        f"{found.texts:,} different texts: {found.waiting:,} wait for people, {found.judged:,} are judged"
        f" already, {found.labelled:,} are rows of the data"
    )
    _tell_waiting(desk, found.waiting)


@people.command
def export(
    file: Path,
    /,
    *,
    config: ConfigPath = None,
    runs: RunsFolder = None,
    json: Annotated[bool, Parameter(name="--json", negative="", show_default=False)] = False,
) -> None:
    """Write people's verdicts into a file of labelled text.

    A row for each decided text: the text, its label (catastrophic, harmless or
    unsure), its egregiousness, the text it was made from, the number of people for
    each label, and the reasons. `group` is the same for all texts that were made
    from one text, so that splits keep them together.

    For example:

        holdfast people export verdicts.csv -c holdfast.yaml
        holdfast check GUARD --data verdicts.csv --text text --label label --bad catastrophic --unsure unsure

    Args:
        file: The file, by its ending CSV or JSON lines (.csv, .jsonl).
        config: The configuration whose judge is people.
        json: Print JSON, for programs.
    """
    from holdfast.campaign.opening import Opened
    from holdfast.campaign.people.texts import export_verdicts
    from holdfast.cli.output import print_json

    resolved, desk = opened_desk(config, runs)
    prompts = Opened(resolved, desk).labelled.data.columns.prompt is not None
    count = export_verdicts(desk, file, prompts=prompts)
    if json:
        print_json({"run": desk.run, "file": str(file), "texts": count})
    else:
        print(f"{count:,} verdict{'' if count == 1 else 's'} written: {file}")


def opened_desk(config: Path | None, runs: Path | None) -> tuple[RunConfig, PeopleDesk]:
    """The configuration and its desk; raises UserError where its judge is not people."""
    from holdfast.campaign.config import load_config
    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.campaign.people.desk import PeopleDesk
    from holdfast.core.errors import UserError

    if config is None:
        raise UserError("name the configuration whose judge is people: -c holdfast.yaml")
    resolved = load_config(config)
    if not resolved.asks_people:
        raise UserError(
            f"the judge of {config} is '{resolved.judge_choice['kind']}', and people are asked where it is"
            " `judge: people`; `holdfast audit` has them judge what such a judge reported"
        )
    return resolved, PeopleDesk(resolved, open_store(runs or runs_folder()))


def _tell_waiting(desk: PeopleDesk, count: int) -> None:
    if count:
        print(f"{count:,} wait for people; they judge on the page Review of")
        print(f"    {desk.serve}")
