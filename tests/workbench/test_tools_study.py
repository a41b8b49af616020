"""The study of the workbench's tools: cells are made once, go on where they were, and the page tells all."""

import csv
import json
import shutil

import pytest
from tiny_bench import RUN

from holdfast.core.errors import UserError
from research.tools import study
from research.tools.pace import EFFORTS, STANDARD, Pace
from research.tools.page import Cell, page, table
from research.tools.writer import MOVES, Attempt, Kit

CONDITIONS = ("all", "none", "menu alone")
LITTLE = [
    *("--rounds", "0", "--failures", "2", "--attempts", "2", "--minutes", "2"),
    *("--conditions", *CONDITIONS),
]


@pytest.fixture(scope="module")
def made(trained, tmp_path_factory):
    """The study run on a copy of the tiny run, and where its page is."""
    runs = shutil.copytree(trained, tmp_path_factory.mktemp("study") / "runs")
    out = runs.parent / "out"
    study.main([*LITTLE, "--run", str(runs / RUN), "--out", str(out)])
    return runs, out


def rows_of(out):
    with (out / "tools.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_attempt_is_a_row_and_only_tools_at_hand_are_used(made):
    _, out = made
    rows = rows_of(out)
    assert {row["condition"] for row in rows} == set(CONDITIONS)
    for row in rows:
        unused = set(MOVES) - set(study.CONDITIONS[row["condition"]].moves)
        assert all(row[move] == "0" for move in unused)
        assert 0 < float(row["seconds"]) <= 120
        priced = STANDARD.seconds({effort: float(row[effort]) for effort in EFFORTS})
        assert priced == pytest.approx(float(row["seconds"]), abs=0.01) or priced > 120


def test_the_page_says_that_no_people_wrote_and_what_is_there(made):
    _, out = made
    text = (out / "tools.md").read_text(encoding="utf-8")
    assert "**Scripted writers, not people.**" in text
    assert "3 of the 3 cells" in text
    assert f"--run runs/{RUN} --rounds 0 --conditions all none 'menu alone' --failures 2" in text
    assert str(out.parent) not in text
    for condition in CONDITIONS:
        found = sum(row["found"] == "true" for row in rows_of(out) if row["condition"] == condition)
        tried = sum(row["condition"] == condition for row in rows_of(out))
        assert f"| {condition} | {found} of {tried} (" in text


def test_a_cell_that_was_stopped_goes_on_as_if_it_had_not_been(made, tmp_path):
    runs, out = made
    before = rows_of(out)
    (cell,) = (runs / "tools").glob(f"{RUN}-r00-none-*.json")
    attempts = json.loads(cell.read_text())
    cell.write_text(json.dumps(attempts[:1]))
    study.main([*LITTLE, "--filled", "--run", str(runs / RUN), "--out", str(tmp_path)])
    text = (tmp_path / "tools.md").read_text(encoding="utf-8")
    assert "2 of the 3 cells" in text
    assert "- round 0, *none*: only 1 attempts so far." in text
    study.main([*LITTLE, "--run", str(runs / RUN), "--out", str(tmp_path)])
    assert rows_of(tmp_path) == before


def test_nothing_is_told_of_cells_that_were_never_run(made, tmp_path):
    runs, _ = made
    with pytest.raises(UserError, match="no cell"):
        study.main([*LITTLE, "--seed", "9", "--filled", "--run", str(runs / RUN), "--out", str(tmp_path)])
    assert not (tmp_path / "tools.md").exists()


def attempt(number, found, seconds, edits):
    efforts = {"ideas": float(edits), "looks": 1.0}
    return Attempt(number, found, seconds, {"edit": edits}, efforts, "a", "b", 0.0, 5.0)


def cell(condition, pairs, round_=0, done=True):
    made = tuple(attempt(i, found, seconds, 4) for i, (found, seconds) in enumerate(pairs))
    return Cell(round_, condition, made, done)


def test_costs_are_over_all_texts_and_ratios_are_to_all_tools():
    quick = cell("all", [(True, 60.0 + i) for i in range(20)])
    slow = cell("none", [(i % 2 == 0, 120.0 + 2 * i) for i in range(20)])
    assert slow.minutes().each == pytest.approx(2 * 2 * quick.minutes().each)
    text = page([quick, slow], "brackets", 30, 10, "hand")
    assert "| none | 10 of 20 (" in text
    assert "**4.0×**" in text
    assert "takes 4.0× the minutes" in text
    assert quick.minutes(Pace(ideas=20.0)).each == pytest.approx((4 * 20 + 1.35) / 60)


def test_a_condition_without_failures_has_no_ratio_and_says_so():
    whole, bare = cell("all", [(True, 60.0)] * 12), cell("none", [(False, 600.0)] * 12)
    text = page([whole, bare], "brackets", 10, 100, "hand")
    assert "over 120: none found" in text
    assert "12 failures of 12 attempts, the most allowed" in text
    assert table([whole, bare]).count("\n") == 25


def test_without_and_alone_are_what_they_say():
    assert study.CONDITIONS["all"].moves == MOVES
    assert study.CONDITIONS["none"].moves == ("edit",)
    for tool in study.TOOLS:
        assert not getattr(study.CONDITIONS[f"without {tool}"], tool)
        assert study.CONDITIONS[f"{tool} alone"] == Kit(**{tool: True})


def test_another_writer_or_model_is_another_cell(tmp_path):
    extent = {"runs": tmp_path, "run": RUN, "failures": 2, "attempts": 3, "minutes": 2.0, "seed": 0}
    places = [
        job.place
        for hash_ in ("a", "b")
        for change in ({}, {"seed": 1}, {"minutes": 4.0})
        for job in study.jobs({0: hash_, 1: hash_}, study.CONDITIONS, **{**extent, **change})
    ]
    assert len(set(places)) == len(places) == 2 * 3 * 2 * len(study.CONDITIONS)


def test_a_smaller_extent_reads_as_many_attempts_as_it_asks_for(tmp_path):
    extent = {"runs": tmp_path, "run": RUN, "minutes": 2.0, "seed": 0}
    (job,) = study.jobs({0: "a"}, ["none"], failures=3, attempts=9, **extent)
    attempts = [attempt(number, number % 2 == 0, 30.0, 2) for number in range(5)]
    study._keep(job, attempts)
    assert study.kept(job) == attempts
    (less,) = study.jobs({0: "a"}, ["none"], failures=2, attempts=9, **extent)
    (fewer,) = study.jobs({0: "a"}, ["none"], failures=9, attempts=2, **extent)
    (more,) = study.jobs({0: "a"}, ["none"], failures=9, attempts=9, **extent)
    assert study.kept(less) == attempts[:3]
    assert study.kept(fewer) == attempts[:2]
    assert study.kept(more) == attempts
    assert [study.done(one, study.kept(one)) for one in (job, less, fewer, more)] == [True, True, True, False]
