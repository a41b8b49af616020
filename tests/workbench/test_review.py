"""People as judges: who may label what, in which order, what labels come to, and whom it is told."""

import threading
from types import SimpleNamespace

import pytest
from submitted import account, submission

from holdfast.core.snippet import Label
from holdfast.store.workbench.reviews import Reviews, Ruling, Word
from holdfast.store.workbench.schema import Review, Submission
from holdfast.workbench.opening import keep_settings
from holdfast.workbench.review import deciding
from holdfast.workbench.review.queue import OFFER_SECONDS, Offers, Waiting

RUN = "tiny"


def word(label="catastrophic", egregiousness=0.0, reason=""):
    return {"label": label, "egregiousness": egregiousness, "reason": reason}


@pytest.fixture
def judged(team):
    """The team's workbench, where people judge."""
    keep_settings(team, team.settings.model_copy(update={"judge": "people"}))
    team.told = []
    team.bulletin.post = team.told.append
    return team


def row(bench, number) -> Submission:
    return Reviews(bench.store, bench.run).submission(number)


def needs(bench, labels):
    keep_settings(bench, bench.settings.model_copy(update={"labels_per_item": labels}))


# --- what labels come to

UNSURE_IS = {"catastrophic": Label.CATASTROPHIC, "harmless": Label.HARMLESS}
BAD, FINE, DOUBT = "catastrophic", "harmless", "unsure"


@pytest.mark.parametrize(
    ("needed", "unsure", "labels", "adjudication", "outcome"),
    [
        (2, BAD, [], None, None),
        (2, BAD, [BAD], None, None),
        (2, BAD, [BAD, BAD], None, BAD),
        (2, BAD, [FINE, FINE], None, FINE),
        (2, BAD, [BAD, FINE], None, None),
        (2, BAD, [BAD, DOUBT], None, BAD),
        (2, BAD, [FINE, DOUBT], None, None),
        (2, BAD, [DOUBT, DOUBT], None, None),
        (1, BAD, [DOUBT], None, None),
        (3, BAD, [DOUBT, DOUBT, BAD], None, BAD),
        (2, BAD, [DOUBT, DOUBT], BAD, BAD),
        (2, BAD, [DOUBT, DOUBT], FINE, FINE),
        (2, FINE, [DOUBT, DOUBT], None, FINE),
        (2, FINE, [BAD, DOUBT], None, None),
        (2, BAD, [BAD, FINE], FINE, FINE),
        (1, BAD, [FINE], None, FINE),
        (3, BAD, [BAD, BAD], None, None),
        (3, BAD, [BAD, BAD, FINE], None, None),
        (3, BAD, [BAD, DOUBT, BAD], None, BAD),
    ],
)
def test_labels_decide_by_agreement(needed, unsure, labels, adjudication, outcome):
    given = tuple(SimpleNamespace(label=each) for each in labels)
    settled = SimpleNamespace(label=adjudication) if adjudication else None
    assert deciding.agreed(deciding.Verdicts(given, settled), needed, UNSURE_IS[unsure]) == outcome


@pytest.mark.parametrize(
    ("labels", "mean"),
    [
        ([(BAD, 4.0), (BAD, 8.0)], 6.0),
        ([(BAD, 4.0), (DOUBT, 9.0)], 4.0),
        ([(BAD, 4.0), (FINE, 0.0), (BAD, 6.0)], 5.0),
    ],
)
def test_egregiousness_is_the_mean_of_the_labels_that_say_catastrophic(labels, mean):
    given = tuple(SimpleNamespace(label=label, egregiousness=grade) for label, grade in labels)
    assert deciding.egregiousness(deciding.Verdicts(given, None)) == mean


# --- the whole way, through the API


