"""What ends with which exit code."""

import errno

import pytest

from holdfast.cli import main as cli
from holdfast.core.errors import HoldfastError, UserError

CASES = [
    (UserError("no such\nthing"), 2, "no such thing"),
    (HoldfastError("it broke"), 1, "it broke"),
    (KeyboardInterrupt(), 130, "stopped"),
    (OSError(errno.ENOSPC, "No space left on device", "/data/x"), 1, "the disk is full (/data/x)"),
    (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero (HOLDFAST_DEBUG=1"),
]


@pytest.mark.parametrize(("error", "code", "says"), CASES, ids=lambda value: type(value).__name__)
def test_errors_are_one_line(error, code, says, monkeypatch, capsys):
    def fail(_):
        raise error

    monkeypatch.delenv("HOLDFAST_DEBUG", raising=False)
    monkeypatch.setattr(cli, "_run", fail)
    assert cli.main([]) == code
    printed = capsys.readouterr().err
    assert printed.startswith(f"holdfast: {says}")
    assert printed.count("\n") == 1


def test_debug_shows_the_traceback(monkeypatch):
    def fail(_):
        raise UserError("no")

    monkeypatch.setenv("HOLDFAST_DEBUG", "1")
    monkeypatch.setattr(cli, "_run", fail)
    with pytest.raises(UserError):
        cli.main([])
