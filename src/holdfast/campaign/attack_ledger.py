"""Attempts claimed without a plan, in the ledger: attacking again until it looks well is paid for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from holdfast.campaign.attack_claims import Attempts
from holdfast.campaign.evaluate.ledger import (
    LedgerEntry,
    attacked_filter,
    ledger_above,
    numbered,
    undertaking,
)


def counted_attempts(attempts: Attempts, folder: Path, confidence: float) -> Attempts:
    """The attempts with their number among those of the same attack on the same filter.

    The ledger is the nearest one above the claims' folder, or a new one in it. The same attempts again, by
    the same random stream, keep their number.
    """
    of = attempts.distribution
    entry = LedgerEntry(
        filter=attacked_filter(of),
        plan=undertaking(of, attempts.drawn_with, attempts.planned),
        evaluation=1,
        folder=str(folder),
        samples=attempts.planned,
        seed=_seed(attempts.drawn_with),
        confidence=confidence,
        threshold=of.threshold or 0.0,
        attack=of.attack,
    )
    return replace(attempts, evaluation=numbered(ledger_above(folder), entry))


def _seed(stream: str) -> int:
    """The root seed that a stream's name begins with."""
    root = stream.split("/", 1)[0]
    return int(root) if root.isdigit() else 0
