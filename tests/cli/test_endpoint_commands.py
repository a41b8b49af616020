"""The commands on a guard over HTTP: a real server with a real small classifier, well-behaved and not."""

import json
from pathlib import Path

import pytest
import yaml

from holdfast.campaign.config import load_config, resolve, to_yaml
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from labelled_guard import rows, save_guard, write_config, write_rows
from served_guard import serving

SIZE = (12, 8, 10)
"""Rows of each class in the splits train, threshold and test."""


class Guard:
    """A classifier, as servers of different kinds answer with it."""

    def __init__(self, folder):
        self.model = Classifier.load(folder, None, GuardFormat(bad=("catastrophic",), overflow="head"))

    def score(self, text):
        log_odds = self.model.log_odds(self.model.codec.encode([Snippet("", text)]))
        return float(1 / (1 + 2.718281828459045 ** -float(log_odds[0])))

    def predict(self, path, body):
        score = self.score(body["inputs"])
        return [{"label": "catastrophic", "score": score}, {"label": "harmless", "score": 1 - score}]

    def decide(self, path, body):
        return {"flagged": self.score(body["inputs"]) >= 0.5}


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    return save_guard(tmp_path_factory.mktemp("guard") / "guard")


@pytest.fixture(scope="module")
def model(guard):
    return Guard(guard)


