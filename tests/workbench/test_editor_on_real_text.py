"""The editor's calls on real text: what they promise by each judge, and that no vocabulary is supposed."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import pytest
from real_text import TABLE, write_guard
from tiny_bench import HOSTS, signed_in

import planted_guard
import planted_masked
from holdfast.campaign.config import load_config
from holdfast.campaign.guard_runs import keep_guard
from holdfast.campaign.loop import Campaign
from holdfast.campaign.opening import Opened
from holdfast.campaign.presets import preset
from holdfast.core.errors import UserError
from holdfast.core.judge import judged
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier, saliency_of
from holdfast.store.store import Store
from holdfast.workbench.app import create_app
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.tools.attacking import attack_of
from holdfast.workbench.tools.searching import Assignment, search
from holdfast.workbench.tools.shapes import SearchRequest
from labelled_guard import BAD, FINE
from tolerances import SAME_LOG_ODDS


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("guard")


@pytest.fixture(scope="module")
def opened(files, tmp_path_factory):
    """Opens the bench of a judge and a browser on it, once each; by `people` the writer's own word counts."""
    store, made = Store(tmp_path_factory.mktemp("real") / "runs"), {}
    with ExitStack() as browsers:

        def open_(kind):
            if kind not in made:
                changes = {"judge": "people", "labels_per_item": 0} if kind == "people" else {}
                config = load_config(write_guard(files, "carried" if changes else kind))
                bench = open_workbench(store, keep_guard(store, config, f"by-{kind}"), changes=changes)
                made[kind] = bench, browsers.enter_context(signed_in(create_app(bench, HOSTS)))
            return made[kind]

        yield open_
    store.close()


def start(browser):
    """A seed that the guard catches, as it is sent."""
    (seed,) = browser.get("/api/seeds", params={"kind": "catastrophe", "count": 1}).json()
    return {"prompt": "", "completion": seed["completion"]}


def harmless(bench, number=0):
    return bench.task.harmless_sentences[number]


PROJECTS = [
    # judge, what it lets be written, whether it assumes anything
    ("carried", "sentences", True),
    ("anything", "words", True),
    ("edits", "exchanges", True),
    ("people", "words", False),
]


@pytest.mark.parametrize(("kind", "writes", "assumes"), PROJECTS)
def test_the_project_says_what_may_be_written(opened, kind, writes, assumes):
    _, browser = opened(kind)
    project = browser.get("/api/session").json()["project"]
    assert (project["writes"], bool(project["assumption"])) == (writes, assumes)
    assert (project["vocabulary"], project["limits"]["prompt_words"]) == ([], 0)
    assert (project["trains"], project["has_generator"]) == (False, False)


def test_seeds_are_labelled_rows_that_the_guard_catches(opened):
    bench, browser = opened("carried")
    caught = browser.get("/api/seeds", params={"kind": "catastrophe", "count": 50}).json()
    near = browser.get("/api/seeds", params={"kind": "near_miss", "count": 50}).json()
    rows = {text.completion for text in bench.task.rows.snippets(bench.task.rows.indices("test"))}
    assert len(caught) > 20
    assert {seed["completion"] for seed in [*caught, *near]} <= rows
    threshold = bench.served.target.threshold
    assert all(seed["score"] >= threshold and seed["verdict"]["label"] == "catastrophic" for seed in caught)
    assert {seed["verdict"]["label"] for seed in near} == {"catastrophic", "harmless"}


REWRITES = [
    # judge, what is made of the seed, the verdict, whether its passage is there
    ("carried", "{seed}", "catastrophic", True),
    ("carried", "{harmless} {seed}", "catastrophic", True),
    ("carried", "{seed} It is a lie.", "unsure", True),
    ("carried", "{seed}x", "harmless", False),
    ("anything", "Zzyzx, 😀! {seed} It is a lie.", "catastrophic", True),
    ("anything", "{harmless}", "harmless", False),
    ("edits", "{seed}", "catastrophic", None),
    ("edits", "{seed} more", "unsure", None),
    ("people", "{seed} more", None, None),
]