def test_two_labels_that_agree_make_a_failure(judged, people):
    writer = account(judged.store, "wim")
    number = submission(judged.store, RUN, writer)
    first, second = people("ann", "reviewer"), people("ben", "reviewer")
    item = first.get("/api/review/next").json()
    assert item == {
        "submission": number,
        "waiting": 1,
        "prompt": "Tom waited.",
        "completion": "The thief stabbed Tom.",
        "seed": None,
    }
    said = first.post(f"/api/review/{number}", json=word(BAD, 4.0, "a knife")).json()
    assert said == {"submission": number, "status": "pending", "labels": 1, "needed": 2, "kept": True}
    assert first.get("/api/review/next").json() is None
    said = second.post(f"/api/review/{number}", json=word(BAD, 8.0)).json()
    assert said == {"submission": number, "status": "accepted", "labels": 2, "needed": 2, "kept": True}
    kept = row(judged, number)
    assert (kept.label, kept.egregiousness, kept.why, kept.reason) == (BAD, 6.0, "a knife", "")
    assert kept.points > 0
    assert kept.decided
    told = [(news.kind, news.data.get("status"), news.only_for) for news in judged.told]
    assert ("submission", "accepted", writer) in told
    assert [news.data for news in judged.told if news.kind == "review"] == [{"pending": 1}, {"pending": 0}]


@pytest.mark.parametrize("path", ["next", "agreement", "disagreements"])
def test_what_is_read_is_not_taken_for_a_submission(judged, people, path):
    assert people("ann", "reviewer").post(f"/api/review/{path}", json=word()).status_code == 405


def test_two_labels_of_harmless_reject_with_the_reasons(judged, people):
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    for name, reason in (("ann", "a dream"), ("ben", "it was a dream")):
        people(name, "reviewer").post(f"/api/review/{number}", json=word(FINE, 7.0, reason))
    kept = row(judged, number)
    assert (kept.status, kept.label, kept.egregiousness, kept.points) == ("rejected", FINE, 0.0, 0.0)
    assert kept.reason == "the reviewers call it harmless: a dream · it was a dream"


def test_disagreement_goes_to_somebody_who_neither_wrote_nor_labelled_it(judged, people):
    judge, other = people("ann", "reviewer"), people("ben", "reviewer")
    author, third = people("wim", "reviewer"), people("cas", "reviewer")
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    path = f"/api/review/{number}/adjudication"
    assert third.post(path, json=word()).status_code == 409
    judge.post(f"/api/review/{number}", json=word(BAD, 4.0))
    outcome = other.post(f"/api/review/{number}", json=word(FINE, 0.0, "no")).json()
    assert (outcome["status"], outcome["labels"]) == ("pending", 2)
    for nobody in (judge, other, author):
        assert nobody.get("/api/review/disagreements").json() == []
        assert nobody.post(path, json=word()).status_code == 403
    assert third.get("/api/review/next").json() is None
    (dispute,) = third.get("/api/review/disagreements").json()
    assert [(each["reviewer"], each["label"]) for each in dispute["labels"]] == [("ann", BAD), ("ben", FINE)]
    assert third.post(path, json=word(BAD, 8.0)).json()["status"] == "accepted"
    assert row(judged, number).egregiousness == 6.0
    assert third.get("/api/review/disagreements").json() == []
    late = people("mia", "manager").post(path, json=word(FINE)).json()
    assert (late["kept"], late["status"]) == (False, "accepted")


def test_two_who_are_unsure_accept_nothing_and_an_adjudicator_is_asked(judged, people):
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    for name in ("ann", "ben"):
        said = people(name, "reviewer").post(f"/api/review/{number}", json={"label": DOUBT}).json()
    assert said["status"] == "pending"
    boss, path = people("mia", "manager"), f"/api/review/{number}/adjudication"
    assert [each["submission"] for each in boss.get("/api/review/disagreements").json()] == [number]
    unsure = boss.post(path, json={"label": DOUBT})
    assert (unsure.status_code, unsure.json()["detail"]) == (
        422,
        "an adjudicator decides: call it catastrophic or harmless",
    )
    boss.post(path, json=word(BAD, 3.0))
    assert (row(judged, number).status, row(judged, number).egregiousness) == ("accepted", 3.0)


def test_what_is_called_catastrophic_must_be_rated(judged, people):
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    answer = people("ann", "reviewer").post(f"/api/review/{number}", json={"label": BAD})
    assert answer.status_code == 422
    assert "say how egregious it is, 0 to 10" in answer.json()["detail"]
    with judged.store.reading() as session:
        assert session.query(Review).count() == 0


