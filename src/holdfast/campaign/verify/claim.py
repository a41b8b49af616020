"""A claim held against the data that it names: found, counted again, judged again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.config import LABELLED
from holdfast.campaign.labelled.plan import plan_above
from holdfast.campaign.outcome_files import read_outcomes
from holdfast.campaign.verify.again import Sample, graded_again, judged_again, scored_again
from holdfast.campaign.verify.audits import check_audits
from holdfast.campaign.verify.check import Asked, Check, Verification
from holdfast.campaign.verify.counted import check_ledger
from holdfast.campaign.verify.data_uses import (
    chosen_on,
    earlier_uses,
    evaluation_above,
    other_evaluations,
    runs_above,
)
from holdfast.campaign.verify.differing import NAME
from holdfast.campaign.verify.drawn import Models, prompts_again, shards_again
from holdfast.campaign.verify.labelled_rows import fit_rows
from holdfast.campaign.verify.located import labelled_text, located, reading_of
from holdfast.campaign.verify.planned import check_plan
from holdfast.campaign.verify.planned_rows import check_rows_plan
from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.unicode_text import read_text
from holdfast.evaluation.claims import Claim, DataUse, InvalidClaim, Method, Outcomes, count, refuse_copies
from holdfast.evaluation.claims.distribution import focus_of, prompts_hash, task_hash
from holdfast.tasks import Task
from holdfast.tasks.editions import other_edition
from holdfast.tasks.labelled.task import LabelledTask


def read_claim(path: Path) -> Claim:
    """The claim of a file; UserError where there is none, InvalidClaim where it is one that is not valid."""
    text = read_text(path)
    try:
        return Claim.from_json(text)
    except InvalidClaim:
        raise
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def verify_claim(path: Path, asked: Asked) -> Verification:
    """Hold the claim of a file against its data.

    Raises UserError when the file holds no claim, when a model's folder that was given cannot be read, or
    when what is to be judged again is of a task that is not installed. All else that is wrong is a check that
    does not hold.
    """
    try:
        claim = read_claim(path)
    except InvalidClaim as error:
        return Verification(None, (Check("rules", False, str(error)),))
    task, judge = _judged_by(claim, path, asked)
    models, folders = _models(claim, path, task, asked)
    files = _files(claim, path.parent)
    random = _random(asked)
    checks = [
        Check("rules", True, "the evidence stated carries the claim, and gives its limit"),
        _same_task(claim, task),
        *models,
        files,
    ]
    if files.holds:
        checks += _planned(claim, path, task, folders, asked, random)
        checks += _data(claim, path, task, judge, folders.classifier, asked.rejudge, random)
    return Verification(claim, tuple(checks))


def _random(asked: Asked) -> np.random.Generator:
    """Picks what is looked at again. Fixed numbers would show its author which outcomes are safe to forge."""
    if asked.pick is None:
        return np.random.default_rng()
    return Stream(asked.pick).child("claim", "verify").numpy()


def _planned(
    claim: Claim, path: Path, task: Task | None, folders: Models, asked: Asked, random: np.random.Generator
) -> Iterator[Check]:
    """The claim against the plan of the evaluation that it lies in."""
    folder = evaluation_above(path)
    planned = None
    if claim.distribution.task == LABELLED:
        rows, opened = plan_above(path), labelled_text(path, asked.config)
        if rows is not None and opened is not None:
            yield check_rows_plan(claim, path, rows, opened)
        else:
            yield Check(NAME, None, _NO_PLAN)
    elif folder is None:
        # Draws that share a prompt are told apart from copies by the plan alone.
        named = claim.evidence.plan
        yield Check(NAME, None, _NO_PLAN) if named is None else Check(NAME, False, _GONE.format(named[:12]))
    else:
        check, planned = check_plan(claim, path, folder)
        yield check
    if claim.method is not Method.SEARCH:  # what a search found spends no chance of error
        yield check_ledger(claim, path)
    if planned is not None and task is not None:
        yield prompts_again(planned, random)
        if asked.redraw is not None:
            yield from shards_again(planned, folders, asked.redraw, random)
    elif asked.redraw is not None:
        yield Check("redraw", None, "there is no plan with shards to draw again")


_GONE = (
    "the plan {} that the claim names is not around it; it belongs to the claim, so hand on the whole folder"
    " of the evaluation"
)
_NO_PLAN = (
    "no plan of an evaluation lies around the claim, so that nothing was left out, and the number fixed"
    " beforehand, are its author's word"
)


def _judged_by(claim: Claim, path: Path, asked: Asked) -> tuple[Task | None, Judge | None]:
    """The claim's task, and who can judge its outcomes again; None where the task is not there.

    Raises UserError where something is to be judged again and nobody can.
    """
    if claim.distribution.task == LABELLED:
        return _labelled(claim, path, asked)
    other = other_edition(claim.distribution.task, claim.distribution.task_edition)
    if other is not None:
        if asked.rejudge is not None or asked.redraw is not None:
            raise UserError(
                f"{path}: the claim was made on the {other}, so that nothing can be judged or drawn again"
                " here; leave out --rejudge and --redraw to hold it against its files alone"
            )
        return None, None
    try:
        task = build_task(claim.distribution.task_choice)
    except UserError:
        if asked.rejudge is not None:
            raise
        return None, None
    return task, task.oracle


def _labelled(claim: Claim, path: Path, asked: Asked) -> tuple[Task | None, Judge | None]:
    """The rows that a configuration names, or the plan of the evaluation around a claim."""
    opened = labelled_text(path, asked.config)
    if opened is None:
        if asked.rejudge is not None:
            raise UserError(
                "the labelled text of the claim is not here; name it with a configuration (--config)"
            )
        return None, None
    task = opened.labelled
    judge = task.oracle if claim.judge.name == task.oracle.name else opened.judge
    if asked.rejudge is not None and (judge.name, getattr(judge, "assumption", None)) != (
        claim.judge.name,
        claim.judge.assumption,
    ):
        raise UserError(
            f"the claim was judged by '{claim.judge.name}', and the configuration names '{judge.name}', or"
            " another assumption; name the claim's judge there"
        )
    return task, judge


def _models(claim: Claim, path: Path, task: Task | None, asked: Asked) -> tuple[list[Check], Models]:
    """What was found of the models, and the folders of those that are here."""
    of, checks, classifier, generator = claim.distribution, [], None, None
    if of.generator is not None:
        found = located("generator", of.generator, asked.generator, path, task)
        generator = found.folder
        checks.append(found.check)
    if of.classifier is not None:
        found = located("classifier", of.classifier, asked.classifier, path, task, reading_of(claim))
        classifier = found.folder
        checks.append(found.check)
    return checks, Models(classifier, generator)


def _same_task(claim: Claim, task: Task | None) -> Check:
    of = claim.distribution
    if task is None and of.task == LABELLED:
        told = "the labelled text is not here; name it with a configuration (--config)"
        return Check("task", None, told)
    if task is None:
        other = other_edition(of.task, of.task_edition)
        told = f"the claim was made on the {other}" if other else f"the task {of.task} is not installed here"
        return Check("task", None, told)
    if of.task == LABELLED:
        same = task_hash(task) == of.task_hash
        told = f"the labelled text is {'' if same else 'not '}the claim's ({of.task_hash[:12]})"
        return Check("task", same, told)
    if task_hash(task) != of.task_hash:
        return Check("task", False, f"the oracle or the input space of {of.task} is another than the claim's")
    focus = focus_of(of.prompts)
    if focus is None:
        told = f"the oracle of {of.task} is the claim's; its prompts are, in its author's words, {of.prompts}"
        return Check("task", None if of.attack is None else True, told)
    if prompts_hash(task, focus) != of.prompts_hash:
        return Check("task", False, f"{of.task} now draws other prompts than the claim's")
    return Check("task", True, f"the oracle and the prompts of {of.task} are the claim's")


def _files(claim: Claim, folder: Path) -> Check:
    for source in claim.evidence.sources:
        place = folder / source.path
        if not place.is_file():
            return Check("data", False, f"{source.path} is missing; it belongs to the claim, and beside it")
        if folder_hash(place) != source.sha256:
            return Check("data", False, f"{source.path} has changed since the claim was made (other SHA-256)")
    files = len(claim.evidence.sources)
    return Check("data", True, f"{files} file{'s' if files > 1 else ''} of outcomes unchanged")


def _data(
    claim: Claim,
    path: Path,
    task: Task | None,
    judge: Judge | None,
    classifier: Path | None,
    rejudge: int | None,
    random: np.random.Generator,
) -> Iterator[Check]:
    try:
        outcomes = read_outcomes([path.parent / source.path for source in claim.evidence.sources])
    except UserError as error:
        yield Check("count", False, str(error))
        return
    if claim.method is Method.E_PROCESS:
        # The monitor stopped there; what was drawn beyond is not part of the claim.
        outcomes = outcomes.first_prompts(claim.evidence.prompts)
    yield _counted(claim, outcomes)
    yield from check_audits(claim, path.parent, outcomes)
    yield from _used(claim, path, outcomes)
    if isinstance(task, LabelledTask):
        yield fit_rows(outcomes, task.rows)
    if rejudge is not None and task is not None and judge is not None:
        sample = Sample.of(outcomes, rejudge, random, attempts=claim.quantity.attacked)
        yield from judged_again(claim, sample, judge)
        if claim.method is Method.SEARCH and claim.judge.oracle:
            yield graded_again(sample, task)
        if classifier is not None:
            at = claim.distribution.threshold
            yield scored_again(sample, task, classifier, reading_of(claim), at)


def _counted(claim: Claim, outcomes: Outcomes) -> Check:
    """The evidence's numbers against those of the rows."""
    evidence = claim.evidence
    try:
        if evidence.plan is None:
            refuse_copies(outcomes, claim.quantity)
        found = count(outcomes, claim.quantity, claim.distribution, claim.above or 0.0)
    except InvalidClaim as error:
        return Check("count", False, str(error))
    strata = tuple((s.name, s.events, s.trials) for s in evidence.strata)
    pairs = [
        ("events", evidence.events, found.events),
        ("trials", evidence.trials, found.trials),
        ("prompts", evidence.prompts, found.prompts),
        ("unsure verdicts", evidence.unsure, found.unsure),
        ("an egregiousness of the worst of", evidence.worst, found.worst),
        ("queries", evidence.queries, found.queries),
        ("hours", evidence.hours, found.hours),
        ("different prompts", evidence.different.prompts, found.different.prompts),
        ("different prompts that failed", evidence.different.failing, found.different.failing),
        ("different texts", evidence.different.texts, found.different.texts),
        ("strata", strata, found.by_stratum if strata else ()),
    ]
    for name, stated, counted in pairs:
        if stated != counted:
            return Check("count", False, f"the claim states {name} {stated}, and its outcomes hold {counted}")
    told = f"{found.events:,} events in {found.trials:,} trials of {found.prompts:,} prompts, as stated"
    told += f" ({found.different.prompts:,} different prompts, {found.different.texts:,} different texts)"
    return Check("count", True, told)


