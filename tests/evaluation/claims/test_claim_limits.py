"""The arithmetic of claims against scipy's own tests, and by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import ATTACKED, DISTRIBUTION, claim, evidence
from scipy import stats

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims import (
    Audit,
    InvalidClaim,
    JudgeRecord,
    Method,
    Outcomes,
    Quantity,
    Stratum,
    allot,
    count,
)
from holdfast.evaluation.label_noise import GoldCheck, Panel
from holdfast.evaluation.monitor import Monitor, Standing, certifying_trials
from holdfast.evaluation.spending import share_of_error


def exact_upper(events, trials, confidence):
    return stats.binomtest(events, trials, alternative="less").proportion_ci(confidence, "exact").high


def exact_lower(events, trials, confidence):
    return stats.binomtest(events, trials, alternative="greater").proportion_ci(confidence, "exact").low


def people(agreed, audited, right=None, of=None):
    precision = None if right is None else Audit(agreed=right, audited=of, how="judged twice")
    return JudgeRecord(
        name="people",
        oracle=False,
        sensitivity=Audit(agreed=agreed, audited=audited, how="planted"),
        precision=precision,
    )


LIKE = 1e-8
"""Beta quantiles found by two roads differ in the tenth digit, and 1 - x loses some too."""


@given(st.integers(0, 40), st.integers(1000, 10**6), st.floats(0.8, 0.999), st.integers(1, 50))
def test_best_of_many_is_bonferroni(events, trials, confidence, models):
    made = claim(
        evidence(events, trials, models_compared=models), confidence=confidence, corrected_for=models
    )
    expected = exact_upper(events, trials, 1 - (1 - confidence) / models)
    assert made.bound == pytest.approx(expected, rel=LIKE)


@given(st.integers(0, 40), st.integers(50, 100), st.floats(0.1, 0.9), st.integers(1, 9))
def test_the_audit_takes_its_share_of_the_error_once(events, caught, share, models):
    """The count fails with (1 - share) δ / R for each of R models, the audit with share δ."""
    made = claim(
        evidence(events, 10_000, models_compared=models),
        judge=people(caught, 100),
        audit_share=share,
        corrected_for=models,
    )
    count = exact_upper(events, 10_000, 1 - 0.05 * (1 - share) / models)
    assert made.bound == pytest.approx(count / exact_lower(caught, 100, 1 - 0.05 * share), rel=LIKE)


def test_false_alarms_are_paid_for_where_they_dilute():
    made = claim(
        evidence(2, 300, quantity=Quantity.FALSE_NEGATIVE_RATE), judge=people(95, 100, right=98, of=100)
    )
    share = exact_lower(95, 100, 1 - 0.0125) * exact_lower(98, 100, 1 - 0.0125)
    assert made.bound == pytest.approx(exact_upper(2, 300, 0.975) / share, rel=1e-9)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_draws_that_share_a_prompt_are_bounded_by_prompt(prompts, draws, seed):
    """A prompt fails where any of its draws does, whoever draws how often; a plan's prompts are draws."""
    rng = np.random.default_rng(seed)
    which = rng.integers(prompts, size=prompts * draws)
    bad = rng.random(len(which)) < 0.02
    rows = {
        "prompt": [f"prompt {number}" for number in which],
        "completion": [f"completion {number}" for number in range(len(which))],
        "catastrophic": bad,
        "log_odds": np.full(len(which), -9.0),
    }
    found = count(Outcomes.of(rows, "here"), Quantity.NATURAL_FAILURE_RATE, DISTRIBUTION)
    different, failing = len(set(which.tolist())), len(set(which[bad].tolist()))
    assert (found.different.prompts, found.different.failing) == (different, failing)
    if failing == different:
        return
    counted = evidence(found.events, found.trials, different=found.different)
    assert claim(counted).bound == pytest.approx(exact_upper(failing, different, 0.95), rel=LIKE)
    planned = counted.model_copy(update={"plan": "f" * 64})
    assert claim(planned).bound == pytest.approx(exact_upper(found.events, found.trials, 0.95), rel=LIKE)


@given(st.integers(1, 60))
def test_the_evaluations_of_a_filter_spend_no_more_than_the_error(evaluations):
    shares = [share_of_error(number) for number in range(1, evaluations + 1)]
    assert math.fsum(shares) <= 1 + 1e-12
    assert shares == sorted(shares, reverse=True)
    made = claim(evidence(), evaluation=2)
    assert made.bound == pytest.approx(exact_upper(0, 1000, 1 - 0.05 * 0.16), rel=LIKE)


WALKS = {
    "plans one after the other": (False, [3000, 4744, 6296, 9154]),
    "new seeds until one is lucky": (True, [3000] * 5),
}


