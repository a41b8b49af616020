"""What a command has found outlives its end: whatever its streams, its disk and its workers do.

All of it in processes of their own, as the shell would start them.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.core.executors import Processes
from waiting import LONG_PATIENCE, wait_until

COMMAND = [sys.executable, "-m", "holdfast.cli.main"]
OPEN = ("--prompt", "((", "--completion", ")")
SHELL = '"$@"'


def run(*arguments, redirected="", limits=(), env=None, cwd=None, stdin=b""):
    """The command started by a shell that redirects its streams so, or closes them."""
    line = ["bash", "-c", f"{SHELL} {redirected}", "bash", *COMMAND, *map(str, arguments)]

    def bound():
        for limit, value in limits:
            resource.setrlimit(limit, (value, value))

    return subprocess.run(
        line,
        capture_output=True,
        input=stdin,
        preexec_fn=bound,
        env={**os.environ, "OMP_NUM_THREADS": "1", **(env or {})},
        cwd=cwd,
    )


@pytest.fixture
def attack(models):
    """An attack that takes a moment, and finds failures."""
    return [
        *("attack", "--task", "brackets", "--classifier", models / "classifier", "--threshold", "0.999"),
        *("--attack", "random_rewrite", "--seeds", "4", "--budget", "20q/seed"),
    ]


CLOSED = ">&-", ">/dev/full"


@pytest.mark.parametrize("redirected", CLOSED)
def test_what_the_output_does_not_take_is_kept_in_a_file(redirected, tmp_path):
    ended = run("judge", "--task", "brackets", *OPEN, redirected=redirected, env={"TMPDIR": str(tmp_path)})
    assert ended.returncode == 1
    (kept,) = tmp_path.glob("holdfast-output-*")
    assert "catastrophic" in kept.read_text()
    (line,) = ended.stderr.decode().splitlines()
    assert str(kept) in line


def test_closed_output_leaves_no_database_to_write_into(tmp_path):
    """The number of a closed stream must not go to the next file that is opened."""
    options = ("--preset", "smoke", "--show-config")
    ended = run("run", "brackets", *options, redirected=">&- 2>&- <&-", env={"TMPDIR": str(tmp_path)})
    assert (ended.returncode, ended.stderr) == (1, b"")
    (kept,) = tmp_path.glob("holdfast-output-*")
    assert "brackets" in kept.read_text()


INPUT_COMMANDS = [
    ["judge", "--task", "brackets"],
    ["monitor", "--target", "1e-3"],
    ["accounts", "add", "ann", "--stdin"],
]


@pytest.mark.parametrize("arguments", INPUT_COMMANDS, ids=lambda value: value[0])
def test_a_closed_input_is_said(arguments, tmp_path):
    ended = run(*arguments, redirected="<&-", cwd=tmp_path)
    assert ended.returncode == 2
    assert "the standard input is closed" in ended.stderr.decode()


def test_a_closed_error_stream_puts_no_message_among_the_results():
    ended = run("judge", "--task", "nowhere", *OPEN, redirected="2>&-")
    assert (ended.returncode, ended.stdout) == (2, b"")


def test_a_terminal_of_few_letters_gets_escapes_and_json_stays_json():
    few = {"PYTHONIOENCODING": "ascii"}
    options = ("judge", "--task", "brackets", "--prompt", "((é", "--completion", ")")
    shown, told = run(*options, env=few), run(*options, "--json", env=few)
    assert (shown.returncode, told.returncode) == (0, 0), shown.stderr + told.stderr
    assert rb"((\xe9" in shown.stdout
    assert json.loads(told.stdout.decode("ascii"))["prompt"] == "((é"


def test_a_reader_that_goes_away_ends_it_quietly():
    ended = run("sample", "--task", "brackets", "-n", "3000", redirected="| head -1")
    assert (len(ended.stdout.splitlines()), ended.stderr) == (1, b"")


def test_a_reader_of_progress_that_goes_away_stops_no_attack(attack, tmp_path):
    out = tmp_path / "found.jsonl"
    run(*attack, "--out", out, redirected="2>&1 | head -1")
    assert out.read_text().count("\n") >= 4


@pytest.mark.slow
def test_few_open_files_are_enough(attack, models, middling, tmp_path):
    few = [(resource.RLIMIT_NOFILE, 64)]
    ended = run(*attack, "--workers", "2", "--report", tmp_path / "found.html", limits=few)
    assert ended.returncode == 0, ended.stderr
    options = ("--task", "brackets", "--generator", models / "generator", "--threshold", middling)
    extent = ("--samples", "3000", "--pool", "20", "--draws", "3", "--workers", "2", "--out", tmp_path / "e")
    ended = run("evaluate", models / "classifier", *options, *extent, limits=few)
    assert ended.returncode == 0, ended.stderr


def test_results_that_the_disk_refuses_are_rescued_and_printed(attack, tmp_path):
    """A limit on the size of files stands for a full disk: small files still go where there is room."""
    small = [(resource.RLIMIT_FSIZE, 40_000)]
    out, report = tmp_path / "found.jsonl", tmp_path / "found.html"
    rescue = tmp_path / "rescue"
    rescue.mkdir()
    options = ("--out", out, "--report", report, "--json")
    ended = run(*attack, *options, limits=small, env={"TMPDIR": str(rescue)})
    assert ended.returncode == 1
    assert not report.exists()
    assert out.exists()
    assert json.loads(ended.stdout)["attacks"][0]["attempts"]
    message = ended.stderr.decode().splitlines()[-1]
    assert f"{report} could not be written (File too large)" in message
    (kept,) = rescue.glob("holdfast-rescued-*/failures.jsonl")
    assert str(kept) in message
    assert kept.read_text() == out.read_text()


def test_a_place_that_takes_nothing_is_found_before_the_search(attack, models, holdfast, tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    model = ["evaluate", models / "classifier", "--task", "brackets", "--generator", models / "generator"]
    cases = [
        ([*attack, "--out", file / "found.jsonl"], "is no folder"),
        ([*attack, "--report", file / "deep" / "found.html"], "is no folder"),
        ([*attack, "--out", "/proc/found.jsonl"], "takes no new files"),
        ([*attack, "--claims", file], "is a file"),
        ([*attack, "--journal", "/proc/journal"], "takes no new files"),
        ([*attack, "--out", "/dev/full"], "is no ordinary file"),
        ([*model, "--threshold", "0.5", "--out", file], "is a file"),
        ([*model, "--threshold", "0.5", "--out", file / "deep"], "is no folder"),
        (["run", "brackets", "--preset", "smoke", "--runs", file], "is no folder"),
        (["run", "brackets", "--preset", "smoke", "--runs", "/proc/runs"], "takes no new files"),
    ]
    for arguments, says in cases:
        ended = holdfast(*arguments)
        assert (ended.code, says in ended.err) == (2, True), (arguments, ended.err)
        assert "attack:" not in ended.err, "the search had begun"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text() == "mine"


def test_two_results_never_share_a_file_nor_overwrite_what_is_read(attack, holdfast, tmp_path):
    one, config = tmp_path / "one", tmp_path / "holdfast.yaml"
    link = tmp_path / "link"
    link.symlink_to(one)
    config.write_text("task: brackets\n")
    cases = [
        (["--out", one, "--report", one], "--out and --report both write"),
        (["--out", one, "--report", link], "--out and --report both write"),
        (["--journal", one, "--report", one], "both write"),
        (["--out", one, "--claims", one], "both write"),
        (["-c", config, "--out", config], "--out would write over"),
        (["-c", config, "--report", config], "--report would write over"),
    ]
    for options, says in cases:
        ended = holdfast(*attack, *options)
        assert (ended.code, says in ended.err) == (2, True), (options, ended.err)
    assert config.read_text() == "task: brackets\n"


# --- killed workers


def dies_once(marker: str) -> int:
    """Dies the first time that it is done, as by a system out of memory."""
    path = Path(marker)
    if path.name.startswith("bad"):
        os.kill(os.getpid(), 9)
    if path.name.startswith("once") and not path.exists():
        path.touch()
        os.kill(os.getpid(), 9)
    return int(re.sub(r"\D", "", path.name))


def test_a_killed_worker_costs_its_piece_a_second_try_alone(tmp_path):
    names = ["a0", "once1", "a2", "a3", "once4", "a5"]
    found = Processes(2).map(dies_once, [str(tmp_path / name) for name in names])
    assert list(found) == [0, 1, 2, 3, 4, 5]


def test_a_piece_that_kills_twice_is_replaced_or_named_after_the_others(tmp_path):
    names = [str(tmp_path / name) for name in ("a0", "bad1", "a2", "once3")]
    assert list(Processes(2).map(dies_once, names, lambda name: -1)) == [0, -1, 2, 3]

    from holdfast.core.errors import HoldfastError

    found = []
    with pytest.raises(HoldfastError, match=r"killed twice at 1 of 4 pieces \(2\)"):
        found.extend(iter_into(Processes(2).map(dies_once, names), found))
    assert found == [0, 2, 3]


def iter_into(values, found):
    for value in values:
        found.append(value)
    return []


def test_workers_that_all_die_are_no_result(tmp_path):
    from holdfast.core.errors import HoldfastError

    names = [str(tmp_path / name) for name in ("bad0", "bad1")]
    with pytest.raises(HoldfastError, match="2 of 2 pieces"):
        list(Processes(2).map(dies_once, names, lambda name: -1))


INTERRUPTED = """
import sys
from functools import partial
from pathlib import Path

