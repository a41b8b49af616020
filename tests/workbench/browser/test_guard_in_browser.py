"""A guard of one's own in a real browser: a labelled text is surrounded until the guard lets it pass."""

import pytest
from playwright.sync_api import expect
from real_text import write_guard
from writer_steps import editor, is_failure, score_card, settled, start_from_catastrophe, submit, take_best

MOST_SENTENCES = 8


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_guard(tmp_path_factory.mktemp("guard"))


def test_a_writer_surrounds_a_labelled_text_until_the_guard_lets_it_pass(
    serving, config, tmp_path, pages, link
):
    with serving(tmp_path / "runs", "-c", str(config)) as server:
        page = pages.open(link(server))
        start_from_catastrophe(page)
        expect(score_card(page)).to_contain_text("Caught")
        text = editor(page, "Text")
        passage = text.inner_text()
        expect(text.locator(".mark-kept")).to_have_text(passage)
        expect(page.get_by_role("textbox", name="Prompt")).to_have_count(0)

        text.focus()
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        expect(score_card(page)).to_contain_text("the passage is lost")
        page.keyboard.press("Control+z")
        expect(score_card(page)).not_to_contain_text("the passage is lost")

        for _ in range(MOST_SENTENCES):
            if is_failure(page):
                break
            text.focus()
            page.keyboard.press("Control+End")
            assert take_best(page)
            settled(page)
        assert is_failure(page)
        assert passage in text.inner_text()
        assert "Accepted" in submit(page)
