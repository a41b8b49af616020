"""A reload keeps the clock; settings reach pages that are open."""

import re

from playwright.sync_api import Page, expect
from writer_steps import start_from_catastrophe, write


def seconds_of(page: Page) -> int:
    named = page.get_by_role("timer").get_attribute("aria-label")
    minutes, seconds = re.search(r"(\d+):(\d\d)", named).groups()
    return 60 * int(minutes) + int(seconds)


def test_the_clock_survives_a_reload_and_the_close_of_a_tab(server, pages, link) -> None:
    page = pages.open(link(server))
    start_from_catastrophe(page)
    write(page, "Completion", "Tom slept.")
    expect(page.get_by_role("timer")).to_have_attribute("aria-label", re.compile(r"0:0[3-9]|0:[1-9]"))
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
