"""The study of planted holes: counted shares, cells filled once, and what the page says."""

import csv
import json

import pytest

from holdfast.campaign.holes.planted import read_holes
from holdfast.campaign.holes.table import read_holes_table
from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values
from holdfast.models.holes import holes
from holdfast.models.holes.base import Subject
from holdfast.tasks import tasks
from holdfast.tasks.brackets import enumerate_snippets
from research.holes import counting
from research.holes.command import holes_file, main, plant_all, rows_file
from research.holes.counting import counted_share
from research.holes.study import EXTENTS, SMOKE, plan_of

TASK = tasks.get("brackets")()


@pytest.mark.parametrize(
    "config",
    [
        {"kind": "phrase", "words": list("(()")},
        {"kind": "phrase", "words": list("()()")},
        {"kind": "phrase", "words": list(")))))))))")},
        {"kind": "pattern", "blocks": [[["("], [")"]], [["("], ["("]]]},
        {"kind": "pattern", "blocks": [[["("], ["(", ")"], [")"]], [[")"]], [["("]]]},
    ],
    ids=lambda config: config["kind"],
)
def test_the_share_is_that_of_all_strings_looked_at_one_by_one(config, monkeypatch):
    """Each even length is as likely as another, and each string of it as another."""
    monkeypatch.setattr(counting, "LONGEST", 10)
    hole, inside, bad = from_values(holes, config), 0.0, 0.0
    for length in range(2, 11, 2):
        snippets = list(enumerate_snippets(length))
        verdicts = TASK.oracle.judge(snippets)
        for snippet, verdict in zip(snippets, verdicts, strict=True):
            if verdict.catastrophic:
                bad += 0.5**length
                inside += 0.5**length * hole.contains(
                    Subject(tuple(snippet.prompt + snippet.completion), verdict)
                )
    assert counted_share(hole) == pytest.approx(inside / bad)


def test_a_state_is_not_counted():
    assert counted_share(from_values(holes, {"kind": "state", "shown": ["deep"]})) is None


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The whole smoke study, by its commands."""
    folder, extents = tmp_path_factory.mktemp("holes"), {"brackets": SMOKE}
    common = ["--folder", str(folder)]
    main(["plant", "--task", "brackets", "--seed", "3", "--holes", "1", *common], extents)
    main(["plant", "--task", "brackets", *common], extents)  # goes on with the same seed
    arms = ["--arms", "genetic, slope", "genetic, flat", "hotflip, trained"]
    classes = ["--classes", "phrase 0.03", "state 0.3"]
    main(["run", "--task", "brackets", "--holes", "1", *arms, *classes, *common], extents)
    main(["table", "--out", str(folder), *common], extents)
    return folder


def test_the_study_runs_by_its_commands_and_its_table_is_read(done):
    (table,) = read_holes_table(done / "holes.csv")
    assert table.task == "brackets"
    assert len(table.rows) == 2 * 3
    assert {row.of.way for row in table.rows} == {"flat", "slope", "trained"}
    text = (done / "holes.md").read_text(encoding="utf-8")
    assert "**6 of 27 cells are there**" in text
    for words in (
        "### The holes",
        "### Found",
        "### Holes trained into the weights",
        "### What no failure says",
    ):
        assert words in text
    assert str(done) not in text
    with (done / "holes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["hole"] in (done / "brackets-planted.json").read_text(encoding="utf-8")


def test_each_attempt_is_a_row_and_finds_add_up(done):
    rows = [json.loads(line) for line in rows_file(done, "brackets").read_text("utf-8").splitlines()[1:]]
    for cell in rows:
        attempts = [row for row in cell["rows"] if row["measure"] == "attempt"]
        (after,) = (row for row in cell["rows"] if row["measure"] == "found after")
        (found,) = (row["value"] for row in cell["rows"] if row["measure"] == "found")
        assert len(attempts) == SMOKE.starts
        assert after["watched"] == sum(row["queries"] for row in attempts) <= SMOKE.starts * SMOKE.queries
        spent = 0
        for row in attempts:
            if row["value"] is not None:
                assert after["value"] == spent + row["value"]
                break
            spent += row["queries"]
        else:
            assert after["value"] is None
        assert found == (after["value"] is not None)
        if cell["declared"]["way"] != "trained":  # a mended filter has no failures of its own
            assert all(row["own failure"] is None for row in attempts)


def test_what_is_done_is_not_done_again(done):
    kept = rows_file(done, "brackets").read_bytes()
    arms = ["--holes", "1", "--arms", "genetic, slope", "--classes", "phrase 0.03"]
    main(["run", "--task", "brackets", *arms, "--folder", str(done)], {"brackets": SMOKE})
    assert rows_file(done, "brackets").read_bytes() == kept


def test_a_hole_is_opened_by_its_hash(done, capsys):
    hash_ = json.loads(holes_file(done, "brackets").read_text("utf-8"))[0]["hash"]
    main(["open", "--hash", hash_[:10], "--folder", str(done)], {"brackets": SMOKE})
    shown = json.loads(capsys.readouterr().out)
    assert shown["hash"] == hash_
    assert shown["hole"]["kind"] == "phrase"
    assert shown["seed"] == 3


def test_mistakes_are_said(done, tmp_path):
    extents = {"brackets": SMOKE}
    with pytest.raises(UserError, match="leave out --seed"):
        main(["plant", "--task", "brackets", "--seed", "4", "--folder", str(done)], extents)
    with pytest.raises(UserError, match="plant some first"):
        main(["run", "--task", "brackets", "--folder", str(tmp_path)], extents)
    with pytest.raises(UserError, match="have a hash that begins with"):
        main(["open", "--hash", "", "--folder", str(done)], extents)


def test_every_cell_is_another_and_one_seed_gives_the_same_holes(done):
    planted = plant_all(SMOKE, 3)
    plan = plan_of(SMOKE, planted)
    assert len({cell.hash for cell in plan.cells}) == len(plan.cells) == SMOKE.cells == 27
    assert read_holes(holes_file(done, "brackets")) == planted
    with pytest.raises(UserError, match="plant the study's holes first"):
        plan_of(EXTENTS["brackets"], planted)