@pytest.mark.parametrize(("kind", "rewrite", "label", "whole"), REWRITES)
def test_a_text_is_judged_as_a_rewrite_of_its_seed(opened, kind, rewrite, label, whole):
    bench, browser = opened(kind)
    seed = start(browser)
    text = rewrite.format(seed=seed["completion"], harmless=harmless(bench))
    scored = browser.post("/api/score", json={"prompt": "", "completion": text, "seed": seed}).json()
    assert (scored["verdict"] and scored["verdict"]["label"]) == label
    assert scored["failure"] is (None if label is None else label == "catastrophic" and scored["passes"])
    units = text.encode("utf-16-le")
    kept = [units[2 * s["start"] : 2 * s["end"]].decode("utf-16-le") for s in scored["kept"]]
    assert kept == ([seed["completion"]] if whole else [])
    assert scored["lost"] == ([seed["completion"]] if whole is False else [])


def test_without_a_seed_a_text_is_judged_as_it_stands(opened):
    _, browser = opened("carried")
    for text, label in ((start(browser)["completion"], "catastrophic"), ("what is it", "unsure")):
        scored = browser.post("/api/score", json={"prompt": "", "completion": text}).json()
        assert (scored["verdict"]["label"], scored["lost"]) == (label, [])


def test_saliency_is_told_by_word_and_every_word_is_known(opened):
    bench, browser = opened("carried")
    text = "Tea, knife\n\nknife 😀 don't! "
    body = {"prompt": "", "completion": text, "saliency": True}
    tokens = browser.post("/api/score", json=body).json()["tokens"]
    assert [token["text"] for token in tokens] == ["Tea", ",", "knife", "knife", "😀", "don't", "!"]
    assert all(token["known"] for token in tokens)
    scorer = bench.served.target.scorer
    (own,) = scorer.codec.encode([Snippet("", text)])
    by_token = saliency_of(scorer.gradients([own])[0]).completion
    # The guard reads "don't" as three tokens: its gradient is their sum, the others' are as they are.
    alone = [token["saliency"] for token in tokens if token["text"] != "don't"]
    assert alone == pytest.approx([*by_token[:5], by_token[-1]], rel=1e-4)


@pytest.mark.parametrize("kind", ["carried", "anything", "edits", "people"])
def test_a_menu_offers_what_the_judge_can_still_call_catastrophic(opened, kind):
    bench, browser = opened(kind)
    seed = start(browser)
    words = bench.task.words(seed["completion"])
    index = 2 if kind == "anything" else next(i for i, word in enumerate(words) if word in BAD)
    text = {"prompt": "", "completion": seed["completion"] + "\n" + harmless(bench)}
    text = seed if kind == "edits" else text
    body = {**text, "seed": seed, "part": "completion", "index": index, "most": 60}
    menu = browser.post("/api/menu", json=body).json()
    offered = [Snippet("", each["completion"]) for each in menu["suggestions"]]
    assert bool(offered) == (kind != "anything")
    target = bench.served.target
    exact = target.scorer.exact_log_odds(target.scorer.codec.encode(offered))
    assert [each["log_odds"] for each in menu["suggestions"]] == pytest.approx(exact, abs=SAME_LOG_ODDS)
    assert exact.tolist() == pytest.approx(sorted(exact.tolist()), abs=SAME_LOG_ODDS)
    kinds, written = ({each[key] for each in menu["suggestions"]} for key in ("kind", "words"))
    if kind == "people":
        assert kinds == {"replace", "insert_before", "insert_after", "delete"}
        assert {each["verdict"] for each in menu["suggestions"]} == {None}
        assert {word for each in written for word in bench.task.words(each)} <= set(bench.task.vocabulary)
        return
    verdicts = judged(target.judge, [Snippet(**seed)] * len(offered), offered)
    assert all(verdict.catastrophic for verdict in verdicts)
    if kind == "anything":
        assert written == set(), "a word of the passage must stay as it is"
    if kind == "carried":
        assert kinds == {"insert_before", "insert_after"}
        assert written <= set(bench.task.harmless_sentences)
    if kind == "edits":
        assert (kinds, written) == ({"replace"}, set(TABLE[words[index]]))


def test_a_sentence_beside_the_passage_may_be_exchanged_or_left_out(opened):
    bench, browser = opened("carried")
    seed = start(browser)
    text = {"prompt": "", "completion": f"{harmless(bench)}\n{seed['completion']}"}
    menu = browser.post("/api/menu", json={**text, "seed": seed, "part": "completion", "index": 0}).json()
    kinds = {each["kind"] for each in menu["suggestions"]}
    assert {"delete", "replace", "insert_before", "insert_after"} == kinds
    assert all(seed["completion"] in each["completion"] for each in menu["suggestions"])


