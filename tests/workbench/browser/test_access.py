"""Everybody can use every page: axe, keyboard, phone width, dark and light; large enough for fingers."""

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
@pytest.mark.parametrize(("scheme", "writer"), [("light", "wren"), ("dark", "will")])
def test_axe_finds_nothing_serious_in_the_editor(writers_server, pages, scheme, writer) -> None:
    page = signed_in(pages, writers_server, writer, color_scheme=scheme)
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


CUT_OFF = """
() => [...document.querySelectorAll("nav a, [role=tab]")]
  .map((each) => [each, each.getBoundingClientRect().right])
  .filter(([each, right]) => each.scrollWidth > each.clientWidth + 1 || right > innerWidth)
  .map(([each]) => each.textContent)
"""
"""Links of the navigation and tabs that lie over their neighbours, or beyond the edge."""


def test_a_phone_needs_no_scrolling_sideways_and_hides_no_page(team_server, pages) -> None:
    page = signed_in(pages, team_server, viewport={"width": 360, "height": 740})
    wide, cut = [], []
    for path in PAGES:
        page.goto(team_server.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
        cut += page.evaluate(CUT_OFF)
    assert (wide, cut) == ([], [])


def test_the_editor_fits_a_phone(writers_server, pages) -> None:
    page = signed_in(pages, writers_server, "wilma", viewport={"width": 360, "height": 740})
    start_from_catastrophe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


TOO_SMALL = """
() => {
  const pressed = "button, select, summary, a[href], input:not([type=hidden]), textarea, [role=tab]";
  const inSentence = (each) => each.matches("a") && each.closest("p, dd, .empty, blockquote") !== null;
  // A field with a label around it is pressed by the label.
  const place = (each) => each.closest("label") ?? each;
  return [...document.querySelectorAll(pressed)]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
    .filter((each) => !inSentence(each) && !each.matches(".skip"))
    .map((each) => [place(each), place(each).getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 1 && (height < 43.9 || width < 43.9))
    .map(([each, { width, height }]) => `${width}x${height} ${each.outerHTML.slice(0, 120)}`);
}
"""
"""What on the page is smaller than 44 pixels, but for links within a sentence."""


def too_small(page: Page) -> list[str]:
    return [f"{page.url}: {each}" for each in page.evaluate(TOO_SMALL)]


def test_whatever_is_pressed_on_a_phone_is_large_enough_and_tables_show_that_they_scroll(
    team_server, pages
) -> None:
    page = signed_in(pages, team_server, viewport={"width": 390, "height": 844})
    small, cues = [], 0
    for path in PAGES:
        page.goto(team_server.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)
        small += too_small(page)
        wide = page.locator(".scroll").filter(visible=True)
        for table in wide.all():
            if table.evaluate("(each) => each.scrollWidth > each.clientWidth + 1"):
                expect(table.locator("xpath=../p[contains(@class, 'scroll-cue')]")).to_be_visible()
                cues += 1
    page.goto(team_server.url)
    start_from_catastrophe(page)
    settled(page)
    small += too_small(page)
    page.get_by_role("button", name="change your password").click()
    small += too_small(page)
    assert small == []
    assert cues > 0, "no table was wider than the phone"