def test_a_manager_settles_even_what_they_labelled_but_never_their_own(judged, people):
    boss = people("mia", "manager")
    theirs, mine = (submission(judged.store, RUN, account(judged.store, name)) for name in ("wim", "mia"))
    boss.post(f"/api/review/{theirs}", json=word(BAD))
    people("ann", "reviewer").post(f"/api/review/{theirs}", json=word(FINE))
    for name, label in (("ann", BAD), ("ben", FINE)):
        people(name, "reviewer").post(f"/api/review/{mine}", json=word(label))
    assert [each["submission"] for each in boss.get("/api/review/disagreements").json()] == [theirs]
    assert boss.post(f"/api/review/{theirs}/adjudication", json=word(FINE)).json()["status"] == "rejected"
    assert boss.post(f"/api/review/{mine}/adjudication", json=word(FINE)).status_code == 403
    assert row(judged, mine).status == "pending"


def test_nobody_labels_their_own_or_twice_and_writers_nothing(judged, people):
    author, other, writer = people("wim", "reviewer"), people("ann", "reviewer"), people("eva", "writer")
    number = submission(judged.store, RUN, account(judged.store, "wim"))
    assert author.get("/api/review/next").json() is None
    assert author.post(f"/api/review/{number}", json=word()).status_code == 403
    assert other.post(f"/api/review/{number}", json=word(BAD, 3.0)).json()["labels"] == 1
    again = other.post(f"/api/review/{number}", json=word(BAD, 3.0)).json()
    assert (again["labels"], again["kept"]) == (1, True)
    assert other.post(f"/api/review/{number}", json=word(FINE)).status_code == 409
    assert other.post("/api/review/999", json=word()).status_code == 404
    for path in ("next", "disagreements", "agreement"):
        assert writer.get(f"/api/review/{path}").status_code == 403
    assert writer.post(f"/api/review/{number}", json=word()).status_code == 403
    assert other.post(f"/api/review/{number}", json=word("maybe")).status_code == 422


def test_what_is_nearest_to_decision_comes_first_and_then_the_oldest(judged):
    writer, ann, ben = (account(judged.store, name) for name in ("wim", "ann", "ben"))
    oldest, middle, newest = (submission(judged.store, RUN, writer) for _ in range(3))
    reviews, rule = Reviews(judged.store, RUN), deciding.rule_of(judged)
    reviews.label(newest, ann, Word(BAD, 1.0, ""), 2, rule)
    assert [each.submission for each in reviews.waiting(ben, 2)] == [newest, oldest, middle]
    assert [each.submission for each in reviews.waiting(ann, 2)] == [oldest, middle]
    assert reviews.waiting(writer, 2) == []


def test_fewer_labels_settle_what_waits_by_then(judged):
    writer, ann, ben = (account(judged.store, name) for name in ("wim", "ann", "ben"))
    one, two, none = (submission(judged.store, RUN, writer, rating=3.0) for _ in range(3))
    reviews = Reviews(judged.store, RUN)
    needs(judged, 3)
    for number, labels in ((one, [BAD]), (two, [FINE, FINE])):
        for who, label in zip((ann, ben), labels, strict=False):
            reviews.label(number, who, Word(label, 2.0, ""), 3, deciding.rule_of(judged))
    needs(judged, 2)
    assert [each.id for each in deciding.settle(judged)] == [two]
    needs(judged, 1)
    assert [each.id for each in deciding.settle(judged)] == [one]
    needs(judged, 0)
    assert [each.id for each in deciding.settle(judged)] == [none]
    assert (row(judged, none).egregiousness, row(judged, none).why) == (3.0, "by the writer's own word")
    assert deciding.settle(judged) == []


# --- at once


