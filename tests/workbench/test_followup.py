"""What writers hear of their work, and what is taken back, disputed and written about it."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import update
from submitted import account, failure, submission
from test_review import BAD, DOUBT, FINE, RUN, judged, needs, row, word  # noqa: F401 (a fixture)
from test_writing_calls import begun, submit, thresholded

from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.exchange import MOST_COMMENTS
from holdfast.store.workbench.reopening import UNDO_SECONDS
from holdfast.store.workbench.rounds import Rounds
from holdfast.store.workbench.schema import Comment, Event, Review, Submission
from holdfast.workbench.opening import keep_settings
from holdfast.workbench.writing.desk import MOST_REMARKS

keys = (f"remark {number:04}" for number in count())


def mine(browser, **query):
    return browser.get("/api/submissions", params=query).json()


def news(browser):
    found = browser.get("/api/news").json()
    return found["mine"], found["judged"]


def write(browser, number, text="Why is that?", **over):
    return browser.post(f"/api/submissions/{number}/comments", json={"text": text, "key": next(keys), **over})


def label(browser, number, said=BAD, grade=4.0, reason=""):
    answer = browser.post(f"/api/review/{number}", json=word(said, grade, reason))
    assert answer.status_code == 200, answer.text
    return answer.json()


def dispute(browser, number, reason="the knife hit him"):
    return browser.post(f"/api/submissions/{number}/dispute", json={"reason": reason})


def aged(store, table, number, seconds=UNDO_SECONDS + 1):
    """As if a row were so much older."""
    with store.writing() as session:
        created = datetime.fromisoformat(session.get(table, number).created)
        older = (created - timedelta(seconds=seconds)).isoformat(timespec="microseconds")
        session.execute(update(table).where(table.id == number).values(created=older))


def logged(store, kind):
    with store.reading() as session:
        return [event.detail for event in session.query(Event).filter(Event.kind == kind)]


class Staff(dict):
    """A writer, three reviewers and a manager, who sign in when first asked for."""

    def __init__(self, sign_in):
        super().__init__(wim=sign_in("wim", "writer"))
        self.sign_in = sign_in

    def __missing__(self, name):
        self[name] = self.sign_in(name, "manager" if name == "mia" else "reviewer")
        return self[name]


@pytest.fixture
def staff(people):
    return Staff(people)


@pytest.fixture
def rejected(judged, staff):  # noqa: F811
    """Wim's text, which Ann and Ben have called harmless."""
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    label(staff["ann"], number, FINE, 0.0, "a dream")
    label(staff["ben"], number, FINE, 0.0, "only a dream")
    return number


# --- my submissions and news


def test_a_writer_follows_a_submission_from_pending_to_decided(judged, staff):  # noqa: F811
    wim = staff["wim"]
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    label(staff["ann"], number, BAD, 4.0, "a knife")
    (one,) = mine(wim)
    assert (one["state"], one["decisions"], one["points"], one["news"]) == ("pending", [], None, False)
    label(staff["ben"], number, BAD, 8.0)
    (one,) = mine(wim)
    assert (one["state"], one["verdict"]["egregiousness"], one["verdict"]["why"]) == (
        "accepted",
        6,
        "a knife",
    )
    assert one["points"] > 0
    assert [(each["who"], each["label"], each["egregiousness"]) for each in one["decisions"]] == [
        ("reviewer 1", BAD, 4.0),
        ("reviewer 2", BAD, 8.0),
    ]
    assert not {"ann", "ben"} & set(str(one).replace("'", " ").split()), "reviewers are not named"
    assert one["news"]
    assert news(wim) == (1, 0)
    seen = {"seen": [{"submission": number, "until": one["latest"]}]}
    assert wim.post("/api/news/seen", json=seen).json()["mine"] == 0
    assert not mine(wim)[0]["news"]
    assert news(staff["ann"]) == (0, 0)


def test_what_comes_after_the_page_was_shown_stays_new(judged, staff, rejected):  # noqa: F811
    wim = staff["wim"]
    shown = mine(wim)[0]["latest"]
    write(staff["ann"], rejected)
    wim.post("/api/news/seen", json={"seen": [{"submission": rejected, "until": shown}]})
    assert news(wim) == (1, 0)
    later = {"seen": [{"submission": rejected, "until": "2999-01-01T00:00:00Z"}]}
    assert wim.post("/api/news/seen", json=later).json()["mine"] == 0
    write(staff["ben"], rejected)
    assert news(wim) == (1, 0), "nobody has seen the future"