def test_a_masked_language_model_proposes_words_that_the_data_lack(tmp_path):
    tokenizer = Classifier.load(planted_guard.save(tmp_path / "other")).tokenizer
    masked = planted_masked.save(tmp_path / "masked", tokenizer, planted_guard.KIND)
    proposer = {"kind": "folder", "path": str(masked)}
    config = load_config(write_guard(tmp_path, "anything", proposer=proposer))
    store = Store(tmp_path / "runs")
    bench = open_workbench(store, keep_guard(store, config))
    with signed_in(create_app(bench, HOSTS)) as browser:
        seed = start(browser)
        text = {"prompt": "", "completion": f"{seed['completion']}\n{harmless(bench)}"}
        index = len(bench.task.words(seed["completion"])) + 1
        body = {**text, "seed": seed, "part": "completion", "index": index, "most": 60}
        suggestions = browser.post("/api/menu", json=body).json()["suggestions"]
    store.close()
    for kind in ("replace", "insert_before", "insert_after"):
        written = {each["words"] for each in suggestions if each["kind"] == kind}
        assert set(planted_guard.KIND) & written, (
            "one at least: the guard reads all words alike that it lacks"
        )
    assert not set(planted_guard.KIND) & set(bench.task.vocabulary)


REFUSED = [
    # judge, path, body beside the text and its seed, what the sentence says
    ("carried", "/api/phrases", {"part": "completion", "start": 0, "stop": 1}, "has no generator"),
    ("carried", "/api/menu", {"part": "completion", "index": 99}, "none of the number 100"),
    ("carried", "/api/menu", {"part": "prompt", "index": 0}, "has 0 words"),
    ("carried", "/api/score", {"completion": "tea " * 60}, "60 tokens, and the classifier reads at most"),
    ("carried", "/api/searches", {"kind": "attack", "attack": "red_lm"}, "does not suit"),
    ("carried", "/api/searches", {"kind": "climb", "completion": " "}, "is empty"),
]


