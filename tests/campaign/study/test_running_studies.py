"""Studies survive: a cell is done once, whatever ends the process, and its endpoint cannot change."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from study_cells import ENDPOINT, begun, plan, work

from holdfast.campaign.study.plan import Cell, StudyPlan
from holdfast.campaign.study.rows import StudyRows
from holdfast.campaign.study.running import missing, run_study
from holdfast.core.errors import HoldfastError, UserError
from waiting import wait_until

HERE = Path(__file__).parent


@pytest.mark.parametrize("workers", [1, 2])
def test_each_cell_is_done_once(tmp_path, workers):
    asked, rows = plan(tmp_path), tmp_path / "rows.jsonl"
    done = run_study(asked, rows, work, workers=workers)
    assert list(done) == list(asked.cells)
    assert sorted(begun(tmp_path)) == sorted(cell.name for cell in asked.cells)
    assert run_study(asked, rows, work) == done
    assert len(begun(tmp_path)) == len(asked.cells)


def test_a_cell_of_another_declaration_is_another_cell(tmp_path):
    rows = tmp_path / "rows.jsonl"
    asked = plan(tmp_path)
    run_study(asked, rows, work)
    more = plan(tmp_path, seeds=(0, 1, 2, 3))
    assert {cell.seed for cell in missing(more, StudyRows(rows))} == {3}
    changed = replace(asked.cells[0], declared={**asked.cells[0].declared, "steps": 3})
    other = StudyPlan("a study", ENDPOINT, (changed, *asked.cells[1:]))
    assert missing(other, StudyRows(rows)) == [changed]
    run_study(other, rows, work)
    assert not missing(asked, StudyRows(rows))  # what was done before is there, too


@given(
    st.text(min_size=1),
    st.integers(0, 99),
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=4),
)
def test_the_hash_is_of_what_is_declared_in_whatever_order(arm, seed, declared):
    cell = Cell(arm, seed, "b", declared)
    again = Cell(arm, seed, "b", json.loads(json.dumps(dict(reversed(declared.items())))))
    assert cell.hash == again.hash
    others = [Cell(arm + "x", seed, "b", declared), Cell(arm, seed + 1, "b", declared)]
    others += [Cell(arm, seed, "c", declared), Cell(arm, seed, "b", {**declared, "new key": 1})]
    assert len({cell.hash, *(other.hash for other in others)}) == 5


def test_the_endpoint_cannot_change_once_the_study_has_begun(tmp_path):
    rows = tmp_path / "rows.jsonl"
    run_study(plan(tmp_path), rows, work)
    kept = rows.read_bytes()
    other = ENDPOINT.model_copy(update={"where": {"measure": "other"}})
    with pytest.raises(UserError, match="endpoint was named before the study began") as told:
        run_study(plan(tmp_path, other), rows, work)
    assert "where" in str(told.value)
    assert rows.read_bytes() == kept
    with pytest.raises(UserError, match="holds the study 'a study', not 'another'"):
        run_study(replace(plan(tmp_path), name="another"), rows, work)


def test_what_is_no_file_of_rows_is_left_alone(tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("seed,value\n1,2\n")
    with pytest.raises(UserError, match="no study's file of rows"):
        run_study(plan(tmp_path), rows, work)
    assert rows.read_text() == "seed,value\n1,2\n"


def test_a_line_that_was_not_written_whole_is_done_again(tmp_path):
    asked, rows = plan(tmp_path), tmp_path / "rows.jsonl"
    done = run_study(asked, rows, work)
    whole = rows.read_bytes()
    for cut in (1, 7, len(whole.splitlines()[-1])):
        rows.write_bytes(whole[:-cut])
        assert len(missing(asked, StudyRows(rows))) == 1
        again = run_study(asked, rows, work)
        assert [each.rows for each in again.values()] == [each.rows for each in done.values()]
        assert all(json.loads(line) for line in rows.read_text().splitlines())


def test_a_line_that_is_no_cell_is_named(tmp_path):
    asked, rows = plan(tmp_path), tmp_path / "rows.jsonl"
    run_study(asked, rows, work)
    lines = rows.read_text().splitlines()
    rows.write_text("\n".join([*lines[:2], "nonsense", *lines[2:]]) + "\n")
    with pytest.raises(UserError, match=r"rows\.jsonl, line 3"):
        run_study(asked, rows, work)


def test_a_cell_that_fails_stops_no_other(tmp_path):
    asked = plan(tmp_path, failing=["none · small · seed 0"])
    with pytest.raises(UserError, match=r"1 of 6 cells.*'none · small · seed 0': this cell fails"):
        run_study(asked, tmp_path / "rows.jsonl", work)
    assert len(missing(asked, StudyRows(tmp_path / "rows.jsonl"))) == 1
    (tmp_path / "mended").touch()
    assert len(run_study(asked, tmp_path / "rows.jsonl", work)) == 6


@pytest.mark.slow
def test_a_cell_that_kills_its_process_stops_no_other(tmp_path):
    asked = plan(tmp_path, dying=["none · small · seed 0"])
    with pytest.raises(HoldfastError, match="killed twice at 1 of 6"):
        run_study(asked, tmp_path / "rows.jsonl", work, workers=2)
    assert len(missing(asked, StudyRows(tmp_path / "rows.jsonl"))) == 1


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from study_cells import plan, work
from holdfast.campaign.study.running import run_study
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    waiting = ["none · small · seed 1", "five · small · seed 1"]
    run_study(plan(folder, waiting=waiting), folder / "rows.jsonl", work, workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("sent", "workers"),
    [(signal.SIGKILL, 1), (signal.SIGINT, 1), pytest.param(signal.SIGKILL, 2, marks=pytest.mark.slow)],
)
def test_a_study_that_is_ended_loses_only_what_was_running(tmp_path, sent, workers):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(here=str(HERE)))
    command = [sys.executable, program, tmp_path, str(workers)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until(lambda: len(begun(tmp_path)) >= 2 + workers)
        asked = plan(tmp_path, waiting=["none · small · seed 1", "five · small · seed 1"])
        wait_until(lambda: len(missing(asked, StudyRows(tmp_path / "rows.jsonl"))) <= 4)
        with pytest.raises(UserError, match="another process works on the study"):
            run_study(asked, tmp_path / "rows.jsonl", work)
        os.killpg(running.pid, sent)
    finally:
        running.wait()
    left = missing(asked, StudyRows(tmp_path / "rows.jsonl"))
    assert [cell.seed for cell in left] == [1, 1, 2, 2]
    (tmp_path / "go").touch()
    before = len(begun(tmp_path))
    assert len(run_study(asked, tmp_path / "rows.jsonl", work)) == 6
    assert len(begun(tmp_path)) == before + 4