@pytest.mark.parametrize("until", ["yesterday", "2026-01-01T00:00:00", "", None])
def test_a_time_that_is_none_is_refused(people, until):
    asked = {"seen": [{"submission": 1, "until": until}]}
    assert people("wim").post("/api/news/seen", json=asked).status_code == 422


def test_submissions_are_filtered_by_state_and_paged(judged, staff):  # noqa: F811
    author = account(judged.store, "wim")
    made = {
        "accepted": failure(judged.store, RUN, author),
        "pending": submission(judged.store, RUN, author),
        "disputed": submission(judged.store, RUN, author, disputed="2026-01-01", dispute="no"),
        "rejected": submission(judged.store, RUN, author, status="rejected"),
        "withdrawn": submission(judged.store, RUN, author, status="rejected", withdrawn="2026-01-01"),
    }
    failure(judged.store, RUN, account(judged.store, "eva"))
    wim = staff["wim"]
    for state, number in made.items():
        assert [(one["id"], one["state"]) for one in mine(wim, state=state)] == [(number, state)]
    assert wim.get("/api/news").json()["submitted"] == dict.fromkeys(made, 1)
    numbers = sorted(made.values(), reverse=True)
    assert [one["id"] for one in mine(wim)] == numbers
    assert [one["id"] for one in mine(wim, before=numbers[1], count=2)] == numbers[2:4]
    for wrong in ({"state": "lost"}, {"count": 0}, {"count": 201}, {"before": 0}):
        assert wim.get("/api/submissions", params=wrong).status_code == 422


# --- taking back


def test_a_submission_taken_back_leaves_no_failure_and_opens_its_draft(client, workbench):
    thresholded(workbench, 1 - 1e-12)
    draft = begun(client)
    found = submit(client, draft).json()
    assert 0 < mine(client)[0]["undo_seconds"] <= UNDO_SECONDS
    taken = client.post(f"/api/submissions/{found['id']}/undo").json()
    assert (taken["state"], taken["points"], taken["verdict"]) == ("withdrawn", 0, None)
    assert client.post(f"/api/submissions/{found['id']}/undo").json() == taken, "once more changes nothing"
    assert client.get(f"/api/drafts/{draft['id']}").json()["state"] == "open"
    assert Rounds(workbench.store, RUN).waiting() == 0
    (kept,) = logged(workbench.store, "withdraw")
    assert (kept["submission"], kept["before"]["label"]) == (found["id"], BAD)
    assert submit(client, draft).json()["status"] == "accepted", "its text may be submitted again"


@pytest.mark.parametrize(
    ("hinder", "says"),
    [
        ("late", "it can be taken back for 60 seconds, and these are over"),
        ("trained", "a model learns from it by now, so it cannot be taken back"),
        ("judged", "a reviewer has judged it by now, so it cannot be taken back"),
        ("rejected", "it was not accepted, so there is nothing to take back; its draft is open"),
    ],
)
def test_why_a_submission_is_not_taken_back(judged, staff, hinder, says):  # noqa: F811
    author, over = account(judged.store, "wim"), {"status": "rejected"} if hinder == "rejected" else {}
    make = failure if hinder == "trained" else submission
    number = make(judged.store, RUN, author, **over)
    if hinder == "late":
        aged(judged.store, Submission, number)
    elif hinder == "trained":
        assert Rounds(judged.store, RUN).queue(1, 10) is not None
    elif hinder == "judged":
        label(staff["ann"], number)
    before = row(judged, number).status
    answer = staff["wim"].post(f"/api/submissions/{number}/undo")
    assert (answer.status_code, answer.json()["detail"]) == (409, says)
    assert row(judged, number).status == before
    assert mine(staff["wim"])[0]["undo_seconds"] == 0


def test_a_label_taken_back_undoes_what_it_decided_and_can_be_given_otherwise(judged, staff):  # noqa: F811
    ann, ben = staff["ann"], staff["ben"]
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    label(ann, number)
    assert label(ben, number)["status"] == "accepted"
    assert 0 < ben.get("/api/review/labels").json()[0]["undo_seconds"] <= UNDO_SECONDS
    item = ben.delete(f"/api/review/{number}").json()
    assert (item["submission"], item["waiting"]) == (number, 1)
    kept = row(judged, number)
    assert (kept.status, kept.label, kept.points, kept.decided) == ("pending", None, None, None)
    assert kept.reason == "waits for 2 labels"
    assert logged(judged.store, "undo_label")[0]["label"] == BAD
    assert label(ben, number, FINE)["labels"] == 2
    assert ben.get("/api/review/labels").json()[0]["label"] == FINE