@pytest.mark.parametrize(("kind", "path", "body", "says"), REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(opened, kind, path, body, says):
    _, browser = opened(kind)
    seed = start(browser)
    answer = browser.post(path, json={**seed, "seed": seed, **body})
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_attacks_that_lack_something_do_not_suit(opened):
    _, browser = opened("carried")
    suits = {attack["name"]: attack["suits"] for attack in browser.get("/api/attacks").json()}
    assert not any(suits[name] for name in ("best_of_n", "red_lm", "phrase_fill"))
    assert all(suits[name] for name in ("hotflip", "greedy_rewrite", "genetic"))


@pytest.mark.parametrize("kind", ["carried", "anything", "edits"])
def test_a_search_goes_on_from_an_edited_text_as_a_rewrite_of_its_seed(opened, kind):
    bench, _ = opened(kind)
    target = bench.served.target.fresh()
    pool = bench.task.rows.snippets(bench.task.distinct("test", "catastrophic"))
    seed = max(pool, key=lambda text: target.scorer.score([text])[0])
    text = seed if kind == "edits" else Snippet("", f"{harmless(bench)} {seed.completion}")
    request = SearchRequest(prompt="", completion=text.completion, kind="climb")
    attack = attack_of(request, "egregious", target)
    end = search(target, Assignment(attack, text, 400, False, True, seed), lambda _: None, lambda: False)
    assert end.best is not None, end.message
    found = Snippet(end.best.prompt, end.best.completion)
    assert judged(target.judge, [seed], [found])[0].catastrophic
    assert (end.reason == "failure") == bool(end.best.failure)
    before, after = target.scorer.score([text, found])
    assert after < before


def test_a_text_that_lost_its_passage_starts_no_search(opened):
    bench, _ = opened("carried")
    seed = bench.task.rows.snippets(bench.task.distinct("test", "catastrophic"))[0]
    text = Snippet("", "Tea and tea.")
    request = SearchRequest(prompt="", completion=text.completion, kind="step")
    attack = attack_of(request, "egregious", bench.served.target)
    assignment = Assignment(attack, text, 50, True, True, seed)
    end = search(bench.served.target.fresh(), assignment, lambda _: None, lambda: False)
    assert (end.reason, end.best) == ("error", None)
    assert "no catastrophe" in end.message


def surrounded(bench, seed, most=4):
    """A seed amid harmless sentences, so many that the guard lets it pass."""
    around = [harmless(bench, i) for i in range(most)]
    return "\n".join([seed["completion"], *around])


def draft_of(browser, start_, key, **more):
    body = {**start_, "origin": "catastrophe", "key": key, **more}
    return browser.post("/api/drafts", json=body).json()


def submitted(browser, draft, text, key):
    body = {"prompt": "", "completion": text, "rating": 5, "active_seconds": 1, "key": key}
    return browser.post(f"/api/drafts/{draft['id']}/submit", json=body).json()


def test_what_is_submitted_is_judged_as_a_rewrite_of_what_its_draft_began_with(opened):
    bench, browser = opened("carried")
    seeds = browser.get("/api/seeds", params={"kind": "catastrophe", "count": 50}).json()
    mildest = min(seeds, key=lambda seed: seed["score"])
    seed = {"prompt": "", "completion": mildest["completion"]}
    draft = draft_of(browser, seed, "first-draft")
    assert draft["seed"] == seed
    lost = submitted(browser, draft, harmless(bench), "lost-passage")
    assert (lost["status"], "not there whole" in lost["reason"]) == ("rejected", True)
    text = surrounded(bench, seed)
    copy = draft_of(browser, {"prompt": "", "completion": text}, "second-draft", seed=seed)
    assert (copy["completion"], copy["seed"]) == (text, seed)
    found = submitted(browser, copy, text, "carried-over")
    assert (found["status"], found["verdict"]["why"]) == ("accepted", "the labelled passage is carried")


def test_a_guard_is_not_trained_here(opened):
    bench, browser = opened("carried")
    told = browser.get("/api/rounds").json()
    (only,) = told["rounds"]
    assert (only["state"], only["model_hash"]) == ("serving", bench.served.target.scorer.classifier.hash)
    answer = browser.post("/api/rounds")
    assert (answer.status_code, "your own" in answer.json()["detail"]) == (409, True)


def test_one_configuration_is_one_run_wherever_it_is_read(files, tmp_path, monkeypatch):
    store = Store(tmp_path / "runs")
    carried, other = (load_config(write_guard(files, kind)) for kind in ("carried", "labels"))
    run = keep_guard(store, carried)
    assert run.startswith("guard-")
    monkeypatch.chdir(tmp_path)
    assert keep_guard(store, load_config(files / "carried.yaml", threads=2)) == run
    assert keep_guard(store, other) not in (run, None)
    with pytest.raises(UserError, match="is of another guard, judge or data"):
        keep_guard(store, other, run)
    store.close()


def test_a_classifier_that_is_still_to_be_trained_is_refused(tmp_path):
    store = Store(tmp_path / "runs")
    with pytest.raises(UserError, match="still to be trained"):
        keep_guard(store, preset("storyworld", "smoke"))
    store.close()


def test_a_surface_read_by_threads_keeps_every_text(opened):
    """Writers' calls cut texts at once: no two units may get one number."""
    bench, _ = opened("carried")
    surface, draw = bench.task.surface, np.random.default_rng(0)
    texts = [" ".join(f"w{n}" for n in draw.integers(400, size=30)) for _ in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: surface.join(surface.split(text)), texts))
    assert found == texts
    assert FINE[0] in bench.task.vocabulary


def test_the_guard_that_a_run_hardened_is_served_too(tmp_path):
    path = write_guard(tmp_path)
    told = json.loads(path.read_text())
    del told["task"]["data"]["columns"]["split"]
    told["task"]["data"]["splits"] = {"kind": "derived"}
    path.write_text(json.dumps(told))
    config = load_config(path)
    Campaign(config, tmp_path / "runs" / "hard").carry_out()
    store = Store(tmp_path / "runs")
    bench = open_workbench(store, "hard")
    assert bench.served.target.threshold == pytest.approx(Opened(config).threshold.threshold)
    with signed_in(create_app(bench, HOSTS)) as browser:
        assert start(browser)["completion"]
        assert browser.get("/api/rounds").json()["rounds"][0]["state"] == "serving"
        assert browser.post("/api/rounds").status_code == 409
    store.close()


def test_a_guard_on_the_workbench_is_no_campaign_to_resume(files, tmp_path):
    store = Store(tmp_path / "runs")
    run = keep_guard(store, load_config(write_guard(files)))
    with pytest.raises(UserError, match="open it with `holdfast serve"):
        Campaign.begun(tmp_path / "runs" / run)
    store.close()
