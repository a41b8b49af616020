"""A run folder belongs to one live process; a killed one leaves no lock."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.core.errors import UserError
from holdfast.store.lock import RunLock, in_use

HOLD = """
import sys, time
from pathlib import Path
from holdfast.store.lock import RunLock
with RunLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_live_holder_is_named_and_a_killed_one_is_forgotten(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert in_use(tmp_path)
        with pytest.raises(UserError, match=rf"in use by process {holder.pid} on \S+ since \d{{4}}-"):
            RunLock(tmp_path).__enter__()
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert not in_use(tmp_path)
    with RunLock(tmp_path):
        assert in_use(tmp_path)
    assert not in_use(tmp_path)


def test_a_folder_never_locked_is_free(tmp_path: Path) -> None:
    assert not in_use(tmp_path / "none")


def test_a_lock_file_that_says_nothing_still_locks(tmp_path: Path) -> None:
    with RunLock(tmp_path):
        (tmp_path / "lock").write_text("")
        with pytest.raises(UserError, match="another process"):
            RunLock(tmp_path).__enter__()
