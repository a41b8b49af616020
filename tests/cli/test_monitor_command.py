import json
import os
import signal
import subprocess
import sys

import pytest

from holdfast.cli.monitor_state import kept_state
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


def read_on(holdfast, state, file, *options):
    ended = holdfast("monitor", file, "--target", "0.01", "--state", state, "--json", *options)
    assert ended.code in (0, 1, 3), ended.err
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
        wait_until(
            lambda: (state.exists() and '"trials": 2' in state.read_text()) or process.poll() is not None
        )
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"undecided" in out or b"refuted" in out
    assert b"1 failure in 2 outcomes" in out
    assert b"Traceback" not in err
    assert json.loads(state.read_text())["monitor"]["trials"] == 2


@pytest.mark.parametrize(
    ("text", "target", "code"),
    [("0\n" * 400, "0.02", 0), ("1\n" * 40, "0.02", 1), ("0\n", "0.02", 3)],
    ids=["certified", "refuted", "undecided"],
)
def test_the_exit_code_tells_the_verdict(holdfast, outcomes, text, target, code):
    ended = holdfast("monitor", outcomes(text), "--target", target)
    assert ended.code == code
    assert "0 certified, 1 refuted, 3 undecided" in " ".join(holdfast("monitor", "--help").out.split())


def test_a_verdict_beside_limits_that_hold_the_target_says_why(holdfast, outcomes):
    out = holdfast("monitor", outcomes("0\n" * 400_000), "--target", "1e-5").out
    assert "they hold the target, for each end has half of the error" in out


SAME = "0\n" * 50 + "1\n" + "0\n" * 20
LONG = "".join(f"{int(number % 97 == 3)}\n" for number in range(6000))


def renamed(file):
    return file.rename(file.with_name("outcomes.txt.1"))


def linked(file):
    (file.parent / "link.txt").symlink_to(file)
    return file.parent / "link.txt"


def hard_linked(file):
    (file.parent / "hard.txt").hardlink_to(file)
    return file.parent / "hard.txt"


@pytest.mark.parametrize("moved", [renamed, linked, hard_linked])
def test_a_file_is_known_by_whatever_name(moved, holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes(SAME))
    other = moved(tmp_path / "outcomes.txt")
    assert read_on(holdfast, state, other)["outcomes"] == 71
    with other.open("a") as gained:
        gained.write("0\n0\n")
    assert read_on(holdfast, state, other)["outcomes"] == 73


@pytest.mark.parametrize(
    ("first", "copy"),
    [(SAME, SAME), (SAME, SAME + "0\n"), (LONG, LONG[:9000]), (LONG, LONG + "0\n")],
    ids=["a copy", "a copy that grew", "the beginning of a copy", "a long copy that grew"],
)
def test_a_copy_is_refused_until_it_is_said_to_be_new(first, copy, holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    target = ("--target", "0.0101", "--state", state)
    holdfast("monitor", outcomes(first), *target)
    kept = state.read_text()
    ended = holdfast("monitor", outcomes(copy, "copy.txt"), *target)
    assert ended.code == 2
    assert "begins like" in ended.err
    assert json.loads(state.read_text()) == json.loads(kept)
    told = json.loads(holdfast("monitor", tmp_path / "copy.txt", *target, "--new", "--json").out)
    assert told["outcomes"] == (len(first) + len(copy)) // 2


def test_a_rotated_file_and_the_one_in_its_place_are_each_counted_once(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes(SAME))
    old = renamed(tmp_path / "outcomes.txt")
    assert read_on(holdfast, state, outcomes("0\n0\n1\n"))["outcomes"] == 74
    assert read_on(holdfast, state, old)["outcomes"] == 74
    assert read_on(holdfast, state, tmp_path / "outcomes.txt")["outcomes"] == 74


def test_another_file_in_the_place_of_one_that_is_gone_is_refused(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    read_on(holdfast, state, outcomes(SAME))
    outcomes("0\n1\n0\n", "edited.txt").replace(tmp_path / "outcomes.txt")
    ended = holdfast("monitor", tmp_path / "outcomes.txt", "--target", "0.01", "--state", state)
    assert ended.code == 2
    assert "that one is gone" in ended.err
    assert read_on(holdfast, state, tmp_path / "outcomes.txt", "--new")["outcomes"] == 74


def test_two_writers_of_one_state_are_refused(holdfast, outcomes, tmp_path):
    state = tmp_path / "state.json"
    with kept_state(state, Monitor(0.01, 0.95)):
        ended = holdfast("monitor", outcomes("0\n"), "--target", "0.01", "--state", state)
    assert ended.code == 2
    assert "is in use by another" in ended.err
    assert read_on(holdfast, state, tmp_path / "outcomes.txt")["outcomes"] == 1


def test_a_state_that_cannot_be_written_fails_before_the_first_outcome(holdfast, outcomes, tmp_path):
    (tmp_path / "file").write_text("no folder")
    ended = holdfast(
        "monitor", outcomes("x"), "--target", "0.01", "--state", tmp_path / "file" / "state.json"
    )
    assert ended.code == 2
    assert "nothing was read" in ended.err