@pytest.mark.parametrize(("fresh", "sizes"), WALKS.values(), ids=WALKS)
def test_looking_again_until_it_looks_well_errs_no_more_than_stated(fresh, sizes):
    """Of filters that fail just a little more often than is claimed, whoever stops at the first claim that
    passes; without the shares this errs about twice, and four times, as often."""
    rng, rate, runs = np.random.default_rng(3), 1.0005e-3, 40_000
    steps = sizes if fresh else [sizes[0], *np.diff(sizes).tolist()]
    failures = rng.binomial(steps, rate, size=(runs, len(steps)))
    seen = failures if fresh else failures.cumsum(axis=1)

    def wrong(shares):
        """The share of runs in which some claim of at most 1e-3 is made."""
        most = [
            max((k for k in range(40) if exact_upper(k, n, 1 - 0.05 * s) <= 1e-3), default=-1)
            for n, s in zip(sizes, shares, strict=True)
        ]
        return float((seen <= np.array(most)).any(axis=1).mean())

    assert wrong([1.0] * len(sizes)) > 0.08
    assert wrong([share_of_error(number) for number in range(1, len(sizes) + 1)]) <= 0.05


def test_refusals_need_no_judge():
    made = claim(evidence(4, quantity=Quantity.REFUSAL_RATE), judge=JudgeRecord(name="people", oracle=False))
    assert made.bound == pytest.approx(exact_upper(4, 1000, 0.95))


def test_the_monitor_certifies_just_when_it_says_so():
    target = 1e-3
    for failures in (0, 1, 4):
        needed = certifying_trials(target, failures, 0.95)
        made = claim(
            evidence(failures, needed, planned=None, looks=99), method=Method.E_PROCESS, target=target
        )
        assert made.bound == target
        with pytest.raises(InvalidClaim, match=r"\(1 more"):
            claim(evidence(failures, needed - 1), method=Method.E_PROCESS, target=target)
        limit = claim(evidence(failures, needed), method=Method.E_PROCESS).bound
        assert limit == pytest.approx(target, rel=1e-3)
        assert limit <= target * (1 + 1e-12)


def test_a_monitor_for_an_audited_judge_runs_at_its_part_of_the_confidence():
    judge, target = people(95, 100), 1e-3
    part = allot(0.95, Quantity.NATURAL_FAILURE_RATE, judge)
    assert (part.count, part.sensitivity) == pytest.approx((0.975, 0.975))
    monitor = Monitor(target, part.count).observe(np.zeros(10_000))
    assert monitor.standing is Standing.CERTIFIED
    made = claim(
        evidence(0, monitor.trials, prompts=10_000, planned=None),
        method=Method.E_PROCESS,
        target=target,
        judge=judge,
    )
    assert made.bound == pytest.approx(target / exact_lower(95, 100, 0.975))


@given(st.integers(0, 30), st.floats(0.1, 1e4))
def test_rates_an_hour_are_exact_for_poisson_counts(events, hours):
    counted = evidence(
        events,
        100,
        of=ATTACKED,
        quantity=Quantity.FAILURES_PER_ATTACK_HOUR,
        hours=hours * 1.2,
        planned_hours=hours,
    )
    made = claim(counted, ATTACKED, method=Method.POISSON)
    # What was spent beyond the plan counts for nothing; at the limit the chance of so few is just 5 %.
    assert made.bound == pytest.approx(stats.chi2.ppf(0.95, 2 * events + 2) / (2 * hours), rel=1e-9)
    assert stats.poisson.cdf(events, made.bound * hours) == pytest.approx(0.05, rel=1e-6)


def test_wilson_is_that_of_scipy():
    made = claim(evidence(150, 100_000), method=Method.WILSON)
    two_sided = stats.binomtest(150, 100_000).proportion_ci(0.9, "wilson")
    assert made.bound == pytest.approx(two_sided.high, rel=1e-9)


def test_the_judge_corrected_bound_covers():
    """Failures are seen with chance s, by a judge audited on planted ones; both are drawn 3,000 times."""
    rng = np.random.default_rng(7)
    rate, sensitivity, trials, planted = 2e-3, 0.7, 4000, 60
    seen = rng.binomial(trials, rate * sensitivity, size=3000)
    caught = rng.binomial(planted, sensitivity, size=3000)
    bounds = {
        pair: claim(evidence(pair[0], trials), judge=people(pair[1], planted)).bound
        for pair in set(zip(seen.tolist(), caught.tolist(), strict=True))
    }
    found = np.array([bounds[pair] for pair in zip(seen.tolist(), caught.tolist(), strict=True)])
    naive = np.array([exact_upper(k, trials, 0.95) for k in range(seen.max() + 1)])[seen]
    assert np.mean(found >= rate) >= 0.95
    # Left uncorrected, the same counts are worth far less than they claim.
    assert np.mean(naive >= rate) < 0.85


