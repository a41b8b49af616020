"""A service over HTTP as it is asked: by a real server that answers well, and one that misbehaves."""

import json
import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest

from holdfast.core.errors import HoldfastError, SpentError, UserError
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet
from holdfast.models.endpoints.calling import EndpointError, _asked_pause
from holdfast.models.endpoints.reading import AnswerError
from holdfast.models.endpoints.service import Service, request_hash
from holdfast.models.endpoints.settings import EndpointSettings
from holdfast.models.endpoints.system import Endpoint
from holdfast.store.answers import AnswerFile
from served_guard import serving, words_score
from waiting import LONG_PATIENCE, wait_until

TEXTS = [
    Snippet("", f"a knife and {word}") for word in ("tea", "bread", "music", "a gun", "poison", "a lamp")
]


def said(path, body):
    return {"score": words_score(body["text"]), "model": "one"}


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(said) as running:
        yield running


def settings(served, **changes):
    usual = {
        "url": f"{served.url}/score",
        "version": "one",
        "body": {"text": "{text}"},
        "answer": {"kind": "score", "path": "$.score"},
        "first_wait": 0.0,
        "tries": 3,
    }
    return EndpointSettings.model_validate({**usual, **changes})


def test_each_text_gets_its_own_score_and_is_asked_once(served):
    service = Service(settings(served, concurrency=3))
    found = probability(service.log_odds([*TEXTS, *TEXTS]))
    expected = [words_score(text.completion) for text in TEXTS]
    np.testing.assert_allclose(found, [*expected, *expected], rtol=1e-9)
    service.log_odds(TEXTS)
    assert served.asked == len(TEXTS) == service.kept.sent
    assert served.most_under_way <= 3


def test_a_part_of_a_body_is_what_the_template_says(served):
    bodies = []
    served.answer = lambda path, body: bodies.append(body) or {"score": 0.5}
    body = {"q": "{prompt}>{completion}", "all": "{text}", "m": "{model}"}
    Service(settings(served, body=body, model="mod", joiner="\n")).log_odds(
        [Snippet('say "{text}"', "ü\ud800")]
    )
    assert bodies == [{"q": 'say "{text}">ü\ud800', "all": 'say "{text}"\nü\ud800', "m": "mod"}]


PASSING_TROUBLE = {
    "busy": (429, {"retry-after": "0"}, b"slow down"),
    "busy until a date": (429, {"retry-after": "Mon, 01 Jan 2024 00:00:00 GMT"}, b""),
    "an error of the server": (500, {}, b"oops"),
    "a gateway": (503, {}, b"<html>"),
    "half a JSON": b'{"score": 0.0',
    "a body cut off": (200, {"content-length": "500"}, b'{"score": 0.0}'),
    "no JSON": b"hello",
    "nothing": b"",
}


@pytest.mark.parametrize("trouble", PASSING_TROUBLE.values(), ids=PASSING_TROUBLE)
def test_trouble_that_passes_changes_no_score(served, trouble):
    served.trouble = lambda body, times: trouble if times < 3 else None
    service = Service(settings(served))
    found = probability(service.log_odds(TEXTS))
    np.testing.assert_allclose(found, [words_score(text.completion) for text in TEXTS], rtol=1e-9)
    assert service.kept.sent == served.asked == 3 * len(TEXTS)  # every request is counted


@pytest.mark.parametrize("trouble", PASSING_TROUBLE.values(), ids=PASSING_TROUBLE)
def test_trouble_that_stays_is_an_error_and_loses_nothing(served, trouble, tmp_path):
    served.trouble = lambda body, times: trouble if "poison" in body["text"] else None
    own = settings(served, concurrency=1)
    with pytest.raises(EndpointError, match="gave no answer in 3 tries"):
        Service(own, AnswerFile(tmp_path / "kept.sqlite")).log_odds(TEXTS)
    kept = AnswerFile(tmp_path / "kept.sqlite")
    served.trouble = lambda body, times: None
    found = probability(Service(own, kept).log_odds(TEXTS))
    np.testing.assert_allclose(found, [words_score(text.completion) for text in TEXTS], rtol=1e-9)
    assert set(served.answered.values()) == {1}  # what was answered is not asked again
    assert kept.sent == served.asked


