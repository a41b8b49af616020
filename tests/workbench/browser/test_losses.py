"""Nothing that was written is lost: the tab closed, the server killed, another tab ahead."""

import signal

from playwright.sync_api import Page, expect
from writer_steps import editor, start_blank, texts, write

SENTENCE = "Leo lit the lamp."


def draft(page: Page) -> None:
    start_blank(page)
    write(page, "Prompt", "Ana found the old house.")
    write(page, "Completion", SENTENCE)


def test_a_closed_tab_loses_nothing(server, pages, link) -> None:
    page = pages.open(link(server))
    draft(page)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(server.url)
    expect(editor(again, "Completion")).to_have_text(SENTENCE)


def test_a_killed_server_loses_nothing(serving, runs, pages, link) -> None:
    with serving(runs) as server:
        page = pages.open(link(server))
        draft(page)
        expect(page.get_by_text("Saved")).to_be_visible()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        port = int(server.url.rsplit(":", 1)[1])
        write(page, "Completion", "Leo lit the lamp and left.")
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    with serving(runs, port=port) as server:
        expect(page.get_by_text("Saved")).to_be_visible()
        fresh = pages.open(link(server))
        expect(editor(fresh, "Completion")).to_have_text("Leo lit the lamp and left.")
        assert texts(page)[1] == "Leo lit the lamp and left."
