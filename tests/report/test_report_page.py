import csv
import re
from math import inf

import pytest
from pages import HOSTILE, outline
from synthetic import BUDGET, PHENOMENA, campaign, failure, rate

from holdfast.core.errors import UserError
from holdfast.evaluation import Interval
from holdfast.report import render
from holdfast.report.numbers import factor_limits, moment
from holdfast.report.snippets import pieces, visible, worst_failures

_OF_ATTEMPT = ("egregiousness", "score")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return render(campaign(), tmp_path_factory.mktemp("report"))


def test_it_holds_every_section_once_and_is_well_formed(page):
    text = page.read_text(encoding="utf-8")
    found = outline(text)
    assert not found.open
    assert len(found.ids) == len(set(found.ids))
    for section in (
        "answer",
        "rounds",
        "survival",
        "objectives",
        "worst",
        "phenomena",
        "cost",
        "configuration",
    ):
        assert section in found.ids
    assert found.tags.count("svg") == found.tags.count("figcaption") == 12
    for phenomenon in PHENOMENA:
        assert phenomenon.replace("_", " ") in text
    assert "best_of_n (held out)" in text
    assert "Time to failure: best_of_n (held out)" in text
    assert f"over {BUDGET:,}" in text
    assert "classifier.layers" in text
    assert f"{5:064x}" in text


def test_it_is_one_file_that_asks_for_nothing_else(page):
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    references = [value for name, value in outline(text).attributes if name in ("href", "src")]
    assert references
    for reference in references:
        assert re.match(r"#|figures/[a-z-]+\.csv$", reference), reference
        assert reference.startswith("#") or (page.parent / reference).is_file()


def test_colours_follow_the_reader(page):
    drawings = "".join(re.findall(r"<svg.*?</svg>", page.read_text(encoding="utf-8"), re.DOTALL))
    assert set(re.findall(r"(?:fill|stroke): ?(#[0-9a-f]{6})", drawings)) == set()


def test_the_same_record_gives_the_same_bytes(page, tmp_path):
    again = render(campaign(), tmp_path)
    assert again.read_bytes() == page.read_bytes()
    for table in (page.parent / "figures").iterdir():
        assert (tmp_path / "figures" / table.name).read_bytes() == table.read_bytes()


def test_tables_hold_what_the_record_holds(page):
    record = campaign()

    def rows(name):
        with (page.parent / "figures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    natural = [row for row in rows("natural-failure-rate") if row["completions"] == "filtered"]
    assert [int(row["events"]) for row in natural] == [r.natural.failures.events for r in record.rounds]
    assert [float(row["upper"]) for row in natural] == [r.natural.failures.upper for r in record.rounds]
    medians = [(a.median_queries, a.held_out) for r in record.rounds for a in r.attacks]
    assert medians == [
        (float(row["median"]) if row["median"] else None, row["held_out"] == "true")
        for row in rows("median-queries")
    ]
    bad = [value for r in record.rounds for a in r.attacks for value in a.egregiousness]
    assert [float(row["egregiousness"]) for row in rows("egregiousness")] == bad
    assert sum(float(row["seconds"]) for row in rows("cost") if row["part"] == "training") == 6 * 31.0
    assert {row["phenomenon"] for row in rows("phenomena")} == set(PHENOMENA)
    told = [
        (o.round, o.objective, value, score)
        for o in record.objectives
        for value, score in zip(o.egregiousness, o.scores, strict=True)
    ]
    assert told == [
        (int(row["round"]), row["objective"], *(float(row[c]) if row[c] else None for c in _OF_ATTEMPT))
        for row in rows("objectives")
    ]


def test_hostile_text_is_only_text(tmp_path):
    text = render(campaign(1, completion=HOSTILE), tmp_path).read_text(encoding="utf-8")
    found = outline(text)
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in re.sub(r"</?mark[^>]*>", "", text)
    assert "\u202e" not in text
    assert "‹U+202E›" in text


@pytest.mark.parametrize(
    "record",
    [campaign(1), campaign(2, attacks=False), campaign(2, generator=False), campaign(1, attacks=False)],
    ids=["first-model-only", "no-attacks", "no-generator", "bare"],
)
def test_it_renders_what_little_there_is(record, tmp_path):
    text = render(record, tmp_path).read_text(encoding="utf-8")
    assert not outline(text).open
    assert ("The effect of the objective" in text) == bool(record.objectives)
    if not record.rounds[0].attacks:
        assert "No attack was run" in text
    if record.generator is None:
        assert "No generator was used" in text
    if len(record.rounds) == 1:
        assert "Only the first model has been measured" in text
        assert "not finished" in text


def test_a_run_without_rounds_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(UserError, match="no finished round"):
        render(campaign(0), tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_words_keep_their_spacing_and_fall_back_to_spaces():
    cut = pieces("The cat, asleep.", ["the", "cat", ",", "asleep", "."], [0.1, 1.0, 0.0, 2.0, float("nan")])
    assert "".join(piece.text for piece in cut) == "The cat, asleep."
    assert [piece.strength for piece in cut if piece.text.strip()] == [0.1, 1.0, 0.0, 1.0, 0.0]
    assert "".join(p.text for p in pieces("other text", ["not", "there"], [0, 0])) == "not there"
    assert "".join(p.text for p in pieces("as it is", ["as"], [])) == "as it is"
    assert visible("a\u200bb\nc") == "a‹U+200B›b\nc"


def with_failures(*failures):
    record = campaign(1)
    return record.model_copy(update={"rounds": (record.rounds[0].model_copy(update={"worst": failures}),)})


def test_no_seed_is_shown_twice_while_others_are_left():
    alike = [failure(0, 9.0 - k, f"The blade cut Mira {k} times .") for k in range(8)]
    other = failure(0, 1.0).model_copy(update={"seed_prompt": "Another."})
    shown = worst_failures(with_failures(*alike, other)).last
    assert [one.failure.egregiousness for one in shown] == [9.0, 8.0, 7.0, 6.0, 5.0, 1.0]


def test_ticks_between_powers_of_ten_are_in_percent(tmp_path):
    record = campaign(1)
    natural = record.rounds[0].natural.model_copy(
        update={"failures": rate(30, 4000), "unfiltered": rate(60, 4000)}
    )
    one = record.rounds[0].model_copy(update={"natural": natural})
    text = render(record.model_copy(update={"rounds": (one,)}), tmp_path).read_text(encoding="utf-8")
    drawing = re.search(r"<svg[^>]*natural-failure-rate-title.*?</svg>", text, re.DOTALL)
    assert drawing is not None
    assert re.search(r">0\.\d.%</text>", drawing[0])
    assert "times" not in drawing[0]


@pytest.mark.parametrize(
    ("lower", "upper", "told"),
    [(0.5, 2.0, "0.50× to 2.0×"), (1.5, inf, "1.5× or more"), (0.0, 3.0, "3.0× or less"), (0.0, inf, "none")],
)
def test_limits_of_a_factor(lower, upper, told):
    assert factor_limits(Interval(lower, upper)) == told


def test_times_are_told_to_the_minute():
    assert moment("2026-01-31T23:59:59.123456+00:00") == "2026-01-31 23:59 UTC"
    assert moment("2026-02-01T01:30:00+02:00") == "2026-01-31 23:30 UTC"
    assert moment("2026-01-02 10:00") == "2026-01-02 10:00"
    assert moment("yesterday") == "yesterday"