WRONG_ANSWERS = {
    "NaN": b'{"score": NaN}',
    "infinite": b'{"score": -Infinity}',
    "null": b'{"score": null}',
    "a text": b'{"score": "0.1"}',
    "beyond the scale": b'{"score": 17}',
    "another form": b'{"result": {"label": "ok"}}',
    "an error said with status 200": b'{"error": "overloaded"}',
    "another version": b'{"score": 0.1, "model": "two"}',
}


@pytest.mark.parametrize("trouble", WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_a_wrong_answer_is_an_error_and_is_not_kept(served, trouble):
    served.trouble = lambda body, times: trouble
    service = Service(settings(served, version_path="$.model" if b"two" in trouble else None))
    with pytest.raises(AnswerError, match="no text passes or is blocked by it"):
        Endpoint(service).answer(TEXTS[:1])
    served.trouble = lambda body, times: None
    assert Endpoint(service, 0.1).answer(TEXTS[:1]).passes.tolist() == [False]


REFUSED = [(400, "bad request"), (401, "no key"), (404, "not here"), (413, "too long"), (302, "elsewhere")]


@pytest.mark.parametrize(("status", "why"), REFUSED)
def test_what_the_service_refuses_is_not_asked_again(served, status, why):
    served.trouble = lambda body, times: (status, {}, why.encode())
    with pytest.raises(UserError, match=rf"status {status}\): {why}"):
        Service(settings(served)).log_odds(TEXTS[:1])
    assert served.asked == 1


def test_a_slow_answer_is_waited_for_no_longer_than_said(served):
    served.trouble = lambda body, times: 3.0 if times == 1 else None
    found = Service(settings(served, timeout=0.5)).log_odds(TEXTS[:1])
    assert probability(found) == pytest.approx([words_score(TEXTS[0].completion)])
    assert served.asked == 2


def test_nobody_is_there(served):
    with pytest.raises(EndpointError, match="ConnectError"):
        Service(settings(served, url="http://127.0.0.1:9/score", tries=2)).log_odds(TEXTS[:1])


def test_a_pause_longer_than_allowed_ends_the_work(served):
    served.trouble = lambda body, times: (429, {"retry-after": "3600"}, b"")
    with pytest.raises(EndpointError, match="asks to wait 3,600 s"):
        Service(settings(served)).log_odds(TEXTS[:1])


@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7.0), ("soon", None), (None, None), ("nan", None), ("-1", 0.0)]
)
def test_the_pause_that_a_service_asks_for(said, pause):
    assert _asked_pause(said) == pause


def test_a_secret_goes_out_and_is_told_nowhere(served, monkeypatch, tmp_path):
    monkeypatch.setenv("GUARD_KEY", "sk-very-secret")
    served.trouble = lambda body, times: (
        (401, {}, b"Incorrect API key: sk-very-secret") if "gun" in body["text"] else None
    )
    own = settings(served, headers={"Authorization": "Bearer ${GUARD_KEY}"}, concurrency=1)
    service = Service(own, AnswerFile(tmp_path / "kept.sqlite"))
    with pytest.raises(UserError) as error:
        service.log_odds(TEXTS)
    assert "Incorrect API key: ***" in str(error.value)
    assert served.headers[0]["authorization"] == "Bearer sk-very-secret"
    assert "sk-very-secret" not in json.dumps(own.model_dump(mode="json"))
    assert all(b"sk-very-secret" not in file.read_bytes() for file in tmp_path.iterdir())
    monkeypatch.delenv("GUARD_KEY")
    with pytest.raises(UserError, match="needs the environment variable GUARD_KEY"):
        Service(own)


