"""Claims that say less than others on the same evidence: families of claims, and prompts that shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.verify.claim import read_claim
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.evaluation.claims import Claim, Method


@dataclass(frozen=True)
class Written:
    """A claim, and the file that it was written to."""

    file: Path
    claim: Claim


def claimed_together(files: Sequence[Path]) -> list[Written]:
    """Claim all of them at once with the confidence that each has, into files beside theirs.

    Nothing is written where one of them cannot be claimed so. Raises UserError for fewer than two files, for
    the same claim twice, and where confidences differ or one has none; InvalidClaim as `Claim` does.
    """
    if len(files) < 2:
        raise UserError("a family has two claims or more; name their files")
    claims = [read_claim(file) for file in files]
    if len({claim.to_json() for claim in claims}) < len(claims):
        raise UserError("the same claim is named twice; name each once")
    for file, claim in zip(files, claims, strict=True):
        if claim.method is Method.SEARCH:
            raise UserError(
                f"{file} is of a search, which bounds no rate and has no confidence; leave it out"
            )
        if claim.family > 1:
            raise UserError(f"{file} is one of a family already; name the claims that it was made from")
        if claim.confidence != claims[0].confidence:
            raise UserError(
                f"{files[0]} has the confidence {claims[0].confidence}, and {file} has {claim.confidence};"
                " together they need the same, so evaluate with the same --confidence"
            )
    made = [claim.weakened(family=len(claims)) for claim in claims]
    return [_kept(file, f"of-{len(claims)}", claim) for file, claim in zip(files, made, strict=True)]


def claimed_shifted(file: Path, most: float) -> Written:
    """Claim the rate for prompts that are up to `most` times as frequent, into a file beside the claim's."""
    if most <= 1:
        raise UserError(f"--most must be above 1, got {most:g}: at 1 the claim holds as it stands")
    claim = read_claim(file)
    if claim.shift != 1:
        raise UserError(f"{file} is of shifted prompts already; name the claim that it was made from")
    return _kept(file, f"shift-{most:g}", claim.weakened(shift=most))


def _kept(file: Path, kind: str, claim: Claim) -> Written:
    place = file.with_name(f"{file.stem}.{kind}{file.suffix}")
    write_text(place, claim.to_json())
    return Written(place, claim)
