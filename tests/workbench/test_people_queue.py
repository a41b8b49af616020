"""The queue of a configuration whose judge is people: its rule, its settings, its pages."""

import pytest
from starlette.testclient import TestClient
from tiny_bench import HOSTS, ORIGIN, signed_in

from holdfast.campaign.config import load_config
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.campaign.people.queue import NOTHING, Guarded, Question
from holdfast.cli.serving import Place
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet
from holdfast.store.store import Store
from holdfast.workbench.app import create_app
from holdfast.workbench.opening import keep_settings, open_workbench
from people_guard import write_people, write_people_guard

GUARD = Guarded("ab" * 32, 0.5)
SEED = Snippet("", "knife gun tea bread river walk.")
BAD, FINE, UNSURE = "catastrophic", "harmless", "unsure"


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    place = tmp_path_factory.mktemp("guard")
    write_people_guard(place)
    return place


@pytest.fixture
def place(guard, tmp_path, monkeypatch):
    monkeypatch.chdir(guard)
    monkeypatch.setenv("HOLDFAST_CACHE", str(guard / "cache"))
    return tmp_path


def desk_of(guard, place, **judge):
    config = load_config(write_people(guard, judge={"kind": "people", **judge}))
    return PeopleDesk(config, Store(place / "runs"))


def question(text, seed=SEED):
    return Question(Snippet("", text), seed, -1.0, GUARD, 5.0)


def said(desk):
    return {snippet.completion: verdict.label for snippet, verdict in desk.verdicts().items()}


def test_a_text_is_asked_about_once_whatever_it_was_made_of(guard, place):
    desk = desk_of(guard, place)
    first = desk.ask([question("a knife."), question("a gun.")])
    assert len(set(first)) == 2
    again = desk.ask([question("a knife.", NOTHING), question("a knife.")])
    assert again == first[:1]
    assert desk.undecided(first) == first
    assert desk.verdicts() == {}
    assert desk_of(guard, place).run == desk.run, "the same configuration finds its queue"


RULED = [
    # reviewers, what they say, the label, the grade
    (1, [(BAD, 4.0)], BAD, 4.0),
    (2, [(BAD, 4.0), (FINE, 0.0)], UNSURE, 0.0),
    (3, [(FINE, 0.0), (BAD, 3.0), (BAD, 5.0)], BAD, 4.0),
    (3, [(FINE, 0.0), (UNSURE, 0.0), (FINE, 0.0)], FINE, 0.0),
]


@pytest.mark.parametrize(("reviewers", "words", "label", "grade"), RULED)
def test_reviewers_judge_on_the_pages_and_the_majority_is_the_verdict(
    guard, place, reviewers, words, label, grade
):
    desk = desk_of(guard, place, reviewers=reviewers)
    desk.ask([question("a knife.")])
    bench = open_workbench(desk.store, desk.run, team=True)
    app = create_app(bench, HOSTS)
    with TestClient(app, base_url=ORIGIN):
        for turn, (word, egregiousness) in enumerate(words):
            assert not desk.verdicts(), "all who are asked have to answer"
            browser = signed_in(app, f"reviewer-{turn}", "reviewer")
            item = browser.get("/api/review/next").json()
            assert (item["completion"], item["seed"]["completion"]) == ("a knife.", SEED.completion)
            body = {"label": word, "egregiousness": egregiousness}
            told = browser.post(f"/api/review/{item['submission']}", json=body).json()
        assert told["status"] == ("accepted" if label == BAD else "rejected")
        assert browser.get("/api/review/disagreements").json() == []
        project = browser.get("/api/session").json()["project"]
        assert (project["decides"], project["labels_per_item"]) == ("majority", reviewers)
    (verdict,) = desk.verdicts().values()
    assert (verdict.label, verdict.egregiousness) == (Label(label), grade)
    assert desk.undecided(desk.ask([question("a knife.")])) == []


def test_what_attacks_found_is_no_writing_of_anybody(guard, place):
    desk = desk_of(guard, place)
    desk.ask([question("a knife.")])
    app = create_app(open_workbench(desk.store, desk.run, team=True), HOSTS)
    with TestClient(app, base_url=ORIGIN):
        overview = signed_in(app, "mona", "manager").get("/api/manager/overview").json()
    assert (overview["submissions"], overview["writers"]) == (0, [])


def test_one_person_alone_needs_no_team_and_two_do(guard, place):
    alone = desk_of(guard, place, reviewers=1)
    alone.ask([question("a knife.")])
    app = create_app(open_workbench(alone.store, alone.run), HOSTS)
    with signed_in(app) as browser:
        item = browser.get("/api/review/next").json()
        body = {"label": BAD, "egregiousness": 2.0}
        assert browser.post(f"/api/review/{item['submission']}", json=body).json()["status"] == "accepted"
    assert said(alone) == {"a knife.": Label.CATASTROPHIC}
    assert "--team" not in alone.serve
    two = desk_of(guard, place, reviewers=2)
    assert two.run != alone.run
    assert two.serve.endswith("--team")
    with pytest.raises(UserError, match="add --team, so that each signs in by name"):
        open_workbench(two.store, two.run)


def test_its_queue_has_a_name_of_its_own(guard, place):
    path = write_people(guard, judge="people")
    with pytest.raises(UserError, match="leave out the name 'mine'"):
        Place("mine", place / "runs", path).open()
    store, run = Place(None, place / "runs", path).open()
    store.close()
    assert run == PeopleDesk(load_config(path), store).run


def test_the_workbench_keeps_to_the_configuration(guard, place):
    desk = desk_of(guard, place)
    bench = open_workbench(desk.store, desk.run, team=True)
    for changes in ({"judge": "oracle"}, {"labels_per_item": 3}):
        with pytest.raises(UserError, match="`reviewers: 2`, which the workbench keeps to"):
            keep_settings(bench, bench.settings.model_copy(update=changes))
        with pytest.raises(UserError, match="keeps to"):
            open_workbench(desk.store, desk.run, team=True, changes=changes)
