"""All evaluations of each filter in one list, so that looking again until it looks well is paid for.

Whoever evaluates a filter again and again, and claims the best of it, errs more often than each claim says.
So the chance of error is spent once for each filter: its evaluations, numbered in the order in which they
were begun, get shares that add up to at most all of it (`evaluation.spending`).
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.store.lock import held

LEDGER = "ledger.jsonl"
"""In the folder of the evaluations of a run, or of the place where models are evaluated."""


class LedgerEntry(Record):
    """One evaluation: of which filter, by which plan, and the how-manieth of that filter it is, from 1."""

    filter: str
    plan: str
    evaluation: int
    folder: str
    samples: int
    seed: int
    confidence: float
    threshold: float
    run: str | None
    round: int | None


def read_ledger(evaluations: Path) -> list[LedgerEntry]:
    """The entries of a folder of evaluations, in the order in which they were begun; UserError if torn."""
    path = evaluations / LEDGER
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [LedgerEntry.model_validate_json(line) for line in lines]
    except FileNotFoundError:
        return []
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no ledger of evaluations; put the right one back") from error


def entered(evaluations: Path, plan: EvaluationPlan, folder: Path) -> EvaluationPlan:
    """The plan with its number among the evaluations of its filter, entered into the ledger.

    The same plan keeps its number, wherever it is carried out: the same draws say nothing new.
    """
    # Two evaluations that begin at once wait for each other, so that no number is given twice.
    with held(evaluations / f".{LEDGER}.lock"):
        entries = read_ledger(evaluations)
        of_filter = [entry for entry in entries if entry.filter == plan.distribution.filter_hash]
        known = next((entry for entry in of_filter if entry.plan == plan.hash), None)
        if known is None:
            known = _entry(plan, folder, 1 + len(of_filter))
            lines = [json.dumps(entry.model_dump(mode="json")) for entry in (*entries, known)]
            write_text(evaluations / LEDGER, "".join(f"{line}\n" for line in lines))
    return plan.model_copy(update={"evaluation": known.evaluation})


def _entry(plan: EvaluationPlan, folder: Path, number: int) -> LedgerEntry:
    return LedgerEntry(
        filter=plan.distribution.filter_hash or "",
        plan=plan.hash,
        evaluation=number,
        folder=str(folder),
        samples=plan.samples,
        seed=plan.seed,
        confidence=plan.confidence,
        threshold=plan.threshold,
        run=plan.run,
        round=plan.round,
    )