@pytest.fixture
def served(model, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(model.predict) as running:
        yield running


@pytest.fixture
def place(tmp_path, monkeypatch, served):
    """A folder to work in, with the data and a configuration of the service."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_rows(tmp_path / "texts.csv", rows(each=SIZE))
    configure(tmp_path, served)
    return tmp_path


def endpoint(served, **changes):
    usual = {
        "kind": "endpoint",
        "preset": "tei_predict",
        "url": served.url,
        "version": "1",
        "first_wait": 0.0,
    }
    return {**usual, "answer": {"bad": ["catastrophic"]}, "tries": 3, **changes}


def configure(place, served, over=None, **changes):
    write_config(
        place / "holdfast.yaml", "texts.csv", "", classifier=endpoint(served, **changes), **(over or {})
    )


DECIDES = {
    "answer": {"kind": "decision", "path": "$.flagged", "bad": [True], "good": [False]},
}
FIXED = {"threshold": {"rule": "fixed", "at": 0.5}}

ATTACK = ["attack", "-c", "holdfast.yaml", "--seeds", 8, "--budget", "40q/seed", "--json"]
EVALUATE = ["evaluate", "-c", "holdfast.yaml", "--out", "measured", "--json"]


def figures(told):
    return {name: told[name] for name in ("recall", "false_alarms", "threshold")} | {
        "area": told["area"] and round(told["area"]["value"], 6)
    }


def test_it_measures_what_the_guard_itself_says(holdfast, place, served, model):
    done = holdfast(*EVALUATE)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["guard"]["parameters"] is None
    assert not told["claims"]
    assert "endpoint" in told["not_claimed"][0]["why"]
    asked = served.asked
    assert asked == 2 * (8 + 10)
    assert (place / "measured" / "evaluation.html").is_file()
    again = holdfast(*EVALUATE[:4], "again", "--json")
    assert figures(json.loads(again.out)) == figures(told)
    assert served.asked == asked  # all of it was kept
    texts = [row["text"] for row in rows(each=SIZE) if (row["split"], row["label"]) == ("test", "bad")]
    stopped = sum(model.score(text) >= told["threshold"]["threshold"] for text in texts)
    assert (told["recall"]["events"], told["recall"]["trials"]) == (stopped, len(texts))


def test_it_is_attacked_by_its_answers(holdfast, place, served):
    report = ["--attack", "random_rewrite", "--report", "found.html", "--out", "found.jsonl"]
    done = holdfast(*ATTACK, *report)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert "endpoint" in (place / "found.html").read_text()
    assert found["attacks"][0]["broken"] > 0
    asked = served.asked
    assert holdfast(*ATTACK, *report).code == 0
    assert served.asked == asked


REFUSED = [
    (
        ["--attack", "hotflip"],
        "it needs gradients, and a system of the kind 'endpoint' gives none; these can:",
    ),
    (["--attack", "gcg"], "it needs gradients"),
    (["--attack", "greedy_rewrite"], "it needs gradients"),
    (["--attack", "best_of_n"], "it may need a generator: give one with --generator"),
    (["--workers", "2"], "leave out --workers"),
    (["--journal", "kept.journal"], "leave out --journal"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_what_needs_the_weights_says_so(holdfast, place, served, options, words):
    done = holdfast(*ATTACK, *options)
    assert done.code == 2
    assert words in done.err


def test_decisions_alone_are_attacked_by_decisions(holdfast, place, served, model):
    served.answer = model.decide
    configure(place, served, FIXED, **DECIDES)
    done = holdfast(*ATTACK, "--attack", "random_rewrite")
    assert done.code == 2
    assert "follows the margin of scores" in done.err
    assert "these can: hard_label" in done.err
    done = holdfast(*ATTACK, "--attack", "hard_label", "--stop", "budget")
    assert done.code == 0, done.err
    assert json.loads(done.out)["attacks"][0]["broken"] > 0
    configure(place, served, **DECIDES)
    done = holdfast(*ATTACK)
    assert done.code == 2
    assert "there is no threshold to choose" in done.err


def test_decisions_alone_are_measured(holdfast, place, served, model):
    served.answer = model.decide
    configure(place, served, FIXED, **DECIDES)
    options = ["--attacks", "hard_label", "--attack-seeds", 6, "--attack-queries", 20]
    done = holdfast(*EVALUATE, *options)
    assert done.code == 0, done.err
    (one,) = json.loads(done.out)["attacks"]
    assert one["broken"] + one["withstood"] + one["skipped"] == 6


PASSING = (
    (429, {"retry-after": "0"}, b""),
    (500, {}, b""),
    b'[{"label": "catastro',
    (200, {"content-length": "400"}, b"[]"),
)


def test_trouble_that_passes_changes_no_figure(holdfast, place, served):
    told = json.loads(holdfast(*EVALUATE).out)
    configure(place, served, version="2")
    served.trouble = lambda body, times: PASSING[len(body["inputs"]) % 4] if times == 2 else None
    done = holdfast(*EVALUATE[:4], "again", "--json")
    assert done.code == 0, done.err
    assert figures(json.loads(done.out)) == figures(told)
    assert max(served.times.values()) == 3  # asked once before, then in vain, then once more


STAYING = {
    "half a JSON": (b'[{"label": "catastro', 1),
    "401": ((401, {}, b"who are you"), 2),
    "another label set": (b'[{"label": "LABEL_0", "score": 0.9}, {"label": "LABEL_1", "score": 0.1}]', 1),
    "NaN": (b'[{"label": "catastrophic", "score": NaN}]', 1),
}


@pytest.mark.parametrize(("trouble", "code"), STAYING.values(), ids=STAYING)
def test_trouble_that_stays_ends_the_command_and_loses_nothing(holdfast, place, served, trouble, code):
    served.trouble = lambda body, times: trouble if len(served.answered) > 20 else None
    done = holdfast(*EVALUATE)
    assert done.code == code
    assert done.err.splitlines()[-1].startswith("holdfast: ")
    assert not (place / "measured" / "evaluation.json").exists()
    answered = len(served.answered)
    served.trouble = lambda body, times: None
    evaluated = holdfast(*EVALUATE)
    assert evaluated.code == 0, evaluated.err
    assert answered > 20
    assert set(served.answered.values()) == {1}  # what was paid for is not asked again


def test_trouble_in_an_attack_breaks_no_seed(holdfast, place, served):
    served.trouble = lambda body, times: STAYING["NaN"][0] if len(served.answered) > 30 else None
    done = holdfast(*ATTACK, "--attack", "random_rewrite")
    assert done.code == 1
    assert done.out == ""


def test_an_attack_that_reaches_its_cap_keeps_what_it_found(holdfast, place, served):
    cost = {"per_call": 0.01, "most": 0.1, "unit": "EUR"}
    configure(place, served, FIXED, cost=cost)
    done = holdfast(*ATTACK, "--attack", "random_rewrite", "--out", "found.jsonl")
    assert done.code == 1
    assert "10 requests, 0.1 EUR" in done.err
    assert served.asked == 10
    (one,) = json.loads(done.out)["attacks"]
    assert one["broken"] > 0
    assert one["broken"] + one["withstood"] + one["skipped"] == 8
    assert (place / "found.jsonl").read_text().count("\n") >= one["broken"]
    configure(place, served, FIXED, cost={**cost, "most": 90.0})
    done = holdfast(*ATTACK, "--attack", "random_rewrite")
    assert done.code == 0, done.err
    assert json.loads(done.out)["attacks"][0]["broken"] >= one["broken"]


def test_rounds_say_that_there_is_nothing_to_train(holdfast, place):
    done = holdfast("run", "-c", "holdfast.yaml", "--rounds", 1)
    assert done.code == 2
    assert "an endpoint's weights are not here" in done.err


CHECK = ["check", "service.yaml", "--data", "texts.csv", "--text", "text", "--label", "label", "--bad", "bad"]


def test_a_service_is_checked_and_the_file_for_later_commands_written(holdfast, place, served):
    (place / "holdfast.yaml").unlink()
    stated = {name: value for name, value in endpoint(served).items() if name != "kind"}
    cost = {"per_call": 0.001, "most": 0.1, "unit": "EUR"}
    (place / "service.yaml").write_text(json.dumps({**stated, "cost": cost}))
    exact = served.answer
    served.answer = lambda path, body: [{**one, "score": round(one["score"], 2)} for one in exact(path, body)]
    done = holdfast(*CHECK, "--split", "split", "--report", "check.html", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["guard"]["step"], told["guard"]["version"]) == (0.01, "1")
    assert told["costs"]["sent"] == served.asked == 20
    assert any("steps of 0.01" in one["what"] for one in told["cautions"])
    assert "evaluate" in [one["command"] for one in told["costs"]["commands"]]
    assert "0.01" in (place / "check.html").read_text()
    served.answer = exact
    attack = ["--attack", "random_rewrite", "--seeds", 2, "--budget", "3q/seed", "--json"]
    assert holdfast("attack", "-c", "holdfast.yaml", *attack).code == 0
    assert holdfast(*CHECK, "--guard-bad", "1").code == 2


def test_the_example_configuration_is_sound():
    example = Path(__file__).parent.parent.parent / "examples" / "guards" / "endpoint.yaml"
    start = load_config(example).classifier
    assert (start.url, start.answer.bad) == ("http://127.0.0.1:8080/predict", ("injury",))
    assert resolve(yaml.safe_load(to_yaml(load_config(example)))) == load_config(example)
