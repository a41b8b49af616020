"""The tables on how much harder the last model is to break, and on how bad its failures are."""

import csv

import pytest
from pages import outline
from synthetic import BUDGET, campaign, rate

from holdfast.campaign.records import AttackRecord
from holdfast.evaluation import FailureTimes, hazard_ratio
from holdfast.report import render
from holdfast.report.hardness import hardness_rows, intent_rows, severity_rows
from holdfast.report.numbers import NONE
from holdfast.report.shortage import shortage_sentence


def rows(folder, name):
    with (folder / "figures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_tables_stand_on_the_page_with_their_data(tmp_path):
    text = render(campaign(), tmp_path).read_text(encoding="utf-8")
    assert "severity" in outline(text).ids
    for name in ("hardness", "severity"):
        assert f'href="figures/{name}.csv"' in text
    assert "How much harder to break than the first model" in text
    for row in hardness_rows(campaign()):
        assert row.hazard_limits in text


def test_the_ratios_are_those_of_the_record(tmp_path):
    record = campaign()
    render(record, tmp_path)
    table = rows(tmp_path, "hardness")
    assert len(table) == 3 * sum(len(one.attacks) for one in record.rounds[1:])
    last = record.rounds[-1]
    for each, before in zip(last.attacks, record.rounds[0].attacks, strict=True):
        found = hazard_ratio(
            FailureTimes.within(before.first_failure_queries, BUDGET),
            FailureTimes.within(each.first_failure_queries, BUDGET),
        )
        own = [r for r in table if r["attack"] == each.attack and int(r["round"]) == last.index]
        assert [r["unit"] for r in own] == ["queries", "seconds", "flops"]
        # Here times and compute are in proportion to queries, and a hazard ratio knows no unit.
        assert len({r["hazard_ratio"] for r in own}) == 1
        row = own[0]
        assert float(row["hazard_ratio"]) == pytest.approx(found.ratio)
        assert float(row["upper"]) == pytest.approx(found.limits.upper)


def test_bands_hold_the_attempts_of_the_record(tmp_path):
    record = campaign()
    render(record, tmp_path)
    table = rows(tmp_path, "severity")
    for one in record.rounds:
        for each in one.attacks:
            own = [r for r in table if int(r["round"]) == one.index and r["attack"] == each.attack]
            assert int(own[0]["events"]) == each.success.events
            assert {int(r["trials"]) for r in own} == {each.success.trials}
            grave = sum(grade >= 6 for grade in each.egregiousness)
            assert int(next(r["events"] for r in own if r["band"] == "grave")) == grave
    assert {row.model for row in severity_rows(record)} == {"first", "last"}


def test_failures_of_capability_and_of_intent_are_counted_apart(tmp_path):
    record = campaign()
    text = render(record, tmp_path).read_text(encoding="utf-8")
    assert "Does the model lack the concept, or did the wording fool it?" in text
    found = intent_rows(record)
    assert len(found) == 6
    first = record.rounds[0].attacks[0].intent
    assert found[0].capability.startswith(f"{first.capability.events} (")
    assert found[0].intent.startswith(f"{first.capability.trials - first.capability.events} (")
    assert found[0].untold == str(first.untold)


def test_records_of_earlier_versions_still_read(tmp_path):
    """Times in seconds and FLOPs, and plain tellings, came later."""
    record = campaign()
    bare = {"seconds", "flops", "intent"}
    rounds = tuple(
        one.model_copy(
            update={"attacks": tuple(AttackRecord(**each.model_dump(exclude=bare)) for each in one.attacks)}
        )
        for one in record.rounds
    )
    old = record.model_copy(update={"rounds": rounds})
    text = render(old, tmp_path).read_text(encoding="utf-8")
    assert "Does the model lack the concept, or did the wording fool it?" not in text
    assert intent_rows(old) == ()
    assert {row.seconds for row in hardness_rows(old)} == {NONE}
    assert {row["unit"] for row in rows(tmp_path, "hardness")} == {"queries"}


def test_a_model_never_broken_is_told_as_such():
    record = campaign()
    last = record.rounds[-1]
    attack = last.attacks[0]
    unbroken = attack.model_copy(
        update={
            "first_failure_queries": (None,) * len(attack.first_failure_queries),
            "egregiousness": (),
            "success": attack.success.model_copy(update={"events": 0, "rate": 0.0}),
        }
    )
    changed = last.model_copy(update={"attacks": (unbroken, *last.attacks[1:])})
    row = hardness_rows(record.model_copy(update={"rounds": (*record.rounds[:-1], changed)}))[0]
    assert row.hazard == "never broken"
    assert row.hazard_limits.endswith("or less")
    assert 0 < float(row.hazard_limits.split("×")[0]) < 1


def test_one_model_alone_is_compared_with_nothing(tmp_path):
    record = campaign()
    single = record.model_copy(update={"rounds": record.rounds[:1]})
    assert hardness_rows(single) == ()
    assert {row.model for row in severity_rows(single)} == {"first"}
    assert "harder to break" not in render(single, tmp_path).read_text(encoding="utf-8")


def test_the_fit_says_what_the_model_is_short_of(tmp_path):
    record = campaign()
    trained, fresh = 390, 300
    last = record.rounds[-1]
    fits = [fit for fit in last.fit if fit.dataset == "clean-validation"]
    for name, events in (("adversarial-train", trained), ("adversarial-validation", fresh)):
        fits.append(last.fit[0].model_copy(update={"dataset": name, "recall_at_half": rate(events, 400)}))
    changed = last.model_copy(update={"fit": tuple(fits)})
    told = record.model_copy(update={"rounds": (*record.rounds[:-1], changed)})
    sentence = shortage_sentence(told)
    assert "misses 2.5 % of" in sentence
    assert "25.0 % of fresh ones" in sentence
    assert "limited by data; open: optimisation, capacity" in sentence
    assert "limited by data" in render(told, tmp_path).read_text(encoding="utf-8")
    assert shortage_sentence(record.model_copy(update={"rounds": record.rounds[:1]})) is None