_DID = {
    DataUse.TRAINED: "trained its models",
    DataUse.CHOSE_THRESHOLD: "chose its thresholds",
    DataUse.CHOSE_MODEL: "measured every round, to choose among them",
}


def _used(claim: Claim, path: Path, outcomes: Outcomes) -> Iterator[Check]:
    """What the run around a claim, if there is one, did with the same draws."""
    prompts = outcomes.prompts if outcomes.seed_prompts is None else outcomes.seed_prompts
    if claim.distribution.task != LABELLED and not runs_above(path):
        told = "no run lies around the claim, so whether one trained or chose with its draws nobody can see"
        yield Check("uses", None, told)
    evaluation = evaluation_above(path)
    for one in chosen_on(evaluation, prompts) if evaluation else ():
        told = f"the draws are those of {one.table.name}, on which the evaluation chose its threshold"
        yield Check("uses", False, told)
    for run in runs_above(path):
        yield _used_before(claim, run, prompts)
        others = other_evaluations(run, path, prompts)
        if len(others) >= claim.evidence.models_compared:
            names = ", ".join(folder.name for folder in others[:3])
            told = f"other evaluations drew the same prompts ({names}); the claim is void if one of them was"
            yield Check("looks", None, f"{told} looked at before this was planned, or helped to choose")


def _used_before(claim: Claim, run: Path, prompts: np.ndarray) -> Check:
    """Whether it trained or chose with them, and the evidence does not say so."""
    stated = set(claim.evidence.uses)
    hashes = frozenset(source.sha256 for source in claim.evidence.sources)
    for earlier in earlier_uses(run, hashes, prompts):
        if earlier.use not in stated:
            told = f"the draws are those of {earlier.table.name} of the run {run.name}, which"
            return Check("uses", False, f"{told} {_DID[earlier.use]}; the claim does not say so")
    return Check("uses", True, f"no table that the run {run.name} trained or chose with has these draws")
