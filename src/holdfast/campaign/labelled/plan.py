"""What an evaluation of labelled text was asked to do, written down before the first score."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.kept_plan import ComparedPlan
from holdfast.core.errors import UserError
from holdfast.core.files import write_text

PLAN = "labelled-plan.json"


class LabelledPlan(ComparedPlan):
    """Everything that decides what is measured; two plans are one where all but `config` agrees."""

    file = PLAN
    what = "evaluation of labelled text"
    not_compared = frozenset({"config", "evaluation"})
    """Where the same guard and the same data lie changes nothing that is measured."""

    data: str
    """The hash of the rows: of the files' contents, and of how they are read."""
    guard: str
    """The content hash of the model."""
    format: dict[str, Any]
    """How the model is read (see `GuardFormat`)."""
    judge: dict[str, Any]
    judge_rests_on: str | None = None
    """What a judge with a model of its own assumes, in words that name the model by hash."""
    proposer: str | None = None
    """The content hash of the masked language model that proposes words to attacks."""
    policy: Literal["speech_act", "presence"]
    threshold: dict[str, Any]
    """The rule (see `ThresholdConfig`)."""
    attacks: tuple[dict[str, Any], ...]
    attack_seeds: int
    attack_queries: int
    seed: int
    confidence: float
    best_of: int
    config: dict[str, Any]
    """The whole configuration, with its paths as seen from the folder where the command ran."""

    evaluation: int | None = None
    """Its number among the evaluations of its filter (see `ledger`); None where none is kept."""

    def keep_numbered(self, folder: Path, evaluation: int) -> LabelledPlan:
        """The plan with its number, which its file then states too."""
        numbered = self.model_copy(update={"evaluation": evaluation})
        if self.read(folder).evaluation != evaluation:
            write_text(folder / self.file, numbered.model_dump_json(indent=2) + "\n")
        return numbered

    @property
    def filter(self) -> tuple[Any, ...]:
        """What stands between a text and its passing."""
        return self.guard, self.format, self.threshold

    @property
    def run_config(self) -> RunConfig:
        """The configuration."""
        return resolve(self.config)


def plan_above(place: Path) -> Path | None:
    """The folder of the evaluation of labelled text that a file lies in; None where there is none."""
    return next((folder for folder in place.resolve().parents if (folder / PLAN).is_file()), None)


def told_reuse(plan: LabelledPlan, folder: Path, beside: Path) -> str | None:
    """What to say where other guards or thresholds were measured on the same rows; None where none were.

    `folder` is where the plan is carried out, `beside` the folder of the evaluations to look through.
    """
    names = [place.name for place in _same_rows(plan, folder, beside)]
    if len(names) < plan.best_of:
        return None
    listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    return (
        f"the same rows measured another guard or threshold before ({listed}): where what was seen there"
        f" helped to choose this one, claim the best of them with --best-of {len(names) + 1}"
    )


def _same_rows(plan: LabelledPlan, folder: Path, beside: Path) -> list[Path]:
    found = []
    for path in sorted(beside.glob(f"*/{PLAN}")):
        if path.parent.resolve() == folder.resolve():
            continue
        try:
            other = LabelledPlan.read(path.parent)
        except UserError:
            continue
        if other.data == plan.data and other.filter != plan.filter:
            found.append(path.parent)
    return found
