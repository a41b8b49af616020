"""On a phone everything can be pressed and tables say that they scroll; a reload keeps the clock; settings
reach pages that are open."""

import re

from playwright.sync_api import Page, expect
from writer_steps import PAGES, settled, signed_in, start_from_catastrophe, write

PHONE = {"width": 390, "height": 844}

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
    page = signed_in(pages, team_server, viewport=PHONE)
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


def seconds_of(page: Page) -> int:
    named = page.get_by_role("timer").get_attribute("aria-label")
    minutes, seconds = re.search(r"(\d+):(\d\d)", named).groups()
    return 60 * int(minutes) + int(seconds)


def test_the_clock_survives_a_reload_and_the_close_of_a_tab(server, pages, link) -> None:
    page = pages.open(link(server))
    start_from_catastrophe(page)
    write(page, "Completion", "Tom slept.")
    expect(page.get_by_role("timer")).to_have_attribute("aria-label", re.compile(r"0:0[3-9]|0:[1-9]"))
    page.evaluate("() => new Promise((done) => setTimeout(done, 1500))")
    before = seconds_of(page)
    page.reload()
    expect(page.get_by_role("timer")).to_be_visible()
    assert seconds_of(page) >= before
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(server.url)
    expect(again.get_by_role("timer")).to_be_visible()
    assert seconds_of(again) >= before


def test_settings_reach_an_open_page(server, pages, link) -> None:
    page = pages.open(link(server))
    start_from_catastrophe(page)
    expect(page.get_by_text("Menu on click")).to_be_visible()
    settings = page.context.new_page()
    settings.goto(f"{server.url}/settings")
    settings.get_by_label("No tools").check()
    settings.get_by_label("All tools").uncheck()
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_role("listitem").filter(has_text="The settings are saved.")).to_be_visible()
    expect(page.get_by_text("Menu on click")).to_be_hidden()
