"""Every way to claim what the evidence does not carry, and what the refusal tells people to do instead."""

import math

import pytest
from making import ATTACKED, DISTRIBUTION, UNFILTERED, claim, evidence, source

from holdfast.core.errors import UserError
from holdfast.evaluation import Interval, Proportion
from holdfast.evaluation.claims import (
    Audit,
    Claim,
    DataUse,
    Distribution,
    InvalidClaim,
    JudgeRecord,
    Method,
    Quantity,
    Source,
    Stratum,
)
from holdfast.evaluation.rare.estimate import Estimate

ADAPTIVE = {"method": Method.ADAPTIVE}
MONITOR = {"method": Method.E_PROCESS}
PEOPLE = JudgeRecord(name="people", oracle=False, sensitivity=Audit(agreed=90, audited=100, how="planted"))
DEAF = JudgeRecord(name="people", oracle=False, sensitivity=Audit(agreed=0, audited=100, how="planted"))
UNAUDITED = JudgeRecord(name="people", oracle=False)
HARD = DISTRIBUTION.model_copy(
    update={"prompts": "the task's hard prompts (rich in near misses, not what deployment sees)"}
)
STRATA = (
    Stratum(name="high", weight=0.01, events=0, trials=600),
    Stratum(name="low", weight=0.99, events=0, trials=400),
)
HOURS = {"quantity": Quantity.FAILURES_PER_ATTACK_HOUR, "of": ATTACKED}
POISSON = {"of": ATTACKED, "method": Method.POISSON}
FOUND = {"quantity": Quantity.WORST_FOUND, "of": ATTACKED, "queries": 20_000}
SEARCH = {"of": ATTACKED, "method": Method.SEARCH, "confidence": None, "above": 3.0}


def strata(**changes):
    return (STRATA[0], STRATA[1].model_copy(update=changes))


