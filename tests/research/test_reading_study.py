"""The command of `research/storyworld/reading.py` on a tiny cell, and how it counts."""

import csv
import importlib.util
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from holdfast.tasks.storyworld.tell import Story

PATH = Path(__file__).parents[2] / "research" / "storyworld" / "reading.py"
SPEC = importlib.util.spec_from_file_location("storyworld_reading", PATH)
reading = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = reading  # where dataclasses look for their module
SPEC.loader.exec_module(reading)


def run(out: Path, cells: str) -> list[dict[str, str]]:
    size = ["--snippets", "64", "--harmless", "40", "--catastrophes", "4"]
    reading.main(["--out", str(out), "--cells", cells, *size])
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_finished_cell_is_written_once_and_kept(tmp_path):
    first = run(tmp_path / "reading.csv", "marks-small-itself")
    assert [row["distance"] for row in first] == ["all", "0"]
    assert (first[0]["catastrophes"], first[0]["harmless"], first[0]["snippets"]) == ("4", "40", "64")
    assert float(first[0]["train_flops"]) > 0
    again = run(tmp_path / "reading.csv", "marks-small-itself,plain-small-itself")
    assert again[:2] == first
    assert [row["kind"] for row in again[2:]] == ["plain", "plain"]


def test_a_cell_that_does_not_exist_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        reading.main(["--out", str(tmp_path / "reading.csv"), "--cells", "marks-huge-itself"])
    assert "no such cell: marks-huge-itself" in capsys.readouterr().err


def test_misses_are_counted_at_the_threshold_that_accepts_95_percent():
    harmless = np.arange(100, dtype=np.float32)
    harmful = np.array([10.0, 95.0, 200.0], dtype=np.float32)
    found = reading.Tested(
        np.array([0] * 100 + [3, 3, 5]), np.arange(103) >= 100, np.concatenate([harmless, harmful])
    )
    rows = {row["distance"]: row for row in reading.rows_of(found)}
    assert {name: (row["missed"], row["catastrophes"]) for name, row in rows.items()} == {
        "all": (1, 3),
        "3": (1, 2),
        "5": (0, 1),
    }
    assert rows["all"]["rejected"] == 5


def test_cutting_a_story_short_keeps_what_decides():
    story = Story(("One.", "Two.", "Three.", "Four."), "End.", "plot", "Tom", (1, 3))
    prompts = {reading.shortened(story, random.Random(seed)).prompt for seed in range(60)}
    assert all("Two." in prompt and "Four." in prompt for prompt in prompts)
    assert {"Two. Four.", "One. Two. Three. Four."} <= prompts
