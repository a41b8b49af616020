"""Killed in the middle of everything, the server has lost nothing that it had answered for."""

import random
import signal
import threading
import time

import httpx2
import pytest

from waiting import PATIENCE, wait_until

WRITERS = 3
ROUNDS = 2
LAST = "Tom slept."
OWN_WORD = ("--judge", "people", "--labels", "0", "--failures-per-round", "10000")
"""So that what passes is a failure, whatever it says; and no round begins meanwhile."""


class Promises(threading.Thread):
    """A page that writes without pause, and remembers what the server said it had kept."""

    def __init__(self, browser: httpx2.Client, name: str) -> None:
        super().__init__()
        self.browser, self.tab = browser, name
        self.drafts: dict[int, tuple[int, str]] = {}
        """Revision and text that the server said it had kept."""
        self.sent: dict[int, str] = {}
        self.submissions: dict[str, dict] = {}
        self.entries = 0
        self.unanswered: tuple[int, dict] | None = None

    def run(self) -> None:
        try:
            while True:
                self.write_one(len(self.drafts))
        except httpx2.TransportError:
            return  # the server is gone

    def write_one(self, number: int) -> None:
        name = f"{self.tab}-{number:05}"
        start = {"prompt": name, "completion": "", "origin": "blank", "key": f"draft-{name}"}
        draft = self.call("POST", "/api/drafts", start)["id"]
        self.drafts[draft] = 0, ""
        for revision in range(3):
            text = f"{name} at {revision}"
            self.sent[draft] = text
            change = {"prompt": name, "completion": text, "revision": revision, "active_seconds": 0}
            kept = self.call("PUT", f"/api/drafts/{draft}", change)
            self.drafts[draft] = kept["revision"], kept["completion"]
        entry = {"client": f"{self.tab}-tab-client", "sequence": self.entries, "draft": draft, "kind": "edit"}
        self.call("POST", "/api/log", {"entries": [{**entry, "at": "2026-01-01T00:00:00Z"}]})
        self.entries += 1
        asked = {"prompt": name, "completion": LAST, "rating": 1, "active_seconds": 0}
        self.unanswered = draft, {**asked, "key": f"submission-{name}"}
        kept = self.call("POST", f"/api/drafts/{draft}/submit", self.unanswered[1])
        self.submissions[self.unanswered[1]["key"]] = kept
        self.unanswered = None

    def call(self, method: str, path: str, body: dict) -> dict:
        answer = self.browser.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.mark.slow
def test_all_that_was_answered_for_is_there_after_a_kill(runs, serving):
    promised: list[Promises] = []
    for round_ in range(ROUNDS):
        with serving(runs, *OWN_WORD) as server:
            browser = server.browser()
            check(browser, promised)
            promised = [Promises(another(browser), f"r{round_}w{n}") for n in range(WRITERS)]
            for page in promised:
                page.start()
            wait_until(lambda pages=promised: all(page.submissions for page in pages))
            time.sleep(random.Random(round_).uniform(0.2, 1.0))
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            for page in promised:
                page.join()
    with serving(runs, *OWN_WORD) as server:
        check(server.browser(), promised)


def another(browser: httpx2.Client) -> httpx2.Client:
    """Another tab of the same browser, with connections of its own."""
    return httpx2.Client(
        base_url=browser.base_url, cookies=browser.cookies, headers=browser.headers, timeout=PATIENCE
    )


def check(browser: httpx2.Client, promised: list[Promises]) -> None:
    submissions = {one["id"]: one for one in browser.get("/api/submissions").json()}
    for page in promised:
        for draft, (revision, text) in page.drafts.items():
            kept = browser.get(f"/api/drafts/{draft}").json()
            assert kept["revision"] - revision in (0, 1), "the last call may have been kept unanswered"
            closed = kept["state"] == "submitted"
            assert closed == any(one["status"] == "accepted" for one in of_draft(submissions, draft))
            later = LAST if closed else page.sent[draft]
            assert kept["completion"] == (text if kept["revision"] == revision else later)
        for told in page.submissions.values():
            assert of(submissions[told["id"]], told) == told
        entries = [
            {
                "client": f"{page.tab}-tab-client",
                "sequence": n,
                "draft": None,
                "kind": "edit",
                "at": "2026-01-01T00:00:00Z",
            }
            for n in range(page.entries)
        ]
        assert browser.post("/api/log", json={"entries": entries}).json() == {"kept": 0}
        retry(browser, page, submissions)


def of(listed: dict, answered: dict) -> dict:
    """What the answer to a submission said, as the list of submissions says it, which says more."""
    return {name: listed[name] for name in answered}


def retry(browser: httpx2.Client, page: Promises, submissions: dict[int, dict]) -> None:
    """The request that the kill cut off is sent again: it was kept whole or not at all, and never twice."""
    if page.unanswered is None:
        return
    draft, asked = page.unanswered
    answer = browser.post(f"/api/drafts/{draft}/submit", json=asked).json()
    assert [of(one, answer) for one in of_draft(submissions, draft)] in ([], [answer])
    now = {one["id"]: one for one in browser.get("/api/submissions").json()}
    assert [of(one, answer) for one in of_draft(now, draft)] == [answer]


def of_draft(submissions: dict[int, dict], draft: int) -> list[dict]:
    return [one for one in submissions.values() if one["draft"] == draft]
