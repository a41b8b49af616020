"""`holdfast study run` and `holdfast study table`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from holdfast.cli.campaigns import StoppedError
from holdfast.cli.options import AtLeast1, Json

if TYPE_CHECKING:
    from holdfast.campaign.study.study_file import StudyFile

StudyPath = Annotated[Path, Parameter(help="The study: a YAML file of arms, seeds and budgets.")]
CsvPath = Annotated[Path | None, Parameter(name="--csv", help="Also write every row of every cell as CSV.")]
ReportPath = Annotated[
    Path | None, Parameter(help="Also write a page with the figure, and its tables beside it.")
]

study = App(
    name="study",
    help="""Compare ways of training: arms, training seeds and budgets over one configuration.

For example:

    holdfast study run rounds.yaml --workers 2
    holdfast study table rounds.yaml --report rounds.html
""",
)


@study.command
def run(
    file: StudyPath,
    /,
    *,
    workers: AtLeast1 = 1,
    csv: CsvPath = None,
    report: ReportPath = None,
    json: Json = False,
) -> None:
    """Run the cells of a study that are not done, and print what it found.

    Each cell is a campaign, as `holdfast run` runs it. Its rows are written as
    soon as it is done, so a study that was stopped or killed goes on with the
    same command, and loses at most the cells that were running. A cell whose
    configuration has not changed is not run again. The endpoint is named in the
    file before the study begins, and cannot change afterwards.

    For example:

        holdfast study run rounds.yaml
        holdfast study run rounds.yaml --workers 2

    Args:
        workers: Cells that run at once, each in a process with the configuration's threads.
    """
    from holdfast.campaign.history import open_store
    from holdfast.campaign.study.running import run_study
    from holdfast.campaign.study.runs import RunsCampaigns
    from holdfast.campaign.study.study_file import read_study
    from holdfast.cli.progress import showing
    from holdfast.core.writable import check_new_folder

    asked = read_study(file)
    _check_outputs(csv, report)
    check_new_folder(asked.runs)
    open_store(asked.runs)  # made once, before several processes write to it
    try:
        with showing(sys.stderr if json else sys.stdout) as progress:
            run_study(asked.plan, asked.rows, RunsCampaigns(asked.runs), workers=workers, progress=progress)
    except KeyboardInterrupt:
        raise StoppedError(
            f"stopped; what is done is kept, and goes on with: holdfast study run {file}"
        ) from None
    _tell(asked, csv, report, json)


@study.command
def table(file: StudyPath, /, *, csv: CsvPath = None, report: ReportPath = None, json: Json = False) -> None:
    """Print what a study has found so far, and what is left to run; nothing is run.

    A sentence about the endpoint, and a table of every arm at every budget: the
    mean over training seeds with Student's limits, and the comparison with the
    control, seed by seed.

    For example:

        holdfast study table rounds.yaml
        holdfast study table rounds.yaml --csv rounds.csv --report rounds.html
    """
    from holdfast.campaign.study.study_file import read_study

    asked = read_study(file)
    _check_outputs(csv, report)
    _tell(asked, csv, report, json)


def _check_outputs(csv: Path | None, report: Path | None) -> None:
    from holdfast.core.writable import check_apart, check_new_file

    check_apart({"--csv": csv, "--report": report}, {})
    for path in (csv, report):
        if path is not None:
            check_new_file(path)


def _tell(asked: StudyFile, csv: Path | None, report: Path | None, json: bool) -> None:
    from holdfast.campaign.study.findings import findings, sentence
    from holdfast.campaign.study.rows import StudyRows
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json, print_table
    from holdfast.core.files import write_text
    from holdfast.report.study_page import write_study_report
    from holdfast.report.study_rows import header, left, rows, whole_table

    kept = StudyRows(asked.rows)
    kept.check(asked.plan)
    done = kept.done(asked.plan)
    found, results = findings(asked.plan, done), list(done.values())
    leavings, written = Leavings(), []
    if csv is not None:
        leavings.leave("the rows as CSV", lambda: write_text(csv, whole_table(results).csv()))
        written.append(csv)
    if report is not None:
        leavings.leave("the page", lambda: write_study_report(found, results, report))
        written.append(report)
    if json:
        print_json(_plain(asked, found))
    else:
        print(sentence(found))
        print_table(found.name, header(found), rows(found))
        print(f"{left(found)}; rows: {asked.rows}")
        for path in written:
            print(f"written: {path}")
    leavings.settle()


def _plain(asked: StudyFile, found: object) -> dict[str, object]:
    from dataclasses import asdict

    from holdfast.campaign.study.findings import StudyFound, sentence

    assert isinstance(found, StudyFound)
    return {
        "study": found.name,
        "sentence": sentence(found),
        "endpoint": found.endpoint.model_dump(mode="json"),
        "arms": [asdict(arm) for arm in found.arms],
        "done": found.done,
        "left": [{"arm": c.arm, "budget": c.budget, "seed": c.seed} for c in found.left],
        "rows": str(asked.rows),
    }
