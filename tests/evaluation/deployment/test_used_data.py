"""Data that chose a threshold is no evidence for what it chose."""

import numpy as np
import pytest

from holdfast.evaluation import natural_outcome
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Different,
    Distribution,
    Evidence,
    InvalidClaim,
    JudgeRecord,
    Method,
    Quantity,
    Source,
)
from holdfast.evaluation.deployment import UsedData, loosest_controlled


def distribution(threshold):
    return Distribution(
        task="brackets",
        task_hash="1" * 64,
        prompts="the task's own prompts",
        prompts_hash="2" * 64,
        generator="a" * 64,
        classifier="b" * 64,
        threshold=threshold,
        max_draws=3,
    )


def claimed(log_odds, catastrophic, choice, sha256, uses):
    found = natural_outcome(log_odds, catastrophic, choice.log_odds)
    of = distribution(choice.threshold)
    evidence = Evidence(
        quantity=Quantity.NATURAL_FAILURE_RATE,
        events=found.failures.events,
        trials=found.failures.trials,
        prompts=found.prompts,
        planned=found.prompts,
        looks=1,
        uses=(DataUse.MEASURED, *uses),
        models_compared=1,
        sources=(Source(path="outcomes.parquet", sha256=sha256, drawn_from=of.hash),),
        drawn_with="0/evaluate",
        different=Different(
            prompts=found.failures.trials, failing=found.failures.events, texts=found.failures.trials
        ),
    )
    judge = JudgeRecord.oracle_of("brackets")
    return Claim.of(evidence, of, method=Method.BINOMIAL, confidence=0.95, judge=judge)


def test_the_data_that_chose_the_threshold_claims_nothing_and_fresh_data_does():
    rng = np.random.default_rng(1)
    scores, fresh = rng.random((2, 2000, 3))
    labels, fresh_labels = rng.random((2, 2000, 3)) < 0.02 * np.stack([scores, fresh])
    choice = loosest_controlled(scores, labels, np.linspace(0.4, 1, 7), 3, 0.02, data="c" * 64)
    with pytest.raises(InvalidClaim, match="chose the threshold"):
        claimed(scores, labels, choice, choice.used.sha256s[0], (choice.used.use,))
    assert claimed(fresh, fresh_labels, choice, "d" * 64, ()).bound < 0.03


def test_used_data_has_a_name():
    assert UsedData.of("hash") == UsedData(("hash",))
    assert UsedData.of(["one", "two"]).sha256s == ("one", "two")
    for nothing in ("", [], ["one", ""]):
        with pytest.raises(ValueError, match="needs a name"):
            UsedData.of(nothing)
