"""Everybody can use every page: axe, keyboard, phone width, dark and light."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from writer_steps import settled, start_from_catastrophe

import holdfast.workbench
from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed

AXE = Path(holdfast.workbench.__file__).parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("/", "/review", "/rounds", "/manager", "/guideline", "/settings", "/accounts")
PASSWORD = "a long enough password"


@pytest.fixture
def team_server(serving, runs):
    store = Store(runs)
    Accounts(store).add("mona", "manager", hashed(PASSWORD))
    store.close()
    with serving(runs, "--team", "--judge", "people") as server:
        yield server


def signed_in(pages, server, **options) -> Page:
    page = pages.open(server.url, **options)
    page.get_by_label("Name").fill("mona")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    return page


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it is."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{page.url} {each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: npm ci in src/holdfast/workbench/web"
)


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(team_server, pages, scheme) -> None:
    context_page = pages.open(team_server.url, color_scheme=scheme)
    expect(context_page.get_by_label("Password")).to_be_visible()
    complaints = serious(context_page)
    page = signed_in(pages, team_server, color_scheme=scheme)
    for path in PAGES:
        page.goto(team_server.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)
        complaints += serious(page)
    assert complaints == []


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_editor(server, pages, link, scheme) -> None:
    page = pages.open(link(server), color_scheme=scheme)
    start_from_catastrophe(page)
    settled(page)
    complaints = serious(page)
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_role("combobox", name="Filter alternatives")).to_be_visible()
    complaints += serious(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    complaints += serious(page)
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_needs_no_scrolling_sideways(team_server, pages, path) -> None:
    page = signed_in(pages, team_server, viewport={"width": 360, "height": 740})
    page.goto(team_server.url + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_editor_fits_a_phone(server, pages, link) -> None:
    page = pages.open(link(server), viewport={"width": 360, "height": 740})
    start_from_catastrophe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
