"""run, resume, report and runs on a campaign of a few seconds: the whole program, as a user drives it."""

import csv
import json
import signal
import subprocess
import sys

import pytest

from holdfast.campaign.history import load_record
from holdfast.store.store import Store
from tiny_campaign import tiny_yaml
from waiting import PATIENCE

MISTAKES = [
    # arguments, what the line says
    (["run", "storywrld", "--show-config"], "did you mean 'storyworld'?"),
    (["run", "brackets", "--preset", "dmeo"], "--preset"),
    (["run", "brackets", "--config", "nowhere.yaml"], "cannot read the configuration nowhere.yaml"),
    (["run", "brackets", "--seed", "-1"], "--seed"),
    (["run", "brackets", "--preset", "smoke", "--name", "a/b"], "'a/b'"),
    (["resume", "nothing"], "there are no runs in"),
    (["report", "nothing"], "there are no runs in"),
    (["runs", "list"], "there are no runs in"),
    (["runs", "compare", "one", "two"], "there are no runs in"),
]

BAD_FILES = [
    # the YAML file, its line, what the error says
    ("seed: 1\nrouns: 3\n", 2, "did you mean 'rounds'?"),
    ("seed: 1\nclassifier:\n  stesp: 3\n", 3, "did you mean 'steps'?"),
    ("rounds: many\n", 1, "rounds"),
    ("rounds: [1\n", 2, "not valid YAML"),
    ("attacks:\n  - {attack: greedy_rewrit}\n", 2, "did you mean 'greedy_rewrite'?"),
]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tiny(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(tiny_yaml(seed=7))
    return file


def test_the_whole_program(tiny, holdfast, tmp_path):
    ended = holdfast("run", "brackets", "--config", tiny, "--name", "first")
    assert ended.code == 0, ended.err
    assert "natural failure rate" in ended.out
    assert "attack: random_rewrite" in ended.out
    report = tmp_path / "runs" / "first" / "report.html"
    assert ended.out.splitlines()[-1] == f"report: {report.relative_to(tmp_path)}"
    assert report.is_file()
    with (report.parent / "figures" / "attempts.csv").open(encoding="utf-8", newline="") as file:
        attempts = list(csv.DictReader(file))
    for number, attacked in enumerate(load_record("first", tmp_path / "runs").rounds):
        (one,) = attacked.attacks
        own = [row for row in attempts if row["round"] == str(number)]
        assert [row["seed"] for row in own] == [str(seed) for seed in range(one.success.trials)]
        assert sum(row["outcome"] == "broken" for row in own) == one.success.events
    assert all(row["seed_completion"] for row in attempts)
    assert 'href="figures/attempts.csv"' in report.read_text(encoding="utf-8")

    again = json.loads(holdfast("run", "brackets", "--config", tiny, "--name", "second", "--json").out)
    resumed = json.loads(holdfast("resume", "second", "--json").out)
    assert resumed["rounds"] == again["rounds"]
    assert again["seed"] == 7

    listed = json.loads(holdfast("runs", "list", "--json").out)
    assert [(row["run"], row["status"], row["rounds"]) for row in listed] == [
        ("second", "finished", 1),
        ("first", "finished", 1),
    ]
    assert "second" in holdfast("runs", "list").out
    first, second = json.loads(holdfast("runs", "compare", "first", "second", "--json").out)["runs"]
    assert {**first, "run": "second"} == second
    assert "random_rewrite" in holdfast("runs", "compare", "first", "second").out

    # A process that died could not say so; what its database still says is not believed.
    Store(tmp_path / "runs").set_status("second", "running", pid=1, host="gone")
    assert json.loads(holdfast("runs", "list", "--json").out)[0]["status"] == "interrupted"
    assert "interrupted" in holdfast("runs", "list").out

    holdfast("run", "brackets", "--config", tiny, "--name", "third", "--seed", 8)
    compared = json.loads(holdfast("runs", "compare", "first", "third", "--json").out)
    assert compared["settings"] == [{"key": "seed", "values": [7, 8]}]
    (line,) = [
        line for line in holdfast("runs", "compare", "first", "third").out.splitlines() if "seed" in line
    ]
    assert line.split() == ["seed", "7", "8"]

    told = holdfast("report", "runs/first", "--out", tmp_path / "public")
    assert told.code == 0
    assert (tmp_path / "public" / "report.html").read_bytes() == report.read_bytes()
    assert (tmp_path / "public" / "figures" / "attempts.csv").is_file()

    taken = holdfast("run", "brackets", "--config", tiny, "--name", "first", "--seed", 8)
    assert (taken.code, taken.out) == (2, "")
    assert "'first' of another configuration" in taken.err
    assert "did you mean 'first'?" in holdfast("resume", "firts").err


def test_ctrl_c_says_how_to_resume(tiny, holdfast, monkeypatch):
    from holdfast.campaign.loop import Campaign

    def interrupted(self, progress, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Campaign, "carry_out", interrupted)
    ended = holdfast("run", "brackets", "--config", tiny, "--name", "x")
    assert (ended.code, ended.err) == (130, "holdfast: stopped; resume with: holdfast resume runs/x\n")


def test_the_shown_configuration_is_whole_and_reads_back(holdfast, tmp_path):
    shown = holdfast("run", "brackets", "--preset", "smoke", "--seed", 5, "--show-config").out
    (tmp_path / "shown.yaml").write_text(shown)
    assert "seed: 5" in shown
    assert holdfast("run", "brackets", "--config", "shown.yaml", "--show-config").out == shown
    changed = holdfast("run", "brackets", "--config", "shown.yaml", "--seed", 6, "--show-config").out
    assert changed == shown.replace("seed: 5", "seed: 6")
    as_json = json.loads(holdfast("run", "brackets", "--preset", "smoke", "--show-config", "--json").out)
    assert as_json["preset"] == "smoke"


@pytest.mark.parametrize(("arguments", "says"), MISTAKES, ids=lambda value: " ".join(value)[:50])
def test_mistakes_leave_nothing_behind(arguments, says, holdfast, tmp_path):
    ended = holdfast(*arguments)
    assert ended.code == 2
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "line", "says"), BAD_FILES, ids=lambda value: str(value)[:30])
def test_a_bad_configuration_is_told_by_file_and_line(text, line, says, holdfast, tmp_path):
    (tmp_path / "bad.yaml").write_text(text)
    ended = holdfast("run", "brackets", "--config", "bad.yaml")
    assert ended.code == 2
    assert ended.err.startswith(f"holdfast: bad.yaml, line {line}: ")
    assert says in ended.err
    assert not (tmp_path / "runs").exists()


def test_a_real_ctrl_c_keeps_what_is_done(tiny, holdfast, tmp_path):
    tiny.write_text(tiny_yaml(seed=7, rounds=200))
    command = [
        sys.executable,
        "-u",
        "-m",
        "holdfast.cli.main",
        "run",
        "brackets",
        "--config",
        tiny,
        "--name",
        "x",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        for line in process.stdout:
            if line.strip().startswith("round 1: train: done"):
                process.send_signal(signal.SIGINT)
                break
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err == "holdfast: stopped; resume with: holdfast resume runs/x\n"
    (row,) = json.loads(holdfast("runs", "list", "--json").out)
    assert row["status"] == "stopped"
    assert not list((tmp_path / "runs" / "x").glob(".*"))
