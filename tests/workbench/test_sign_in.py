"""Signing in: guesses are slowed down where they come from, names are compared as people see them."""

import pytest
from starlette.testclient import TestClient
from tiny_bench import ORIGIN, PASSWORD

from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Account
from holdfast.workbench.access import known
from holdfast.workbench.access.entry import TRIES, TRIES_BY_ADDRESS
from holdfast.workbench.access.passwords import hashed

OWN = "/api/session/password"
ANOTHER = "quite another password"


def sign_in(browser, name, password=PASSWORD):
    return browser.post("/api/session", json={"name": name, "password": password})


def stranger(app, address="10.0.0.9"):
    """A browser that never was here."""
    return TestClient(app, base_url=ORIGIN, client=(address, 1))


def guess(app, name, times=TRIES, address="10.0.0.9"):
    return [sign_in(stranger(app, address), name, f"guess {n}").status_code for n in range(times)]


def test_guesses_at_an_account_are_few_from_one_address(team_app, people):
    people("ann")
    assert guess(team_app, "Ann", TRIES + 1) == [401] * TRIES + [429]
    refused = sign_in(stranger(team_app), " a n n ")
    assert (refused.status_code, 0 < int(refused.headers["retry-after"]) <= 300) == (429, True)
    assert refused.json()["detail"].startswith("too many wrong passwords; wait ")


def test_guesses_lock_nobody_out_elsewhere(team_app, people):
    people("ann")
    for place in range(10):
        guess(team_app, "ann", address=f"10.0.1.{place}")
    assert sign_in(stranger(team_app, "10.0.2.1"), "ann").status_code == 200


def test_guesses_lock_no_browser_out_that_the_account_has_used(team_app, people):
    """A colleague on the same network guesses until the address is spent: ann signs in all the same."""
    ann = people("ann")
    address = "testclient"  # what ann's own calls come from
    guess(team_app, "ann", address=address)
    assert guess(team_app, "somebody", TRIES_BY_ADDRESS, address)[-1] == 429
    assert ann.get("/api/drafts").status_code == 200, "who is signed in stays"
    ann.delete("/api/session")
    assert sign_in(stranger(team_app, address), "ann").status_code == 429
    assert sign_in(ann, "ann").status_code == 200


def test_a_browser_that_is_known_has_tries_of_its_own_and_no_more(team_app, people):
    ann = people("ann")
    tried = [sign_in(ann, "ann", f"guess {n}").status_code for n in range(TRIES + 1)]
    assert tried == [401] * TRIES + [429]
    assert sign_in(stranger(team_app), "ann").status_code == 200


def test_a_mark_opens_no_other_account_and_ends_with_the_password():
    ann, bob = (
        Account(name=name, role="writer", password=hashed(PASSWORD), created="2026-01-01")
        for name in ("ann", "bob")
    )
    ann.id, bob.id = 1, 2
    mark = known.mark(ann)
    assert known.bears(ann, mark)
    assert not known.bears(bob, mark)
    assert not any(known.bears(ann, wrong) for wrong in ("", ".", mark[:-1], f"x{mark}", "é.é"))
    ann.password = hashed(PASSWORD)
    assert not known.bears(ann, mark)


def test_tries_from_one_address_are_few_even_at_many_names(team_app, monkeypatch):
    monkeypatch.setattr("holdfast.workbench.access.entry.matches", lambda hash_, password: False)
    tried = [guess(team_app, f"name {'abcdefghijklmnopqrstuvwxyz'[n]}x", 1)[0] for n in range(21)]
    assert tried == [401] * TRIES_BY_ADDRESS + [429]


def test_a_whole_team_may_sign_in_from_one_address(team_app, people):
    ann = people("ann")
    for _ in range(TRIES_BY_ADDRESS + 5):
        assert sign_in(stranger(team_app), "ann").status_code == 200
        assert sign_in(ann, "ann").status_code == 200


@pytest.mark.parametrize("typed", ["ann", "ANN", " ann ", "a n n", "аnn", "ａnn"])
def test_a_name_is_known_however_it_is_typed(typed, team_app, people):
    people("ann")
    assert sign_in(stranger(team_app), typed).json()["member"]["name"] == "ann"


