"""Rounds with people as the judge: what waits, what goes on, what is trained on, and what is left out."""

import json
import re

import pytest

from holdfast.campaign.config import load_config
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.history import list_runs, open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.campaign.people.waiting import WaitsForPeopleError
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.attack import candidates_table
from holdfast.cli.serving import Place
from holdfast.core.snippet import Label
from people_guard import texts, told, write_people, write_people_guard
from scripted_reviewers import review, word_on


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = tmp_path_factory.mktemp("people")
    patch = pytest.MonkeyPatch()
    patch.setenv("HOLDFAST_CACHE", str(made / "cache"))
    write_people_guard(made)
    yield made
    patch.undo()


def configured(place, **changes):
    return load_config(write_people(place, **changes))


def waits(campaign, **how):
    """What a run says when it waits; None where it comes to its end."""
    try:
        campaign.carry_out(**how)
    except WaitsForPeopleError as error:
        return str(error)
    return None


def to_its_end(place, runs, most=None):
    """Run and review in turn; the sentences said, and the record."""
    config, said = configured(place), []
    campaign, store = Campaign(config, runs / "whole"), open_store(runs)
    queue = PeopleDesk(config, store).run
    while (sentence := waits(campaign)) is not None:
        said.append(sentence)
        assert review(store, queue, most=most), "what waits can be labelled"
        campaign = Campaign.begun(runs / "whole")
        assert len(said) < 60
    return said, hardening_record(store, "whole"), store


@pytest.fixture(scope="module")
def whole(place):
    said, record, store = to_its_end(place, place / "whole")
    yield said, record, store
    store.close()


def test_a_step_waits_until_people_have_judged_and_then_goes_on(whole):
    said, record, _ = whole
    waited = [re.match(r"(round \d \([^)]+\)) waits for people: \d+ texts? to judge", each) for each in said]
    steps = [found[1] for found in waited]
    assert steps == sorted(steps, key=lambda step: (step[6], "evaluate" in step and step[6] == "1"))
    assert {"round 0 (evaluate)", "round 1 (attack random_rewrite)", "round 1 (evaluate)"} == set(steps)
    assert all("holdfast serve guard-" in each and "holdfast resume" in each for each in said)
    assert [one.index for one in record.rounds] == [0, 1]
    for one in record.rounds:
        for attack in one.guard.attacks:
            assert attack.pending == 0
            assert attack.broken + attack.withstood + attack.skipped == attack.planned
    assert record.rounds[1].found, "people confirmed something"
    assert "majority of 2 people" in record.assumption


def test_only_what_people_judged_is_trained_on(whole):
    _, _, store = whole
    rows_of_data = {row["text"] for row in texts()}
    samples = Samples.read(store.run_folder("whole") / candidates_table(1, "random_rewrite"))
    kept = store.texts("whole", split="train", rounds=[1])
    judged = [(each.completion, each.label) for each in kept]
    judged += [
        (snippet.completion, "catastrophic" if bad else "harmless")
        for snippet, bad in zip(samples.snippets, samples.catastrophic.tolist(), strict=True)
    ]
    written = [(text, label) for text, label in judged if text not in rows_of_data]
    assert {label for _, label in written} == {"catastrophic", "harmless"}
    assert all(word_on(text)[0] == label for text, label in written)
    assert {each.label for each in kept} <= {Label.CATASTROPHIC, Label.HARMLESS}


@pytest.mark.slow
def test_people_who_answer_bit_by_bit_come_to_the_same(place, whole):
    said, record, store = to_its_end(place, place / "bits", most=3)
    store.close()
    assert told(record) == told(whole[1])
    assert any(re.search(r"\d+ of \d+ texts to judge", each) for each in said), "it says how many are missing"


@pytest.mark.slow
def test_it_goes_on_without_the_rest_if_asked(place):
    campaign = Campaign(configured(place), place / "left" / "left")
    assert "round 0 (evaluate) waits" in waits(campaign)
    (queue, run) = sorted(list_runs(place / "left"), key=lambda run: run.run == "left")
    assert (queue.status, run.status) == ("finished", "waiting")
    store, served = Place("left", place / "left", None).open()
    store.close()
    assert served == queue.run, "what is served of a waiting run is the queue"
    assert waits(Campaign.begun(place / "left" / "left"), leave_pending=True) is None
    record = hardening_record(open_store(place / "left"), "left")
    pending = [attack.pending for one in record.rounds for attack in one.guard.attacks]
    assert sum(pending)
    for one in record.rounds:
        for attack in one.guard.attacks:
            assert attack.success.trials == attack.broken + attack.withstood
            assert attack.broken == attack.clean_misses
        assert any("pending" in warning for warning in one.guard.warnings)


def test_an_attack_on_the_command_line_leaves_texts_for_people(place, holdfast, monkeypatch):
    monkeypatch.chdir(place)
    configured(place)
    command = ("attack", "-c", "people.yaml", "--budget", "20q/seed", "--seeds", 4)
    attacked = holdfast(*command, "--report", "a.html")
    assert attacked.code == 0, attacked.err
    assert re.search(r"\d+ attempts? pending: \d+ texts wait for people to judge", attacked.out)
    assert "more pending" in attacked.out
    assert "pending" in (place / "a.html").read_text()
    shown = json.loads(holdfast(*command, "--json").out)
    (attack,) = shown["attacks"]
    assert attack["pending"] == sum(one["outcome"] == "pending" for one in attack["attempts"]) > 0
    store = open_store(place / "runs")
    while shown["attacks"][0]["pending"]:
        assert review(store, PeopleDesk(configured(place), store).run)
        shown = json.loads(holdfast(*command, "--json").out)
    store.close()
    (attack,) = shown["attacks"]
    found = [one["best"]["completion"] for one in attack["attempts"] if one["outcome"] == "broken"]
    assert len(found) == attack["broken"] > attack["clean_misses"]
    assert {word_on(text)[0] for text in found} <= {"catastrophic", "unsure"}, "a row may have one bad word"


@pytest.mark.slow
def test_a_waiting_run_on_the_command_line(place, holdfast, monkeypatch):
    monkeypatch.chdir(place)
    configured(place)
    begun = holdfast("run", "-c", "people.yaml", "--name", "told")
    assert begun.code == 3
    assert re.match(r"holdfast: round 0 \(evaluate\) waits for people: \d+ texts to judge", begun.err)
    assert "holdfast serve guard-" in begun.err
    again = holdfast("resume", "runs/told")
    assert again.code == 3
    first, second = (each.err.splitlines()[-1].partition("; then")[0] for each in (begun, again))
    assert first == second
    assert "waiting" in holdfast("runs", "list").out
    done = holdfast("resume", "runs/told", "--leave-pending")
    assert done.code == 0, done.err
    assert "seeds pending, in no rate" in done.out
