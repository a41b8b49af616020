"""The page on prompts: sound HTML, and texts of people and models that cannot break out of it."""

import pytest
from pages import HOSTILE, outline

from holdfast.campaign.evaluate.section_records import BoundRecord, NotMeasuredRecord
from holdfast.campaign.labelled.record import FileRecord, GuardRecord
from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.prompted.record import (
    ChosenThresholdRecord,
    DrawsRecord,
    GeneratorRecord,
    HistogramRecord,
    MeanRecord,
    PassedShown,
    PromptedRecord,
    PromptRecord,
    QualityRecord,
    UnreadShown,
)
from holdfast.report.prompted_page import write_prompted_report
from holdfast.report.prompted_rows import quality_rows, rows

NONE = MeanRecord(mean=None, lower=None, upper=None, values=0, prompts=0)


def bound(events, trials):
    rate = events / trials if trials else None
    return BoundRecord(events=events, trials=trials, rate=rate, lower=0, upper=1, at_most=1, at_least=0)


def made(passed, text):
    """A record of two completions asked for, of which so many passed."""
    shown = PassedShown(prompt=text, completion=text, score=0.4, draw=2)
    plan = PromptedPlan(
        source=text, prompts="p", prompt_count=2, generator="g", guard="d", format={},
        threshold={}, data=None, judge={"kind": "carried"}, samples=2, max_draws=12, tokens=8, temperature=1,
        seed=0, confidence=0.95, shown=3, config={},
    )  # fmt: skip
    guard = GuardRecord(
        path=text, parameters=9, bad=(text,), layout="single", positions=512, overflow="refuse"
    )
    draws = DrawsRecord(
        draws=24, passed=passed, turned_away=24 - passed - 1, unread=1, ended=0,
        per_completion=12.0 if passed else None, passed_at=(0,) * 11 + (passed,),
    )  # fmt: skip
    mean = MeanRecord(mean=-3.0, lower=-4.0, upper=-2.0, values=2, prompts=2)
    file = FileRecord(file="samples.csv", sha256="0")
    return PromptedRecord(
        plan=plan, plan_hash="h", version="0", machine="m", guard=guard,
        generator=GeneratorRecord(path=text, parameters=9, positions=None),
        threshold=ChosenThresholdRecord(threshold=0.5, log_odds=0.0, rule="fixed", told=text),
        distinct_prompts=2, passed=bound(passed, 2), refused=bound(2 - passed, 2), accepted=bound(0, 0),
        draws=draws,
        quality=QualityRecord(unfiltered=mean, filtered=mean if passed else NONE, difference=NONE),
        scores=HistogramRecord(edges=(-1.0, 0.0, 1.0), passed=(passed, 0), turned_away=(0, 2)),
        prompts=(PromptRecord(prompt=text, completions=2, refused=2, draws=24, passed=0, unread=1),),
        highest=(shown,) * passed, unread=(UnreadShown(prompt=text, completion="", why=text),),
        not_claimed=(NotMeasuredRecord(what="failures", why=text),), samples=file, tables=(file,),
    )  # fmt: skip


COSTS = CostsRecord(
    writing_seconds=0, scoring_seconds=2.0, written_tokens=100, read_tokens=200, written_per_second=None,
    read_per_second=100.0, draws_per_second=12.0, peak_bytes=2**30,
)  # fmt: skip


@pytest.mark.parametrize("passed", [0, 1, 2])
def test_the_page_is_sound_and_nothing_breaks_out_of_it(tmp_path, passed):
    path = write_prompted_report(made(passed, HOSTILE), COSTS, tmp_path)
    page = path.read_text()
    found = outline(page)
    assert not found.open
    assert len(found.ids) == len(set(found.ids))
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert "{{ 7*7 }}" in page
    assert page.count('<article class="failure">') == passed + 1
    assert ("No completion passed." in page) == (passed == 0)
    links = {value for name, value in found.attributes if name == "href" and not value.startswith("#")}
    assert {link for link in links if link != "samples.csv"} <= {
        f"data/{file.name}" for file in (tmp_path / "data").iterdir()
    }
    again = write_prompted_report(made(passed, HOSTILE), COSTS, tmp_path)
    assert again.read_text() == page


def test_what_was_not_measured_is_a_dash():
    record = made(0, "text")
    assert quality_rows(record)[1][1:3] == ("–", "–")
    assert rows(record)[2][1:3] == ("–", "0 of 0")
