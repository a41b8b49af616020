"""`holdfast evaluate -c --prompts`: a generator of one's own behind a guard of one's own."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.evaluate_labelled import FOLDER, Options, Taken
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.prompted.asked import Asked
    from holdfast.campaign.prompted.costs import CostsRecord
    from holdfast.campaign.prompted.record import PromptedRecord

_TAKEN: Taken = {
    "extent": {"samples", "confidence", "seed"},
    "filtered": {"generator", "threshold", "draws", "temperature"},
    "prompting": {"prompts", "prompt_column", "tokens"},
    "choosing": set(),
    "judging": set(),
    "attacking": set(),
}
"""Of each group the options that prompts take."""


def evaluate_prompts(config: Path, options: Options, out: Path | None, json: bool) -> None:
    """Continue and filter what the options name, with progress shown; then print what was found."""
    from holdfast.campaign.config import load_config
    from holdfast.campaign.prompted.asked import plan_prompted
    from holdfast.campaign.prompted.pipeline import evaluate_prompted
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.progress import showing

    asked = _asked(options)
    resolved = load_config(config)
    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            plan, parts = plan_prompted(resolved, asked, progress)
            folder = out or FOLDER / f"{config.stem}-prompts-{plan.hash[:12]}"
            record, costs = evaluate_prompted(plan, parts, folder, progress)
    except KeyboardInterrupt:
        raise StoppedError("stopped; what was drawn is kept, and the same command goes on") from None
    _tell(record, costs, folder, json)


def _asked(options: Options) -> Asked:
    """What prompts take of the options; raises UserError for an option that they do not take."""
    from holdfast.campaign.prompted.asked import Asked

    for name in options.strange(_TAKEN):
        raise UserError(
            f"--{name.replace('_', '-')} cannot be had with --prompts, where nobody judges what is written;"
            " leave one of them out"
        )
    filtered, prompting, extent = options.filtered, options.prompting, options.extent
    assert prompting.prompts is not None
    return Asked(
        prompts=prompting.prompts,
        column=prompting.prompt_column,
        tokens=prompting.tokens,
        samples=extent.samples,
        draws=filtered.draws,
        generator=filtered.generator,
        temperature=filtered.temperature,
        threshold=filtered.threshold,
        seed=extent.seed,
        confidence=extent.confidence,
    )


def _tell(record: PromptedRecord, costs: CostsRecord, folder: Path, json: bool) -> None:
    """Write the page, and print what was found, as JSON or for people."""
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json
    from holdfast.report.prompted_page import write_prompted_report

    left = Leavings()
    page = left.leave("the report", partial(write_prompted_report, record, costs, folder))
    if json:
        told = {"folder": str(folder), "report": page and str(page), **record.model_dump(mode="json")}
        print_json({**told, "costs": costs.model_dump(mode="json")})
    else:
        print_record(record, costs, folder)
        if page:
            print(f"report: {page}")
    left.settle()


def print_record(record: PromptedRecord, costs: CostsRecord, folder: Path) -> None:
    """Print what was found for people."""
    from holdfast.cli.output import print_table
    from holdfast.report.evaluation_page import HEADER
    from holdfast.report.prompted_rows import (
        COST_HEADER,
        QUALITY_HEADER,
        cost_rows,
        memory,
        quality_rows,
        rows,
        second_line,
    )

    print_table(f"{folder}: {record.passed.trials:,} completions", HEADER, rows(record))
    print_table("quality", QUALITY_HEADER, quality_rows(record))
    print_table("costs", COST_HEADER, cost_rows(costs))
    print(f"{second_line(record)} Memory: {memory(costs)} at most.")
    for one in record.not_claimed:
        print(f"no claim on the {one.what}: {one.why}")
    print(f"every draw as a row: {folder / record.samples.file}")
