"""`holdfast evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from holdfast.cli.options import GeneratorPath, Json, RunsFolder

if TYPE_CHECKING:
    from holdfast.campaign.evaluate.plan import EvaluationPlan
    from holdfast.campaign.evaluate.record import EvaluationRecord
    from holdfast.campaign.evaluate.subject import Overrides, Subject
    from holdfast.evaluation.claims import Audit

Between0And1 = Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))]
AtLeast1 = Annotated[int, Parameter(validator=validators.Number(gte=1))]


def evaluate(
    run_or_model: str,
    /,
    *,
    task: str | None = None,
    samples: AtLeast1 = 100_000,
    confidence: Between0And1 = 0.95,
    monitor: Annotated[float | None, Parameter(validator=validators.Number(gt=0, lt=1))] = None,
    round: Annotated[int | None, Parameter(validator=validators.Number(gte=0))] = None,
    generator: GeneratorPath = None,
    threshold: Annotated[float | None, Parameter(validator=validators.Number(gt=0, lt=1))] = None,
    draws: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    temperature: Annotated[float | None, Parameter(validator=validators.Number(gt=0))] = None,
    judge: str = "oracle",
    caught: str | None = None,
    best_of: AtLeast1 = 1,
    pool: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 1000,
    estimates: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    seed: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 0,
    workers: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    out: Path | None = None,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Measure a saved filter on fresh completions, and say what may be claimed.

    Draws prompts of the task, lets the generator complete each until the
    filter passes a completion, and judges every draw. How many prompts is
    fixed beforehand, and no failure is counted before all are there; with
    --monitor a test that may be looked at any time ends the drawing as soon as
    it is decided.

    Stopped at any moment, the same command goes on, to the same result.

    For example:

        holdfast evaluate trial --samples 1000000
        holdfast evaluate trial --round 0 --monitor 1e-4
        holdfast evaluate MODEL --task storyworld --generator WRITER --threshold 0.01 --out evaluation

    Args:
        run_or_model: A run's name or folder, or the folder of a saved classifier.
        task: The task's name, which a run knows; `holdfast tasks` lists them.
        samples: How many prompts to draw; with --monitor, at most.
        confidence: Of the bounds and of the monitor.
        monitor: Draw until a failure rate below this is certified or refuted.
        round: The round of the run whose model is measured; its last if not given.
        threshold: A completion passes when its score is below this; a run has its own.
        draws: Draws for one prompt before the filter refuses; a run has its own, otherwise 10.
        temperature: At which the generator writes; a run has its own, otherwise 1.
        judge: The judge's name: the task's own oracle, or another that is registered.
        caught: What an audit found of a judge that is no oracle: of so many failures known to be such, how
            many it caught, as in `95/100`.
        best_of: How many models or thresholds are measured with this seed for the best of them to be claimed;
            the claim pays for the choice. 1 if this one was fixed beforehand.
        pool: Further prompts, with many draws each, to estimate what deployment will see: rates by
            reweighting, what other thresholds would do, and whether the filter changes what is written; 0
            leaves it out.
        estimates: Estimate the failure rate also by the methods for what is too rare to sample.
        seed: The root of all randomness: the same seed draws the same. Take a new one for fresh evidence.
        workers: Processes that draw at once; as many as there are cores if not given. It changes no result.
        out: The folder for the results; in the run's folder, or in `evaluations` here, if not given.
    """
    from holdfast.campaign.evaluate.pipeline import evaluate as carry_out
    from holdfast.campaign.evaluate.plan import Asked, plan_evaluation
    from holdfast.campaign.evaluate.subject import Overrides
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.progress import showing
    from holdfast.report.evaluation_page import write_evaluation_report

    given = Overrides(generator=generator, threshold=threshold, max_draws=draws, temperature=temperature)
    subject = find_subject(run_or_model, runs, task, round, given)
    asked = Asked(
        samples=samples,
        confidence=confidence,
        monitor=monitor,
        best_of=best_of,
        pool=pool,
        estimates=estimates,
        seed=seed,
        judge=judge,
        audit=parse_audit(caught),
    )
    plan = plan_evaluation(subject, asked)
    folder = out or default_folder(subject, plan)
    try:
        with showing(sys.stderr if json else sys.stdout) as progress:
            record = carry_out(plan, folder, workers, progress)
    except KeyboardInterrupt:
        raise StoppedError(
            f"stopped; what was drawn is kept in {folder}, and the same command goes on"
        ) from None
    report = write_evaluation_report(record, folder)
    tell(record, folder, report, json)


def find_subject(
    run_or_model: str, runs: Path | None, task: str | None, round_: int | None, given: Overrides
) -> Subject:
    """What is to be measured: a classifier's folder, or a run by its name or folder."""
    from holdfast.campaign.evaluate.subject import is_model, subject_of_model, subject_of_run
    from holdfast.cli.campaigns import place_of
    from holdfast.core.errors import UserError

    path = Path(run_or_model)
    if is_model(path):
        if round_ is not None:
            raise UserError(f"{path} is a model's folder and has no rounds; leave out --round")
        return subject_of_model(path, task, given)
    folder, name = place_of(run_or_model, runs)
    return subject_of_run(folder, name, task, round_, given)


def parse_audit(text: str | None) -> Audit | None:
    """`95/100` as an audit; raises UserError for anything else."""
    from holdfast.core.errors import UserError
    from holdfast.evaluation.claims import Audit

    if text is None:
        return None
    agreed, slash, audited = text.partition("/")
    if not (slash and agreed.strip().isdigit() and audited.strip().isdigit()):
        raise UserError(f"--caught takes a count such as 95/100, not '{text}'")
    return Audit(agreed=int(agreed), audited=int(audited), how="stated by the user with --caught")


def default_folder(subject: Subject, plan: EvaluationPlan) -> Path:
    """One folder for each plan, so that the same command finds it again."""
    name = subject.classifier.name if subject.round is None else f"round-{subject.round:02}"
    return subject.evaluations / f"{name}-{plan.hash[:12]}"


def tell(record: EvaluationRecord, folder: Path, report: Path, json: bool) -> None:
    """Print what was found, as JSON or for people."""
    from holdfast.cli.output import print_json, print_table
    from holdfast.report.evaluation_figures import estimates_of
    from holdfast.report.evaluation_page import HEADER, rows

    if json:
        print_json({"folder": str(folder), "report": str(report), **record.model_dump(mode="json")})
        return
    print_table(f"{folder}: {record.prompts:,} prompts", HEADER, rows(record))
    for claim in record.claims:
        print(f"claim ({folder / claim.file}): {claim.sentence}\n")
    for one in record.not_claimed:
        print(f"no claim on the {one.what}: {one.why}\n")
    for estimate in estimates_of(record):
        print(f"{estimate.of}: {estimate.told}")
    for one in record.not_estimated:
        print(f"no estimate by {one.what}: {one.why}")
    print(f"report: {report}")
