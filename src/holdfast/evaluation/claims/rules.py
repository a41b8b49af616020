"""What makes a claim invalid: one rule a function, each of which says what to do instead.

A rule takes the proposed claim before its limit is worked out. They run in this order, and the first that is
broken is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from holdfast.evaluation.claims import method_rules, provenance_rules

if TYPE_CHECKING:
    from holdfast.evaluation.claims.terms import Terms

_RULES: tuple[Callable[[Terms], None], ...] = (
    method_rules.method_applies,
    method_rules.confidence_given,
    method_rules.target_fits,
    method_rules.right_quantity,
    method_rules.filter_named,
    method_rules.some_trials,
    method_rules.strata_whole,
    provenance_rules.one_source,
    provenance_rules.only_measured,
    provenance_rules.not_peeked,
    provenance_rules.hours_spent,
    method_rules.events_enough,
    method_rules.judge_audited,
    provenance_rules.choice_paid_for,
    method_rules.shift_fits,
    method_rules.certified,
    method_rules.search_found_nothing,
    method_rules.bounds_something,
    method_rules.clauses_only,
)


def check(claim: Terms) -> None:
    """Raise InvalidClaim for the first rule that a claim breaks."""
    for rule in _RULES:
        rule(claim)
