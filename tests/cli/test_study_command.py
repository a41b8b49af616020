"""`holdfast study` on the example of its documentation, and what it refuses."""

import json
import shutil
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "studies" / "steps.yaml"


def test_the_example_is_run_once_and_told(tmp_path, holdfast):
    path = tmp_path / "steps.yaml"
    shutil.copy(EXAMPLE, path)
    before = holdfast("study", "table", path)
    assert (before.code, "0 of 4 cells are done" in before.out) == (0, True)
    assert not list(tmp_path.glob("*.jsonl"))
    ran = holdfast("study", "run", path, "--csv", tmp_path / "all.csv", "--report", tmp_path / "page.html")
    assert ran.code == 0, ran.err
    assert "all 4 cells are done" in ran.out
    assert "long against short" in ran.out
    assert (tmp_path / "page.html").exists()
    rows = (tmp_path / "steps.jsonl").read_bytes()
    assert len(rows.splitlines()) == 5
    told = holdfast("study", "run", path, "--json")
    found = json.loads(told.out)
    assert (tmp_path / "steps.jsonl").read_bytes() == rows
    assert [len(arm["values"]) for arm in found["arms"]] == [2, 2]
    assert found["left"] == []
    path.write_text(path.read_text().replace("better: higher", "better: lower"))
    refused = holdfast("study", "table", path)
    assert refused.code == 2
    assert "the endpoint was named before the study began and cannot change" in refused.err


def test_wrong_files_are_told_in_one_line(tmp_path, holdfast):
    for name, text, says in (
        ("nowhere.yaml", None, "nowhere.yaml"),
        ("empty.yaml", "", "a configuration is a mapping"),
        ("half.yaml", "study: x\n", "config: "),
    ):
        path = tmp_path / name
        if text is not None:
            path.write_text(text)
        for command in ("run", "table"):
            ended = holdfast("study", command, path)
            assert (ended.code, says in ended.err) == (2, True), ended.err
            assert ended.err.count("\n") == 1
    assert not list(tmp_path.glob("*-runs"))
