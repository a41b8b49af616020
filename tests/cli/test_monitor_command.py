import json
import os
import signal
import subprocess
import sys

import pytest

from holdfast.evaluation.monitor import Monitor
from waiting import PATIENCE, wait_until


@pytest.fixture
def outcomes(tmp_path):
    """Write lines to a file of outcomes."""

    def write(text, name="outcomes.txt"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def test_it_certifies_as_soon_as_it_can(holdfast, outcomes):
    ended = holdfast("monitor", outcomes("0\n" * 400_000), "--target", "1e-5")
    assert ended.code == 0
    assert "certified: the failure rate is at most 1e-05" in ended.out
    assert "0 failures in 333,632 outcomes" in ended.out


MIXED = '0\n1\n{"failure": false}\n\n {"failure": 1, "prompt": "x"} \r\n0'


def test_lines_of_both_kinds_are_read(holdfast, outcomes):
    ended = holdfast("monitor", outcomes(MIXED), "--target", "0.5", "--json")
    found = json.loads(ended.out)
    assert (found["standing"], found["outcomes"], found["failures"]) == ("undecided", 5, 2)
    assert found["needed_without_failure"] == Monitor(0.5).observe([0, 1, 0, 1, 0]).needed_without_failure
    assert 0 < found["rate_limits"][0] < 0.4 < found["rate_limits"][1] < 1


def test_a_pipe_is_read(shell):
    ended = shell("monitor", "--target", "0.5", typed="0\n" * 30)
    assert ended.code == 0
    assert ended.out.startswith("certified")


def test_the_field_has_a_name(holdfast, outcomes):
    file = outcomes('{"slipped": true}\n' * 3)
    assert holdfast("monitor", file, "--target", "0.001", "--field", "slipped").out.startswith("refuted")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0\n0\n2\n", "line 3: expected 0, 1, or JSON"),
        ("0\nyes\n", "line 2: expected 0, 1, or JSON"),
        ('0\n\n{"failed": 1}\n', "line 3: no field 'failure'"),
        ('{"failure": null}\n', "line 1: 'failure' must be true, false, 1 or 0, got null"),
        ('{"failure": 0.5}\n', "line 1: 'failure' must be true, false, 1 or 0, got 0.5"),
        ("0\n" * 70_000 + "x\n", "line 70001"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(holdfast, outcomes, text, message):
    ended = holdfast("monitor", outcomes(text), "--target", "1e-9")
    assert ended.code == 2
    assert message in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "0"), "the target rate must lie between 0 and 1"),
        (("--target", "1e-5", "--confidence", "95"), "the confidence must lie between 0 and 1"),
    ],
)
def test_impossible_targets_are_refused(holdfast, outcomes, arguments, message):
    ended = holdfast("monitor", outcomes("0\n"), *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_file_that_is_not_there_is_named(holdfast, tmp_path):
    ended = holdfast("monitor", tmp_path / "nowhere.txt", "--target", "0.1")
    assert ended.code == 2
    assert "nowhere.txt" in ended.err


def read_on(holdfast, state, file):
    ended = holdfast("monitor", file, "--target", "0.01", "--state", state, "--json")
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_the_state_goes_on_with_what_a_file_has_gained(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes("0\n" * 50 + "1\n"))
    assert read_on(holdfast, state, outcomes("0\n" * 50 + "1\n"))["outcomes"] == 51
    grown = read_on(holdfast, state, outcomes("0\n" * 50 + "1\n" + "0\n" * 100))
    assert (grown["outcomes"], grown["failures"]) == (151, 1)
    other = read_on(holdfast, state, outcomes("0\n" * 50, "other.txt"))
    assert (other["outcomes"], other["failures"]) == (201, 1)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_going_on_equals_reading_at_once(holdfast, outcomes, tmp_path):
    text = ("0\n" * 37 + "1\n") * 4 + "0\n" * 2000
    whole = read_on(holdfast, tmp_path / "whole.json", outcomes(text, "whole.txt"))
    for end in (10, 80, 81, 200, len(text)):
        parts = read_on(holdfast, tmp_path / "parts.json", outcomes(text[:end], "parts.txt"))
    assert parts == whole
    assert whole["standing"] == "certified"


def test_a_file_that_changed_is_not_counted_twice(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes("0\n0\n1\n"))
    kept = state.read_text()
    ended = holdfast("monitor", outcomes("0\n1\n1\n0\n"), "--target", "0.01", "--state", state)
    assert ended.code == 2
    assert "not the file that was read before" in ended.err
    assert state.read_text() == kept


def test_what_came_before_a_bad_line_stays_counted(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    ended = holdfast("monitor", outcomes("0\n0\nx\n0\n"), "--target", "0.01", "--state", state)
    assert ended.code == 2
    assert read_on(holdfast, state, outcomes("0\n0\n1\n0\n"))["outcomes"] == 4


@pytest.mark.parametrize("text", ["", "{}", '{"monitor": {}, "files": {}}', '{"monitor": 1, "files": 2}'])
def test_what_is_no_state_is_left_alone(holdfast, outcomes, tmp_path, text):
    state = outcomes(text, "state.json")
    ended = holdfast("monitor", outcomes("0\n"), "--target", "0.01", "--state", state)
    assert ended.code == 2
    assert "is not a state" in ended.err
    assert state.read_text() == text


def test_a_state_of_another_target_is_refused(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes("0\n"))
    ended = holdfast("monitor", outcomes("0\n"), "--target", "0.02", "--state", state)
    assert ended.code == 2
    assert "belongs to the target 0.01" in ended.err


def test_ctrl_c_on_a_live_pipe_shows_how_things_stand(tmp_path):
    state = tmp_path / "state.json"
    command = [
        sys.executable,
        "-m",
        "holdfast.cli.main",
        "monitor",
        "--target",
        "0.01",
        "--state",
        str(state),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"0\n1\n")
        process.stdin.flush()
        # saved once the first piece has been counted
        wait_until(lambda: state.exists() or process.poll() is not None)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"undecided" in out or b"refuted" in out
    assert b"1 failure in 2 outcomes" in out
    assert b"Traceback" not in err
    assert json.loads(state.read_text())["monitor"]["trials"] == 2
