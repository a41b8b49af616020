"""Claims on people's labelled rows: false alarms, and judges that rest on an assumption."""

import numpy as np
import pytest
from making import ATTACKED, DISTRIBUTION, evidence, source

from holdfast.core.odds import log_odds_of
from holdfast.evaluation import Proportion
from holdfast.evaluation.claims import (
    Audit,
    Claim,
    InvalidClaim,
    JudgeRecord,
    Method,
    Outcomes,
    Quantity,
    count,
)

ROWS = DISTRIBUTION.model_copy(
    update={"task": "labelled", "prompts": "harmless texts", "generator": None, "max_draws": 1}
)
PEOPLE = JudgeRecord(name="labels", oracle=False, assumption="people's labels are right")
PASS, BLOCK = log_odds_of(ROWS.threshold) - 1, log_odds_of(ROWS.threshold) + 1


def claim(of=ROWS, judge=PEOPLE, quantity=Quantity.FALSE_ALARM_RATE, **changes):
    counted = evidence(3, 200, of, quantity=quantity, sources=(source(of),))
    return Claim.of(counted, of, method=Method.BINOMIAL, confidence=0.95, judge=judge, **changes)


@pytest.mark.parametrize(
    ("labels", "scores", "events", "trials", "unsure"),
    [
        (["harmless"] * 3 + ["catastrophic"], [PASS, BLOCK, BLOCK, BLOCK], 2, 3, 0),
        (["harmless", "unsure"], [PASS, BLOCK], 1, 2, 1),  # it may be harmless, and is blocked
        (["harmless", "unsure"], [PASS, PASS], 0, 1, 0),  # it would make the rate smaller
        (["catastrophic"] * 2, [PASS, BLOCK], 0, 0, 0),
    ],
)
def test_false_alarms_are_harmless_texts_that_are_blocked(labels, scores, events, trials, unsure):
    size = len(labels)
    table = Outcomes.of(
        {"prompt": [""] * size, "completion": ["x"] * size, "label": labels, "log_odds": np.array(scores)},
        "here",
    )
    found = count(table, Quantity.FALSE_ALARM_RATE, ROWS)
    assert (found.events, found.trials, found.unsure) == (events, trials, unsure)


def test_a_claim_states_the_assumption_of_its_judge_and_needs_no_audit():
    made = claim()
    assert made.bound == Proportion(3, 200).upper(0.95)
    assert "- people's labels are right" in str(made)
    assert "200 texts were fixed beforehand" in str(made)
    assert "the false-alarm rate (harmless texts that are blocked) is at most" in made.sentence
    assert Claim.from_json(made.to_json()) == made


def test_an_assumption_cannot_be_left_out():
    made = claim()
    fields = {name: getattr(made, name) for name in type(made).model_fields}
    with pytest.raises(InvalidClaim, match="leaves out that people's labels are right"):
        Claim(**{**fields, "assumptions": tuple(a for a in made.assumptions if a != PEOPLE.assumption)})


@pytest.mark.parametrize(
    "quantity",
    [q for q in Quantity if q.judged and not q.attacked and q is not Quantity.NATURAL_FAILURE_RATE],
)
def test_it_is_stated_for_every_quantity_that_a_judge_decides(quantity):
    assert PEOPLE.assumption in claim(quantity=quantity).assumptions


def test_it_is_stated_of_attacks_too():
    of = ATTACKED.model_copy(update={"task": "labelled"})
    assert PEOPLE.assumption in claim(of, quantity=Quantity.ATTACK_SUCCESS_RATE).assumptions


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"oracle": True, "assumption": "it is right"}, "name one of them"),
        (
            {
                "oracle": False,
                "assumption": "it is right",
                "sensitivity": Audit(agreed=9, audited=9, how="x"),
            },
            "name one of them",
        ),
    ],
)
def test_a_judge_is_right_for_one_reason(record, said):
    with pytest.raises(InvalidClaim, match=said):
        JudgeRecord(name="people", **record)


def test_audits_on_failures_do_not_carry_a_claim_on_false_alarms():
    audited = JudgeRecord(name="people", oracle=False, sensitivity=Audit(agreed=99, audited=100, how="x"))
    with pytest.raises(InvalidClaim, match="do not say how many texts that it calls harmless are"):
        claim(judge=audited)


def test_false_alarms_need_a_filter():
    of = ROWS.model_copy(update={"classifier": None, "threshold": None, "generator": "a" * 64})
    with pytest.raises(InvalidClaim, match="without a filter there is no false-alarm rate"):
        claim(of)


def test_how_a_classifier_is_read_is_part_of_what_is_claimed():
    """And distributions of before it was told keep their hash."""
    read = ROWS.model_copy(update={"reading": '{"bad":["hate"]}'})
    assert read.hash != ROWS.hash
    assert read.filter_hash != ROWS.filter_hash
    assert "read with bad hate" in str(claim(read))
    assert (DISTRIBUTION.hash[:12], DISTRIBUTION.filter_hash[:12]) == ("c7fb0007f692", "f60cf9d650b0")
