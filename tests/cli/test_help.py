"""Every command explains itself with an example; mistakes in its use are one line and exit 2."""

import pytest

from holdfast import __version__
from holdfast.cli.main import app

COMMANDS = [
    ("run",),
    ("resume",),
    ("train",),
    ("study", "run"),
    ("study", "table"),
    ("diagnose", "fit"),
    ("serve",),
    ("report",),
    ("check",),
    ("attack",),
    ("audit",),
    ("evaluate",),
    ("gate",),
    ("score",),
    ("judge",),
    ("sample",),
    ("monitor",),
    ("plan",),
    ("tasks",),
    ("attacks",),
    ("runs", "list"),
    ("runs", "compare"),
    ("runs", "show"),
    ("people", "status"),
    ("people", "import"),
    ("people", "export"),
    ("traffic", "plan"),
    ("traffic", "label"),
    ("traffic", "estimate"),
    ("accounts", "add"),
    ("accounts", "list"),
    ("accounts", "disable"),
    ("accounts", "enable"),
    ("accounts", "password"),
    ("claim", "show"),
    ("claim", "verify"),
    ("claim", "list"),
    ("claim", "shift"),
    ("claim", "together"),
]

MISTAKES = [
    # arguments, what the line says
    (["jugde"], 'Did you mean "judge"?'),
    (["sample", "--task", "brackets", "--cuont", "3"], "Did you mean --count?"),
    (["sample"], "--task"),
    (["sample", "--task", "brackets", "-n", "many"], 'unable to convert "many"'),
    (["sample", "--task", "brackets", "-n", "0"], "Must be >= 1"),
    (["sample", "--task", "brackets", "--focus", "sharp"], "sharp"),
    (["sample", "--task", "bracket"], "unknown task 'bracket'; did you mean 'brackets'?"),
    (["judge", "--task", "brackets", "--judge", "oracel", "--prompt", "("], "did you mean 'oracle'?"),
    (["judge", "--task", "brackets", "nowhere.jsonl"], "cannot read nowhere.jsonl"),
    (["judge", "--task", "brackets", "x.jsonl", "--prompt", "("], "not both"),
    (["claim", "verify", "nowhere.json"], "cannot read nowhere.json"),
    (["claim", "verify", "x.json", "--rejudge", "some"], "--rejudge"),
    (["train", "--out", "model"], "name a run, or give a configuration"),
    (["train", "nowhere", "--out", "model", "--runs", "nowhere"], "there are no runs in nowhere"),
    (["study", "run", "nowhere.yaml"], "cannot read the configuration nowhere.yaml"),
    (["score", "--classifier", "nowhere", "--prompt", "("], "nowhere"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_shows_an_example(command, holdfast):
    ended = holdfast(*command, "--help")
    assert ended.code == 0
    assert f"    holdfast {' '.join(command)}" in ended.out.partition("For example:")[2]


def test_every_command_is_in_the_table():
    names = {name for name in app if not name.startswith("-")}
    assert names == {command[0] for command in COMMANDS}
    managing = {name for name in app["accounts"] if not name.startswith("-")}
    assert managing == {"add", "list", "disable", "enable", "password"}
    assert {name for name in app["people"] if not name.startswith("-")} == {"status", "import", "export"}
    assert {name for name in app["study"] if not name.startswith("-")} == {"run", "table"}
    assert {name for name in app["runs"] if not name.startswith("-")} == {"list", "show", "compare"}
    assert {name for name in app["claim"] if not name.startswith("-")} == {
        *("list", "show", "verify", "shift", "together")
    }


def test_the_first_page_lists_every_command(shell):
    ended = shell("--help")
    assert ended.code == 0
    assert all(command[0] in ended.out for command in COMMANDS)
    assert shell("--version").out.strip() == __version__


@pytest.mark.parametrize(("arguments", "says"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_one_line_and_exit_code_2(arguments, says, holdfast):
    ended = holdfast(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("holdfast: ")
    assert ended.err.count("\n") == 1
    assert says in ended.err


def test_a_mistake_ends_the_process_with_2(shell):
    ended = shell("sample", "--task", "bracket")
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    assert "Traceback" in shell("sample", "--task", "bracket", HOLDFAST_DEBUG="1").err
