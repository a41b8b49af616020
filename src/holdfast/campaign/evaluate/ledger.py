"""All evaluations of each filter in one list, so that looking again until it looks well is paid for.

Whoever evaluates a filter again and again, and claims the best of it, errs more often than each claim says.
So the chance of error is spent once for each filter: its evaluations, numbered in the order in which they
were begun, get shares that add up to at most all of it (`evaluation.spending`).
"""

from __future__ import annotations

import hashlib
import json
from errno import EACCES, EPERM, EROFS
from pathlib import Path

from pydantic import ValidationError

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.evaluation.claims import Distribution
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
    run: str | None = None
    round: int | None = None
    labelled: bool = False
    attack: str | None = None
    """The attack whose attempts were claimed without a plan; None for an evaluation."""


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

    Where nothing may be written in the folder of evaluations, the ledger stands beside the results.
    """
    entry = LedgerEntry(
        filter=plan.distribution.filter_hash or "",
        plan=plan.hash,
        evaluation=1,
        folder=str(folder),
        samples=plan.samples,
        seed=plan.seed,
        confidence=plan.confidence,
        threshold=plan.threshold,
        run=plan.run,
        round=plan.round,
    )
    return plan.model_copy(update={"evaluation": numbered(evaluations, entry, folder)})


def ledger_above(folder: Path) -> Path:
    """The nearest folder upwards that has a ledger; the folder itself where none has."""
    places = (folder.resolve(), *folder.resolve().parents)
    return next((each for each in places if (each / LEDGER).is_file()), folder)


def undertaking(of: Distribution, drawn_with: str, planned: int | None) -> str:
    """SHA-256 that stands for the plan where an attack's attempts are claimed without one."""
    return _digest([of.hash, drawn_with, planned])


def attacked_filter(of: Distribution) -> str:
    """What the attempts of an attack evaluate: a filter, or a generator that has none, under that attack,
    whatever the budget.
    """
    return _digest([of.filter_hash or of.generator, of.attack])


def _digest(values: list[str | int | None]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def numbered(evaluations: Path, entry: LedgerEntry, otherwise: Path | None = None) -> int:
    """The number of an evaluation among those of its filter, which the ledger then names.

    The same plan keeps its number, wherever it is carried out: the same draws say nothing new. Where nothing
    may be written, the ledger in `otherwise` is written; what both name counts.
    """
    try:
        return _numbered(evaluations, entry, [])
    except OSError as error:
        if otherwise is None or error.errno not in (EACCES, EPERM, EROFS):
            raise
        return _numbered(otherwise, entry, read_ledger(evaluations))


def _numbered(place: Path, entry: LedgerEntry, elsewhere: list[LedgerEntry]) -> int:
    # Two evaluations that begin at once wait for each other, so that no number is given twice.
    with held(place / f".{LEDGER}.lock"):
        entries = read_ledger(place)
        of_filter = [each for each in (*elsewhere, *entries) if each.filter == entry.filter]
        known = next((each for each in of_filter if each.plan == entry.plan), None)
        if known is not None:
            return known.evaluation
        number = 1 + len(of_filter)
        added = entry.model_copy(update={"evaluation": number})
        lines = [json.dumps(each.model_dump(mode="json")) for each in (*entries, added)]
        write_text(place / LEDGER, "".join(f"{line}\n" for line in lines))
    return number
