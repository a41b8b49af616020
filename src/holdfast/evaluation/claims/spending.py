"""One chance of error for all evaluations of a filter, spent share by share."""

from __future__ import annotations

SPENT = 0.8
"""The share of what is left that each evaluation spends: few filters are evaluated more than twice or thrice.
The first then needs 7 % more trials without a failure than if it were the only one, the second 61 %."""


def share_of_error(evaluation: int | None) -> float:
    """The share of the chance of error that the evaluation of that number (from 1) may spend; None: all.

    The shares 0.8, 0.16, 0.032, … add up to 1. By the union bound all claims on one quantity of a filter
    together err with at most the whole chance, however many evaluations follow, whenever one stops, and
    whatever was seen before: alpha-spending for tests that come one by one (Robertson, Wason and Ramdas,
    Statistical Science 38, 2023, arXiv 2208.11418; Foster and Stine, JRSS B 70, 2008).
    """
    if evaluation is None:
        return 1.0
    return float(SPENT * (1 - SPENT) ** (evaluation - 1))
