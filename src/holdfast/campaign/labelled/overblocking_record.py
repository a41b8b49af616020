"""Over-blocking as the record tells it."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.evaluate.summary import bound
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.overblocking import SENTENCES, over_blocking
from holdfast.campaign.labelled.record import OverblockingRecord
from holdfast.campaign.opening import Opened
from holdfast.core.seeds import Stream
from holdfast.judges.carried import Carried

TEXTS = 500
"""Harmless texts put in surroundings, at most."""


def measured_overblocking(
    opened: Opened, found: Measured, sentences: Sequence[int]
) -> OverblockingRecord | None:
    """Block rates with as many sentences around as the broken attempts added.

    None where attacks write no surroundings, or where the data have no sentence to write.
    """
    task = opened.labelled
    if not isinstance(opened.judge, Carried) or not task.harmless_sentences:
        return None
    result = over_blocking(
        task,
        opened.target(found.threshold).system,
        Stream(opened.config.seed).child("evaluate", "labelled"),
        TEXTS,
        sentences=sentences or (SENTENCES,),
    )
    return OverblockingRecord(
        plain=bound(result.plain, found.confidence),
        surrounded=bound(result.surrounded, found.confidence),
        told=_told(sentences),
    )


def _told(sentences: Sequence[int]) -> str:
    if not sentences:
        return f"{SENTENCES} sentences about each text, as no attempt that had to search broke the guard"
    least, most = min(sentences), max(sentences)
    many = f"{least}" if least == most else f"{least} to {most}"
    return f"{many} sentence{'' if most == 1 else 's'} about each text, as many as the broken attempts added"
