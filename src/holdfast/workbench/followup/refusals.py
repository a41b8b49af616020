"""Why something may not be done with a submission, in words."""

from __future__ import annotations

from fastapi import HTTPException

from holdfast.store.workbench.exchange import MOST_COMMENTS
from holdfast.store.workbench.reopening import UNDO_SECONDS
from holdfast.store.workbench.reviews import Refused, Why

_REFUSALS: dict[Why, tuple[int, str]] = {
    "missing": (404, "there is no such submission"),
    "own": (403, "this is yours, or you have labelled it; somebody else must judge it"),
    "again": (409, "you have labelled this already, otherwise; take that label back first"),
    "undisputed": (409, "it has not all its labels yet; review it as any other"),
    "late": (409, f"it can be taken back for {UNDO_SECONDS:.0f} seconds, and these are over"),
    "trained": (409, "a model learns from it by now, so it cannot be taken back"),
    "judged": (409, "a reviewer has judged it by now, so it cannot be taken back"),
    "settled": (409, "an adjudicator has settled it, and that stands"),
    "decided": (409, "it is decided, and a run may have gone on with it; it cannot be taken back"),
    "rejected": (409, "it was not accepted, so there is nothing to take back; its draft is open"),
    "disputed": (409, "its writer disputes the decision; an adjudicator settles it now"),
    "undisputable": (409, "only what reviewers have rejected can be disputed"),
    "training": (409, "a model is being trained with it; dispute it when the round has ended"),
    "unheard": (409, "an attack wrote this text, so nobody would read what you write to its writer"),
    "full": (409, f"there are {MOST_COMMENTS} comments on it, and no more are kept"),
}


def refusal(refused: Refused) -> HTTPException:
    """The answer that says so."""
    return HTTPException(*_REFUSALS[refused.why])
