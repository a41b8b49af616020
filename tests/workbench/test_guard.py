"""Whom the server answers: every call from the wrong place, page or person is turned away."""

import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import update
from starlette.testclient import TestClient

from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Login
from holdfast.workbench import app as application
from holdfast.workbench.access import pages, passwords
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.access.hosts import Hosts
from holdfast.workbench.app import LARGEST_BODY, create_app
from holdfast.workbench.dependencies import Anyone, declared_role

ORIGIN = "http://127.0.0.1:8765"
HERE = "127.0.0.1:8765"
SETTINGS = "/api/settings"

CALLS = [
    (method, route)
    for router in [*(area.router for area in application.AREAS), pages.router]
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
ROLES = ["anyone", "writer", "reviewer", "manager"]
FOR_ANYONE = {"/api/session", "/{path:page}"}


def filled(route: APIRoute) -> str:
    """The route's address with something in the place of each parameter."""
    return re.sub(r"{\w+(?::int)?}", "1", re.sub(r"{\w+:(?:page|path)}", "", route.path))


def named(value: object) -> str:
    return value.path if isinstance(value, APIRoute) else str(value)


@pytest.fixture(scope="module")
def shared_team(trained, tmp_path_factory):
    """One team's app for the tables that change nothing."""
    import shutil

    from holdfast.store.store import Store
    from holdfast.workbench.opening import open_workbench

    runs = shutil.copytree(trained, tmp_path_factory.mktemp("guard") / "runs")
    app = create_app(open_workbench(Store(runs), "tiny", team=True), Hosts("127.0.0.1", 8765))
    with TestClient(app, base_url=ORIGIN):
        yield app


@pytest.fixture(scope="module")
def browsers(shared_team):
    from tiny_bench import signed_in

    return {role: signed_in(shared_team, role, role) for role in ROLES[1:]}


@pytest.mark.parametrize(("method", "route"), CALLS, ids=named)
def test_every_call_turns_away_those_it_is_not_for(method, route, shared_team, browsers):
    role = declared_role(route)
    if role == "anyone":
        assert route.path in FOR_ANYONE
        return
    stranger = TestClient(shared_team, base_url=ORIGIN)
    refused = stranger.request(method, filled(route), json={})
    assert (refused.status_code, refused.json()) == (401, {"detail": "sign in first"})
    for lower in ROLES[1 : ROLES.index(role)]:
        refused = browsers[lower].request(method, filled(route), json={})
        assert refused.status_code == 403
        assert refused.json()["detail"] == f"this is for a {role}; you are signed in as {lower}"


@pytest.mark.parametrize(("method", "route"), [call for call in CALLS if call[0] in CHANGES], ids=named)
def test_every_change_needs_the_token_of_its_own_login(method, route, browsers):
    if (method, route.path) == ("POST", "/api/session"):
        return
    browser, others = browsers["manager"], browsers["writer"].headers[CSRF_HEADER]
    for token in ("", "wrong", b"\xe9", others):
        refused = browser.request(method, filled(route), json={}, headers={CSRF_HEADER: token})
        assert refused.status_code == 403
        assert CSRF_HEADER in refused.json()["detail"]


def test_no_token_at_all_is_a_wrong_one(client):
    del client.headers[CSRF_HEADER]
    assert client.put(SETTINGS, json={}).status_code == 403


def test_a_call_without_a_declared_role_keeps_the_app_from_being_made(workbench, monkeypatch):
    careless = APIRouter(prefix="/api")
    careless.get("/open")(lambda: "open to all")
    monkeypatch.setattr(application, "AREAS", [SimpleNamespace(router=careless)])
    with pytest.raises(ValueError, match="/api/open does not declare whom it is for"):
        create_app(workbench, Hosts("127.0.0.1", 8765))


HOSTS = [
    # bound to, names allowed besides, Host header, whether it is answered
    ("127.0.0.1", (), "127.0.0.1:8765", True),
    ("127.0.0.1", (), "localhost:8765", True),
    ("127.0.0.1", (), "LOCALHOST:8765", True),
    ("127.0.0.1", (), "[::1]:8765", True),
    ("127.0.0.1", (), "127.0.0.1", False),
    ("127.0.0.1", (), "127.0.0.1:80", False),
    ("127.0.0.1", (), "evil.example:8765", False),
    ("127.0.0.1", (), "127.0.0.1.evil.example:8765", False),
    ("127.0.0.1", (), "localhost:8765@evil.example", False),
    ("127.0.0.1", (), "192.168.1.7:8765", False),
    ("127.0.0.1", (), "localhost:8765/path", False),
    ("127.0.0.1", (), "localhost:port", False),
    ("127.0.0.1", (), "[::1:8765", False),
    ("127.0.0.1", (), "", False),
    ("127.0.0.1", ("bench.example.org",), "bench.example.org", True),
    ("127.0.0.1", ("bench.example.org",), "Bench.Example.org:443", True),
    ("127.0.0.1", ("bench.example.org",), "evil.bench.example.org", False),
    ("0.0.0.0", (), "192.168.1.7:8765", True),
    ("0.0.0.0", (), "[fe80::1]:8765", True),
    ("0.0.0.0", (), "localhost:8765", True),
    ("0.0.0.0", (), "evil.example:8765", False),
    ("::", (), "evil.example:8765", False),
    ("192.168.1.7", (), "192.168.1.7:8765", True),
    ("192.168.1.7", (), "192.168.1.8:8765", False),
    ("bench.local", (), "bench.local:8765", True),
    ("bench.local", (), "other.local:8765", False),
]


@pytest.mark.parametrize(("bound", "more", "header", "answered"), HOSTS)
def test_a_host_that_the_server_does_not_know_gets_nothing(bound, more, header, answered):
    assert Hosts(bound, 8765, more).allow(header) is answered


def test_port_80_need_not_be_said():
    assert Hosts("127.0.0.1", 80).allow("localhost")
    assert not Hosts("127.0.0.1", 8765).allow(None)


ORIGINS = [
    # Host, Origin, whether it is the same place
    (HERE, "http://127.0.0.1:8765", True),
    ("localhost:8765", "http://LOCALHOST:8765", True),
    ("bench.example.org", "https://bench.example.org", True),
    ("bench.example.org:443", "https://bench.example.org", True),
    ("[::1]:8765", "http://[::1]:8765", True),
    (HERE, "http://localhost:8765", False),
    (HERE, "http://127.0.0.1:8766", False),
    (HERE, "http://127.0.0.1", False),
    (HERE, "https://evil.example", False),
    (HERE, "http://127.0.0.1:8765.evil.example", False),
    (HERE, "null", False),
    (HERE, "", False),
    (HERE, "file://", False),
    (HERE, "ftp://127.0.0.1:8765", False),
    (HERE, "http://127.0.0.1:port", False),
]


@pytest.mark.parametrize(("host", "origin", "same"), ORIGINS)
def test_an_origin_is_the_same_place_or_is_not(host, origin, same):
    assert Hosts("127.0.0.1", 8765).same(origin, host) is same


FOREIGN = [
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://localhost:8765"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, 200),
    ({"origin": ORIGIN}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({}, 200),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN, ids=str)
def test_a_page_elsewhere_changes_nothing(headers, status, client):
    assert client.put(SETTINGS, json={"idle_seconds": 9}, headers=headers).status_code == status
    assert (client.get(SETTINGS).json()["idle_seconds"] == 9) is (status == 200)


@pytest.mark.parametrize("host", ["evil.example:8765", ""])
def test_another_host_is_refused_before_anything_else(host, app):
    stranger = TestClient(app, base_url=ORIGIN)
    token = app.state.entry.token
    refused = stranger.get(f"/?token={token}", headers={"host": host})
    assert refused.status_code == 400
    assert "--allow-host" in refused.json()["detail"]
    assert app.state.entry.token == token, "the link was not used up"


def test_the_link_opens_once_and_the_next_is_told(app):
    told = []
    app.state.entry.on_link = lambda: told.append(app.state.entry.token)
    token = app.state.entry.token
    first, second = TestClient(app, base_url=ORIGIN), TestClient(app, base_url=ORIGIN)
    assert first.head(f"/?token={token}").status_code in (200, 503)
    entered = first.get(f"/?token={token}", follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    again = second.get(f"/?token={token}", follow_redirects=False)
    assert again.status_code == 401
    assert "Each link opens it once" in again.text
    assert second.get("/api/session").json()["member"] is None
    assert told == [app.state.entry.token]
    assert told != [token]
    assert first.get(f"/?token={token}", follow_redirects=False).status_code == 303, (
        "who is in may come again"
    )
    assert second.get(f"/?token={told[0]}", follow_redirects=False).status_code == 303


def test_over_https_the_cookie_stays_there(app):
    browser = TestClient(app, base_url="https://127.0.0.1:8765")
    entered = browser.get(f"/?token={app.state.entry.token}", follow_redirects=False)
    assert "secure" in entered.headers["set-cookie"].lower()


@pytest.mark.parametrize("token", ["", "wrong", "é", "<script>alert(1)</script>"])
def test_a_wrong_link_opens_nothing_and_is_not_said_back(token, app):
    stranger = TestClient(app, base_url=ORIGIN)
    refused = stranger.get("/", params={"token": token}, follow_redirects=False)
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers
    assert "alert" not in refused.text


def test_a_single_user_has_no_password_and_no_accounts(client):
    assert client.post("/api/session", json={"name": "you", "password": "x" * 10}).status_code == 409
    assert client.get("/api/accounts").status_code == 409


def test_a_team_has_no_link(team_app):
    assert team_app.state.entry.token is None
    stranger = TestClient(team_app, base_url=ORIGIN)
    assert stranger.get("/?token=anything", follow_redirects=False).status_code == 401
    assert (
        stranger.post(
            "/api/session", json={"name": "you", "password": "nobody has this password"}
        ).status_code
        == 401
    )


def test_a_login_of_a_single_user_does_not_open_the_team(store, client, team_app):
    cookie = client.cookies
    assert client.get("/api/session").json()["member"]["role"] == "manager"
    assert TestClient(team_app, base_url=ORIGIN, cookies=cookie).get("/api/session").json()["member"] is None


def test_an_expired_login_is_none(client, store):
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="microseconds")
    with store.writing() as session:
        session.execute(update(Login).values(expires=past))
    assert client.get(SETTINGS).status_code == 401


def test_signing_out_ends_the_login_and_not_only_the_cookie(client, app):
    stolen = TestClient(app, base_url=ORIGIN, cookies=dict(client.cookies))
    assert stolen.get(SETTINGS).status_code == 200
    assert client.delete("/api/session").status_code == 204
    assert client.get(SETTINGS).status_code == 401
    assert stolen.get(SETTINGS).status_code == 401


def test_neither_cookie_nor_password_is_in_the_database(people, store):
    cookies = list(people("ann").cookies.values())
    with store.reading() as session:
        kept = session.connection().connection.driver_connection.iterdump()
        dump = "\n".join(kept)
    assert "$argon2id$" in dump
    assert not any(cookie in dump for cookie in cookies)
    assert "a long enough password" not in dump


TROUBLE = [
    ("disabled", {"disabled": True}),
    ("given another password", {"password": "quite another one"}),
]


@pytest.mark.parametrize(("how", "change"), TROUBLE, ids=str)
def test_whoever_is_shut_out_is_out_at_once(how, change, people):
    ann, bob = people("ann", "manager"), people("bob")
    number = bob.get("/api/session").json()["member"]["id"]
    assert bob.get("/api/settings").status_code == 403
    changed = ann.patch(f"/api/accounts/{number}", json=change)
    assert changed.json()["disabled"] is change.get("disabled", False)
    assert bob.get("/api/settings").status_code == 401
    old = {"name": "bob", "password": "a long enough password"}
    assert bob.post("/api/session", json=old).status_code == 401


def test_a_changed_role_holds_from_the_next_call_on(people):
    ann, bob = people("ann", "manager"), people("bob")
    number = bob.get("/api/session").json()["member"]["id"]
    ann.patch(f"/api/accounts/{number}", json={"role": "manager"})
    assert bob.get(SETTINGS).status_code == 200


def test_a_manager_who_changes_the_own_password_stays_in(people):
    ann = people("ann", "manager")
    number = ann.get("/api/session").json()["member"]["id"]
    assert ann.patch(f"/api/accounts/{number}", json={"password": "quite another one"}).status_code == 200
    assert ann.get(SETTINGS).status_code == 200


ACCOUNT_MISTAKES = [
    (
        "post",
        "",
        {"name": "ann", "role": "writer", "password": "x" * 10},
        422,
        "there is an account named 'ann'",
    ),
    (
        "post",
        "",
        {"name": "ANN", "role": "writer", "password": "x" * 10},
        422,
        "there is an account named 'ann'",
    ),
    (
        "post",
        "",
        {"name": "А п n", "role": "writer", "password": "x" * 10},
        422,
        "'ann' already, which looks like 'А п n'",
    ),
    ("post", "", {"name": " . ", "role": "writer", "password": "x" * 10}, 422, "needs a letter or a digit"),
    ("post", "", {"name": "уоu", "role": "writer", "password": "x" * 10}, 422, "kept for"),
    ("post", "", {"name": "You", "role": "writer", "password": "x" * 10}, 422, "kept for"),
    ("post", "", {"name": "bob", "role": "writer", "password": "x" * 9}, 422, "body.password"),
    ("post", "", {"name": "<b>", "role": "writer", "password": "x" * 10}, 422, "body.name"),
    ("post", "", {"name": "bob", "role": "king", "password": "x" * 10}, 422, "body.role"),
    ("patch", "/1", {"role": "writer"}, 422, "ann is the last manager"),
    ("patch", "/1", {"disabled": True}, 422, "ann is the last manager"),
    ("patch", "/99", {"disabled": True}, 404, "there is no account with the number 99"),
    ("patch", "/99999999999999999999999", {"disabled": True}, 422, "path.id"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "says"), ACCOUNT_MISTAKES)
def test_a_mistake_with_accounts_is_told_in_a_sentence(method, path, body, status, says, people):
    ann = people("ann", "manager")
    refused = ann.request(method, f"/api/accounts{path}", json=body)
    assert refused.status_code == status
    assert says in refused.json()["detail"]
    assert [account["role"] for account in ann.get("/api/accounts").json()] == ["manager"]


def test_a_name_that_is_none_costs_as_much_as_one_that_is(team_app, people, monkeypatch):
    """Each verifies one hash of the same parameters, so that the time does not tell which names there are."""
    people("ann")
    verified = []
    hasher = passwords._hasher

    class Watched:
        hash = staticmethod(hasher.hash)

        @staticmethod
        def verify(hash_, password):
            verified.append(hash_.rsplit("$", 2)[0])
            return hasher.verify(hash_, password)

    monkeypatch.setattr(passwords, "_hasher", Watched)
    guesser = TestClient(team_app, base_url=ORIGIN)
    for name in ("ann", "nobody"):
        guesser.post("/api/session", json={"name": name, "password": "guess"})
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_passwords_are_hashed_as_rfc_9106_says_and_anew_where_they_were_not(
    strong_hasher, people, store, monkeypatch
):
    """Section 4 of RFC 9106, second recommended option: argon2id, t=3, p=4, m=64 MiB."""
    ann = people("ann")
    monkeypatch.setattr(passwords, "_hasher", strong_hasher)
    assert (
        ann.post("/api/session", json={"name": "ann", "password": "a long enough password"}).status_code
        == 200
    )
    assert Accounts(store).by_name("ann").password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


ANSWERS = [
    ("GET", "/api/session", 200),
    ("GET", "/api/nothing", 404),
    ("PUT", "/api/session", 405),
    ("PUT", "/api/settings", 422),
    ("GET", "/nothing.js", 404),
    ("GET", "/some/page", None),
    ("GET", "/report/", 404),
    ("GET", "/?token=wrong", 303),
    ("GET", "/api/boom", 500),
]


@pytest.fixture
def app_with_a_bug(workbench, monkeypatch):
    router = APIRouter(prefix="/api")

    @router.get("/boom", dependencies=[Anyone])
    def boom():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(application, "AREAS", [*application.AREAS, SimpleNamespace(router=router)])
    return create_app(workbench, Hosts("127.0.0.1", 8765))


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS, ids=str)
def test_every_answer_has_its_security_headers(method, path, status, app_with_a_bug, caplog):
    from tiny_bench import signed_in

    browser = signed_in(app_with_a_bug)
    answer = browser.request(method, path, follow_redirects=False)
    assert status is None or answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-eval" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    if path.startswith("/api/"):
        assert answer.headers["cache-control"] == "no-store"
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    if status == 500:
        assert "secret detail" in caplog.text


HTML = "<script>alert(1)</script>"
REFLECTIONS = [
    ("GET", f"/api/{HTML}", None),
    ("GET", f"/{HTML}", None),
    ("GET", f"/report/{HTML}", None),
    ("GET", f"/api/settings?x={HTML}", None),
    ("PUT", "/api/settings", {"objective": HTML}),
    ("PUT", "/api/settings", {HTML: HTML}),
    ("POST", "/api/session", {"name": HTML, "password": HTML}),
    ("POST", "/api/session", {"name": HTML * 9, "password": [HTML]}),
]


@pytest.mark.parametrize(("method", "path", "body"), REFLECTIONS, ids=str)
def test_what_was_sent_is_never_said_back_as_a_page(method, path, body, client):
    answer = client.request(method, path, json=body)
    if answer.headers["content-type"].startswith("text/html"):
        assert HTML not in answer.text
    else:
        assert answer.headers["content-type"] == "application/json"


def test_a_password_is_never_said_back(people):
    sent = {"name": "bob", "role": "writer", "password": "2short"}
    assert "2short" not in people("ann", "manager").post("/api/accounts", json=sent).text


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_refused(chunked, client):
    body = json.dumps({"objective": "x" * LARGEST_BODY}).encode()
    pieces = (body[start : start + 65536] for start in range(0, len(body), 65536))
    refused = client.put(
        SETTINGS, content=pieces if chunked else body, headers={"content-type": "application/json"}
    )
    assert refused.status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_only_json_is_read_so_that_no_form_elsewhere_can_send_it(content_type, client):
    headers = {"content-type": content_type} if content_type else {}
    refused = client.put(SETTINGS, content=b'{"idle_seconds": 9}', headers=headers)
    assert refused.status_code == 422
    assert client.get(SETTINGS).json()["idle_seconds"] == 30
