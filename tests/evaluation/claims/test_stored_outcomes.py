"""Counting outcomes as they are kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import ATTACKED, DISTRIBUTION, UNFILTERED, source

from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.evaluation import natural_outcome
from holdfast.evaluation.claims import DataUse, InvalidClaim, Outcomes, Quantity, count, evidence_of

LIMIT = log_odds_of(DISTRIBUTION.threshold)
PASS, REFUSE = LIMIT - 1, LIMIT + 1


def outcomes(**columns):
    size = len(next(iter(columns.values())))
    defaults = {
        "prompt": ["("] * size,
        "completion": [")"] * size,
        "catastrophic": np.zeros(size, dtype=bool),
    }
    return Outcomes.of({**defaults, **columns}, "here")


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 5))
def test_it_counts_as_the_filter_does(seed, prompts, draws):
    """Against `natural_outcome`, which works from a matrix; rows may come in any order."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(LIMIT, 1, size=(prompts, draws)).astype(np.float32)
    bad = rng.random((prompts, draws)) < 0.4
    passes = scores < LIMIT
    made = np.arange(draws) <= np.where(passes.any(1), passes.argmax(1), draws)[:, None]
    index, draw = np.nonzero(made)
    shuffled = rng.permutation(len(index))
    table = outcomes(
        prompt_index=index[shuffled],
        draw=(draw + 1)[shuffled],
        log_odds=scores[made][shuffled],
        catastrophic=bad[made][shuffled],
    )
    expected, of = natural_outcome(scores, bad, LIMIT), DISTRIBUTION.model_copy(update={"max_draws": draws})
    for quantity, proportion in {
        Quantity.NATURAL_FAILURE_RATE: expected.failures,
        Quantity.REFUSAL_RATE: expected.refusals,
        Quantity.CATASTROPHE_RATE: expected.unfiltered,
    }.items():
        found = count(table, quantity, of)
        assert (found.events, found.trials, found.prompts) == (proportion.events, proportion.trials, prompts)
    missed = count(table, Quantity.FALSE_NEGATIVE_RATE, of)
    assert (missed.events, missed.trials) == ((passes & bad)[:, 0].sum(), bad[:, 0].sum())


def test_an_unsure_verdict_counts_where_that_makes_the_rate_larger():
    table = outcomes(
        label=["unsure", "unsure", "catastrophic", "harmless"], log_odds=[PASS, REFUSE, REFUSE, PASS]
    )
    of = DISTRIBUTION.model_copy(update={"max_draws": 1})
    failures = count(table, Quantity.NATURAL_FAILURE_RATE, of)
    assert (failures.events, failures.trials, failures.unsure) == (1, 2, 1)
    missed = count(table, Quantity.FALSE_NEGATIVE_RATE, of)
    assert (missed.events, missed.trials, missed.unsure) == (1, 2, 1)
    refused = count(table, Quantity.REFUSAL_RATE, of)
    assert (refused.events, refused.trials, refused.unsure) == (2, 4, 0)


def test_attempts_are_counted_with_what_they_spent():
    table = outcomes(
        completion=["", ")", ")", ")"],
        catastrophic=[False, True, True, True],
        log_odds=[np.nan, PASS, PASS, REFUSE],
        egregiousness=[0.0, 2.0, 4.0, 9.0],
        queries=[500, 20, 30, 40],
        seconds=[3600.0, 100.0, 100.0, 3400.0],
    )
    success = count(table, Quantity.ATTACK_SUCCESS_RATE, ATTACKED)
    assert (success.events, success.trials, success.queries, success.hours, success.worst) == (
        2,
        4,
        590,
        2.0,
        4.0,
    )
    assert [count(table, Quantity.WORST_FOUND, ATTACKED, above).events for above in (1.0, 2.0, 4.0)] == [
        2,
        1,
        0,
    ]


def test_failures_an_hour_count_every_failure():
    rows = {
        "catastrophic": [False, True, True],
        "log_odds": [np.nan, PASS, PASS],
        "queries": [5, 5, 5],
        "seconds": [60.0] * 3,
    }
    found = count(outcomes(**rows, failures=[0, 4, 1]), Quantity.FAILURES_PER_ATTACK_HOUR, ATTACKED)
    assert (found.events, found.trials) == (5, 3)
    with pytest.raises(InvalidClaim, match="count every failure, not one an attempt"):
        count(outcomes(**rows), Quantity.FAILURES_PER_ATTACK_HOUR, ATTACKED)
    with pytest.raises(InvalidClaim, match="store them again"):
        count(outcomes(**rows, failures=[0, 4, 0]), Quantity.FAILURES_PER_ATTACK_HOUR, ATTACKED)


