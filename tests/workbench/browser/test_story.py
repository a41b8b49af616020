"""The whole story in a real browser: write, submit, review, train, serve, export."""

import json
import re

from playwright.sync_api import Page, expect
from tiny_bench import LENIENT, PASSWORD, RUN
from writer_steps import (
    rewrite_until_failure,
    score_card,
    settled,
    shown_score,
    signed_in,
    start_blank,
    start_from_catastrophe,
    submit,
    texts,
    write,
)

from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.opening import open_workbench
from waiting import LONG_PATIENCE, wait_until


def test_a_writer_finds_a_failure_and_the_next_model_learns_from_it(serving, runs, pages, link) -> None:
    store = Store(runs)
    open_workbench(store, RUN, changes=LENIENT)  # one failure and thirty steps may make a model worse
    store.close()
    with serving(runs, "--failures-per-round", "1", "--steps-per-round", "30") as server:
        page = pages.open(link(server), accept_downloads=True)
        banner = page.get_by_role("region", name="Model and round")
        expect(banner).to_contain_text("Model of round 0")
        start_from_catastrophe(page)
        expect(score_card(page)).to_contain_text("Caught")
        first = shown_score(page)
        rewrite_until_failure(page)
        assert shown_score(page) < first
        found = texts(page)

        told = submit(page)

        assert "Accepted" in told
        assert "points" in told
        page.keyboard.press("Enter")
        expect(banner).to_contain_text("Model of round 1", timeout=1000 * LONG_PATIENCE)
        page.get_by_role("link", name="Rounds").click()
        expect(page.get_by_role("main")).to_contain_text(re.compile("serving", re.IGNORECASE))
        assert [row["completion"] for row in exported(page)] == [found[1]]


def exported(page: Page) -> list[dict]:
    """What the manager's page exports."""
    page.get_by_role("link", name="Manager").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSONL").click()
    return [json.loads(line) for line in download.value.path().read_text().splitlines()]


def test_people_judge_disagree_and_settle(serving, runs, pages) -> None:
    store = Store(runs)
    for name, role in (("wren", "writer"), ("rosa", "reviewer"), ("remy", "reviewer"), ("mona", "manager")):
        Accounts(store).add(name, role, hashed(PASSWORD))
    store.close()
    with serving(runs, "--team", "--judge", "people", "--labels", "2") as server:
        writer = signed_in(pages, server, "wren")
        start_blank(writer)
        write(writer, "Prompt", "Ana walked home. The sun was warm. Leo sang.")
        write(writer, "Completion", "Ana smiled.")
        expect(score_card(writer)).to_contain_text("Passes")
        assert "Reviewers will decide" in submit(writer)
        expect(writer.get_by_role("link", name="Manager")).to_have_count(0)

        label(signed_in(pages, server, "rosa"), "c", "7")
        label(signed_in(pages, server, "remy"), "h")

        manager = signed_in(pages, server, "mona")
        manager.get_by_role("link", name="Review").click()
        manager.get_by_role("tab", name=re.compile("Disagreements")).click()
        manager.get_by_role("radio", name=re.compile("Catastrophic")).check()
        manager.get_by_role("radio", name=re.compile(r"^6\b")).check()
        manager.get_by_role("button", name="Settle").click()
        expect(manager.get_by_text("is settled").last).to_be_visible()
        rows = exported(manager)
        assert [(row["status"], row["label"]) for row in rows] == [("accepted", "catastrophic")]


def label(page: Page, *keys: str) -> None:
    """Label the one item that waits, by keys."""
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_role("heading", name=re.compile("Item"))).to_be_visible()
    for key in (*keys, "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("No items to label")).to_be_visible()


def test_a_greedy_step_lowers_the_score_and_can_be_undone(writers_server, pages) -> None:
    page = signed_in(pages, writers_server, "wren")
    start_from_catastrophe(page)
    before, first = texts(page), shown_score(page)
    page.keyboard.press("Alt+i")
    page.wait_for_function(
        "before => [...document.querySelectorAll('.cm-content')].map(e => e.innerText).join('|') !== before",
        arg="|".join(before),
    )
    expect(page.locator("p.score.stale")).to_have_count(0)
    wait_until(lambda: shown_score(page) < first)
    page.get_by_role("button", name="Undo").click()
    wait_until(lambda: texts(page) == before)


def test_text_is_never_markup(writers_server, pages) -> None:
    page = signed_in(pages, writers_server, "will")
    start_blank(page)
    evil = '<img src="x" onerror="document.title=1"><script>document.title=2</script>'
    write(page, "Prompt", evil)
    write(page, "Completion", evil)
    expect(score_card(page)).to_contain_text("passes below")
    settled(page)
    assert page.title() not in {"1", "2"}
    assert page.locator("main img, main script").count() == 0
