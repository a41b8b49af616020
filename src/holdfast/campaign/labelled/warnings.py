"""What a reader should know before trusting the figures, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.campaign.labelled.record import AttackOnRowsRecord, RowsRecord, ThresholdRecord
from holdfast.campaign.labelled.scoring import Scores

MANY = 100
"""Texts of a class from which its rate says something: exact limits on half of them are ± 10 points."""


def warnings_of(
    rows: RowsRecord, threshold: ThresholdRecord, scores: Scores, area: float | None
) -> tuple[str, ...]:
    """All that is odd, the weightiest first."""
    return (*_order(area), *_shared(rows, threshold), *_left_out(rows, threshold, scores), *_few(rows))


def _order(area: float | None) -> Iterator[str]:
    if area is not None and area < 0.5:
        yield (
            f"harmless texts score higher than catastrophic ones (area under the curve {area:.2f}), as if"
            " what the labels mean were inverted, in the guard or in the data"
        )


def _shared(rows: RowsRecord, threshold: ThresholdRecord) -> Iterator[str]:
    for one in rows.shared:
        also = {
            "train": "a guard trained on them does better here than on new text",
            "validation": "what was chosen on them does better here than on new text",
            "threshold": "the threshold was chosen on them"
            if threshold.rule != "fixed"
            else "they are no fresh evidence for a threshold that was chosen there",
        }[one.split]
        if one.texts or one.groups:
            yield (
                f"the split {one.split} holds {_many(one.texts, 'text')} of test, and rows of the same groups"
                f" as {_many(one.groups, 'text')}: {also}"
            )


def _left_out(rows: RowsRecord, threshold: ThresholdRecord, scores: Scores) -> Iterator[str]:
    if rows.conflicting:
        yield f"{_many(rows.conflicting, 'text')} with several labels set apart: nobody knows which is right"
    skipped = int(scores.skipped.sum())
    if skipped:
        yield (
            f"{_many(skipped, 'text')} that the guard cannot read skipped: neither blocked nor passed; say"
            " what is to be read of them (classifier: overflow: head, tail or window)"
        )
    if threshold.skipped:
        yield f"{_many(threshold.skipped, 'text')} of the split threshold that the guard cannot read"
    cut = int(scores.cut.sum())
    if cut:
        yield f"{_many(cut, 'text')} that the guard read only in part"


def _few(rows: RowsRecord) -> Iterator[str]:
    for label, count in (("catastrophic", rows.catastrophic), ("harmless", rows.harmless)):
        if count < MANY:
            rest = "its rate is unknown" if not count else "the limits of its rate are wide"
            yield f"{'no' if not count else f'only {count}'} {label} texts in the split test: {rest}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def attack_warnings(attacks: Sequence[AttackOnRowsRecord], asked: int) -> tuple[str, ...]:
    """What should be known of attempts before their shares are trusted."""
    return tuple(line for one in attacks for line in _attack(one, asked))


def _attack(one: AttackOnRowsRecord, asked: int) -> Iterator[str]:
    if one.planned < asked:
        yield (
            f"{one.attack}: {_many(one.planned, 'attempt')} instead of {asked:,}, for the split test has no"
            " more catastrophic texts"
        )
    if one.skipped:
        yield f"{one.attack}: {_many(one.skipped, 'attempt')} skipped, which could not be made"
    if one.pending:
        most, every = one.broken + one.pending, one.broken + one.withstood + one.pending
        yield (
            f"{one.attack}: {_many(one.pending, 'attempt')} pending, which wait for people and are in no"
            f" rate: once they have judged, {one.broken:,} to {most:,} of {every:,} seeds are broken"
        )
    if one.unasked:
        yield (
            f"{one.attack}: {_many(one.unasked, 'attempt')} withstood without a rewrite being scored, for the"
            " judge allowed nothing that the attack wrote: that is no strength of the guard"
        )
