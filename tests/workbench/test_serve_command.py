"""`holdfast serve` and `holdfast accounts`: what they say, keep and refuse, without a browser."""

import io
import json
import socket
import sys
from typing import get_args

import pytest
from sqlalchemy import delete
from tiny_bench import CONFIG, RUN

from holdfast.campaign.config import resolve
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged
from holdfast.cli.serve import serve
from holdfast.core.errors import UserError
from holdfast.store.schema import Round
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.benches import Benches
from holdfast.store.workbench.schema import Account
from holdfast.workbench.access.passwords import hashed, matches
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.settings import Condition, WorkbenchSettings

PASSWORD = "a long enough password"


@pytest.fixture
def typed(monkeypatch):
    """Have the command read this from its standard input, which is a terminal if `terminal` says so."""

    def type_(text: str, terminal: bool = False, passwords: tuple[str, ...] = ()):
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        stdin.isatty = lambda: terminal
        monkeypatch.setattr(sys, "stdin", stdin)
        answers = iter(passwords)
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    return type_


MISTAKES = [
    # options, what the line says
    (["--judge", "people"], "people judge in a team alone: add --team"),
    (["--conditions", "all,sometimes"], "the workbench's setting conditions.1"),
    (["--conditions", ""], "--conditions is empty"),
    (["--failures-per-round", "0"], "Must be >= 1"),
    (["--labels", "10"], "Must be <= 9"),
    (["--failures-per-round", "10001"], "failures per round must be from 1 to 10,000"),
    (["--steps-per-round", "1000000"], "training steps per round must be from 1 to 100,000"),
    (["--objective", "worst"], "Choose from"),
    (["--team"], "holdfast accounts add NAME --role manager"),
    (["--host", "no.such.host.invalid"], "there is no address 'no.such.host.invalid'"),
    (["--host", "192.0.2.1"], "192.0.2.1 is no address of this machine"),
]


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=str)
def test_what_cannot_be_is_told_in_one_line(options, says, runs, holdfast, typed):
    typed("")
    ended = holdfast("serve", RUN, "--runs", runs, "--port", 0, *options)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert says in ended.err
    assert ended.out == ""


def test_a_port_that_is_taken_is_told_before_a_model_is_loaded(runs, holdfast, monkeypatch):
    monkeypatch.setattr("holdfast.cli.serving.open_workbench", None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = holdfast("serve", RUN, "--runs", runs, "--port", port)
    assert ended.code == 2
    assert f"port {port} is taken on 127.0.0.1; choose another with --port" in ended.err


def test_a_port_that_is_none_is_told(runs, holdfast):
    assert "Must be <= 65535" in holdfast("serve", RUN, "--runs", runs, "--port", 65536).err


def test_a_run_that_is_none_is_told_with_the_nearest_name(runs, holdfast):
    ended = holdfast("serve", "tinny", "--runs", runs, "--port", 0)
    assert (ended.code, "did you mean 'tiny'?" in ended.err) == (2, True)
    assert not (runs / "tinny").exists()


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "argon2"])
@pytest.mark.parametrize("command", [("serve",), ("accounts", "list")], ids=str)
def test_a_missing_package_is_told_with_the_command_that_installs_it(missing, command, monkeypatch, holdfast):
    def find(name):
        return None if name == missing else object()

    monkeypatch.setattr("holdfast.cli.extras.find_spec", find)
    ended = holdfast(*command)
    assert ended.code == 2
    assert f"({missing}); run: pip install 'holdfast[workbench]'" in ended.err


@pytest.fixture
def served(monkeypatch):
    """Have `serve` get all ready, and then end at once; the value is the list of what was served."""
    seen = []

    def serve(app, listening, *, behind_proxy, ready):
        ready()
        seen.append(app.state.workbench)
        app.state.entry.by_link(app.state.entry.token or "")

    monkeypatch.setattr("holdfast.cli.serving.serve", serve)
    monkeypatch.setattr("webbrowser.open", lambda address: seen.append(address))
    return seen


def test_settings_are_kept_and_changed_by_what_is_given(runs, store, holdfast, served):
    given = ["--failures-per-round", 3, "--conditions", "all, none", "--objective", "lowest_score"]
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0, *given).code == 0
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0, "--failures-per-round", 4).code == 0
    first, second = (bench.settings for bench in served)
    assert (first.failures_per_round, first.conditions) == (3, ("all", "none"))
    assert second == first.model_copy(update={"failures_per_round": 4})
    assert Benches(store).settings(RUN) == second.model_dump(mode="json")


