"""`holdfast serve -c` as a process: the guard and its text, kept over a restart under one name."""

import json

import pytest
from real_text import write_guard


def seed_of(browser):
    """A seed that the guard catches, as it is sent."""
    (seed,) = browser.get("/api/seeds", params={"kind": "catastrophe", "count": 1}).json()
    return {"prompt": "", "completion": seed["completion"]}


def test_a_guard_is_served_with_its_text(serving, tmp_path):
    with serving(tmp_path / "runs", "-c", str(write_guard(tmp_path))) as server:
        assert "labelled, run tiny, threshold 0." in "".join(server.said)
        browser = server.browser()
        seed = seed_of(browser)
        scored = browser.post("/api/score", json={**seed, "seed": seed, "saliency": True}).json()
        assert (scored["verdict"]["label"], scored["passes"]) == ("catastrophic", False)


@pytest.mark.slow
def test_it_is_searched_and_taken_up_again_by_its_name(serving, tmp_path):
    runs = tmp_path / "runs"
    with serving(runs, "-c", str(write_guard(tmp_path))) as server:
        browser = server.browser()
        seed = seed_of(browser)
        body = {**seed, "seed": seed, "kind": "climb", "queries": 300}
        search = browser.post("/api/searches", json=body).json()["id"]
        with browser.stream("GET", f"/api/searches/{search}/events") as events:
            told = [json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: ")]
        assert told[-1]["reason"] == "failure"
        assert seed["completion"] in told[-1]["best"]["completion"]
        browser.post("/api/drafts", json={**seed, "origin": "catastrophe", "key": "the-draft"})
    with serving(runs) as again:
        (draft,) = again.browser().get("/api/drafts").json()
        assert draft["seed"] == seed
