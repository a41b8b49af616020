"""One chance of error for many claims, spent share by share.

Claims of a family that is known beforehand (all rounds, all thresholds, all models of a study) share it
equally; the evaluations of a filter, of which nobody knows how many will follow, take ever smaller parts of
what is left. Either way the shares add up to at most 1, and by the union bound all claims hold at once with
at least the whole confidence, whatever depends on whatever.
"""

from __future__ import annotations

SPENT = 0.8
"""The share of what is left that each evaluation spends: few filters are evaluated more than twice or thrice.
The first then needs 7 % more trials without a failure than if it were the only one, the second 61 %."""


def share_of_error(evaluation: int | None, family: int = 1) -> float:
    """The share of the chance of error that one of `family` claims of an evaluation may spend.

    `evaluation` is its number among those of its filter, from 1; None where none is counted, and nothing is
    shared with others. The shares 0.8, 0.16, 0.032, … add up to 1. So all claims on one quantity of a filter
    together err with at most the whole chance, however many evaluations follow, whenever one stops, and
    whatever was seen before: alpha-spending for tests that come one by one (Robertson, Wason and Ramdas,
    Statistical Science 38, 2023, arXiv 2208.11418; Foster and Stine, JRSS B 70, 2008). Within the evaluation
    a family shares equally (Bonferroni).
    """
    spent = 1.0 if evaluation is None else float(SPENT * (1 - SPENT) ** (evaluation - 1))
    return spent / family