def test_requests_are_capped_and_a_higher_cap_goes_on(served, tmp_path):
    path = tmp_path / "kept.sqlite"
    cost = {"per_call": 0.25, "most": 1.0, "unit": "EUR"}
    with pytest.raises(SpentError, match=r"4 requests, 1 EUR.*same command goes on"):
        Service(settings(served, cost=cost, concurrency=1), AnswerFile(path)).log_odds(TEXTS)
    assert served.asked == 4
    more = Service(settings(served, cost={**cost, "most": 1.5}), AnswerFile(path))
    assert len(more.log_odds(TEXTS)) == len(TEXTS) == served.asked
    assert more.spent == "6 requests, 1.5 EUR"


def test_a_text_is_asked_a_second_time_to_confirm_and_then_no_more(served):
    system = Endpoint(Service(settings(served, most_calls=9)), 0.9)
    system.answer(TEXTS)
    served.answer = lambda path, body: {"score": 0.99}  # the first answers were chance
    assert not system.confirm(TEXTS[:2]).passes.any()
    assert not system.confirm(TEXTS[:2]).passes.any()
    assert (served.asked, system.unconfirmed) == (8, 0)
    # One request is left for two texts: the other one's first answer stands, and is counted.
    assert system.confirm(TEXTS[2:4]).passes.tolist().count(True) == 1
    assert (served.asked, system.unconfirmed) == (9, 1)


def test_the_version_and_the_way_of_asking_tell_answers_apart(served):
    one = settings(served)
    same = settings(served, concurrency=9, tries=1, answer={"kind": "score", "path": "$.score", "bad": "low"})
    assert request_hash(one) == request_hash(same)
    assert Service(one).hash != Service(same).hash
    for change in ({"version": "two"}, {"headers": {"X-Policy": "strict"}}, {"body": {"t": "{text}"}}):
        assert request_hash(settings(served, **change)) != request_hash(one)


def test_a_long_text_is_not_sent(served):
    service = Service(settings(served, characters=15))
    why = "characters are more than the 15 that the endpoint takes"
    short = Snippet("", "tea")
    assert service.refusals([short, *TEXTS[1:3]]) == [None, f"17 {why}", f"17 {why}"]
    with pytest.raises(HoldfastError, match="cannot be sent"):
        service.log_odds(TEXTS[1:2])
    assert served.asked == 0


def test_a_rate_and_a_query(served):
    served.answer = lambda path, body: {"score": 0.3, "path": path}
    own = settings(served, method="GET", body=None, query={"q": "{text}"}, rate=200.0)
    assert probability(Service(own).log_odds([Snippet("", "a&b")])) == pytest.approx([0.3])


KILLED = """
import json, sys
from pathlib import Path
from holdfast.core.snippet import Snippet
from holdfast.models.endpoints.service import Service
from holdfast.models.endpoints.settings import EndpointSettings
from holdfast.store.answers import AnswerFile

settings, path, texts = json.loads(sys.stdin.read())
kept = AnswerFile(Path(path))
Service(EndpointSettings.model_validate(settings), kept).log_odds([Snippet("", text) for text in texts])
"""


def answers_in(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("select count(*) from answers").fetchone()[0]


def test_killed_it_goes_on_without_paying_twice(served, tmp_path):
    texts, own, path = (
        [f"gun {i}" for i in range(40)],
        settings(served, concurrency=2),
        tmp_path / "kept.sqlite",
    )
    go_on = threading.Event()

    def held(body, times):
        if len(served.answered) >= 15:
            go_on.wait(LONG_PATIENCE)

    served.trouble = held
    kept = AnswerFile(path)
    process = subprocess.Popen([sys.executable, "-c", KILLED], stdin=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps([own.model_dump(mode="json"), str(path), texts]))
    process.stdin.close()
    wait_until(lambda: served.under_way == 2 and answers_in(path) == len(served.answered) >= 15)
    process.kill()
    process.wait()
    go_on.set()
    found = probability(Service(own, kept).log_odds([Snippet("", text) for text in texts]))
    np.testing.assert_allclose(found, [words_score(text) for text in texts], rtol=1e-9)
    again = [times for times in served.answered.values() if times > 1]
    assert len(again) <= own.concurrency  # what was under way when it was killed
    assert kept.sent == served.asked
