"""The tools over HTTP: who may use which, what is refused, and searches that stream, stop and end."""

import json

import pytest

from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.tools import searches as searches_module
from holdfast.workbench.tools.searches import Searches
from waiting import wait_until

TEXT = {"prompt": "Tom sat in the garden.", "completion": "Leo ran and Tom stabbed Ada."}
MENU = {**TEXT, "part": "completion", "index": 4}
PHRASES = {**TEXT, "part": "completion", "start": 3, "stop": 5}
CLIMB = {**TEXT, "kind": "climb", "queries": 100_000}


def events(browser, search):
    """The server-sent events of a search, as (name, data), until it ends."""
    name = None
    with browser.stream("GET", f"/api/searches/{search}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


CONDITIONS = [
    # condition, and the answers to a score with saliency, a menu, phrases, the attacks, a search
    ("all", (200, 200, 200, 200, 422)),
    ("none", (403, 403, 403, 403, 403)),
    ("without_saliency", (403, 200, 200, 200, 422)),
    ("without_suggestions", (200, 403, 200, 403, 403)),
    ("without_phrase_fill", (200, 200, 403, 200, 422)),
]


@pytest.mark.parametrize(("condition", "answers"), CONDITIONS)
def test_each_tool_is_there_where_the_session_has_it(client, workbench, monkeypatch, condition, answers):
    monkeypatch.setattr(Searches, "warm", lambda self: None)
    workbench.settings = WorkbenchSettings(conditions=(condition,))
    nothing = {**CLIMB, "completion": ""}  # refused for itself, where a search is not
    found = (
        client.post("/api/score", json={**TEXT, "saliency": True}),
        client.post("/api/menu", json=MENU),
        client.post("/api/phrases", json=PHRASES),
        client.get("/api/attacks"),
        client.post("/api/searches", json=nothing),
    )
    assert tuple(answer.status_code for answer in found) == answers
    for answer in found:
        if answer.status_code == 403:
            assert "session is without" in answer.json()["detail"]
    assert client.post("/api/score", json=TEXT).status_code == 200


REFUSED = [
    ("/api/score", {**TEXT, "prompt": "tom " * 4000}, "reads at most"),
    ("/api/score", {**TEXT, "prompt": "a" * 20_001}, "20000"),
    ("/api/menu", {**MENU, "index": 70}, "none of the number 71"),
    ("/api/menu", {**MENU, "index": -1}, "index"),
    ("/api/phrases", {**PHRASES, "start": 6, "stop": 5}, "no stretch"),
    ("/api/searches", {**CLIMB, "kind": "attack", "attack": "hotflop"}, "hotflip"),
]


@pytest.mark.parametrize(("path", "body", "says"), REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(client, path, body, says):
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_a_text_that_is_no_text_is_refused(client):
    answer = client.post(
        "/api/score",
        content=b'{"prompt": "\\ud800", "completion": "x"}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.slow
def test_a_search_streams_its_steps_and_stops_when_asked(client):
    search = client.post("/api/searches", json=CLIMB).json()["id"]
    assert client.delete(f"/api/searches/{search}").status_code == 204
    (name, end), *rest = list(events(client, search))[::-1]
    assert name == "end"
    assert end["reason"] == "stopped"
    assert {name for name, _ in rest} <= {"step"}
    step = client.post("/api/searches", json={**CLIMB, "kind": "step"}).json()["id"]
    (name, end), *rest = list(events(client, step))[::-1]
    assert name == "end"
    assert end["reason"] in ("done", "failure", "stalled")
    assert rest
    (again,) = [data for name, data in events(client, step) if name == "end"]
    assert again == end, "the end can be heard again"


@pytest.mark.slow
def test_a_search_that_nobody_hears_is_stopped(client, app, monkeypatch):
    monkeypatch.setattr(searches_module, "UNHEARD", 0.2)
    search = client.post("/api/searches", json=CLIMB).json()["id"]
    found = app.state.searches.find(1, search)
    wait_until(lambda: found.end is not None)
    assert found.end.reason == "stopped"


def test_nobody_has_more_searches_than_their_share_nor_hears_anothers(people, monkeypatch):
    monkeypatch.setattr(Searches, "_run", lambda self, *given: None)  # they all wait
    ann, bob = people("ann"), people("bob")
    started = [ann.post("/api/searches", json=CLIMB) for _ in range(searches_module.MOST_OF_ONE + 1)]
    assert [answer.status_code for answer in started] == [201] * searches_module.MOST_OF_ONE + [429]
    assert "you have 2 searches already" in started[-1].json()["detail"]
    search = started[0].json()["id"]
    for answer in (bob.delete(f"/api/searches/{search}"), bob.get(f"/api/searches/{search}/events")):
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("there is no such search of yours")
    monkeypatch.setattr(searches_module, "MOST", searches_module.MOST_OF_ONE)
    assert bob.post("/api/searches", json=CLIMB).status_code == 429
