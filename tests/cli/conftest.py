"""Running the command, and the tiny models it runs on."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from holdfast.cli.main import main
from holdfast.core.seeds import Stream
from holdfast.tasks.brackets import Brackets


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def holdfast(capsys, monkeypatch):
    """Run the command in this process (a fresh one would load torch anew for each test)."""
    monkeypatch.delenv("HOLDFAST_DEBUG", raising=False)

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def shell():
    """Run the command as a user does: in a process of its own."""

    def run(*arguments: object, typed: str = "", **environment: str) -> Ended:
        command = [sys.executable, "-m", "holdfast.cli.main", *(str(argument) for argument in arguments)]
        done = subprocess.run(
            command,
            input=typed,
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "100", **environment},
            timeout=300,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with an untrained `classifier` and `generator` for brackets."""
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator
    from holdfast.models.size import ModelSize

    folder = tmp_path_factory.mktemp("models")
    size = ModelSize(layers=1, width=16, heads=2, positions=48)
    Classifier.create(Brackets(), size, Stream(1)).save(folder / "classifier")
    Generator.create(Brackets(), size, Stream(2)).save(folder / "generator")
    return folder
