"""The command of `research/storyworld/agreement.py` goes on where it was stopped, and refuses other code."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "research" / "storyworld" / "agreement.py"
SPEC = importlib.util.spec_from_file_location("storyworld_agreement", PATH)
agreement = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = agreement  # where dataclasses look for their module
SPEC.loader.exec_module(agreement)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(agreement, "CHUNK", 20)


def run(state: Path, count: int = 50) -> None:
    agreement.main(["--count", str(count), "--kinds", "torn", "--state", str(state), "--every", "0"])


def test_finished_chunks_are_kept_and_not_compared_again(small, tmp_path, capsys, monkeypatch):
    run(tmp_path)
    first = capsys.readouterr().out.splitlines()
    assert first[0] == "torn: 20 of 50 compared, 30 left"
    assert first[-1].startswith("torn: 50 of 50 agree;")
    (tmp_path / "torn-0-000001-20.json").unlink()
    compared = []
    monkeypatch.setattr(
        agreement,
        "compare",
        lambda chunk, compare=agreement.compare: compared.append(chunk.number) or compare(chunk),
    )
    run(tmp_path)
    assert compared == [1]
    assert capsys.readouterr().out.splitlines()[-1].split(";")[:2] == first[-1].split(";")[:2]


def test_differences_are_kept_and_counted(small, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(agreement, "judge", lambda snippet: (True, 11.0))
    run(tmp_path, 10)
    assert "the page 11.0" in capsys.readouterr().out
    run(tmp_path, 10)
    assert capsys.readouterr().out.splitlines()[-1].startswith("torn: 0 of 10 agree;")


def test_chunks_of_other_code_are_refused(small, tmp_path, capsys):
    run(tmp_path, 10)
    (file,) = tmp_path.glob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"code": "other"}))
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, 10)
    assert ended.value.code == 2
    assert "is of other code" in capsys.readouterr().err