def test_strata_are_counted_apart():
    table = outcomes(stratum=["a", "b", "b"], catastrophic=[True, False, True], log_odds=[PASS] * 3)
    given = {
        "planned": 3,
        "looks": 1,
        "uses": [DataUse.MEASURED],
        "models_compared": 1,
        "sources": [source()],
        "drawn_with": "0",
    }
    of = DISTRIBUTION.model_copy(update={"max_draws": 1})
    weights = {"a": 0.2, "b": 0.7, "c": 0.1}
    made = evidence_of(table, Quantity.NATURAL_FAILURE_RATE, of, weights=weights, **given)
    assert [(s.name, s.weight, s.events, s.trials) for s in made.strata] == [
        ("a", 0.2, 1, 1),
        ("b", 0.7, 1, 2),
        ("c", 0.1, 0, 0),
    ]
    with pytest.raises(InvalidClaim, match="'b' of the outcomes has no weight"):
        evidence_of(table, Quantity.NATURAL_FAILURE_RATE, of, weights={"a": 1.0}, **given)


def test_the_first_prompts_keep_all_their_draws():
    table = outcomes(
        prompt_index=[0, 0, 1, 2, 2], draw=[1, 2, 1, 1, 2], log_odds=[REFUSE, PASS, PASS, REFUSE, PASS]
    )
    assert table.first_prompts(2).prompt_index.tolist() == [0, 0, 1]
    assert len(table.first_prompts(3)) == len(table.first_prompts(9)) == 5


NOT_REJECTION_SAMPLING = {
    "a draw missing": {"prompt_index": [0, 0], "draw": [1, 3], "log_odds": [REFUSE, PASS]},
    "the first draw missing": {"draw": [2], "log_odds": [PASS]},
    "a draw twice": {"prompt_index": [0, 0], "draw": [1, 1], "log_odds": [REFUSE, PASS]},
    "drawn on after a pass": {"prompt_index": [0, 0], "draw": [1, 2], "log_odds": [PASS, PASS]},
    "given up early": {"prompt_index": [0, 0], "draw": [1, 2], "log_odds": [REFUSE, REFUSE]},
    "too many draws": {"prompt_index": [0] * 11, "draw": np.arange(1, 12), "log_odds": [REFUSE] * 11},
}


@pytest.mark.parametrize("columns", NOT_REJECTION_SAMPLING.values(), ids=NOT_REJECTION_SAMPLING)
def test_draws_that_the_filter_would_not_have_made_are_refused(columns):
    with pytest.raises(InvalidClaim, match=r"draws of prompt 0 are not those.*store every draw"):
        count(outcomes(**columns), Quantity.NATURAL_FAILURE_RATE, DISTRIBUTION)


def test_outcomes_of_another_filter_or_model_are_refused():
    natural, a, b, e = Quantity.NATURAL_FAILURE_RATE, "a" * 64, "b" * 64, "e" * 64
    with pytest.raises(InvalidClaim, match="of another filter"):
        count(outcomes(log_odds=[PASS], passes=[False]), natural, DISTRIBUTION)
    with pytest.raises(InvalidClaim, match="without a score"):
        count(outcomes(prompt=["("]), natural, DISTRIBUTION)
    named = {"generator": [a, a], "log_odds": [PASS, PASS]}
    with pytest.raises(InvalidClaim, match="mix 2 pairs of models"):
        count(outcomes(classifier=[b, e], **named), natural, DISTRIBUTION)
    with pytest.raises(InvalidClaim, match="of the classifier eeeeeeeeeeee, not of bbbbbbbbbbbb"):
        count(outcomes(classifier=[e, e], **named), natural, DISTRIBUTION)
    assert count(outcomes(classifier=[b, b], **named), natural, DISTRIBUTION).trials == 2


def test_without_a_filter_everything_is_an_answer():
    found = count(outcomes(catastrophic=[True, False]), Quantity.CATASTROPHE_RATE, UNFILTERED)
    assert (found.events, found.trials) == (1, 2)


def test_a_side_stored_within_rounding_of_the_threshold_stands():
    found = count(
        outcomes(log_odds=[LIMIT + 1e-9], passes=[True]), Quantity.NATURAL_FAILURE_RATE, DISTRIBUTION
    )
    assert found.trials == 1


BAD_TABLES = {
    "no prompt": ({"completion": [")"], "catastrophic": [True]}, "no column 'prompt'"),
    "no verdict": ({"prompt": ["("], "completion": [")"]}, "no verdicts"),
    "uneven": ({"prompt": ["("], "completion": [")", ")"], "catastrophic": [True]}, "not equally long"),
    "a strange label": ({"prompt": ["("], "completion": [")"], "label": ["bad"]}, "the label 'bad'"),
    "a score of 2": (
        {"prompt": ["("], "completion": [")"], "catastrophic": [True], "score": [2.0]},
        "no probabilities",
    ),
    "text for a number": (
        {"prompt": ["("], "completion": [")"], "catastrophic": [True], "log_odds": ["high"]},
        "'log_odds' of here does not hold",
    ),
    "a fraction for a count": (
        {"prompt": ["("], "completion": [")"], "catastrophic": [True], "draw": [1.5]},
        "'draw' of here does not hold",
    ),
    "a number for a verdict": (
        {"prompt": ["("], "completion": [")"], "catastrophic": [1]},
        "'catastrophic' of here does not hold",
    ),
}


@pytest.mark.parametrize(("columns", "says"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_bad_table_is_told(columns, says):
    with pytest.raises(UserError, match=says):
        Outcomes.of(columns, "here")
