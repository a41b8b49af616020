"""How answers of a service are read: each form with its score, and each that is refused with its words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from holdfast.models.endpoints.reading import DECIDED, AnswerError, read_answer
from holdfast.models.endpoints.settings import Answer, EndpointSettings
from holdfast.models.endpoints.template import filled, places_in

ADAPTER = TypeAdapter(Answer)
SCORE = {"kind": "score", "path": "$.score"}
LABELS = {"kind": "labels", "path": "$", "bad": ["toxic"]}
ALL = {**LABELS, "labels": ["toxic", "hate", "fine"]}
DECISION = {"kind": "decision", "path": "$.flagged", "bad": [True], "good": [False]}


def score_of(answer, found):
    return 1 / (1 + math.exp(-read_answer(ADAPTER.validate_python(answer), found)))


READ = [
    (SCORE, {"score": 0.25}, 0.25),
    (SCORE, {"score": 1}, 1.0),
    (SCORE, {"score": 0}, 0.0),
    ({**SCORE, "scale": "percent"}, {"score": 25}, 0.25),
    ({**SCORE, "bad": "low"}, {"score": 0.25}, 0.75),
    ({**SCORE, "scale": "log_odds"}, {"score": -math.log(3)}, 0.25),
    (LABELS, {"toxic": 0.3, "fine": 0.7}, 0.3),
    (LABELS, [{"label": "fine", "score": 0.7}, {"label": "toxic", "score": 0.3}], 0.3),
    ({**ALL, "labels": ["toxic", "fine"]}, [0.3, 0.7], 0.3),
    ({**LABELS, "bad": ["toxic", "hate"], "combine": "sum"}, {"toxic": 0.3, "hate": 0.2, "fine": 0.5}, 0.5),
    ({**LABELS, "bad": ["toxic", "hate"], "combine": "max"}, {"toxic": 0.3, "hate": 0.2, "fine": 0.5}, 0.3),
    ({**ALL, "missing": 0.0}, {"fine": 0.9}, 0.0),
    ({**ALL, "missing": 0.05}, {"fine": 0.9}, 0.05),
    ({**ALL, "missing": "least"}, [{"label": "fine", "score": 0.8}, {"label": "hate", "score": 0.15}], 0.15),
    ({**LABELS, "label": "name", "score": "p"}, [{"name": "toxic", "p": 0.3}], 0.3),
    ({**SCORE, "path": "$.data[0].probs[1]"}, {"data": [{"probs": [0.6, 0.4]}]}, 0.4),
]


@pytest.mark.parametrize(("answer", "found", "score"), READ)
def test_an_answer_is_read(answer, found, score):
    assert score_of(answer, found) == pytest.approx(score, abs=1e-6)


REFUSED = [
    (LABELS, [{"label": "fine", "score": 0.9}], "'toxic' is missing .* does not mean that its score is 0"),
    (LABELS, {"fine": 0.9}, "'toxic' is missing"),
    ({**ALL, "missing": 0.0}, {"LABEL_0": 0.9, "LABEL_1": 0.1}, "'LABEL_0' is none of those"),
    ({**ALL, "missing": "least"}, {"other": 0.9, "toxic": 0.1}, "'other' is none of those"),
    (LABELS, [{"label": "toxic", "score": 0.1}, {"label": "toxic", "score": 0.9}], "comes twice"),
    (LABELS, [0.1, 0.9], "numbers without names"),
    (ALL, [0.1, 0.9], "has 2 scores, and the configuration names 3"),
    (LABELS, [], "no named labels"),
    (LABELS, "toxic", "there are no labels"),
    (LABELS, [{"label": "toxic"}], "there is no 'score'"),
    (LABELS, {"toxic": None}, "is no number: None"),
    (SCORE, {"score": float("nan")}, "is no number: nan"),
    (SCORE, {"score": float("inf")}, "is no number: inf"),
    (SCORE, {"score": "0.1"}, "is no number: '0.1'"),
    (SCORE, {"score": True}, "is no number: True"),
    (SCORE, {"score": 1.2}, "outside of the scale"),
    (SCORE, {"score": -0.1}, "outside of the scale"),
    (SCORE, {"error": "busy"}, "there is nothing at"),
    ({**SCORE, "path": "$..score"}, [{"score": 0.1}, {"score": 0.2}], "there is 2 values"),
    (DECISION, {"flagged": "false"}, "none of those that are named"),
    (DECISION, {"flagged": 0}, "none of those that are named"),
    (DECISION, {"flagged": None}, "none of those that are named"),
]


@pytest.mark.parametrize(("answer", "found", "words"), REFUSED)
def test_an_answer_that_says_nothing_certain_is_refused(answer, found, words):
    with pytest.raises(AnswerError, match=words):
        read_answer(ADAPTER.validate_python(answer), found)


def test_a_decision_is_beyond_every_threshold():
    answer = ADAPTER.validate_python(DECISION)
    assert [read_answer(answer, {"flagged": one}) for one in (True, False)] == [DECIDED, -DECIDED]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_has_never_lower_log_odds(one, other):
    answer = ADAPTER.validate_python(SCORE)
    low, high = sorted((one, other))
    assert read_answer(answer, {"score": low}) <= read_answer(answer, {"score": high})


WRONG = [
    ({**LABELS, "bad": ["toxic", "hate"]}, "say what their score is together"),
    ({**LABELS, "missing": 0.0}, "needs all labels"),
    ({**ALL, "bad": ["rude"]}, "is none of `labels`"),
    ({**SCORE, "path": "$.["}, "is no JSONPath"),
    ({**DECISION, "good": [True]}, "cannot be both"),
    ({**LABELS, "bad": []}, "at least 1"),
]


@pytest.mark.parametrize(("answer", "words"), WRONG)
def test_a_reading_that_would_have_to_guess_cannot_be_stated(answer, words):
    with pytest.raises(ValidationError, match=words):
        ADAPTER.validate_python(answer)


PLAIN = {"url": "http://guard.example/score", "version": "1", "body": {"text": "{text}"}, "answer": SCORE}

UNSOUND = [
    ({"url": "guard.example"}, "no address of a service"),
    ({"url": "http://rosa:secret@guard.example"}, "credentials into a header"),
    ({"url": "http://guard.example?key=${KEY}"}, "takes no environment variables"),
    ({"headers": {"Authorization": "Bearer sk-1"}}, "holds a secret"),
    ({"body": {"text": "hello"}}, "nothing of the text is sent"),
    ({"body": {"text": "{prompt}"}}, "nothing of the text is sent"),
    ({"body": {"text": "{text}", "model": "{model}"}}, "names a {model}"),
    ({"version": None}, "which version"),
    ({"method": "GET"}, "GET has no body"),
    ({"cost": {"per_call": 2, "most": 1}}, "less than one call"),
    ({"colour": "red"}, "Extra inputs"),
]


@pytest.mark.parametrize(("change", "words"), UNSOUND)
def test_settings_that_cannot_be_meant_are_refused(change, words):
    with pytest.raises(ValidationError, match=words):
        EndpointSettings.model_validate({**PLAIN, **change})


def test_what_is_filled_in_is_never_read_as_a_place():
    body = {"input": ["{text}"], "note": "{prompt}|{completion}", "n": 3}
    values = {"text": "{prompt}", "prompt": "a {completion}", "completion": "b"}
    assert places_in(body) == {"text", "prompt", "completion"}
    assert filled(body, values) == {"input": ["{prompt}"], "note": "a {completion}|b", "n": 3}


PRESETS = [
    (
        {"preset": "openai_moderation", "model": "m", "answer": {"bad": ["hate", "violence"]}},
        "http://guard.example/v1/moderations",
        {"results": [{"flagged": False, "category_scores": {"hate": 0.1, "violence": 0.4, "other": 0.9}}]},
        0.4,
    ),
    (
        {"preset": "vllm_classify", "model": "m", "answer": {"labels": ["fine", "toxic"], "bad": ["toxic"]}},
        "http://guard.example/classify",
        {"data": [{"index": 0, "label": "toxic", "probs": [0.3, 0.7], "num_classes": 2}]},
        0.7,
    ),
    (
        {"preset": "tei_predict", "version": "1", "answer": {"bad": ["toxic"]}},
        "http://guard.example/predict",
        [{"label": "fine", "score": 0.6}, {"label": "toxic", "score": 0.4}],
        0.4,
    ),
]


@pytest.mark.parametrize(("given", "url", "found", "score"), PRESETS)
def test_presets_know_their_servers(given, url, found, score):
    settings = EndpointSettings.model_validate({"url": "http://guard.example", **given})
    assert settings.url == url
    assert 1 / (1 + math.exp(-read_answer(settings.answer, found))) == pytest.approx(score)
    assert EndpointSettings.model_validate(settings.model_dump(mode="json")) == settings


def test_what_is_written_goes_before_the_preset():
    answer = {"kind": "decision", "path": "$.results[0].flagged", "bad": [True], "good": [False]}
    given = {"preset": "openai_moderation", "url": "http://a.example/mod", "version": "2", "answer": answer}
    settings = EndpointSettings.model_validate({**given, "body": {"q": "{text}"}})
    assert (settings.url, settings.body) == ("http://a.example/mod", {"q": "{text}"})
    assert settings.decides_only