from holdfast.cli.interrupt import ending_softly
from holdfast.core.budget import Budget, Spend
from holdfast.core.executors import Processes
from holdfast.core.progress import Silent


def piece(budget, folder, number):
    (folder / str(number)).touch()
    while True:
        ended_by = budget.exhausted_by(Spend())
        if ended_by:
            return f"{number} ended by {ended_by}"


if __name__ == "__main__":
    with ending_softly(Silent()) as interrupt:
        work = partial(piece, interrupt.bound(Budget(queries=1)), Path(sys.argv[1]))
        print(*Processes(2).map(work, range(3)), sep=", ", flush=True)
"""


def test_an_interrupt_ends_the_pieces_of_workers_softly(tmp_path):
    """The first Ctrl-C, which the shell sends to all processes, has every worker hand back what it has."""
    script, begun = tmp_path / "interrupted.py", tmp_path / "begun"
    begun.mkdir()
    script.write_text(INTERRUPTED)
    program = [sys.executable, str(script), str(begun)]
    started = subprocess.Popen(program, stdout=subprocess.PIPE, start_new_session=True, text=True)
    try:
        wait_until(lambda: len(list(begun.iterdir())) == 2 or started.poll() is not None)
        os.killpg(started.pid, signal.SIGINT)
        told, _ = started.communicate(timeout=LONG_PATIENCE)
    finally:
        started.kill()
    assert told == "0 ended by interrupt, 1 ended by interrupt, 2 ended by interrupt\n"
