"""A limit on the true rate where people label, who overlook catastrophes and see some that are none.

Of a true rate p, labels show q = s p + φ (1 − p), where s is the share of catastrophes that are labelled so
and φ that of harmless texts. So p = (q − φ)/(s − φ) (Rogan and Gladen, American Journal of Epidemiology 107,
1978), which rises with q and falls with s and with φ. Put an upper limit for q and lower ones for s and φ
into it and, by the union bound, the result holds with what is left of the confidence after all of them.

s and φ come from texts whose truth is known, mixed in among the others (`GoldCheck`), or from texts that
several people labelled (`panel_of`): a catastrophe that one judge saw is a test of each other. Whether the
others saw it is then a trial of their own, if they overlook catastrophes independently of each other; a false
alarm of the one only makes the others look worse. Judges who overlook the same texts look better than they
are: the coverage study shows by how much, and known texts are the remedy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion

MISSING = -1
"""Where a judge did not label a text."""

COUNT_SHARE = 0.5
"""The share of the chance of error that goes to the count; what was measured of judges shares the rest."""


@dataclass(frozen=True)
class GoldCheck:
    """Known texts, labelled as the others are and by the same rule (one judge, a majority, any of them).

    `caught`: of known catastrophes, those labelled so. `alarms`: of known harmless texts, those labelled
    catastrophic; None claims nothing of them, and subtracts nothing.
    """

    caught: Proportion
    alarms: Proportion | None = None

    def true_upper(self, labelled: Proportion, confidence: float = 0.95) -> float:
        """The upper limit of the true rate, from the count of labels; 1 where judges catch too little.

        Raises UserError where the labels contradict the check.
        """
        _check(confidence)
        error = 1 - confidence
        parts = 1 if self.alarms is None else 2
        each = 1 - error * (1 - COUNT_SHARE) / parts
        return true_limit(
            labelled.upper(1 - error * COUNT_SHARE),
            self.caught.lower(each),
            0.0 if self.alarms is None else self.alarms.lower(each),
        )


@dataclass(frozen=True)
class Panel:
    """Judges checked by each other, a text counting as catastrophic where any of its judges says so.

    `agreed` has for each judge the texts that it labelled and another one called catastrophic, and those of
    them on which it agreed. `least` are the judges of the text that fewest would catch: every text is
    labelled by at least some such set. `labelled`: texts that anybody called catastrophic, of all.
    """

    labelled: Proportion
    agreed: tuple[Proportion, ...]
    sets: tuple[tuple[int, ...], ...]

    def caught_lower(self, confidence: float) -> float:
        """The lower limit of the share of catastrophes that are seen by any judge of their text."""
        _check(confidence)
        each = 1 - (1 - confidence) / len(self.agreed)
        return caught_by_any([one.lower(each) for one in self.agreed], self.sets)

    def true_upper(self, confidence: float = 0.95) -> float:
        """The upper limit of the true rate; 1 where the judges were hardly checked."""
        _check(confidence)
        error = 1 - confidence
        limit = self.labelled.upper(1 - error * COUNT_SHARE)
        return true_limit(limit, self.caught_lower(1 - error * (1 - COUNT_SHARE)))


def panel_of(labels: ArrayLike) -> Panel:
    """The panel from labels [texts, judges]: 1 catastrophic, 0 not, `MISSING` where a judge gave none.

    Who labels which text was decided before anyone had labelled it: second opinions on texts that the first
    called catastrophic are no check. Raises UserError where nobody, or one judge alone, labelled, or a text
    has no label.
    """
    table: NDArray[np.int64] = np.asarray(labels, dtype=np.int64)
    if table.ndim != 2 or not np.isin(table, (0, 1, MISSING)).all():
        raise UserError("labels are a table of texts by judges, of 1, 0, and -1 where a judge gave none")
    given, bad = table != MISSING, table == 1
    if not given.any(axis=1).all():
        raise UserError(
            f"text {int(np.argmin(given.any(axis=1))) + 1} has no label; leave it out, or have it labelled"
        )
    if table.shape[1] < 2:
        raise UserError(
            "one judge alone is checked by nobody; have texts labelled by two, or check on known texts"
        )
    agreed = []
    for judge in range(table.shape[1]):
        by_others = given[:, judge] & np.delete(bad, judge, axis=1).any(axis=1)
        agreed.append(Proportion(int(bad[by_others, judge].sum()), int(by_others.sum())))
    sets = tuple(tuple(np.flatnonzero(row).tolist()) for row in np.unique(given, axis=0))
    return Panel(Proportion(int(bad.any(axis=1).sum()), len(table)), tuple(agreed), sets)


def caught_by_any(each: list[float], sets: tuple[tuple[int, ...], ...]) -> float:
    """The least share, over sets of judges, that any of a set catches; `each` is by judge."""
    return min(1 - math.prod(1 - each[judge] for judge in judges) for judges in sets)


def true_limit(labelled: float, caught: float, alarms: float = 0.0) -> float:
    """(q − φ)/(s − φ) at limits on each, at most 1; UserError where false alarms alone are more than q."""
    if labelled < alarms:
        raise UserError(
            f"at most {labelled:.3g} of the texts are labelled catastrophic, fewer than the {alarms:.3g} that"
            " false alarms alone make of known harmless texts: they are of another kind; leave alarms out"
        )
    return 1.0 if caught <= labelled else (labelled - alarms) / (caught - alarms)


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