def test_accounts_of_old_that_look_alike_stay_apart(store):
    """They were made when names were compared by their letters alone."""
    with store.writing() as session:
        for name in ("Ian", "lan", "Ömer"):
            session.add(Account(name=name, role="writer", password="x", created="2026-01-01"))
    accounts = Accounts(store)
    assert [accounts.named(name).name for name in ("Ian", "ian", "lan", "LAN", "ömer")] == [
        "Ian",
        "Ian",
        "lan",
        "lan",
        "Ömer",
    ]
    assert accounts.named("1an") is None, "it looks like both"


def test_everybody_changes_their_own_password_and_their_other_browsers_are_signed_out(team_app, people):
    here, there = people("bob"), people("bob")
    assert here.post(OWN, json={"old": PASSWORD, "new": ANOTHER}).status_code == 204
    assert here.get("/api/drafts").status_code == 200
    assert there.get("/api/drafts").status_code == 401
    assert sign_in(stranger(team_app), "bob").status_code == 401
    assert sign_in(stranger(team_app), "bob", ANOTHER).status_code == 200


def test_a_changed_password_ends_the_streams_of_the_account(people, team, monkeypatch):
    dismissed = []
    bob = people("bob")
    monkeypatch.setattr(team.bulletin, "dismiss", dismissed.append)
    bob.post(OWN, json={"old": PASSWORD, "new": ANOTHER})
    assert dismissed == [bob.get("/api/session").json()["member"]["id"]]


MISTAKES = [
    ({"old": "not my password", "new": ANOTHER}, 422, "the old password is wrong"),
    ({"old": PASSWORD, "new": "short"}, 422, "body.new"),
    ({"old": "", "new": ANOTHER}, 422, "body.old"),
    ({"new": ANOTHER}, 422, "body.old"),
]


@pytest.mark.parametrize(("body", "status", "says"), MISTAKES, ids=str)
def test_a_password_is_changed_by_its_owner_alone(body, status, says, team_app, people):
    bob = people("bob")
    refused = bob.post(OWN, json=body)
    assert (refused.status_code, says in refused.json()["detail"]) == (status, True)
    assert ANOTHER not in refused.text
    assert sign_in(stranger(team_app), "bob").status_code == 200


def test_the_old_password_cannot_be_guessed_in_an_open_session(team_app, people):
    bob = people("bob")
    wrong = [bob.post(OWN, json={"old": f"guess {n}", "new": ANOTHER}).status_code for n in range(TRIES)]
    assert wrong == [422] * TRIES
    assert bob.post(OWN, json={"old": PASSWORD, "new": ANOTHER}).status_code == 429
    assert bob.get("/api/drafts").status_code == 200, "the session stays"
    assert sign_in(stranger(team_app), "bob").status_code == 200, "and so does the account"


def test_a_single_user_has_no_password_to_change(client):
    assert client.post(OWN, json={"old": "x", "new": "y" * 10}).status_code == 409


def test_changed_settings_are_news_to_every_page(people, team):
    """So that no page goes on by the old ones until it is loaded again."""
    ann, heard = people("ann", "manager"), []
    team.bulletin.post = heard.append
    kept = ann.get("/api/settings").json()
    assert ann.put("/api/settings", json={**kept, "idle_seconds": 60}).status_code == 200
    assert [(news.kind, news.only_for) for news in heard] == [("settings", None)]
    assert ann.put("/api/settings", json={**kept, "idle_seconds": 1}).status_code == 422
    assert len(heard) == 1


RANGES = [
    ("labels_per_item", 10, "labels per item must be from 0 to 9"),
    ("failures_per_round", 0, "failures per round must be from 1 to 10,000"),
    ("failures_per_round", 10**9, "failures per round must be from 1 to 10,000"),
    ("steps_per_round", 10**9, "training steps per round must be from 1 to 100,000"),
    ("idle_seconds", 0.5, "idle seconds must be from 5 to 3,600"),
    ("idle_seconds", 1e6, "idle seconds must be from 5 to 3,600"),
]


@pytest.mark.parametrize(("setting", "value", "says"), RANGES, ids=str)
def test_a_setting_beyond_its_range_is_refused_with_the_range(setting, value, says, client):
    kept = client.get("/api/settings").json()
    refused = client.put("/api/settings", json={**kept, setting: value})
    assert (refused.status_code, refused.json()["detail"]) == (422, says)
    assert client.get("/api/settings").json() == kept
