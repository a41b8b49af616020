"""`holdfast evaluate`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.evaluate_options import (
    AttackOptions,
    ChoiceOptions,
    ExtentOptions,
    FilterOptions,
    JudgeOptions,
    PromptOptions,
)
from holdfast.cli.options import AtLeast1, ConfigPath, Json, RunsFolder
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.campaign.evaluate.plan import EvaluationPlan
    from holdfast.campaign.evaluate.record import EvaluationRecord
    from holdfast.campaign.evaluate.subject import Subject


def evaluate(
    run_or_model: str | None = None,
    /,
    *,
    config: ConfigPath = None,
    extent: ExtentOptions = ExtentOptions(),  # noqa: B008 (frozen)
    workers: AtLeast1 | None = None,
    out: Path | None = None,
    runs: RunsFolder = None,
    filtered: FilterOptions = FilterOptions(),  # noqa: B008 (frozen)
    prompting: PromptOptions = PromptOptions(),  # noqa: B008 (frozen)
    choosing: ChoiceOptions = ChoiceOptions(),  # noqa: B008 (frozen)
    judging: JudgeOptions = JudgeOptions(),  # noqa: B008 (frozen)
    attacking: AttackOptions = AttackOptions(),  # noqa: B008 (frozen)
    json: Json = False,
) -> None:
    """Measure a saved filter on fresh completions, and make the claims that the data support.

    Draws prompts of the task, lets the generator complete each until the filter
    passes a completion, and judges every draw. The number of prompts is fixed
    beforehand, and no failure is counted before all are there. With --monitor, a
    test that is valid at any time ends the drawing as soon as it is decided.

    With --attacks, the model is attacked too. The report shows how long it
    withstands the attacks (compared with another model if you name one), how bad
    the failures are, and whether the model lacks the concept.

    With -c, your own guard is measured on labelled text, without a generator: what
    it stops and what it blocks, by slice, and under attack. If you add --prompts,
    the configuration's generator continues your prompts, and the guard filters its
    completions: the report shows how much passes, how many draws that takes, and
    what it costs.

    With --system generator, the generator is measured with no filter: how often one
    completion of a prompt is a catastrophe.

    If it is stopped, the same command continues, with the same result.

    For example:

        holdfast evaluate -c holdfast.yaml
        holdfast evaluate -c holdfast.yaml --attacks greedy_rewrite,genetic --attack-seeds 100
        holdfast evaluate -c holdfast.yaml --prompts prompts.txt --draws 10
        holdfast evaluate trial --samples 1000000
        holdfast evaluate trial --round 0 --monitor 1e-4
        holdfast evaluate trial --system generator --samples 300000
        holdfast evaluate trial --choose-threshold controlled --risk 1e-3
        holdfast evaluate trial --attacks greedy_rewrite,genetic --compare-round 0 --telltale other-trial
        holdfast evaluate MODEL --task storyworld --generator WRITER --threshold 0.01 --out evaluation

    Args:
        run_or_model: A run's name or folder, or the folder of a saved classifier; not with --config.
        workers: The number of processes; as many as there are cores if not given. It does not change the
            result.
        out: The folder for the results; if not given, a folder in the run's folder, or in `evaluations`
            here.
    """
    from holdfast.cli.evaluate_labelled import Options

    if out is not None:
        from holdfast.core.writable import check_new_folder

        check_new_folder(out)
    given = Options(run_or_model, extent, workers, runs, filtered, prompting, choosing, judging, attacking)
    if config is not None:
        from holdfast.cli.evaluate_labelled import evaluate_config
        from holdfast.cli.evaluate_prompted import evaluate_prompts

        if filtered.system == "generator":
            raise UserError(
                "--system generator measures a run's generator, or one with --generator and --task"
            )
        measure = evaluate_config if prompting.prompts is None else evaluate_prompts
        measure(config, given, out, json)
        return
    if filtered.system == "generator":
        from holdfast.cli.evaluate_generator import evaluate_generator

        evaluate_generator(given, out, json)
        return
    if prompting != PromptOptions():
        raise UserError("prompts of your own need a configuration of a generator and a guard; give --config")
    if run_or_model is None:
        raise UserError("name a run or a classifier's folder, or give a configuration with --config")
    from holdfast.campaign.evaluate.planning import Asked, plan_evaluation
    from holdfast.campaign.evaluate.reuse import told_reuse

    choose = choosing.asked(extent.confidence)
    subject = filtered.subject(run_or_model, runs, chosen=choose is not None)
    asked = Asked(
        **{**vars(extent), "samples": extent.samples or 100_000, "seed": extent.seed or 0},
        best_of=judging.best_of,
        judge=judging.judge,
        audit=judging.audit(),
        audited_on=judging.audited_on(),
        attacks=attacking.asked(subject, runs),
        choose=choose,
    )
    plan = plan_evaluation(subject, asked)
    folder = out or default_folder(subject, plan)
    reused = told_reuse(plan, folder, subject.evaluations)
    if reused:
        print(f"holdfast: {reused}", file=sys.stderr)
    record = carry_out(plan, folder, workers, json, subject.evaluations)
    tell(record, folder, json)


def carry_out(
    plan: EvaluationPlan, folder: Path, workers: int | None, json: bool, ledger: Path
) -> EvaluationRecord:
    """The evaluation with progress shown; raises StoppedError, which says how to go on."""
    from holdfast.campaign.evaluate.pipeline import evaluate as evaluate_plan
    from holdfast.cli.campaigns import StoppedError
    from holdfast.cli.progress import showing
    from holdfast.core.writable import check_new_folder

    check_new_folder(folder)
    try:
        with showing(sys.stderr if json else sys.stdout) as progress:
            return evaluate_plan(plan, folder, workers, progress, ledger)
    except KeyboardInterrupt:
        raise StoppedError(
            f"stopped; what was drawn is kept in {folder}, and the same command goes on"
        ) from None


def default_folder(subject: Subject, plan: EvaluationPlan) -> Path:
    """One folder for each plan, so that the same command finds it again."""
    name = subject.classifier.name if subject.round is None else f"round-{subject.round:02}"
    return subject.evaluations / f"{name}-{plan.hash[:12]}"


def tell(record: EvaluationRecord, folder: Path, json: bool) -> None:
    """Write the report, and print what was found, as JSON or for people."""
    from holdfast.campaign.evaluate.pipeline import read_seconds
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.output import print_json
    from holdfast.report.evaluation_page import write_evaluation_report

    seconds, left = read_seconds(folder) if record.attacks else None, Leavings()
    report = left.leave("the report", partial(write_evaluation_report, record, folder, seconds))
    if json:
        told = {"folder": str(folder), "report": report and str(report), **record.model_dump(mode="json")}
        print_json({**told, "seconds": seconds.model_dump(mode="json") if seconds else None})
    else:
        print_record(record, folder)
        if report:
            print(f"report: {report}")
    left.settle()


def print_record(record: EvaluationRecord, folder: Path) -> None:
    """Print what was found for people."""
    from holdfast.cli.output import print_table
    from holdfast.report.evaluation_figures import estimates_of
    from holdfast.report.evaluation_page import HEADER, rows

    print_table(f"{folder}: {record.prompts:,} prompts", HEADER, rows(record))
    for claim in record.claims:
        print(f"claim ({folder / claim.file}): {claim.sentence}\n")
    for one in record.not_claimed:
        print(f"no claim on the {one.what}: {one.why}\n")
    for estimate in estimates_of(record):
        print(f"{estimate.of}: {estimate.told}")
    for one in record.not_estimated:
        print(f"no estimate by {one.what}: {one.why}")
