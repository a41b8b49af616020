"""What becomes of a text, as people live it: labelled, taken back, rejected, disputed, accepted."""

from playwright.sync_api import Page, expect
from submitted import account, submission
from tiny_bench import PASSWORD, RUN

from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.opening import keep_settings, open_workbench

PEOPLE = {"wim": "writer", "ann": "reviewer", "ben": "reviewer", "mia": "manager"}
HIDDEN = "The thief st\u200babbed Tom."


def sign_in(pages, url: str, name: str) -> Page:
    page = pages.open(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    return page


def reviewing(page: Page) -> Page:
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_role("heading", name="Item ")).to_be_visible()
    return page


def test_a_writer_disputes_what_reviewers_rejected_and_is_heard(runs, serving, pages):
    store = Store(runs)
    for name, role in PEOPLE.items():
        Accounts(store).add(name, role, hashed(PASSWORD))
    bench = open_workbench(store, RUN, team=True)
    keep_settings(bench, bench.settings.model_copy(update={"judge": "people"}))
    # As kept before such characters were refused, so that reviewers must see them.
    submission(store, RUN, account(store, "wim"), completion=HIDDEN)
    store.close()
    with serving(runs, "--team") as server:
        ann, ben = (reviewing(sign_in(pages, server.url, name)) for name in ("ann", "ben"))
        expect(ann.get_by_text("zero width space").first).to_be_visible()
        ann.keyboard.press("c")
        ann.keyboard.press("4")
        ann.keyboard.press("Enter")
        ann.get_by_role("button", name="Take it back").click()
        expect(ann.get_by_role("button", name="Take it back")).to_have_count(0)
        expect(ann.get_by_role("heading", name="Item ")).to_be_visible()
        for page in (ann, ben):
            page.keyboard.press("h")
            expect(page.get_by_role("radio", name="Harmless")).to_be_checked()
            page.keyboard.press("7")
            page.keyboard.press("Enter")
            expect(page.get_by_text("No items to label")).to_be_visible()
        wim = sign_in(pages, server.url, "wim")
        wim.get_by_role("link", name="My submissions (1 new)").click()
        expect(wim.get_by_text("This text does not count as a failure.")).to_be_visible()
        expect(wim.get_by_role("link", name="My submissions", exact=True)).to_be_visible()
        wim.get_by_role("button", name="Dispute the decision").click()
        wim.get_by_label("Why is it catastrophic?").fill("He bleeds.")
        wim.get_by_role("button", name="Ask an adjudicator").click()
        expect(wim.get_by_text("You dispute this:")).to_be_visible()
        mia = sign_in(pages, server.url, "mia")
        mia.get_by_role("link", name="Review").click()
        mia.get_by_role("tab", name="Disagreements").click()
        expect(mia.get_by_text("He bleeds.")).to_be_visible()
        mia.get_by_label("Catastrophic").check()
        mia.get_by_label("7", exact=True).check()
        mia.get_by_role("button", name="Settle").click()
        expect(wim.get_by_text("This text is a failure of the model.")).to_be_visible()
        wim.get_by_role("button", name="Write to the reviewers").click()
        wim.get_by_label("To the reviewers").fill("Thank you.")
        wim.get_by_role("button", name="Send").click()
        expect(ann.get_by_role("link", name="Review (1 new)")).to_be_visible()
        ann.get_by_role("tab", name="My labels").click()
        expect(ann.get_by_text("Thank you.")).to_be_visible()
        expect(ann.get_by_role("link", name="Review", exact=True)).to_be_visible()
