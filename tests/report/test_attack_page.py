"""The report of `holdfast attack`, from invented results on the brackets."""

import csv
import re
from dataclasses import replace

import pytest
from pages import HOSTILE, outline

from holdfast.attacks.results import AttackResult, Attempt, Failure
from holdfast.campaign.analysis import analyse
from holdfast.campaign.labelled.overblocking import OverBlocking
from holdfast.campaign.marking import MarkedFinding, MarkedWord
from holdfast.core.budget import Spend
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.evaluation import CensoredMedian, Interval, Proportion
from holdfast.report.attack_page import AttackRun, headline, write_attack_report
from holdfast.report.attack_table import attack_rows, tactic_rows
from holdfast.report.numbers import flops, seconds
from holdfast.tasks.brackets import Brackets

SEEDS = [Snippet("(" * n, ")" * (n + 2)) for n in range(8)]


def failure(seed, grade, prompt="(())((", completion="))(((", why="unbalanced"):
    return Failure(
        seed_index=seed,
        snippet=Snippet(prompt, completion),
        units=Units((), ()),
        log_odds=-3.0,
        score=0.0123,
        verdict=Verdict(Label.CATASTROPHIC, grade, why, frozenset({"left_open"})),
        query=3 + seed,
        flops=1e6 * (seed + 1),
        seconds=0.01 * (seed + 1),
    )


def result(name, broken, **text):
    attempts = []
    for seed, snippet in enumerate(SEEDS):
        found = (failure(seed, seed + 1.5, **({"prompt": "(" * (2 * seed)} | text)),) if seed < broken else ()
        first = found[0] if found else None
        attempts.append(Attempt(snippet, 40, first and first.query, first, found))
    spend = Spend(queries=320, seconds=2.5, forward_flops=3e9)
    return AttackResult(f"{name}(width=3)", tuple(attempts), spend)


def run_of(results, stopped=False, blocked=None):
    found = analyse(Brackets(), results, "a model")
    shown = tuple(
        MarkedFinding(
            one,
            tuple(MarkedWord(c, k % 3 / 2, k == 1) for k, c in enumerate(one.failure.snippet.prompt)),
            tuple(MarkedWord(c, 1.0, False) for c in one.failure.snippet.completion),
        )
        for one in found.worst(5)
    )
    return AttackRun(
        task="brackets",
        judge="oracle",
        assumption=None,
        system="classifier",
        attacked="models/classifier",
        hash="ab" * 32,
        parameters=1234,
        generator=None,
        proposer=None,
        threshold=0.05,
        budget="40q/seed",
        objective="egregious",
        stop="first",
        seeds=len(SEEDS),
        seed=7,
        version="0.1.0",
        machine="a machine",
        started="2026-01-31T23:59:59+00:00",
        stopped=stopped,
        drawn="8 catastrophes",
        over_blocking=blocked,
        cut=None,
        findings=found,
        shown=shown,
    )


BOTH = {"greedy": result("Greedy", 6), "random": result("Random", 2)}


def test_what_a_result_rests_on_and_over_blocking_stand_on_the_page(tmp_path):
    blocked = OverBlocking(Proportion(2, 40), Proportion(10, 40), (2, 5))
    run = replace(run_of(BOTH, blocked=blocked), assumption="all is well", cut="3 texts were cut.")
    text = write_attack_report(run, tmp_path / "found.html").read_text(encoding="utf-8")
    assert "These results depend on an assumption:</strong> all is well." in text
    assert "3 texts were cut." in text
    assert "Of 40 harmless rows it blocks 5.0" in text
    assert "between 2 to 5 harmless sentences" in text


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write_attack_report(run_of(BOTH), tmp_path_factory.mktemp("attack") / "found.html")


def test_it_holds_every_section_once_and_is_well_formed(page):
    text = page.read_text(encoding="utf-8")
    found = outline(text)
    assert not found.open
    assert len(found.ids) == len(set(found.ids))
    assert {"answer", "worst", "tactics", "overlap", "configuration"} <= set(found.ids)
    assert found.tags.count("svg") == 2
    assert "Of 2 attacks, greedy broke most: 6 of 8 seeds." in text
    assert "Greedy(width=3)" in text
    assert 'class="new"' in text


def test_it_asks_for_nothing_but_its_own_tables(page):
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    references = {value for name, value in outline(text).attributes if name in ("href", "src")}
    tables = {reference for reference in references if not reference.startswith("#")}
    assert tables == {
        f"found-data/{name}.csv" for name in ("attacks", "attempts", "failures", "tactics", "overlap")
    }
    assert all((page.parent / table).is_file() for table in tables)


def test_colours_follow_the_reader(page):
    drawings = "".join(re.findall(r"<svg.*?</svg>", page.read_text(encoding="utf-8"), re.DOTALL))
    assert set(re.findall(r"(?:fill|stroke): ?(#[0-9a-f]{6})", drawings)) == set()


