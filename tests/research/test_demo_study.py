"""The study of the demo: its promises are held against records, and its page says which hold."""

import csv
import io

from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.records import RateRecord
from research.demo import findings, markdown, plan, table
from tiny import tiny


def test_the_plan_is_the_demo_with_more_prompts_at_its_ends() -> None:
    configs = plan([0, 7], prompts=1234)
    assert [c.seed for c in configs] == [0, 7]
    demo = preset("storyworld", "demo")
    prompts = [configs[0].extent(round_).prompts for round_ in (0, 1, demo.rounds)]
    assert prompts == [1234, demo.evaluation.prompts, 1234]
    assert {c.preset for c in configs} == {"demo"}


def test_findings_page_and_table_come_from_records(tmp_path) -> None:
    record = Campaign(tiny(rounds=1), tmp_path / "trial").run()
    rate = RateRecord(events=25, trials=1000, rate=0.025, lower=0.0, upper=0.1, upper_one_sided=0.1)
    first = record.rounds[0]
    natural = first.natural.model_copy(update={"unfiltered": rate})
    far = natural.model_copy(update={"unfiltered": rate.model_copy(update={"rate": 0.3})})
    record, good = (
        record.model_copy(
            update={"seed": seed, "rounds": (first.model_copy(update={"natural": each}), record.rounds[1])}
        )
        for seed, each in enumerate((far, natural))
    )
    found = {finding.promise: finding for finding in findings([record, good])}
    unfiltered = found["unfiltered natural catastrophe rate between 2 % and 3 %"]
    assert [answer.holds for answer in unfiltered.answers] == [False, True]
    assert not unfiltered.holds
    assert any("genetic (held out)" in promise for promise in found)
    page = markdown([record, good], list(found.values()))
    assert "| seed 0 | seed 1 |" in page
    assert "2.5 % (25 of 1000" in page or "2.5 % (25 of 1,000" in page
    rows = list(csv.DictReader(io.StringIO(table([record, good]))))
    assert {row["seed"] for row in rows} == {"0", "1"}
    assert {row["round"] for row in rows} == {"0", "1"}
