"""News reaches those whom it is for, and every stream ends when it must."""

import asyncio
import threading

import httpx2
import pytest

from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.guard import CSRF_HEADER
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.bulletin import Bulletin, News
from waiting import PATIENCE


async def heard(bulletin: Bulletin, account: int, into: list) -> None:
    async for news in bulletin.listen(account):
        into.append(news.data["n"])
    into.append("end")


def listening(script):
    """Run a script with listeners of the accounts 1 and 2; returns what each heard."""

    async def run():
        bulletin, first, second = Bulletin(), [], []
        listeners = [
            asyncio.create_task(heard(bulletin, account, into)) for account, into in ((1, first), (2, second))
        ]
        await asyncio.sleep(0)
        await script(bulletin)
        await asyncio.sleep(0.01)
        bulletin.close()
        await asyncio.gather(*listeners)
        return first, second

    return asyncio.run(run())


def test_news_for_all_and_news_for_one():
    async def script(bulletin):
        bulletin.post(News("round", {"n": 1}))
        bulletin.post(News("submission", {"n": 2}, only_for=2))

    assert listening(script) == ([1, "end"], [1, 2, "end"])


def test_news_may_come_from_any_thread():
    async def script(bulletin):
        poster = threading.Thread(target=lambda: [bulletin.post(News("round", {"n": n})) for n in range(50)])
        poster.start()
        await asyncio.to_thread(poster.join)

    assert listening(script) == ([*range(50), "end"],) * 2


def test_one_account_is_dismissed_and_the_other_hears_on():
    async def script(bulletin):
        bulletin.dismiss(1)
        await asyncio.sleep(0.01)
        bulletin.post(News("round", {"n": 1}))

    assert listening(script) == (["end"], [1, "end"])


def test_whoever_lags_too_far_behind_is_let_go_to_ask_anew():
    async def script(bulletin):
        for n in range(1000):
            bulletin._hand_out(News("round", {"n": n}))

    assert listening(script) == (["end"], ["end"])


def test_news_without_listeners_are_gone():
    Bulletin().post(News("round", {}))
    Bulletin().dismiss(1)
    Bulletin().close()


@pytest.mark.slow
def test_a_disabled_account_hears_nothing_more(runs, store, serving):
    for name, role in (("ann", "manager"), ("bob", "writer")):
        Accounts(store).add(name, role, hashed("a long enough password"))
    with serving(runs, "--team") as server:
        ann, bob = (
            httpx2.Client(base_url=server.url, timeout=PATIENCE),
            httpx2.Client(base_url=server.url, timeout=PATIENCE),
        )
        for name, browser in (("ann", ann), ("bob", bob)):
            session = browser.post("/api/session", json={"name": name, "password": "a long enough password"})
            browser.headers[CSRF_HEADER] = session.json()["csrf"]
        with bob.stream("GET", "/api/events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": listening"
            assert ann.patch("/api/accounts/2", json={"disabled": True}).status_code == 200
            assert list(lines) == ["retry: 1000", ""]
        assert bob.get("/api/events").status_code == 401
