import csv
import io

import numpy as np
import pytest

from holdfast.core.errors import UserError
from holdfast.evaluation import Interval, Proportion
from research.coverage.cases import APPROXIMATE, EXACT, INVALID, RATES, Case, cases
from research.coverage.simulations import Tally, one_rate, peeked_binomial
from research.coverage.study import Outcome, main, markdown, run, table


def named(*methods, rate=1e-2):
    return [case for case in cases([rate]) if case.method in methods]


def test_every_kind_of_limit_is_tried_at_every_rate():
    tried = {(case.method, case.rate) for case in cases()}
    assert {rate for _, rate in tried} == set(RATES)
    assert len(tried) == len(RATES) * len({method for method, _ in tried})
    assert {case.guarantee for case in cases([1e-3])} == {EXACT, APPROXIMATE, INVALID}
    assert len({(case.method, case.data, case.rate) for case in cases()}) == len(cases())


def test_limits_that_hold_are_told_from_those_that_do_not():
    held = {o.case.method: o.keeps for o in run(named("binomial, upper", "Wald's interval, upper"), 2000, 0)}
    assert held == {"binomial, upper": True, "Wald's interval, upper": False}


@pytest.mark.parametrize("rate", [1e-2, 1e-6])
def test_peeking_breaks_a_bound_for_a_fixed_number_and_not_the_monitor(rate):
    chosen = named("binomial, upper, peeked at", "monitor: never wrongly certified", rate=rate)
    assert [o.keeps for o in run(chosen, 1500, 0)] == [True, True, False]


def test_coverage_is_what_enumeration_says():
    """A limit that holds unless there is no event holds with probability 1 − (1 − p)ⁿ."""
    never = one_rate(0.1, 10, lambda seen: Interval(0.0, 1.0 if seen.events else 0.0))
    tally = never(np.random.default_rng(0), 4000)
    assert tally.held.trials == 4000
    assert tally.empty == 4000 - tally.held.events
    assert 1 - 0.9**10 in tally.held.interval(0.9999)


def test_the_peeked_limit_is_the_least_of_all_peeks():
    """With one trial in each stream's reach the only peek is at no failure in at most 60."""
    tally = peeked_binomial(0.5, 0.5, 0.95)(np.random.default_rng(1), 500)
    assert tally.held.events == 500  # one trial can not exclude a rate of 1/2


def test_a_case_does_not_depend_on_the_others_that_are_run():
    chosen = named("hourly rate")
    together = [o.tally for o in run(chosen, 300, 5)]
    assert [next(iter(run([case], 300, 5))).tally for case in chosen] == together


def test_the_page_marks_what_falls_short():
    def outcome(held, rate):
        case = Case("method", "data", rate, EXACT, named("hourly rate")[0].simulate)
        return Outcome(case, Tally(Proportion(held, 1000), 100))

    found = [outcome(960, 1e-2), outcome(900, 1e-3)]
    page = markdown(found, 1000, 0)
    assert "| method | data | 96.0 | **90.0** | 10 % |" in page
    assert "1 of 2 cells" in page
    rows = list(csv.DictReader(io.StringIO(table(found))))
    assert [(row["held"], row["share"], row["empty"]) for row in rows] == [
        ("960", "0.96000", "100"),
        ("900", "0.90000", "100"),
    ]


def test_some_methods_are_run_again_and_the_others_kept(tmp_path):
    few = ["--repetitions", "20", "--rates", "1e-2", "--out", str(tmp_path)]
    main([*few, "--only", "hourly", "binomial, upper"])
    whole = (tmp_path / "coverage.csv").read_text()
    lines = [line for line in whole.splitlines(keepends=True) if not line.startswith("hourly")]
    (tmp_path / "coverage.csv").write_text("".join(lines))
    main([*few, "--only", "hourly"])
    assert (tmp_path / "coverage.csv").read_text() == whole
    names = [case.method for case in cases([1e-2]) if case.method.startswith(("hourly", "binomial, upper"))]
    assert [row["method"] for row in csv.DictReader(io.StringIO(whole))] == names
    with pytest.raises(UserError, match="has 20 repetitions of 'binomial, upper'"):
        main(["--repetitions", "30", *few[2:], "--only", "hourly"])


def test_the_command_writes_page_and_numbers(tmp_path):
    main(["--repetitions", "20", "--rates", "1e-2", "--out", str(tmp_path)])
    assert (tmp_path / "coverage.md").read_text().startswith("# Do the limits hold?")
    rows = (tmp_path / "coverage.csv").read_text().splitlines()
    assert len(rows) == 1 + len(cases([1e-2]))