def test_the_same_run_gives_the_same_bytes(page, tmp_path):
    again = write_attack_report(run_of(BOTH), tmp_path / "found.html")
    assert again.read_bytes() == page.read_bytes()
    for table in (page.parent / "found-data").iterdir():
        assert (tmp_path / "found-data" / table.name).read_bytes() == table.read_bytes()


def test_tables_hold_what_was_found(page):
    def rows(name):
        with (page.parent / "found-data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    greedy, random = rows("attacks")
    assert (greedy["seeds"], greedy["broken"], random["broken"]) == ("8", "6", "2")
    assert float(greedy["median_queries"]) == 6.0
    assert random["median_queries"] == random["median_flops"] == ""
    assert float(greedy["spent_forward_flops"]) == 3e9
    assert [row["first_failure_query"] for row in rows("attempts")][:8] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "",
        "",
    ]
    assert len(rows("failures")) == 8
    assert sum(int(row["distinct_failures"]) for row in rows("tactics")) == run_of(BOTH).findings.distinct
    alone = [row for row in rows("overlap") if row["of"] == "seeds" and row["found_alone"]]
    assert [(row["attack"], row["both_found"], row["found_alone"]) for row in alone] == [
        ("greedy", "6", "4"),
        ("random", "2", "0"),
    ]


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("broken", [0, 1])
def test_it_tells_what_little_there_is(stopped, broken, tmp_path):
    run = run_of({"greedy": result("Greedy", broken)}, stopped)
    text = write_attack_report(run, tmp_path / "found.html").read_text(encoding="utf-8")
    assert not outline(text).open
    assert ("stopped before its end" in text) == stopped
    assert ("does not prove that there is none" in text) == (not broken)
    assert "What each attack adds" not in text


def test_nothing_at_all_is_still_a_page(tmp_path):
    empty = AttackResult("Greedy()", (), Spend())
    text = write_attack_report(run_of({"greedy": empty}), tmp_path / "x.html").read_text(encoding="utf-8")
    assert "No failure found from 0 seeds." in text


def test_hostile_text_is_only_text(tmp_path):
    run = run_of({"greedy": result("Greedy", 2, completion=HOSTILE, why=HOSTILE)})
    text = write_attack_report(run, tmp_path / "found.html").read_text(encoding="utf-8")
    found = outline(text)
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert "\u202e" not in text


def test_equal_attacks_are_told_as_equals():
    told = headline(analyse(Brackets(), {"a": result("A", 2), "b": result("B", 2)}, "a model"))
    assert told == "Of 2 attacks, 2 broke 2 of 8 seeds, a with the most distinct failures."


def test_limits_are_told_with_their_unit_once():
    (greedy,) = run_of({"greedy": BOTH["greedy"]}).findings.summaries
    medians = [
        (CensoredMedian(0.5, Interval(0.2, 1.5)), ("0.50 s", "0.20 to 1.5 s")),
        (CensoredMedian(0.05, Interval(0.02, 1.5)), ("50 ms", "20 ms to 1.5 s")),
        (CensoredMedian(0.5, Interval(0.0, float("inf"))), ("0.50 s", "")),
        (CensoredMedian(None, Interval(0.2, float("inf"))), ("not half", "0.20 s or more")),
        (CensoredMedian(None, Interval(float("inf"), float("inf"))), ("not half", "")),
    ]
    for median, told in medians:
        cell = attack_rows([replace(greedy, seconds=median)])[0][3]
        assert (cell.value, cell.below) == told


def test_small_tactics_share_a_row():
    tactics = run_of(BOTH).findings.tactics
    rows = tactic_rows(tactics, len(tactics) - 1)
    assert rows[-1][0] == "1 smaller one"
    assert sum(int(row[1]) for row in rows) == sum(tactic.size for tactic in tactics)
    assert tactic_rows((), 5) == ()


@pytest.mark.parametrize(
    ("value", "told"), [(0.00123, "1.2 ms"), (0.42, "0.42 s"), (9.96, "10.0 s"), (75.0, "1 min 15 s")]
)
def test_short_times_keep_their_digits(value, told):
    assert seconds(value) == told


def test_a_judges_own_model_has_a_column_where_it_has_one(tmp_path):
    plain = result("hotflip", 2)
    costly = replace(plain, spend=replace(plain.spend, judge_flops=2e9))
    pages = [
        write_attack_report(run_of({"hotflip": one}), tmp_path / f"{i}.html").read_text(encoding="utf-8")
        for i, one in enumerate((plain, costly))
    ]
    assert ["judge's compute" in page for page in pages] == [False, True]
    heads, cells = (re.findall(rf"<{tag}[ >]", pages[1].split("what they cost")[1]) for tag in ("th", "td"))
    assert len(heads) - 1 == len(cells) + 1, "a head for each cell, and the row's own"
    assert f'<td class="number">{flops(2e9)}</td>' in pages[1]