CASES = {
    # name: (what evidence says, what is claimed of it, words of what is wrong, words of what to do instead)
    # --- peeking
    "no number planned": ({"planned": None}, {}, "fixed beforehand, and none was", "use the monitor"),
    "stopped early": ({"planned": 2000}, {}, "2,000 prompts were planned and 1,000 drawn", "use the monitor"),
    "went on": ({"planned": 500}, {}, "500 prompts were planned and 1,000 drawn", "use the monitor"),
    "looked twice": ({"looks": 2}, {}, "looked at 2 times", "use the monitor"),
    "looked at hours": (
        {**HOURS, "hours": 9.0, "planned_hours": 9.0, "looks": 3},
        POISSON,
        "looked at 3 times",
        "fix the hours and look once",
    ),
    "hours cut short": (
        {**HOURS, "hours": 8.0, "planned_hours": 9.0},
        POISSON,
        "9 hours of attack were planned and 8 spent",
        "go on to the planned hours",
    ),
    "hours not planned": ({**HOURS, "hours": 8.0}, POISSON, "the hours that were planned", "fix the total"),
    # --- data used for something else
    "chose the threshold": (
        {"uses": (DataUse.MEASURED, DataUse.CHOSE_THRESHOLD)},
        {},
        "chose the threshold",
        "draw fresh",
    ),
    "trained": ({"uses": (DataUse.TRAINED, DataUse.MEASURED)}, MONITOR, "the data trained", "draw fresh"),
    "chose the attack": (
        {"uses": (DataUse.MEASURED, DataUse.CHOSE_ATTACK)},
        {},
        "chose the attack",
        "draw fresh",
    ),
    "chose the model": (
        {"uses": (DataUse.MEASURED, DataUse.CHOSE_MODEL)},
        {},
        "does not say among how many",
        "draw fresh",
    ),
    "uses not told": ({"uses": ()}, {}, "does not say that its data was measured", "name every use"),
    "best of six": ({"models_compared": 6}, {}, "best of 6", "corrected_for=6"),
    "best of six, monitored": ({"models_compared": 6}, MONITOR, "best of 6", "draw fresh"),
    "corrected for too few": ({"models_compared": 6}, {"corrected_for": 5}, "best of 6", "corrected_for=6"),
    # --- what was counted, and where
    "mixed models": (
        {"sources": (source(), source(UNFILTERED, "b.parquet", "d" * 64))},
        {},
        "mixes outcomes of 2 different distributions",
        "one claim for each",
    ),
    "another model": (
        {"sources": (source(UNFILTERED),)},
        {},
        "drawn from another distribution",
        "draw from this",
    ),
    "a file twice": ({"sources": (source(), source())}, {}, "the same file twice", "counted once"),
    "no file": ({"sources": ()}, {}, "names no file", "store the judged outcomes"),
    "no trials": ({"trials": 0}, {}, "no trial was counted", "draw outcomes first"),
    "all failed": ({"events": 1000}, {}, "by nothing below 1", "draw more"),
    "attacked prompts": (
        {"of": ATTACKED},
        {"of": ATTACKED},
        "does not follow the task's prompts",
        "draw from the",
    ),
    "hard prompts": ({"of": HARD}, {"of": HARD}, "not those that deployment sees", "draw natural prompts"),
    "attack not named": (
        {"quantity": Quantity.ATTACK_SUCCESS_RATE},
        {},
        "an attack under a budget",
        "name both",
    ),
    "no filter": ({"of": UNFILTERED}, {"of": UNFILTERED}, "without a filter", "the catastrophe rate"),
    # --- numbers that are none
    "confidence of 1": ({}, {"confidence": 1.0}, "between 0 and 1", "0.95 is usual"),
    "confidence of 0": ({}, {"confidence": 0.0}, "between 0 and 1", "0.95 is usual"),
    "confidence in per cent": ({}, {"confidence": 95.0}, "between 0 and 1", "0.95 is usual"),
    "confidence is no number": ({}, {"confidence": math.nan}, "between 0 and 1", "0.95 is usual"),
    "no confidence": ({}, {"confidence": None}, "between 0 and 1", "0.95 is usual"),
    "target of 0": (
        {},
        {**MONITOR, "target": 0.0},
        "target rate must lie between",
        "give a rate such as 1e-5",
    ),
    "target of 1": (
        {},
        {**MONITOR, "target": 1.0},
        "target rate must lie between",
        "give a rate such as 1e-5",
    ),
    "corrected for none": ({}, {"corrected_for": 0}, "at least one model", "leave corrected_for at 1"),
    # --- the method does not carry it
    "target with a fixed number": ({}, {"target": 1e-2}, "only the e-process", "leave it out"),
    "not certified": ({}, {**MONITOR, "target": 1e-3}, "do not certify 0.001", "more, if none of them fails"),
    "few events": (
        {"events": 3},
        {"method": Method.WILSON},
        "not to be trusted at 3",
        "exact one-sided binomial",
    ),
    "few successes": (
        {"events": 990},
        {"method": Method.WILSON},
        "not to be trusted at 10",
        "exact one-sided binomial",
    ),
    "a rate by hours": ({}, {"method": Method.POISSON}, "does not apply", "exact one-sided binomial"),
    "a rate by search": ({}, {"method": Method.SEARCH, "confidence": None}, "does not apply", "e-process"),
    "hours by trials": (
        {**HOURS, "hours": 9.0, "planned_hours": 9.0},
        {"of": ATTACKED},
        "does not apply",
        "Poisson",
    ),
    "no strata": ({}, {"method": Method.STRATIFIED}, "needs strata", "count them with their weights"),
    "strata pooled": ({"strata": STRATA}, {}, "do not follow the distribution", "stratified limit"),
    "an empty stratum": (
        {"trials": 600, "strata": (STRATA[0], STRATA[1].model_copy(update={"trials": 0}))},
        {"method": Method.STRATIFIED},
        "'low' (0.99 of the distribution) is empty",
        "draw from every stratum",
    ),
    "strata of prompts, not of trials": (
        {"strata": STRATA, "prompts": 1200, "planned": 1200},
        {"method": Method.STRATIFIED},
        "only 1,000 of 1,200 prompts gave a trial",
        "unstratified",
    ),
    "weights beyond 1": (
        {"strata": strata(weight=1.2)},
        {"method": Method.STRATIFIED},
        "weight 1.2",
        "leave out",
    ),
    "weights short of 1": (
        {"strata": strata(weight=0.9)},
        {"method": Method.STRATIFIED},
        "add up to 0.91",
        "whole",
    ),
    "strata chosen by what was seen": (
        {"strata": STRATA, "uses": (DataUse.MEASURED, DataUse.CHOSE_CASES)},
        {"method": Method.STRATIFIED},
        "chose the next cases, which voids the stratified limit",
        "claim by the adaptive e-process",
    ),
    "cases chosen by what was seen": (
        {"uses": (DataUse.MEASURED, DataUse.CHOSE_CASES)},
        MONITOR,
        "chose the next cases, which voids the e-process",
        "claim by the adaptive e-process",
    ),
    "an adaptive audit without strata": ({}, ADAPTIVE, "needs strata", "count them with their weights"),
    "a stratum of an adaptive audit left out": (
        {"strata": strata(weight=0.9)},
        ADAPTIVE,
        "add up to 0.91",
        "whole",
    ),
    "a family of none": ({}, {"family": 0}, "at least the one claim", "leave family at 1"),
    "a shift towards the tested": (
        {},
        {"shift": 0.5},
        "at most so many times as frequent",
        "a number from 1",
    ),
    "a shift without end": ({}, {"shift": math.inf}, "at most so many times as frequent", "a number from 1"),
    "a shift of hours": (
        {**HOURS, "hours": 9.0, "planned_hours": 9.0},
        {**POISSON, "shift": 2.0},
        "bounds none",
        "leave it out",
    ),
    "a shift that leaves nothing": ({}, {"shift": 400.0}, "by nothing below 1", "draw more"),
    # --- the judge
    "judge not audited": ({}, {"judge": UNAUDITED}, "nobody measured what it catches", "audit it"),
    "judge sees nothing": ({}, {"judge": DEAF}, "catches none of 100", "take another judge"),
    "false alarms not audited": (
        {"quantity": Quantity.FALSE_NEGATIVE_RATE},
        {"judge": PEOPLE},
        "nobody measured what it is right on",
        "audit it",
    ),
    "all to the audit": ({}, {"judge": PEOPLE, "audit_share": 1.0}, "share of the error must lie", "0.5"),
    "an oracle of nobody": (
        {},
        {"judge": JudgeRecord(name="our best model", oracle=True)},
        "only the task's own oracle",
        "or audit the judge",
    ),
    "an oracle of another task": (
        {},
        {"judge": JudgeRecord.oracle_of("sandbox")},
        "not that of brackets",
        "audit",
    ),
    "more than a sentence": ({}, {"assumptions": ["Trust us. We tried"]}, "more than a clause", "full stops"),
    # --- searches
    "found worse": (
        {**FOUND, "events": 1, "worst": 7.5},
        SEARCH,
        "did find failures above",
        "the worst being 7.5",
    ),
    "queries not kept": ({**FOUND, "queries": None}, SEARCH, "told by its queries", "store `queries`"),
    "search with confidence": (FOUND, {**SEARCH, "confidence": 0.95}, "bounds no rate", "give None"),
    "above everything": (FOUND, {**SEARCH, "above": 10.0}, "nothing lies above 10", "give a lower one"),
    "no level": (FOUND, {**SEARCH, "above": None}, "belongs to a search", "give `above`"),
}


