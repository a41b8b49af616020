"""Which value of the label column means what, once all values of the data are known."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.tasks.labelled.config import LabelValues

LABELS = (Label.HARMLESS, Label.CATASTROPHIC, Label.UNSURE)
"""The labels by the code that they are kept as."""

_SHOWN = 30


def meanings(counts: Mapping[str | None, int], told: LabelValues, column: str) -> dict[str | None, Label]:
    """What each value that occurs means; None stands for a missing label.

    `counts` says how often each value occurs. Raises UserError, with all values and their counts, where
    what a value means would have to be guessed.
    """
    named: dict[str, Label] = dict.fromkeys(told.catastrophic, Label.CATASTROPHIC)
    named |= dict.fromkeys(told.harmless or (), Label.HARMLESS)
    named |= dict.fromkeys(told.unsure, Label.UNSURE)
    occurring = [value for value in counts if value is not None]
    others = [value for value in occurring if value not in named]
    if told.harmless is None:
        _all_occur(told.catastrophic, occurring, counts, column)
        if others and len(others) > 1 and not told.others_harmless:
            raise UserError(
                f"{_there_are(counts, column)}; labels.catastrophic (--bad) names "
                f"{_quoted(told.catastrophic)}, which leaves open what the others are: write labels.harmless "
                "and labels.unsure (--harmless, --unsure) for them, or labels.others_harmless: true "
                "(--others-harmless) if all of them are harmless"
            )
    elif others:
        raise UserError(
            f"{_there_are(counts, column)}; {_quoted(others)} {_is_or_are(others)} neither catastrophic, "
            "harmless nor unsure: write what each means in labels (--bad, --harmless, --unsure)"
        )
    found: dict[str | None, Label] = {value: named.get(value, Label.HARMLESS) for value in occurring}
    if None in counts and told.missing in ("unsure", "harmless"):
        found[None] = Label(told.missing)
    return found


def _all_occur(
    values: Sequence[str], occurring: Collection[str], counts: Mapping[str | None, int], column: str
) -> None:
    """A catastrophic value that never comes is a slip where all others count as harmless."""
    for value in values:
        if value not in occurring:
            near = difflib.get_close_matches(value, occurring, n=1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'?" if near else "name the right one"
            raise UserError(
                f"the value '{value}' that is to be catastrophic never occurs; {hint} "
                f"{_there_are(counts, column)}. If it just has no rows here, write labels.harmless "
                "(--harmless) too"
            )


def _there_are(counts: Mapping[str | None, int], column: str) -> str:
    values = sorted(((v, n) for v, n in counts.items() if v is not None), key=lambda pair: -pair[1])
    told = ", ".join(f"'{value}' ({count:,})" for value, count in values[:_SHOWN])
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return f"the column '{column}' holds {told}{more}"


def _quoted(values: Sequence[str]) -> str:
    told = ", ".join(f"'{value}'" for value in values[:_SHOWN])
    return told + (" and others" if len(values) > _SHOWN else "")


def _is_or_are(values: Sequence[str]) -> str:
    return "is" if len(values) == 1 else "are"


def decided(votes: Sequence[Label], missing: Label | None) -> Label:
    """The label with the most votes; unsure on a tie, and what is missing where nobody voted."""
    if not votes:
        return missing or Label.UNSURE
    (first, most), *others = Counter(votes).most_common()
    return Label.UNSURE if others and others[0][1] == most else first
