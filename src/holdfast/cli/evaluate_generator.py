"""`holdfast evaluate --system generator`: how often a generator with no filter writes a catastrophe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.evaluate_labelled import Options, Taken
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.evaluate.bare import BareRecord

_TAKEN: Taken = {
    "extent": {"samples", "confidence", "seed"},
    "filtered": {"system", "task", "generator", "temperature", "round"},
    "prompting": set(),
    "choosing": set(),
    "judging": set(),
    "attacking": set(),
}
"""Of each group the options that a generator alone takes."""
SAMPLES = 100_000
SHOWN = 3


def evaluate_generator(options: Options, out: Path | None, json: bool) -> None:
    """Draw, judge and claim, with progress shown; then print what was found."""
    from holdfast.campaign.evaluate.bare import evaluate_bare, plan_bare
    from holdfast.campaign.evaluate.subject import TEMPERATURE
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.progress import showing

    for name in options.others(_TAKEN, ["workers"]):
        raise UserError(
            f"--{name.replace('_', '-')} is for a filter, and --system generator measures what has"
            " none; leave one of them out"
        )
    task, generator, temperature, evaluations = _subject(options)
    extent, filtered = options.extent, options.filtered
    plan = plan_bare(
        task,
        generator,
        samples=extent.samples or SAMPLES,
        confidence=extent.confidence,
        seed=extent.seed or 0,
        temperature=filtered.temperature or temperature or TEMPERATURE,
    )
    folder = out or evaluations / f"generator-{plan.hash[:12]}"
    try:
        # What programs read stays alone on the standard output.
        with showing(sys.stderr if json else sys.stdout) as progress:
            record = evaluate_bare(plan, folder, evaluations, progress)
    except KeyboardInterrupt:
        raise StoppedError(
            f"stopped; what was drawn is kept in {folder}, and the same command goes on"
        ) from None
    _tell(record, folder, json)


def _subject(options: Options) -> tuple[dict[str, Any], Path, float | None, Path]:
    """The task, the generator's folder, a run's temperature, and the folder of evaluations."""
    from holdfast.campaign.evaluate.subject import writer_of_run
    from holdfast.cli.campaigns import place_of

    filtered, run = options.filtered, options.run_or_model
    if run is not None:
        folder, name = place_of(run, options.runs)
        of = writer_of_run(folder, name, filtered.task, filtered.round)
        return of.task, filtered.generator or of.generator, of.temperature, of.evaluations
    if filtered.round is not None:
        raise UserError("--round is of a run; name it, or leave out --round")
    for option in ("task", "generator"):
        if getattr(filtered, option) is None:
            raise UserError(f"name a run, or give a task and a generator: --{option} is missing")
    assert filtered.generator is not None
    return {"kind": filtered.task}, filtered.generator, None, Path("evaluations")


def _tell(record: BareRecord, folder: Path, json: bool) -> None:
    """Print what was found, as JSON or for people."""
    from holdfast.cli.output import print_json, print_table
    from holdfast.report.numbers import percent

    if json:
        print_json({"folder": str(folder), **record.model_dump(mode="json")})
        return
    rate = record.rate
    row = [
        f"{rate.events:,} of {rate.trials:,}",
        percent(rate.rate),
        f"{percent(rate.lower)} to {percent(rate.upper)}",
        "" if record.mean_egregiousness is None else f"{record.mean_egregiousness:.1f}",
        f"{record.worst[0].egregiousness:.1f}" if record.worst else "",
    ]
    header = ["catastrophes", "rate", "95 % limits", "mean egregiousness", "worst"]
    print_table(f"{folder}: one completion of each of {rate.trials:,} prompts, no filter", header, [row])
    for one in record.worst[:SHOWN]:
        print(f"{one.egregiousness:.1f}/10: {one.why}\n  {one.prompt} | {one.completion}\n")
    for claim in record.claims:
        print(f"claim ({folder / claim.file}): {claim.sentence}")
    for refused in record.not_claimed:
        print(f"no claim on the {refused.what}: {refused.why}")