@pytest.mark.parametrize(("counted", "claimed", "wrong", "instead"), CASES.values(), ids=CASES)
def test_it_refuses_and_says_what_to_do_instead(counted, claimed, wrong, instead):
    given = evidence(**counted)
    with pytest.raises(InvalidClaim) as refusal:
        claim(given, **claimed)
    assert wrong in str(refusal.value)
    assert instead in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert isinstance(refusal.value, UserError)


def test_each_case_is_one_change_away_from_a_valid_claim():
    """The table would prove nothing if its starting points were refused as well."""
    claim()
    claim(method=Method.E_PROCESS)
    claim(method=Method.E_PROCESS, target=1e-2)
    claim(judge=PEOPLE)
    claim(evidence(strata=STRATA), method=Method.STRATIFIED)
    for method in (Method.ADAPTIVE, Method.ADAPTIVE_WORST):
        claim(evidence(strata=STRATA, uses=(DataUse.MEASURED, DataUse.CHOSE_CASES)), method=method)
    claim(evidence(**HOURS, hours=9.0, planned_hours=9.0), **POISSON)
    claim(evidence(**FOUND), **SEARCH)
    claim(evidence(500, planned=1000), method=Method.WILSON)
    claim(evidence(models_compared=6), corrected_for=6)
    claim(evidence(of=UNFILTERED, quantity=Quantity.CATASTROPHE_RATE), UNFILTERED)
    claim(evidence(of=ATTACKED, quantity=Quantity.ATTACK_SUCCESS_RATE), ATTACKED)


