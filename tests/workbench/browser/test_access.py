"""Everybody can use every page: axe, keyboard, phone width, dark and light."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from writer_steps import PAGES, settled, signed_in, start_from_catastrophe

import holdfast.workbench

AXE = Path(holdfast.workbench.__file__).parent / "web" / "node_modules" / "axe-core" / "axe.min.js"


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
