"""What a gate says of a limit, in sentences."""

from __future__ import annotations

import math

from holdfast.evaluation.gate import Decided, Decision, PairedLimit, RateLimit

_PARTS = 100_000
"""Of a whole: a bound in percent has three decimals."""


def share(value: float) -> str:
    """A share in percent, with the digits that it has."""
    return f"{100 * value:.6g} %"


def bound(value: float, upper: bool) -> str:
    """A bound in percent, rounded to the side on which it holds too."""
    scaled = value * _PARTS
    whole = math.ceil(scaled - 1e-7) if upper else math.floor(scaled + 1e-7)
    return f"{whole / (_PARTS / 100):.6g} %"


def rate_why(limit: RateLimit, decided: Decided, what: str) -> str:
    """Why a limit on a rate was decided so."""
    counted, at_least = limit.counted, limit.at_least
    count = f"{counted.events:,} of {counted.trials:,} {what}"
    end = counted.lower(limit.confidence) if at_least else counted.upper(limit.confidence)
    side = "at least" if at_least else "at most"
    sure = f"with {share(limit.confidence)} confidence the rate is {side} {bound(end, not at_least)}"
    match decided.decision:
        case Decision.PASSED:
            return f"{count}: {sure}"
        case Decision.FAILED:
            return f"{count}: the rate is not {side} {share(limit.limit)} ({_p(decided)})"
        case Decision.COULD_NOT_TELL:
            more = _more(decided, limit.missing, limit.kept, counted.trials)
            return (
                f"{count}: {sure}, not {side} {share(limit.limit)}; {more}"
                if not limit.kept
                else (f"{count}: {sure}; {more}")
            )


def paired_why(limit: PairedLimit, decided: Decided, worse: str) -> str:
    """Why a comparison was decided so; `worse` says in words what the guard does more often than it may."""
    pairs, margin = limit.pairs, share(limit.margin)
    differing = f"{pairs.first_only:,} {worse} and {pairs.second_only:,} the other way"
    count = f"of {pairs.pairs:,} rows under both guards, {differing}"
    match decided.decision:
        case Decision.PASSED if limit.same:
            return f"{count}: it is the same guard at the same threshold"
        case Decision.PASSED:
            return f"{count}: with {share(limit.confidence)} confidence it is worse by at most {margin}"
        case Decision.FAILED:
            return f"{count}: it is worse ({_p(decided)})"
        case Decision.COULD_NOT_TELL:
            more = _more(decided, limit.missing, limit.kept, pairs.pairs)
            return (
                f"{count}: {more}"
                if limit.kept
                else f"{count}: it may be worse by more than {margin}; {more}"
            )


def _p(decided: Decided) -> str:
    return f"exact p = {decided.p_value:.2g}, {decided.adjusted:.2g} after Holm's correction over all limits"


def _more(decided: Decided, missing: int, kept: bool, rows: int) -> str:
    if missing:
        lack = f"{missing:,} row{' is' if missing == 1 else 's are'} missing, and a part never passes"
        if kept or decided.needed is None:
            return lack
        return f"{lack}; besides, about {decided.needed:,} rows in all would decide it"
    if decided.needed is None:
        return "the rate lies so near to the limit that no practical number of rows would decide it"
    return (
        f"about {decided.needed - rows:,} more rows ({decided.needed:,} in all) would decide it,"
        " if the rate stays as it is"
    )
