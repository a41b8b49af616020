"""What a writer does on the editor's page, by keyboard alone."""

import re

from playwright.sync_api import Locator, Page, expect
from tiny_bench import PASSWORD

PAGES = ("/", "/review", "/rounds", "/manager", "/guideline", "/settings", "/accounts")
MOST_EDITS = 40
FAILURE = re.compile("A failure")

STANDS_STILL = """
() => {
  const [before, now] = [window.stoodAs, document.body.innerHTML];
  window.stoodAs = now;
  const loading = document.querySelector(".loading, .stale, [aria-busy=true]") !== null;
  const fading = document.getAnimations().some((each) => each.playState === "running");
  return before === now && !loading && !fading;
}
"""


def signed_in(pages, server, name="mona", **options) -> Page:
    """The first page of a team's server, as its manager mona sees it, or somebody else."""
    page = pages.open(server.url, **options)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    return page


def score_card(page: Page) -> Locator:
    return page.get_by_role("region", name="Score", exact=True)


def start_from_catastrophe(page: Page, place: int = 0) -> None:
    """Take one of the catastrophes that are offered, and wait for its score."""
    page.locator("button.passage-choice").nth(place).focus()
    page.keyboard.press("Enter")
    expect(score_card(page)).to_contain_text("passes below")


def settled(page: Page) -> None:
    """Wait until nothing loads, fades in or changes any more."""
    page.wait_for_function(STANDS_STILL, polling=150)


def start_blank(page: Page) -> None:
    page.get_by_role("tab", name="Blank").click()
    page.get_by_role("button", name="A blank page").click()


def editor(page: Page, part: str) -> Locator:
    return page.get_by_role("textbox", name=part)


def write(page: Page, part: str, text: str) -> None:
    """Put a text in the place of what stands in a part, key by key."""
    editor(page, part).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    # What the keys have opened is in the way of what comes next.
    page.keyboard.press("Escape")


def texts(page: Page) -> tuple[str, ...]:
    """Prompt and completion as they stand in the editors; on real text there may be one alone."""
    return tuple(page.locator(".cm-content").all_inner_texts())


def shown_score(page: Page) -> float:
    """The score in per cent."""
    return float(re.search(r"([\d.e-]+) ?%", page.locator("p.score").inner_text())[1])


def is_failure(page: Page) -> bool:
    return FAILURE.search(score_card(page).inner_text()) is not None


def take_best(page: Page) -> bool:
    """Open the menu of the word at the caret, keep what is still catastrophic, and apply the first.

    Says whether there was one that lowers the score.
    """
    before = texts(page)
    page.keyboard.press("Alt+Enter")
    field = page.get_by_role("combobox", name="Filter alternatives")
    expect(field).to_be_focused()
    only = page.get_by_role("button", name=re.compile("Still catastrophic"))
    if only.get_attribute("aria-pressed") != "true":
        page.keyboard.press("Alt+c")
    expect(only).to_have_attribute("aria-pressed", "true")
    best = page.get_by_role("listbox", name=re.compile("Alternatives")).get_by_role("option").first
    if not best.count() or "÷" not in best.inner_text():
        page.keyboard.press("Escape")
        return False
    page.keyboard.press("Enter")
    expect(field).to_have_count(0)
    page.wait_for_function(
        "before => [...document.querySelectorAll('.cm-content')].map(e => e.innerText).join('|') !== before",
        arg="|".join(before),
    )
    expect(page.locator("p.score.stale")).to_have_count(0)
    return True


def rewrite_until_failure(page: Page) -> None:
    """Go through the words, the completion's first, round and round until the model lets it pass."""
    editor(page, "Completion").focus()
    page.keyboard.press("Control+Home")
    edits = idle = 0
    while not is_failure(page) and edits < MOST_EDITS and idle < 60:
        page.keyboard.press("Alt+ArrowRight")
        taken = take_best(page)
        edits += taken
        idle = 0 if taken else idle + 1
    assert is_failure(page), f"no failure after {edits} edits: {texts(page)}"


def submit(page: Page, rating: int = 6) -> str:
    """Submit the text with that rating, and give back what the page says came of it."""
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile(rf"^{rating}\b")).focus()
    page.keyboard.press("Space")
    dialog.get_by_role("button", name="Submit").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("after")
    expect(dialog.get_by_role("button", name=re.compile("Start the next|Back to writing"))).to_be_focused()
    return dialog.inner_text()
