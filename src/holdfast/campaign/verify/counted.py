"""A claim against the ledger of the evaluations of its filter: none before it may be left out."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.evaluate.ledger import LEDGER, attacked_filter, read_ledger, undertaking
from holdfast.campaign.verify.check import Check
from holdfast.core.errors import UserError
from holdfast.evaluation.claims import Claim

NAME = "ledger"


def check_ledger(claim: Claim, place: Path) -> Check:
    """The number that a claim has among the evaluations of its filter, against the ledger around its file."""
    folder = next((each for each in place.resolve().parents if (each / LEDGER).is_file()), None)
    if folder is None:
        told = "no ledger of evaluations lies around the claim, so how often its filter was evaluated is"
        return Check(NAME, None, f"{told} its author's word")
    try:
        everything = read_ledger(folder)
    except UserError as error:
        return Check(NAME, False, str(error))
    of, evidence = claim.distribution, claim.evidence
    planned = evidence.plan or undertaking(of, evidence.drawn_with, evidence.planned)
    named_plan = next((entry for entry in everything if entry.plan == planned), None)
    own = None if named_plan is None else named_plan.evaluation
    if named_plan is not None:
        # A claim on attacks says nothing of draws, which are a part of the filter.
        filter_hash: str | None = named_plan.filter
    else:
        filter_hash = of.filter_hash if of.attack is None else attacked_filter(of)
    entries = [entry for entry in everything if entry.filter == filter_hash]
    if own is None and not entries and claim.evaluation is None:
        return Check(NAME, True, "the ledger names no evaluation of this filter, and the claim counts none")
    if own != claim.evaluation:
        named = "none" if claim.evaluation is None else f"evaluation {claim.evaluation}"
        found = "names no such plan" if own is None else f"has its plan as evaluation {own}"
        return Check(NAME, False, f"the claim counts as {named} of its filter, and the ledger {found}")
    told = f"evaluation {own} of {len(entries)} of this filter in the ledger, as the claim says"
    return Check(NAME, True, told)
