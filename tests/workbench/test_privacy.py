"""What a writer can see of another's work: nothing but submitted texts that are like their own."""

import pytest
from sqlalchemy import select
from test_writing_calls import begun, submit, thresholded

from holdfast.store.workbench.schema import Draft, DraftTime, Event, Submission

SECRET = "Ruth wept in the church."
INJURY = "The thief stabbed Ruth."


@pytest.fixture
def two(people, team):
    """Ben, who has an open draft, a rejected and an accepted submission and a log; and Ann, who looks on."""
    thresholded(team, 1 - 1e-12)
    ann, ben = people("ann"), people("ben")
    kept = {"draft": begun(ben, SECRET)["id"], "rejected": begun(ben, SECRET)["id"]}
    submit(ben, {"id": kept["rejected"]}, "Ruth slept.", SECRET)
    accepted = begun(ben, SECRET)
    kept["accepted"] = submit(ben, accepted, INJURY, SECRET).json()["id"]
    entry = {"client": "bens-tab", "sequence": 0, "kind": "edit", "at": "2026-01-01T00:00:00Z"}
    ben.post("/api/log", json={"entries": [{**entry, "draft": kept["draft"]}]})
    return ann, ben, kept


CHANGE = {"prompt": "mine", "completion": "mine", "revision": 0, "active_seconds": 5}
SUBMISSION = {
    "prompt": SECRET,
    "completion": INJURY,
    "rating": 1,
    "active_seconds": 5,
    "key": "a key of ann's",
}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/drafts/{draft}", None),
        ("GET", "/api/drafts/{rejected}", None),
        ("PUT", "/api/drafts/{draft}", CHANGE),
        ("DELETE", "/api/drafts/{draft}", None),
        ("POST", "/api/drafts/{draft}/submit", SUBMISSION),
    ],
)
def test_anothers_draft_is_not_there(two, method, path, body):
    """And the answer is that for a draft that nobody has."""
    ann, ben, kept = two
    place = path.format(**kept)
    number = place.split("/")[3]
    answer = ann.request(method, place, json=body)
    nobodys = ann.request(method, place.replace(f"/{number}", "/999999"), json=body)
    assert (answer.status_code, nobodys.status_code) == (404, 404)
    assert answer.text.replace(number, "999999") == nobodys.text
    untouched = ben.get(f"/api/drafts/{kept['draft']}").json()
    assert (untouched["prompt"], untouched["revision"], untouched["state"]) == (SECRET, 0, "open")


@pytest.mark.parametrize(
    "path", ["/api/drafts", "/api/submissions", "/api/writing-sessions/current", "/api/session"]
)
def test_lists_hold_ones_own_alone(two, path):
    ann, _, _ = two
    answer = ann.get(path)
    assert answer.status_code == 200
    assert "Ruth wept" not in answer.text
    assert '"name":"ben"' not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/api/manager/overview",
        "/api/manager/survival",
        "/api/manager/tactics",
        "/api/manager/tools",
        "/api/manager/export",
        "/api/manager/export?format=parquet",
    ],
)
@pytest.mark.parametrize("role", ["writer", "reviewer"])
def test_figures_are_for_managers(people, path, role):
    answer = people(f"some-{role}", role).get(path)
    assert answer.status_code == 403
    assert people("mia", "manager").get(path).status_code == 200


def test_likeness_shows_what_was_submitted_and_never_a_draft_or_what_was_rejected(two):
    ann, _, kept = two

    def found(completion):
        answer = ann.post("/api/likeness", json={"prompt": SECRET, "completion": completion})
        return [(one["submission"], one["mine"]) for one in answer.json()]

    assert found(INJURY) == [(kept["accepted"], False)]
    assert found("") == found("Ruth slept.") == []


def test_an_entry_that_names_anothers_draft_does_not_reach_it(two, store):
    ann, _, kept = two
    entry = {"client": "anns-tab", "sequence": 0, "kind": "edit", "at": "2026-01-01T00:00:00Z"}
    sent = ann.post("/api/log", json={"entries": [{**entry, "draft": kept["draft"]}]})
    assert sent.json() == {"kept": 1}
    with store.reading() as session:
        clients = session.scalars(select(Event.client).where(Event.draft == kept["draft"])).all()
    assert clients == ["bens-tab"]


def test_a_key_of_anothers_finds_nothing(two):
    ann, ben, _ = two
    key = "a shared key"
    first = begun(ben, SECRET, key=key)
    mine = begun(ann, "Ivy sang.", key=key)
    assert mine["id"] != first["id"]
    assert mine["prompt"] == "Ivy sang."
    theirs = submit(ben, first, "The thief killed Ruth.", SECRET, key=key).json()
    ours = submit(ann, mine, "The thief stabbed Ivy.", "Ivy sang.", key=key).json()
    assert (ours["author"], theirs["author"]) == ("ann", "ben")
    assert ours["id"] != theirs["id"]


def test_every_table_of_writing_names_its_run(two, store, team):
    """So that one run's writers never meet another's; times belong to their drafts."""
    with store.reading() as session:
        for table in (Draft, Submission, Event):
            assert set(session.scalars(select(table.run))) == {team.run}
        drafts = set(session.scalars(select(Draft.id)))
        assert set(session.scalars(select(DraftTime.draft))) <= drafts