@pytest.mark.parametrize(
    ("hinder", "status", "says", "labels"),
    [
        ("late", 409, "these are over", 1),
        ("trained", 409, "a model learns from it by now", 2),
        ("settled", 409, "an adjudicator has settled it", 3),
        ("disputed", 409, "its writer disputes the decision", 2),
        ("another", 404, "there is no such submission", 1),
        ("unjudged", 404, "there is no such submission", 0),
    ],
)
def test_why_a_label_is_not_taken_back(judged, staff, hinder, status, says, labels):  # noqa: F811
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    if hinder != "unjudged":
        label(staff["ann"], number, FINE)
    if hinder == "late":
        with judged.store.reading() as session:
            (review,) = session.query(Review)
        aged(judged.store, Review, review.id)
    elif hinder in ("settled", "disputed", "trained"):
        label(staff["ben"], number, BAD if hinder == "settled" else FINE)
    if hinder == "settled":
        staff["cas"].post(f"/api/review/{number}/adjudication", json=word(FINE))
    elif hinder == "disputed":
        assert dispute(staff["wim"], number).status_code == 200
    elif hinder == "trained":
        failure(judged.store, RUN, account(judged.store, "wim"))
        assert Rounds(judged.store, RUN).queue(1, 10) is not None
    who = staff["cas"] if hinder == "another" else staff["ann"]
    answer = who.delete(f"/api/review/{number}")
    assert answer.status_code == status
    assert says in answer.json()["detail"]
    with judged.store.reading() as session:
        assert session.query(Review).count() == labels


def test_an_adjudication_taken_back_is_to_be_settled_again(judged, staff):  # noqa: F811
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    label(staff["ann"], number, BAD)
    label(staff["ben"], number, FINE)
    path = f"/api/review/{number}/adjudication"
    assert staff["cas"].post(path, json=word(BAD, 3.0)).json()["status"] == "accepted"
    assert staff["cas"].delete(path).json() == {
        "submission": number,
        "status": "pending",
        "labels": 2,
        "needed": 2,
        "kept": True,
    }
    assert len(staff["cas"].get("/api/review/disagreements").json()) == 1
    assert staff["cas"].post(path, json=word(FINE)).json()["status"] == "rejected"


# --- disputes


def test_a_dispute_goes_to_an_adjudicator_whose_word_stands(judged, staff, rejected):  # noqa: F811
    wim, cas = staff["wim"], staff["cas"]
    assert mine(wim)[0]["may_dispute"]
    told = dispute(wim, rejected).json()
    assert (told["state"], told["dispute"]["reason"], told["may_dispute"]) == (
        "disputed",
        "the knife hit him",
        False,
    )
    assert dispute(wim, rejected).json()["state"] == "disputed", "once more changes nothing"
    assert dispute(wim, rejected, "something else").status_code == 409
    assert staff["mia"].put("/api/settings", json=judged.settings.model_dump(mode="json")).status_code == 200
    needs(judged, 1)
    assert row(judged, rejected).status == "pending", "the labels that agree do not decide it again"
    needs(judged, 3)
    assert cas.get("/api/review/next").json() is None, "nor is it for another label"
    (shown,) = cas.get("/api/review/disagreements").json()
    assert (shown["dispute"], len(shown["labels"])) == ("the knife hit him", 2)
    assert staff["ann"].get("/api/review/disagreements").json() == [], "who labelled it does not settle it"
    done = cas.post(f"/api/review/{rejected}/adjudication", json=word(BAD, 7.0)).json()
    assert done["status"] == "accepted"
    (one,) = mine(wim)
    assert (one["state"], one["dispute"]["open"], one["news"]) == ("accepted", False, True)
    assert [each["who"] for each in one["decisions"]] == ["reviewer 1", "reviewer 2", "an adjudicator"]
    assert row(judged, rejected).egregiousness == 7.0


def test_why_a_text_is_not_disputed(judged, staff, rejected):  # noqa: F811
    author, wim = account(judged.store, "wim"), staff["wim"]
    plain = {
        submission(judged.store, RUN, author): 409,
        failure(judged.store, RUN, author): 409,
        submission(judged.store, RUN, author, status="rejected", reason="caught"): 409,
        submission(judged.store, RUN, account(judged.store, "eva"), status="rejected"): 404,
        10**6: 404,
    }
    for number, status in plain.items():
        assert dispute(wim, number).status_code == status
    for reason in ("", " \n", "x" * 1001):
        assert dispute(wim, rejected, reason).status_code == 422
    keep_settings(judged, judged.settings.model_copy(update={"judge": "oracle"}))
    assert (
        dispute(wim, rejected).json()["detail"] == "there is no adjudicator here who could settle a dispute"
    )


