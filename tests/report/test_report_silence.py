"""What the report says where an attack of the last round found no failure."""

import pytest
from pages import outline
from synthetic import campaign, rate

from holdfast.campaign.holes.table import HolesTable
from holdfast.evaluation.planted_holes import HoleAttacked, HoleClass
from holdfast.report import render
from holdfast.report.silence import UNKNOWN, silences


def silent(record, *places):
    """The same campaign, in which some attacks of the last round found nothing."""
    last = record.rounds[-1]
    attacks = tuple(
        attack.model_copy(update={"success": rate(0, attack.success.trials)}) if place in places else attack
        for place, attack in enumerate(last.attacks)
    )
    rounds = (*record.rounds[:-1], last.model_copy(update={"attacks": attacks}))
    return record.model_copy(update={"rounds": rounds})


def table(task, attack, found=59):
    of = HoleClass("phrase", "slope")
    rows = [HoleAttacked(f"{n}", of, 0.01, attack, 5.0 if n < found else None, 4e4) for n in range(59)]
    return HolesTable(task, tuple(rows))


def test_attacks_that_found_something_are_not_silent():
    assert silences(campaign()) == ()


def test_without_a_table_the_reader_is_shown_the_way():
    record = silent(campaign(), 0)
    (said,) = silences(record)
    assert said.heading == f"No failure in 40,000 queries of {record.rounds[-1].attacks[0].attack}"
    assert (said.leaves_out, said.next_steps, said.assumption) == ((), (), UNKNOWN)


@pytest.mark.parametrize(
    ("task", "same_attack", "known"), [(None, True, True), ("another", True, False), (None, False, False)]
)
def test_a_table_counts_for_its_own_task_and_attack(task, same_attack, known):
    record = silent(campaign(), 0)
    attack = record.rounds[-1].attacks[0].attack if same_attack else "another"
    (said,) = silences(record, [table(task or record.task, attack)])
    assert bool(said.leaves_out) == known
    assert (said.assumption == UNKNOWN) == (not known)


def test_the_page_says_it(tmp_path):
    record = silent(campaign(), 0, 1)
    first, second = record.rounds[-1].attacks[:2]
    page = render(record, tmp_path, holes=[table(record.task, first.attack)]).read_text(encoding="utf-8")
    found = outline(page)
    assert found.ids.count("silence") == 1
    assert not found.open
    assert f"No failure in 40,000 queries of {first.attack}" in page
    assert "0.01 of the catastrophes or more would have been found" in page
    assert "This is an estimate, not a claim" in page
    assert f"No failure in 40,000 queries of {second.attack}" in page
    assert "docs/holes.md" in page