def test_what_is_refused_changes_nothing(runs, store, holdfast, served):
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0).code == 0
    kept = Benches(store).settings(RUN)
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0, "--judge", "people", "--labels", 2).code == 2
    assert Benches(store).settings(RUN) == kept
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0, "--judge", "people", "--labels", 0).code == 0


def test_the_newest_finished_run_is_served_and_the_link_shown(runs, holdfast, served):
    ended = holdfast("serve", "--runs", runs, "--port", 0)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("storyworld, run tiny, threshold 0.")
    link, next_link = (line.rpartition(": ")[2] for line in (lines[1], lines[3]))
    assert link.startswith("http://127.0.0.1:")
    assert "/?token=" in link
    assert lines[3].startswith("the link was used; the next one: ")
    assert link != next_link
    assert [bench.run for bench in served] == ["tiny"]


def test_the_browser_is_opened_only_where_somebody_sees_it(runs, holdfast, served):
    ended = holdfast("serve", RUN, "--runs", runs, "--port", 0, "--open")
    assert served[0] in ended.out or served[1] in ended.out
    served.clear()
    holdfast("serve", RUN, "--runs", runs, "--port", 0)
    assert len(served) == 1, "the output is no terminal"


def test_without_a_run_one_is_made_first(tmp_path, holdfast, served, monkeypatch):
    small = resolve(merged(preset("storyworld", "smoke").model_dump(), CONFIG))
    monkeypatch.setattr("holdfast.cli.serving.preset", lambda task, name: small)
    ended = holdfast("serve", "--runs", tmp_path / "runs", "--port", 0)
    assert ended.code == 0
    assert "there is no finished run" in ended.out
    assert "campaign" in ended.out, "its progress is shown"
    assert served[0].run.startswith("storyworld-smoke-s0-")
    assert (tmp_path / "runs" / served[0].run / "report.html").is_file()


def test_a_teams_first_manager_is_asked_for_on_a_terminal(runs, store, holdfast, served, typed):
    typed("ann\n", terminal=True, passwords=(PASSWORD, PASSWORD))
    ended = holdfast("serve", RUN, "--runs", runs, "--port", 0, "--team")
    assert ended.code == 0
    assert "The team has no manager yet" in ended.out
    assert "token" not in ended.out
    assert [(each.name, each.role) for each in Accounts(store).all()] == [("ann", "manager")]


def test_a_team_without_a_manager_is_told_before_anything_is_trained(tmp_path, holdfast, typed, monkeypatch):
    typed("")
    monkeypatch.setattr("holdfast.cli.serving.preset", None)
    runs = tmp_path / "runs"
    ended = holdfast("serve", "--runs", runs, "--port", 0, "--team")
    assert (ended.code, ended.out) == (2, "")
    assert f"holdfast accounts add NAME --role manager --runs {runs}" in ended.err


def test_settings_of_old_beyond_a_range_go_to_its_end(store):
    Benches(store).keep(RUN, {"idle_seconds": 0.5, "steps_per_round": 10**9, "labels_per_item": 3})
    settings = open_workbench(store, RUN, team=True).settings
    assert (settings.idle_seconds, settings.steps_per_round, settings.labels_per_item) == (5, 100_000, 3)


def test_accounts_are_added_listed_disabled_enabled_and_given_passwords(runs, store, holdfast, typed):
    typed(PASSWORD + "\n")
    assert holdfast("accounts", "add", "ann", "--role", "manager", "--stdin", "--runs", runs).code == 0
    typed("", terminal=True, passwords=("another password", "another password"))
    assert holdfast("accounts", "add", "bob", "--runs", runs).code == 0
    assert holdfast("accounts", "disable", "bob", "--runs", runs).code == 0
    listed = json.loads(holdfast("accounts", "list", "--runs", runs, "--json").out)
    assert [(each["name"], each["role"], each["disabled"]) for each in listed] == [
        ("ann", "manager", False),
        ("bob", "writer", True),
    ]
    assert not any("password" in each for each in listed)
    shown = holdfast("accounts", "list", "--runs", runs).out
    assert "disabled" in shown
    assert "$argon2" not in shown
    assert holdfast("accounts", "enable", "bob", "--runs", runs).code == 0
    typed("a third password\n")
    assert holdfast("accounts", "password", "bob", "--stdin", "--runs", runs).code == 0
    assert matches(Accounts(store).by_name("bob").password, "a third password")
    assert not Accounts(store).by_name("bob").disabled


