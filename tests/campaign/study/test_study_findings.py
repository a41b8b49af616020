"""What a study says: from its rows alone, by seed, and what cannot be said is said."""

import pytest
from study_cells import ENDPOINT

from holdfast.campaign.study.findings import findings, sentence
from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult
from holdfast.core.errors import UserError
from holdfast.report.study_page import write_study_report
from holdfast.report.study_rows import header, left, rows, whole_table


def done(cell: Cell, *found) -> CellResult:
    return CellResult(
        cell.arm, cell.seed, cell.budget, cell.declared, cell.hash, found, 2.0, "now", "here", "0"
    )


def study(values, endpoint: Endpoint = ENDPOINT, wanted: int = 0):
    """A study of two arms; `values` by arm and seed, each a number or a whole row."""
    seeds = max(wanted, *(len(each) for each in values.values()))
    cells = [Cell(arm, seed, "small") for arm in values for seed in range(seeds)]
    plan = StudyPlan("a study", endpoint, tuple(cells))
    results = {}
    for cell in cells:
        if cell.seed < len(values[cell.arm]):
            value = values[cell.arm][cell.seed]
            row = dict(value) if isinstance(value, dict) else {"value": value}
            more = [row.pop("schedule")] if "schedule" in row else []
            results[cell] = done(cell, {"measure": "broken", **row}, {"measure": "other", "value": 7}, *more)
    return plan, results


RATIO = ENDPOINT.model_copy(update={"scale": "ratio", "better": "higher"})
LOW, HIGH = [1, 2, 3.1], [5, 6, 7]
BEYOND = {"value": None, "beyond": 9}
SHORT = {"value": 6, "schedule": {"measure": "schedule", "of": "failures", "value": 3, "asked": 5}}
CASES = [
    ("an effect", HIGH, LOW, ENDPOINT, "3.97 lower (95 % limits -4.1"),
    ("it is better", HIGH, LOW, ENDPOINT, ": five is better."),
    ("it is worse", LOW, HIGH, ENDPOINT, "): five is worse."),
    ("a null", [1, 2, 3], [2, 1, 3], ENDPOINT, "no effect is shown; one larger than 2.48 would"),
    ("a ratio", [10, 20, 30], [100, 220, 280], RATIO, "times as high (95 % limits"),
    ("a null ratio", [10, 20, 30], [100, 2, 280], RATIO, "one larger than a factor of"),
    ("one seed", [1], [2], ENDPOINT, "over 1 training seed, paired; one seed has no limits."),
    ("no pair", [1], [], ENDPOINT, "no training seed has both arms yet (1 of 2 cells are left)"),
    ("beyond", [5, 6], [BEYOND, 8], ENDPOINT, "1 of 4 values lie beyond their budget and are counted at it"),
    (
        "short",
        HIGH,
        [SHORT, 8, 9],
        ENDPOINT,
        "1 of 6 cells have less than their schedule asks for: 3 of 5 fail",
    ),
    ("none", HIGH, [{"value": None}, 8, 9], ENDPOINT, "1 of 6 cells have no value and are left out"),
]


@pytest.mark.parametrize(("what", "none", "five", "endpoint", "says"), CASES)
def test_the_sentence(what, none, five, endpoint, says):
    plan, results = study({"none": none, "five": five}, endpoint)
    assert says in sentence(findings(plan, results))


def test_a_table_of_every_arm_and_what_is_left():
    plan, results = study({"none": [1, 2, 3], "five": [2, 2]}, wanted=4)
    found = findings(plan, results)
    lines = rows(found)
    assert [line[:3] for line in lines] == [("none", "small", "3 of 4"), ("five", "small", "2 of 4")]
    assert {len(line) for line in lines} == {len(header(found))}
    assert left(found) == (
        "5 of 8 cells are done; left: none · small · seed 3, five · small · seed 2, five · small · seed 3"
    )
    table = whole_table(results.values())
    assert table.header == ("arm", "budget", "seed", "measure", "value")
    assert len(table.rows) == 10


BAD = [
    ({"none": [{"measure": "x"}], "five": [1]}, "means 0 rows of the cell 'none · small · seed 0'"),
    ({"none": [{"measure": "x"}], "five": [1]}, "There is, by measure: x; other"),
    ({"none": ["many"], "five": [1]}, "holds 'many', which is no number"),
]


@pytest.mark.parametrize(("values", "says"), BAD)
def test_an_endpoint_that_means_no_single_number_is_refused(values, says):
    values = {k: [v if isinstance(v, dict) else {"value": v} for v in each] for k, each in values.items()}
    with pytest.raises(UserError) as told:
        findings(*study(values))
    assert says in str(told.value)


def test_no_ratio_of_nothing():
    with pytest.raises(UserError, match="compare differences in a study of its own"):
        findings(*study({"none": [0, 1], "five": [1, 1]}, RATIO))


def test_plans_that_cannot_be_are_refused():
    cell = Cell("none", 0, "small")
    with pytest.raises(UserError, match="has the cell 'none · small · seed 0' twice"):
        StudyPlan("a study", ENDPOINT, (cell, cell))
    with pytest.raises(UserError, match="compares the arm 'five' at the budget 'small'"):
        StudyPlan("a study", ENDPOINT, (cell,))


def test_the_page_has_sentence_table_and_figure(tmp_path):
    plan, results = study({"none": [1, 2, 3], "five": [2, {"value": None, "beyond": 9}]}, wanted=3)
    found = findings(plan, results)
    page = write_study_report(found, list(results.values()), tmp_path / "page.html")
    text = page.read_text()
    assert sentence(found).split(":")[0] in text
    assert "<svg" in text
    assert (tmp_path / "page-data" / "endpoint.csv").read_text().count("\n") == 6
    assert (tmp_path / "page-data" / "rows.csv").exists()
    again = write_study_report(found, list(results.values()), tmp_path / "again" / "page.html")
    assert again.read_text() == text