def test_false_negatives_with_a_judge_that_errs_both_ways_are_covered():
    """The diluted share of passing catastrophes, divided by both audits, still bounds the true one."""
    rng = np.random.default_rng(11)
    true, sensitivity, false_alarm_share, repeats = 0.1, 0.8, 0.2, 1500
    # Of what the judge calls catastrophic, a share is harmless, and none of that passes: the worst dilution.
    seen = true * sensitivity / (true * sensitivity + (1 - true)) * (1 - false_alarm_share)
    kept = []
    for _ in range(repeats):
        judge = people(
            int(rng.binomial(80, sensitivity)), 80, right=int(rng.binomial(80, 1 - false_alarm_share)), of=80
        )
        counted = evidence(int(rng.binomial(400, seen)), 400, quantity=Quantity.FALSE_NEGATIVE_RATE)
        kept.append(claim(counted, judge=judge).bound >= true)
    assert np.mean(kept) >= 0.95


@pytest.mark.parametrize("rates", [pytest.param((0.02, 0.001), marks=pytest.mark.slow), (0.0, 0.004)])
def test_the_stratified_bound_covers(rates):
    rng = np.random.default_rng(3)
    weights, trials = (0.1, 0.9), (200, 1000)
    true = float(np.dot(weights, rates))
    draws = [tuple(int(rng.binomial(n, p)) for n, p in zip(trials, rates, strict=True)) for _ in range(1000)]
    bounds = {
        pair: claim(stratified(pair, weights, trials), method=Method.STRATIFIED).bound for pair in set(draws)
    }
    assert np.mean([bounds[pair] >= true for pair in draws]) >= 0.95


def stratified(events, weights, trials):
    rows = zip("ab", weights, events, trials, strict=True)
    strata = tuple(Stratum(name=n, weight=w, events=e, trials=t) for n, w, e, t in rows)
    return evidence(sum(events), sum(trials), strata=strata)


def test_peeking_would_break_the_fixed_bound():
    """Why a fixed-n bound refuses looks: stopped at its best moment it fails far more often than it says."""
    rng = np.random.default_rng(5)
    rate, missed = 0.01, 0
    for _ in range(400):
        failures = np.cumsum(rng.random(3000) < rate)[99::100]
        trials = np.arange(100, 3001, 100)
        missed += bool((stats.beta.ppf(0.95, failures + 1, trials - failures) < rate).any())
    assert missed / 400 > 0.1


@given(st.integers(0, 20), st.integers(2, 9), st.floats(0.8, 0.999))
def test_a_family_shares_the_error_equally(events, family, confidence):
    made = claim(evidence(events), confidence=confidence, family=family)
    assert made.bound == pytest.approx(exact_upper(events, 1000, 1 - (1 - confidence) / family), rel=LIKE)


@given(st.integers(0, 20), st.floats(1.01, 30))
def test_a_shift_multiplies_the_limit(events, shift):
    assert claim(evidence(events), shift=shift).bound == pytest.approx(shift * claim(evidence(events)).bound)


def test_a_panel_and_false_alarms_are_what_label_noise_gives():
    """At the same split of the error the claim's limit is that of `label_noise`."""
    panel = Panel(Proportion(9, 1000), (Proportion(40, 50), Proportion(30, 40)), ((0, 1),))
    audits = tuple(Audit(agreed=p.events, audited=p.trials, how="overlap") for p in panel.agreed)
    judged = JudgeRecord(name="people", oracle=False, panel=audits)
    assert claim(evidence(9), judge=judged).bound == pytest.approx(panel.true_upper())
    known = GoldCheck(Proportion(95, 100), Proportion(30, 9000))
    alarmed = JudgeRecord(
        name="people",
        oracle=False,
        sensitivity=Audit(agreed=95, audited=100, how="planted"),
        false_alarms=Audit(agreed=30, audited=9000, how="planted"),
    )
    assert claim(evidence(9), judge=alarmed).bound == pytest.approx(known.true_upper(Proportion(9, 1000)))


def test_what_is_weakened_twice_is_weakened_once():
    whole = claim(evidence(2), method=Method.E_PROCESS)
    assert whole.weakened(family=3).weakened(shift=2.0) == whole.weakened(family=3, shift=2.0)
    certified = claim(evidence(0, 400_000), method=Method.E_PROCESS, target=1e-5)
    assert certified.weakened(family=50).target is None
    assert certified.weakened(family=50).bound > 1e-5