ACCOUNT_MISTAKES = [
    # command, typed, the two passwords, what the line says
    (["add", "ann", "--stdin"], PASSWORD, (), "there is an account named 'ann' already"),
    (["add", "Ann", "--stdin"], PASSWORD, (), "there is an account named 'ann' already"),
    (["add", "you", "--stdin"], PASSWORD, (), "kept for the workbench of a single user"),
    (["add", "b/b", "--stdin"], PASSWORD, (), "the name 'b/b' may have letters"),
    (["add", "bob", "--stdin"], "short", (), "at least 10 characters"),
    (["add", "bob", "--stdin"], "", (), "at least 10 characters"),
    (["add", "bob"], "", None, "give it by --stdin"),
    (["add", "bob"], "", (PASSWORD, "other"), "the two passwords differ"),
    (["add", "bob", "--role", "king"], "", (), "king"),
    (["disable", "ann"], "", (), "ann is the last manager"),
    (["disable", "anne"], "", (), "unknown account 'anne'; did you mean 'ann'?"),
    (["disable", "you"], "", (), "unknown account 'you'"),
    (["enable", "bob"], "", (), "unknown account 'bob'"),
    (["password", "bob", "--stdin"], PASSWORD, (), "unknown account 'bob'"),
    (["password", "ann", "--stdin"], "short", (), "at least 10 characters"),
]


@pytest.mark.parametrize(("command", "text", "passwords", "says"), ACCOUNT_MISTAKES, ids=str)
def test_mistakes_with_accounts_are_one_line(command, text, passwords, says, tmp_path, holdfast, typed):
    typed(PASSWORD)
    assert holdfast("accounts", "add", "ann", "--role", "manager", "--stdin", "--runs", tmp_path).code == 0
    typed(text, terminal=bool(passwords), passwords=passwords or ())
    ended = holdfast("accounts", *command, "--runs", tmp_path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert says in ended.err
    assert len(json.loads(holdfast("accounts", "list", "--runs", tmp_path, "--json").out)) == 1


def test_a_password_that_is_changed_ends_the_logins(runs, store, people, holdfast, typed):
    bob = people("bob")
    assert bob.get("/api/session").json()["member"]["name"] == "bob"
    typed("a third password")
    assert holdfast("accounts", "password", "bob", "--stdin", "--runs", runs).code == 0
    assert bob.get("/api/session").json()["member"] is None


def test_a_single_user_who_finds_an_account_of_that_name_is_told(store):
    with store.writing() as session:
        session.add(Account(name="YOU", role="writer", password=hashed(PASSWORD), created="2026-01-01"))
    with pytest.raises(UserError, match="use --team"):
        Accounts(store).single()


def test_a_run_without_a_finished_round_cannot_be_opened(store):
    with store.writing() as session:
        session.execute(delete(Round))
    with pytest.raises(UserError, match="has finished no round yet"):
        open_workbench(store, RUN)


def test_what_keeps_the_server_from_starting_is_one_line(runs, holdfast, monkeypatch):
    def start(self):
        raise UserError("the newest model cannot be read")

    monkeypatch.setattr("holdfast.workbench.rounds.supervisor.Supervisor.start", start)
    ended = holdfast("serve", RUN, "--runs", runs, "--port", 0)
    assert (ended.code, ended.err) == (2, "holdfast: the newest model cannot be read\n")
    assert holdfast("serve", RUN, "--runs", runs, "--port", 0).code == 2, "the run is not held any more"


def test_the_help_tells_the_settings_that_there_are_at_first():
    settings, told = WorkbenchSettings(), " ".join(serve.__doc__.split())
    for number in (settings.labels_per_item, settings.failures_per_round, settings.steps_per_round):
        assert f"(first setting: {number})" in told
    assert f"`{settings.objective}` (the first setting" in told
    assert f"`{settings.judge}` (the first setting" in told
    assert all(condition in told for condition in get_args(Condition))
