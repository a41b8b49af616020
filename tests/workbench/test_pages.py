"""The built pages, with a policy that lets nothing else in; the report; and what is said without a build."""

import re

import pytest
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from tiny_bench import HOSTS, signed_in

from holdfast.workbench.access import pages
from holdfast.workbench.app import create_app

INDEX = (
    '<!doctype html><meta property="csp-nonce" nonce="{{csp-nonce}}"><script src="/assets/a-1.js"></script>'
)
ORIGIN = "http://127.0.0.1:8765"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A build of the front end, small enough to look through."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "a-1.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(pages, "BUILT", folder)
    monkeypatch.setattr(pages, "_files", StaticFiles(directory=folder))
    return folder


@pytest.fixture
def stranger(built, workbench):
    return TestClient(create_app(workbench, HOSTS), base_url=ORIGIN)


PATHS = [
    # path, status, what it is answered with, how long it may be kept
    ("/", 200, "page", "no-cache"),
    ("/manager", 200, "page", "no-cache"),
    ("/review/disagreements", 200, "page", "no-cache"),
    ("/index.html", 404, None, "no-store"),
    ("/apis", 200, "page", "no-cache"),
    ("/assets/a-1.js", 200, "export {}", "public, max-age=31536000, immutable"),
    ("/icon.svg", 200, "<svg/>", "no-cache"),
    ("/assets/gone-2.js", 404, None, "no-store"),
    ("/../secret.txt", 404, None, "no-store"),
    ("/%2e%2e/secret.txt", 404, None, "no-store"),
    ("/..%2fsecret.txt", 404, None, "no-store"),
    ("/assets/..%5c..%5csecret.txt", 404, None, "no-store"),
    ("//etc/passwd", 200, "page", "no-cache"),
    ("/link.txt", 404, None, "no-store"),
    ("/a%00b.txt", 404, None, "no-store"),
    ("/" + "a" * 5000, 200, "page", "no-cache"),
    ("/api", 404, None, "no-store"),
    ("/api/", 404, None, "no-store"),
    ("/api/session/", 404, None, "no-store"),
]


@pytest.mark.parametrize(("path", "status", "body", "kept"), PATHS, ids=lambda value: str(value)[:40])
def test_every_path_is_answered_as_it_should_be(path, status, body, kept, stranger):
    answer = stranger.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (status, kept)
    assert "secret" not in answer.text
    if body == "page":
        assert re.sub('nonce="[^"]+"', 'nonce="{{csp-nonce}}"', answer.text) == INDEX
    elif body is not None:
        assert answer.text == body
    else:
        assert set(answer.json()) == {"detail"}


def test_the_page_lets_in_its_own_scripts_and_the_styles_of_its_nonce_alone(stranger):
    first, second = stranger.get("/"), stranger.get("/")
    nonce = re.search('nonce="([^"]+)"', first.text)[1]
    policy = dict(part.strip().split(" ", 1) for part in first.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in first.headers["content-security-policy"]
    assert first.text != second.text, "a nonce is used once"


def test_an_unchanged_file_is_not_sent_again(stranger):
    tag = stranger.get("/icon.svg").headers["etag"]
    again = stranger.get("/icon.svg", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_may_only_be_read(stranger):
    assert stranger.head("/").status_code == 200
    assert stranger.post("/manager").status_code == 405


def test_without_a_build_one_plain_page_says_how_to_make_it(built, stranger):
    (built / "index.html").unlink()
    answer = stranger.get("/")
    assert answer.status_code == 503
    assert "npm ci &amp;&amp; npm run build" in answer.text


REPORT = [
    ("/report/", 200),
    ("/report/report.html", 200),
    ("/report/figures/rates.csv", 200),
    ("/report/figures/gone.csv", 404),
    ("/report/lock", 404),
    ("/report/models/classifier-00/config.json", 404),
    ("/report/../holdfast.db", 404),
    ("/report/%2e%2e/holdfast.db", 404),
    ("/report/figures/..%2f..%2fholdfast.csv", 404),
]


@pytest.mark.parametrize(("path", "status"), REPORT)
def test_the_report_and_its_data_are_served_and_nothing_else_of_the_run(path, status, client, runs):
    folder = runs / "tiny"
    (folder / "report.html").write_text("<!doctype html><style>b{}</style><b>the report</b>")
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "rates.csv").write_text("a,b\n")
    (runs / "holdfast.csv").write_text("not of the run")
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == status
    if status == 200:
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_report_is_for_managers(people):
    assert people("ann", "reviewer").get("/report/").status_code == 403


def test_a_run_without_a_report_says_how_to_write_it(client, runs):
    (runs / "tiny" / "report.html").unlink(missing_ok=True)
    assert "holdfast report" in client.get("/report/").json()["detail"]


def test_the_session_tells_a_stranger_nothing_of_the_project(app):
    stranger = TestClient(app, base_url=ORIGIN)
    assert stranger.get("/api/session").json() == {
        "member": None,
        "team": False,
        "csrf": None,
        "project": None,
    }


def test_the_session_tells_a_member_of_the_project(app, workbench):
    session = signed_in(app).get("/api/session").json()
    project = session["project"]
    assert session["member"] == {"id": 1, "name": "you", "role": "manager"}
    assert (project["run"], project["task"]) == ("tiny", "storyworld")
    assert project["model"] == workbench.served.shape.model_dump()
    assert project["vocabulary"] == list(workbench.task.vocabulary)
    assert len(project["guideline"].split("\n\n")) > 3


def test_settings_are_kept_for_the_next_server(client, store):
    from holdfast.workbench.opening import open_workbench

    wanted = {
        **client.get("/api/settings").json(),
        "objective": "lowest_score",
        "conditions": ["all", "none"],
    }
    assert client.put("/api/settings", json=wanted).json() == wanted
    assert client.get("/api/session").json()["project"]["objective"] == "lowest_score"
    assert open_workbench(store, "tiny").settings.model_dump(mode="json") == wanted