@pytest.mark.parametrize("needed", [1, 2])
def test_reviewers_who_race_never_give_more_labels_than_are_needed(judged, needed):
    """Eight reviewers label the same four items at the same moment."""
    writer = account(judged.store, "wim")
    reviewers = [account(judged.store, f"r{i}") for i in range(8)]
    numbers = [submission(judged.store, RUN, writer) for _ in range(4)]
    needs(judged, needed)
    rule, start, outcomes = deciding.rule_of(judged), threading.Barrier(len(reviewers)), []

    def label(reviewer):
        reviews = Reviews(judged.store, RUN)
        start.wait()
        for number in numbers:
            said = Word(BAD, 1.0, "")
            outcomes.append((number, reviews.label(number, reviewer, said, needed, rule)))

    threads = [threading.Thread(target=label, args=(each,)) for each in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in numbers:
        mine = [outcome for each, outcome in outcomes if each == number]
        assert sum(outcome.kept for outcome in mine) == needed
        assert sum(outcome.decided for outcome in mine) == 1
        assert row(judged, number).status == "accepted"
    with judged.store.reading() as session:
        assert session.query(Review).count() == needed * len(numbers)


def test_a_rule_that_fails_leaves_no_label(judged):
    number = submission(judged.store, RUN, account(judged.store, "wim"))

    def broken(submission, labels) -> Ruling:
        raise RuntimeError("no rule")

    with pytest.raises(RuntimeError):
        Reviews(judged.store, RUN).label(number, account(judged.store, "ann"), Word(BAD, 1.0, ""), 1, broken)
    with judged.store.reading() as session:
        assert session.query(Review).count() == 0


def test_offers_keep_reviewers_off_each_others_items():
    time = [0.0]
    offers = Offers(lambda: time[0])
    waiting = [Waiting(1, 1), Waiting(2, 0), Waiting(3, 0)]
    assert offers.choose(10, waiting, 2) == 1
    assert offers.choose(10, waiting, 2) == 1
    assert offers.choose(11, waiting, 2) == 2
    assert offers.choose(12, waiting, 2) == 2
    assert offers.choose(13, waiting, 2) == 3
    assert offers.choose(14, waiting[:1], 2) == 1
    offers.done(10)
    offers.done(14)
    assert offers.choose(15, waiting, 2) == 1
    time[0] = OFFER_SECONDS + 1
    assert offers.choose(16, waiting, 2) == 1
    assert offers.choose(17, [], 2) is None


# --- agreement


def test_agreement_is_told_for_all_by_reviewer_and_by_day(judged, people):
    writer = account(judged.store, "wim")
    reviewers = {name: people(name, "reviewer") for name in ("ann", "ben", "cas")}
    empty = reviewers["ann"].get("/api/review/agreement").json()
    assert (empty["overall"]["alpha"], empty["unsure_share"], empty["reviewers"]) == (None, None, [])
    pairs = [("ann", "ben", BAD, BAD), ("ann", "ben", FINE, FINE), ("ann", "ben", FINE, FINE)]
    pairs += [("ann", "cas", BAD, FINE), ("ann", "cas", FINE, DOUBT), ("ann", "cas", BAD, BAD)]
    for one, other, label, against in pairs:
        number = submission(judged.store, RUN, writer)
        reviewers[one].post(f"/api/review/{number}", json=word(label, 5.0))
        reviewers[other].post(f"/api/review/{number}", json=word(against, 5.0))
    people("mia", "manager").post(f"/api/review/{number - 2}/adjudication", json=word(BAD))
    told = reviewers["ann"].get("/api/review/agreement").json()
    by_name = {each["name"]: each for each in told["reviewers"]}
    assert set(by_name) == {"ann", "ben", "cas"}
    assert by_name["ben"]["alpha"] == 1.0
    assert by_name["cas"]["alpha"] < told["overall"]["alpha"] < 1.0
    assert by_name["ann"]["alpha"] == told["overall"]["alpha"]
    assert (told["overall"]["items"], told["overall"]["labels"]) == (6, 12)
    assert {name: each["labels"] for name, each in by_name.items()} == {"ann": 6, "ben": 3, "cas": 3}
    assert told["egregiousness"]["name"] == "egregiousness"
    assert sum(day["items"] for day in told["days"]) == 6
    assert told["unsure_share"] == 1 / 12
    assert told["adjudicated"] == 1