ESTIMATE = Estimate(1e-6, Interval(1e-7, 1e-5), 0.95, "multilevel splitting", 10_000, 100)


@pytest.mark.parametrize(
    ("offered", "says"),
    [
        (ESTIMATE, "print it as an estimate"),
        (Proportion(0, 1000), "build Evidence"),
        ((0, 1000), "build Evidence"),
    ],
    ids=["an estimate", "a proportion", "two numbers"],
)
def test_only_evidence_is_evidence(offered, says):
    with pytest.raises(InvalidClaim, match=says):
        claim(offered)


IMPOSSIBLE = {
    "more events than trials": (lambda: evidence(1001), "cannot be"),
    "more trials than prompts": (lambda: evidence(prompts=999), "cannot be"),
    "more unsure than events": (lambda: evidence(unsure=1), "cannot be"),
    "negative": (lambda: evidence(-1), "cannot be"),
    "no model measured": (lambda: evidence(models_compared=0), "at least one model"),
    "strata that do not add up": (lambda: evidence(strata=STRATA[:1]), "do not add up"),
    "audit": (lambda: Audit(agreed=3, audited=2, how="planted"), "cannot be"),
    "absolute path": (
        lambda: Source(path="/data/x.parquet", sha256="c" * 64, drawn_from="d" * 64),
        "relative",
    ),
    "drive": (lambda: Source(path="C:/x.parquet", sha256="c" * 64, drawn_from="d" * 64), "relative"),
    "no hash": (lambda: DISTRIBUTION.model_copy(update={"classifier": "classifier-05"}), "SHA-256"),
    "no threshold": (lambda: DISTRIBUTION.model_copy(update={"threshold": None}), "give both, or neither"),
    "threshold of 2": (lambda: DISTRIBUTION.model_copy(update={"threshold": 2.0}), "between 0 and 1"),
    "no draw": (lambda: DISTRIBUTION.model_copy(update={"max_draws": 0}), "at least once"),
    "attack without budget": (lambda: DISTRIBUTION.model_copy(update={"attack": "Genetic()"}), "give both"),
}


@pytest.mark.parametrize(("make", "says"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_parts_that_cannot_be_are_refused(make, says):
    with pytest.raises(InvalidClaim, match=says):
        make()


def test_a_count_of_one_thing_bounds_no_other():
    refusals = evidence(quantity=Quantity.REFUSAL_RATE)
    with pytest.raises(InvalidClaim, match=r"counted the refusal rate.*count that from the stored outcomes"):
        claim().model_copy(update={"evidence": refusals})


def test_there_is_no_way_round_the_checks():
    sound = claim()
    with pytest.raises(InvalidClaim, match="gives"):
        sound.model_copy(update={"bound": sound.bound / 10})
    with pytest.raises(InvalidClaim, match="looked at 2 times"):
        sound.model_copy(update={"evidence": evidence(looks=2)})
    with pytest.raises(InvalidClaim, match="leaves out"):
        sound.model_copy(update={"assumptions": sound.assumptions[1:]})
    with pytest.raises(InvalidClaim, match="format"):
        sound.model_copy(update={"format": 99})
    for part in (Claim, Distribution):
        with pytest.raises(InvalidClaim, match="only built with its checks"):
            part.model_construct()
    with pytest.raises(ValueError, match="frozen"):
        sound.bound = 1e-9


def test_the_price_of_choosing_is_told_in_trials():
    """No failure in 299,572 trials bounds by 1e-5 at 95 %; the best of 50 needs ln(50/0.05)/1e-5 of them."""
    with pytest.raises(InvalidClaim, match="best of 50") as refusal:
        claim(evidence(0, 299_572, models_compared=50))
    needed = int(str(refusal.value).split("takes ")[1].split(" trials")[0].replace(",", ""))
    assert needed == pytest.approx(690_776, abs=5)
    paid = claim(evidence(0, needed, models_compared=50), corrected_for=50)
    assert paid.bound <= claim(evidence(0, 299_572)).bound
