"""For all tests: how hypothesis runs, that Ctrl-C is heard, and running the command.

No test asserts on time, so a slow machine must not fail one.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from holdfast.cli.main import main
from waiting import LONG_PATIENCE

settings.register_profile("holdfast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdfast")


def pytest_configure():
    """A shell that starts the tests in the background has them, and all they start, ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


NUMERIC = ("models", "attacks", "training", "evaluation", "workbench/tools", "test_hand_set.py")
"""What `make test-slow` runs with each kind of vector instructions, and with one thread and two."""


def pytest_collection_modifyitems(items):
    folder = Path(__file__).parent
    places = tuple(folder / name for name in NUMERIC)
    for item in items:
        if any(item.path.is_relative_to(place) for place in places):
            item.add_marker(pytest.mark.numeric)


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
            timeout=LONG_PATIENCE,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
