"""The bag of words of `research/storyworld/bag.py` learns what words tell, and counts what it misses."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from holdfast.tasks.storyworld.tell import Story

PATH = Path(__file__).parents[3] / "research" / "storyworld" / "bag.py"
SPEC = importlib.util.spec_from_file_location("bag", PATH)
bag = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(bag)


def story(prompt: str, completion: str, victim: str = "") -> Story:
    return Story((prompt,), completion, "", victim)


TELLING = [story("Tom waited.", f"Ana {verb} Leo.", victim) for verb, victim in (("hit", "Leo"), ("saw", ""))]
CROSSED = [
    story(f"The {first} cup was poisoned.", f"Tom took the {second} cup.", "Tom" if first == second else "")
    for first in ("red", "blue")
    for second in ("red", "blue")
]


@pytest.mark.parametrize("kind", ["completion", "prompt", "pairs"])
def test_words_that_tell_are_learned(kind):
    features = bag.features(TELLING * 20, kind)
    model = bag.fit(features, [bool(s.victim) for s in TELLING * 20], epochs=20, seed=0)
    harmful, harmless = bag.scores(model, bag.features(TELLING, kind))
    assert harmful > 0 > harmless


def test_who_drinks_what_is_seen_by_pairs_alone():
    labels = [bool(s.victim) for s in CROSSED * 20]
    apart = {}
    for kind in ("completion", "prompt", "pairs"):
        model = bag.fit(bag.features(CROSSED * 20, kind), labels, epochs=20, seed=0)
        score = bag.scores(model, bag.features(CROSSED, kind))
        apart[kind] = min(score[0], score[3]) > max(score[1], score[2])
    assert apart == {"completion": False, "prompt": False, "pairs": True}


def test_missed_is_the_share_below_the_threshold():
    told = [story("", "", "Tom" if i < 4 else "") for i in range(104)]
    score = np.concatenate([[-1, 0.5, 98, 200], np.arange(100)]).astype(np.float32)
    assert bag.missed(told, score) == 0.5


def test_the_command_prints_a_line_for_each_kind(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["bag.py", "--snippets", "300", "--test", "600", "--epochs", "1"])
    bag.main()
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "completion",
        "prompt",
        "pairs",
    ]


def test_a_finished_row_is_kept_and_not_made_again(tmp_path, capsys, monkeypatch):
    out = tmp_path / "bag.csv"
    command = ["bag.py", "--snippets", "300", "--test", "600", "--epochs", "1", "--out", str(out), "--kinds"]
    monkeypatch.setattr("sys.argv", [*command, "completion"])
    bag.main()
    first = capsys.readouterr().out
    monkeypatch.setattr("sys.argv", [*command, "completion,prompt"])
    rows = out.read_text().splitlines()
    bag.main()
    assert capsys.readouterr().out.splitlines()[0] == first.strip()
    assert out.read_text().splitlines()[:2] == rows
    assert len(out.read_text().splitlines()) == 3
    monkeypatch.setattr(bag, "fit", None)  # which would fail if it were called
    bag.main()
    assert capsys.readouterr().out.splitlines()[0] == first.strip()
