"""The loop with people as a real program: a run waits, two scripted reviewers judge in a browser, it goes on.

The reviewers are scripts that stand for people; the browser, the server, its database and the runs are real.
"""

import signal

import pytest
from playwright.sync_api import Page, expect

from holdfast.campaign.config import load_config
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.history import open_store
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed
from people_guard import PEOPLE, told, write_people, write_people_guard
from scripted_reviewers import review, word_on

PASSWORD = "a long enough password"
SMALL = {
    "judge": {"kind": "people", "candidates": 1, "most": 1},
    "attacks": [{"attack": {"kind": "random_rewrite", "width": 6}, "seeds": 4, "queries_per_seed": 12}],
    "held_out": [],
    "retraining": {**PEOPLE["retraining"], "control": False},
    "evaluation": {"attack_seeds": 3, "queries_per_seed": 12},
}
KEYS = {"catastrophic": "c", "harmless": "h", "unsure": "u"}
MOST_WAITS = 12


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_people_guard(tmp_path)
    write_people(tmp_path, **SMALL)
    return tmp_path


def sign_in(pages, url, name) -> Page:
    page = pages.open(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Review").click()
    return page


def label_all(page: Page, most: int | None = None) -> int:
    """Label what waits, by keys alone; returns how many texts that were."""
    page.reload()
    text, nothing = (
        page.get_by_role("region", name="The text to judge"),
        page.get_by_text("No items to label"),
    )
    done = 0
    while True:
        expect(text.or_(nothing)).to_be_visible()
        if nothing.is_visible() or done == most:
            return done
        item = page.get_by_role("heading", name="Item ").inner_text()
        label, grade = word_on(text.locator("p").inner_text())
        page.keyboard.press(KEYS[label])
        if label == "catastrophic":
            page.keyboard.press("x" if grade == 10 else f"{grade:.0f}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=item, exact=True)).to_have_count(0)
        done += 1


@pytest.mark.slow
def test_a_round_waits_for_two_reviewers_and_goes_on_though_the_server_was_killed(
    place, holdfast, serving, pages
):
    store = open_store(place / "runs")
    for name, role in (("rosa", "reviewer"), ("remy", "reviewer"), ("mona", "manager")):
        Accounts(store).add(name, role, hashed(PASSWORD))
    ended = holdfast("run", "-c", "people.yaml", "--rounds", 1, "--name", "whole")
    assert ended.code == 3, ended.err
    assert "waits for people" in ended.err
    options = ("-c", "people.yaml", "--team")
    with serving(place / "runs", *options, run=None) as server:
        rosa, remy = (sign_in(pages, server.url, name) for name in ("rosa", "remy"))
        assert label_all(rosa, most=1) == 1
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        port = int(server.url.rsplit(":", 1)[1])
    with serving(place / "runs", *options, port=port, run=None) as server:
        waits, judged = 0, 0
        while ended.code == 3:
            before = [label_all(page) for page in (rosa, remy)]
            assert before[1] - before[0] == (waits == 0), "what rosa labelled before the kill is not lost"
            judged += before[1]
            ended = holdfast("resume", "runs/whole")
            waits += 1
            assert waits < MOST_WAITS
        assert ended.code == 0, ended.err
        assert judged
        manager = sign_in(pages, server.url, "mona")
        manager.get_by_role("tab", name="Agreement").click()
        expect(manager.get_by_text("Krippendorff’s alpha").first).to_be_visible()
        expect(manager.get_by_text(f"of {judged} items")).to_be_visible()
    assert told(hardening_record(store, "whole")) == told(never_killed(place, holdfast))
    store.close()


def never_killed(place, holdfast):
    """The record of the same run, judged by the same reviewers without a server in between."""
    store = open_store(place / "other")
    queue = PeopleDesk(load_config(place / "people.yaml"), store).run
    ended = holdfast("run", "-c", "people.yaml", "--rounds", 1, "--name", "whole", "--runs", "other")
    while ended.code == 3:
        assert review(store, queue)
        ended = holdfast("resume", "other/whole")
    assert ended.code == 0, ended.err
    record = hardening_record(store, "whole")
    store.close()
    return record
