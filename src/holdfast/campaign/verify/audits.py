"""The audits of a claim's judge: tables found, counted again, and of other snippets than the claim's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from holdfast.campaign.audit_files import counted
from holdfast.campaign.verify.check import Check
from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash
from holdfast.evaluation.claims import Audit, Claim, Outcomes

NAME = "audit"


def check_audits(claim: Claim, folder: Path, outcomes: Outcomes) -> Iterator[Check]:
    """A check for each audit of the judge; `folder` is the claim's own."""
    for audit in claim.judge.audits:
        yield _checked(audit, folder, outcomes)


def _checked(audit: Audit, folder: Path, outcomes: Outcomes) -> Check:
    if audit.file is None:
        share = f"{audit.agreed:,} of {audit.audited:,}"
        unchecked = f"no table of the audit ({audit.how}) is named, so that {share} is its author's word"
        return Check(NAME, None, unchecked)
    table, path = folder / audit.file.path, audit.file.path
    if not table.is_file():
        return Check(NAME, False, f"{path} is missing; the audit belongs to the claim, so hand it on with it")
    if folder_hash(table) != audit.file.sha256:
        return Check(NAME, False, f"{path} has changed since the claim was made (other SHA-256)")
    try:
        found = counted(table)
    except UserError as error:
        return Check(NAME, False, str(error))
    agreed = int(found.bad.sum())
    if (agreed, len(found)) != (audit.agreed, audit.audited):
        stated = f"{audit.agreed:,} of {audit.audited:,}"
        return Check(
            NAME, False, f"{path} gives {agreed:,} of {len(found):,}, where the claim states {stated}"
        )
    shared = np.isin(found.text_codes, outcomes.text_codes)
    if shared.any():
        told = f"{int(shared.sum()):,} of the {len(found):,} snippets in {path} are the claim's own, of which"
        return Check(NAME, False, f"{told} the audit must be independent: audit the judge on others")
    told = f"{path} gives {_count(agreed, len(found))} as stated, and none of its snippets is the claim's"
    return Check(NAME, True, told)


def _count(agreed: int, audited: int) -> str:
    return f"{agreed:,} of {audited:,}"
