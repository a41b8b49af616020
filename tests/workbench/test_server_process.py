"""The server as a process: it ends quickly, survives being killed, and stands alone on its run."""

import signal

import httpx2
import pytest

from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.access.passwords import hashed
from waiting import PATIENCE


def test_ctrl_c_ends_it_cleanly_with_streams_open(server):
    browser = server.browser()
    with browser.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": listening"
        server.process.send_signal(signal.SIGINT)
        assert list(lines)[:1] == ["retry: 1000"]
    rest = server.process.stdout.read()
    assert server.process.wait(timeout=PATIENCE) == 0
    assert rest.endswith("the workbench is closed\n")
    assert "Traceback" not in rest
    assert "rror" not in rest


@pytest.mark.slow
def test_killed_and_started_again_it_knows_accounts_logins_and_settings(runs, serving, store):
    Accounts(store).add("ann", "manager", hashed("a long enough password"))
    credentials = {"name": "ann", "password": "a long enough password"}
    with serving(runs, "--team", "--failures-per-round", "7") as first:
        browser = httpx2.Client(base_url=first.url, timeout=PATIENCE)
        csrf = browser.post("/api/session", json=credentials).json()["csrf"]
        new = {"name": "bob", "role": "writer", "password": "another password"}
        added = browser.post("/api/accounts", json=new, headers={CSRF_HEADER: csrf})
        assert added.status_code == 201
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with serving(runs, "--team") as second:
        again = httpx2.Client(base_url=second.url, timeout=PATIENCE, cookies=browser.cookies)
        assert again.get("/api/session").json()["csrf"] == csrf
        assert [account["name"] for account in again.get("/api/accounts").json()] == ["ann", "bob"]
        assert again.get("/api/settings").json()["failures_per_round"] == 7


def test_a_second_server_of_the_run_is_refused(server, runs, holdfast):
    port = server.url.rpartition(":")[2]
    ended = holdfast("serve", "tiny", "--runs", runs, "--port", 0)
    assert ended.code == 2
    assert f"is in use by process {server.process.pid}" in ended.err
    assert holdfast("accounts", "list", "--runs", runs).code == 0
    assert server.browser().get("/api/session").status_code == 200
    assert port.isdigit()


@pytest.mark.slow
@pytest.mark.parametrize("believed", [True, False])
def test_a_proxy_is_believed_only_when_the_server_was_told_to(believed, runs, serving):
    options = ["--allow-host", "bench.example.org", *(["--behind-proxy"] if believed else [])]
    with serving(runs, *options) as server:
        headers = {
            "host": "bench.example.org",
            "x-forwarded-proto": "https",
            "x-forwarded-for": "203.0.113.9",
        }
        entered = httpx2.get(
            f"{server.url}/", params={"token": server.token}, headers=headers, timeout=PATIENCE
        )
    assert entered.status_code == 303
    assert ("secure" in entered.headers["set-cookie"].lower()) is believed
