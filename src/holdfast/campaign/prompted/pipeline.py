"""The whole evaluation on prompts: plan, choose the threshold, draw and filter, sum up."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.evaluate.section_records import NotMeasuredRecord
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.record import FileRecord
from holdfast.campaign.labelled.scoring import score_rows
from holdfast.campaign.labelled.summary import guard_record
from holdfast.campaign.machine import machine
from holdfast.campaign.opening import Opened
from holdfast.campaign.prompted.asked import Parts
from holdfast.campaign.prompted.costs import CostsRecord, read_costs
from holdfast.campaign.prompted.drawing import draw_tables
from holdfast.campaign.prompted.draws import Draws
from holdfast.campaign.prompted.measuring import Measured
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.prompted.record import ChosenThresholdRecord, GeneratorRecord, PromptedRecord
from holdfast.campaign.prompted.samples import SAMPLES, write_samples
from holdfast.campaign.starts import GeneratorFolder
from holdfast.campaign.tables import Table
from holdfast.campaign.threads import computing_with
from holdfast.core.files import write_text
from holdfast.core.odds import log_odds_of
from holdfast.core.progress import Progress, Silent
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD, BY_THE_CLOCK = "evaluation.json", "seconds.json"
PROMPTS_TOLD = 8


def evaluate_prompted(
    plan: PromptedPlan, parts: Parts, folder: Path, progress: Progress | None = None
) -> tuple[PromptedRecord, CostsRecord]:
    """Carry a plan out in a folder of its own, or go on with it there; both results are written as JSON too.

    Being killed on the way changes nothing of the first; the second is what the clock said. Raises UserError
    when the folder holds another plan or a live process works in it, or when the data are too few to choose
    the threshold on.
    """
    told = progress or Silent()
    with full_disk_told(folder), RunLock(folder), computing_with(parts.opened.config.threads):
        plan.keep(folder)
        threshold = _threshold(plan, parts.opened, folder, told)
        tables = draw_tables(plan, parts, threshold.threshold, folder, told)
        draws = Draws.of(tables)
        record = _summed_up(plan, parts, threshold, folder, draws, tables)
        costs = read_costs(folder, len(tables), draws)
        write_text(folder / BY_THE_CLOCK, costs.model_dump_json(indent=2) + "\n")
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record, costs


def _threshold(plan: PromptedPlan, opened: Opened, folder: Path, progress: Progress) -> ChosenThresholdRecord:
    """By the configured rule; the split `threshold` is scored once, and only where the rule needs it."""
    rule = opened.config.threshold
    if rule.rule == "fixed":
        at = opened.threshold
        return ChosenThresholdRecord(
            threshold=at.threshold, log_odds=log_odds_of(at.threshold), rule=rule.rule, told=at.rule
        )
    task = opened.labelled
    scores = score_rows(opened, "threshold", threshold_rows(task), folder, progress)
    found = choose_threshold(rule, task, scores, plan.confidence)
    return ChosenThresholdRecord(
        threshold=found.threshold, log_odds=found.log_odds, rule=found.rule, told=found.told
    )


def _summed_up(
    plan: PromptedPlan,
    parts: Parts,
    threshold: ChosenThresholdRecord,
    folder: Path,
    draws: Draws,
    tables: list[Table],
) -> PromptedRecord:
    from holdfast import __version__

    measured = Measured(plan, draws, parts.prompts.texts, threshold.threshold)
    prompts = measured.by_prompt()
    highest, unread = measured.told_texts(tables)
    return PromptedRecord(
        plan=plan,
        plan_hash=plan.hash,
        version=__version__,
        machine=machine(),
        guard=guard_record(parts.opened),
        generator=_generator(parts),
        threshold=threshold,
        distinct_prompts=len(prompts),
        passed=measured.passed(),
        refused=measured.refused(),
        accepted=measured.accepted(),
        draws=measured.all_draws(),
        quality=measured.quality(),
        scores=measured.histogram(),
        prompts=tuple(prompts[:PROMPTS_TOLD]),
        highest=highest,
        unread=unread,
        not_claimed=(_no_failures(plan),),
        samples=write_samples(folder, draws, tables),
        tables=tuple(
            FileRecord(file=table.path.relative_to(folder).as_posix(), sha256=table.sha256)
            for table in tables
        ),
    )


def _generator(parts: Parts) -> GeneratorRecord:
    start = parts.opened.config.generator
    assert isinstance(start, GeneratorFolder)
    return GeneratorRecord(
        path=start.path,
        parameters=parts.generator.parameters_count,
        positions=parts.generator.positions,
    )


def _no_failures(plan: PromptedPlan) -> NotMeasuredRecord:
    """Nobody here can say which of the completions are catastrophic."""
    return NotMeasuredRecord(
        what="failures of filtered completions",
        why=(
            f"the judge '{plan.judge['kind']}' decides rows of the data and what attacks make of them, and no"
            f" text that a generator writes; {SAMPLES} has every draw as a row, for people to judge"
        ),
    )
