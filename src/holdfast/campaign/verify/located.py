"""The models that a claim names by hash, found in folders and hashed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from holdfast.campaign.config import load_config
from holdfast.campaign.evaluate.plan import read_plan
from holdfast.campaign.evaluate.subject import is_model
from holdfast.campaign.labelled.plan import LabelledPlan, plan_above
from holdfast.campaign.opening import Opened
from holdfast.campaign.starts import GuardFolder
from holdfast.campaign.verify.check import Check
from holdfast.campaign.verify.data_uses import evaluation_above, runs_above
from holdfast.core.errors import UserError
from holdfast.evaluation.claims import Claim
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.guard_format import GuardFormat
from holdfast.tasks import Task

Kind = Literal["generator", "classifier"]


@dataclass(frozen=True)
class Located:
    """What was found of one model; `folder` is None unless it is the claim's."""

    check: Check
    folder: Path | None = None


def labelled_text(claim: Path, config: Path | None) -> Opened | None:
    """What a configuration names, or else the plan of the evaluation of labelled text around a claim.

    None where there is neither, or where the files that it names are gone.
    """
    above = plan_above(claim)
    if config is None and above is None:
        return None
    opened = Opened(
        load_config(config) if config is not None else LabelledPlan.read(above or claim).run_config
    )
    try:
        _ = opened.labelled.rows
    except UserError:
        if config is not None:
            raise
        return None
    return opened


def reading_of(claim: Claim) -> GuardFormat | None:
    """How the claim's classifier is to be read; None where its own files say it."""
    reading = claim.distribution.reading
    try:
        if reading is None:
            return None
        # What the claim does not name was at its default, whatever the folder says since.
        told = GuardFormat.model_validate_json(reading).model_dump()
        return GuardFormat.model_validate(told)
    except ValidationError as error:
        raise UserError(f"the claim says wrongly how its classifier is read: {reading}") from error


def located(
    kind: Kind,
    stated: str,
    given: Path | None,
    claim: Path,
    task: Task | None,
    format: GuardFormat | None = None,
) -> Located:
    """The model of that hash: in the folder given, or else in a run around the claim's file, or where the
    plan of its evaluation says.

    Raises UserError when the folder given holds no such model.
    """

    def hash_of(folder: Path) -> str:
        if kind == "classifier":
            return Classifier.load(folder, task, format).hash
        return Generator.load(folder, task).hash

    if given is None:
        return _near(kind, stated, claim, hash_of)
    if hash_of(given) == stated:
        return Located(Check(kind, True, f"{given} is the claim's"), given)
    return Located(Check(kind, False, f"{given} is not the claim's {kind}, which is {stated[:12]}"))


def _near(kind: Kind, stated: str, claim: Path, hash_of: Callable[[Path], str]) -> Located:
    folders = [f for run in runs_above(claim) for f in sorted((run / "models").glob(f"{kind}*"))]
    for folder in folders:
        if hash_of(folder) == stated:
            told = f"{folder.name} of the run {folder.parents[1].name} is the claim's"
            return Located(Check(kind, True, told), folder)
    planned = _planned(kind, claim)
    if planned is not None and hash_of(planned) == stated:
        return Located(
            Check(kind, True, f"{planned}, which the evaluation's plan names, is the claim's"), planned
        )
    folders += [] if planned is None else [planned]
    if folders:
        told = f"none of the {len(folders)} models ({kind}) around the claim is {stated[:12]}"
        return Located(Check(kind, False, told))
    return Located(Check(kind, None, f"no {kind} lies near the claim; give its folder with --{kind}"))


def _planned(kind: Kind, claim: Path) -> Path | None:
    """The folder that the plan of the evaluation around a claim names, where that still is a model's."""
    above = evaluation_above(claim)
    labelled = plan_above(claim)
    if labelled is not None and kind == "classifier":
        start = LabelledPlan.read(labelled).run_config.classifier
        return Path(start.path) if isinstance(start, GuardFolder) and Path(start.path).is_dir() else None
    if above is None:
        return None
    plan = read_plan(above)
    folder = Path(plan.classifier if kind == "classifier" else plan.generator)
    return folder if is_model(folder) else None