def test_what_is_being_trained_on_is_disputed_when_that_has_ended(judged, staff, rejected):  # noqa: F811
    failure(judged.store, RUN, account(judged.store, "wim"))
    rounds = Rounds(judged.store, RUN)
    round_ = rounds.queue(1, 10)
    assert "is being trained with it" in dispute(staff["wim"], rejected).json()["detail"]
    rounds.failed(round_.round, "no matter")
    assert dispute(staff["wim"], rejected).status_code == 200
    assert row(judged, rejected).trained is None, "the next round takes it in as what it turns out to be"


# --- comments


def test_writer_and_reviewers_write_to_each_other_without_names(judged, staff, rejected):  # noqa: F811
    wim, ann, ben, cas = (staff[name] for name in ("wim", "ann", "ben", "cas"))
    assert write(wim, rejected, "  But he bled. ").json()["text"] == "But he bled."
    assert news(ann) == news(ben) == (0, 1)
    assert news(cas) == (0, 0)
    write(ann, rejected, "In his dream.")
    (seen,) = ben.get("/api/review/labels").json()
    assert [(each["who"], each["text"]) for each in seen["comments"]] == [
        ("the writer", "But he bled."),
        ("reviewer 1", "In his dream."),
    ]
    assert [each["who"] for each in mine(wim)[0]["comments"]] == ["you", "reviewer 1"]
    told = [(each.kind, each.only_for) for each in judged.told if each.kind == "comment"]
    assert len(told) == 4
    assert all(only_for is not None for _, only_for in told)
    assert [each["text"] for each in logged(judged.store, "comment")] == ["But he bled.", "In his dream."]
    ben.post("/api/news/seen", json={"seen": [{"submission": rejected, "until": seen["latest"]}]})
    assert news(ben) == (0, 0)
    dispute(wim, rejected)
    (shown,) = cas.get("/api/review/disagreements").json()
    assert [each["who"] for each in shown["comments"]] == ["the writer", "reviewer 1"]


def test_nobody_else_reads_or_writes_comments(judged, staff, people):  # noqa: F811
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    for name in ("ann", "cas", "mia"):
        assert write(staff[name], number).status_code == 404, "before they have judged it"
    assert write(people("eva"), number).status_code == 404
    write(staff["wim"], number, "look at the knife")
    assert "knife" not in staff["ann"].get("/api/review/next").text
    seen = {"seen": [{"submission": number, "until": "2026-01-01T00:00:00Z"}]}
    assert staff["cas"].post("/api/news/seen", json=seen).status_code == 200


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001])
def test_a_comment_has_words_and_a_measure(people, text):
    assert write(people("wim"), 1, text).status_code == 422


def test_comments_are_kept_once_and_not_without_end(judged, staff, rejected):  # noqa: F811
    wim, key = staff["wim"], next(keys)
    first = write(wim, rejected, "once", key=key).json()
    assert write(wim, rejected, "once", key=key).json() == first
    answers = [write(wim, rejected) for _ in range(MOST_REMARKS)]
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["detail"].startswith("you write too fast; wait ")
    assert int(refused.headers["retry-after"]) > 0
    assert write(staff["ann"], rejected).status_code == 200, "the limit is each writer's own"
    with judged.store.writing() as session:
        author = account(judged.store, "wim")
        for number in range(MOST_COMMENTS):
            session.add(
                Comment(submission=rejected, account=author, key=f"many {number}", text="x", created="2026")
            )
    assert "no more are kept" in write(staff["ann"], rejected).json()["detail"]


def test_nobody_is_written_to_where_nobody_would_read_it(judged, staff):  # noqa: F811
    number = submission(judged.store, RUN, Accounts(judged.store).attacker().id)
    label(staff["ann"], number, DOUBT)
    assert "an attack wrote this text" in write(staff["ann"], number).json()["detail"]
    found = failure(judged.store, RUN, account(judged.store, "wim"))
    assert not mine(staff["wim"])[0]["may_comment"]
    assert "no reviewer judges this text" in write(staff["wim"], found).json()["detail"]
