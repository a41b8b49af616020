"""What the report says of the objectives, from invented records."""

import pytest
from synthetic import campaign, objective

from holdfast.report.objectives import objective_rows, objective_sentence


def compared(*records):
    return campaign(2).model_copy(update={"objectives": records})


def pair(low, high, index=0):
    return objective("egregious", index, high), objective("lowest_score", index, low)


def test_it_is_drawn_from_the_model_that_tells_most():
    assert objective_sentence(campaign(6)) == (
        "With the objective lowest_score, greedy_rewrite's best failures against the first model have a mean "
        "egregiousness of 2.9; with the objective egregious, 5.9 (16 seeds that it broke with both)."
    )
    even = compared(*pair((2.0,) * 8, (6.0,) * 8), *pair((1.0,) * 8, (7.0,) * 8, 1))
    assert "the last model have a mean egregiousness of 1.0; with the objective egregious, 7.0 (" in (
        objective_sentence(even)
    )


@pytest.mark.parametrize(
    ("low", "high"),
    [((3.0,), (6.0,)), ((3.0, 5.0, 7.0), (4.0, 5.0, 6.0)), ((5.0,) * 20, (5.0,) * 20)],
    ids=["one seed", "both ways", "no difference at all"],
)
def test_what_chance_may_do_is_no_clear_difference(low, high):
    assert ", no clear difference (" in objective_sentence(compared(*pair(low, high)))


def test_without_a_seed_broken_with_both_nothing_is_claimed():
    told = objective_sentence(compared(*pair((None, 4.0), (None, None))))
    assert told == (
        "The effect of the objective is unknown: there is no seed from which greedy_rewrite broke the first "
        "model with both objectives (lowest_score, 1 of 2; egregious, 0 of 2 attempts succeeded)."
    )
    assert objective_sentence(campaign(1)) == ""


def test_the_table_tells_of_the_attempts_that_succeeded():
    egregious, low = objective_rows(compared(*pair((None, None), (2.0, 4.0, 6.0, 8.0, 10.0, None))))
    assert (egregious.model, egregious.objective, egregious.broken) == ("first model", "egregious", "5 of 6")
    assert (egregious.mean, egregious.quartiles) == ("6.0", "4.0, 6.0, 8.0")
    assert (egregious.score, egregious.threshold) == ("0.60 %", "1.4 %")
    assert (low.mean, low.quartiles, low.score) == ("–", "–", "–")
