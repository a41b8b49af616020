"""The report's tables of what vetoes turn away."""

import csv

from synthetic import campaign, rate

from holdfast.campaign.records import AcceptanceRecord, CampaignRecord, VetoedRecord
from holdfast.report.html import page_of, write_report
from holdfast.report.vetoes import acceptance_rows, names, vetoed_rows

PROMPT, COMPLETION = "likelihood of the prompt", "likelihood of the completion"


def vetoed() -> CampaignRecord:
    """The invented campaign with a filter that has two vetoes."""
    found = campaign()
    rounds = []
    for round_ in found.rounds:
        attacks = tuple(
            each.model_copy(
                update={
                    "vetoes": VetoedRecord(
                        turned_away={PROMPT: 1234, COMPLETION: 5},
                        first_failure_candidates=tuple(
                            None if query is None else query + 10 for query in each.first_failure_queries
                        ),
                        median_candidates=None if each.median_queries is None else each.median_queries + 10,
                    )
                }
            )
            for each in round_.attacks
        )
        split = AcceptanceRecord(
            split="held_out_words",
            accepted=rate(940, 1000),
            by_classifier=rate(955, 1000),
            turned_away={PROMPT: 12, COMPLETION: 4},
        )
        rounds.append(round_.model_copy(update={"attacks": attacks, "acceptance": (split,)}))
    return found.model_copy(update={"rounds": tuple(rounds)})


def test_acceptance_is_told_with_what_the_vetoes_cost():
    (row,) = acceptance_rows(vetoed())
    assert (row.split, row.cost) == ("held out words", "1.5")
    assert row.refused == ("1.2 %", "0.40 %")
    assert names(vetoed()) == (PROMPT, COMPLETION)


def test_each_attack_has_its_median_without_and_with_what_was_turned_away():
    rows = vetoed_rows(vetoed())
    assert {row.round for row in rows} == {0, vetoed().rounds[-1].index}
    assert all(row.turned_away == ("1,234", "5") for row in rows)


def test_the_page_and_its_tables_have_them_only_where_there_are_vetoes(tmp_path):
    page = page_of(vetoed())
    assert "What the vetoes turn away" in page
    assert f"refused by {PROMPT}" in page
    assert "What the vetoes turn away" not in page_of(campaign())
    write_report(vetoed(), tmp_path)
    with (tmp_path / "figures" / "turned-away.csv").open(encoding="utf-8", newline="") as file:
        row = next(each for each in csv.DictReader(file) if each["first_failure_query"])
    assert int(row["first_failure_candidate"]) == int(row["first_failure_query"]) + 10
    with (tmp_path / "figures" / "acceptance.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["turned_away"] for row in rows[:2]] == ["12", "4"]
