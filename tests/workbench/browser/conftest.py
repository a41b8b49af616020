"""A real browser on a real server, over a model that has learned enough to be worth fooling."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from tiny_bench import PASSWORD, RUN

from holdfast.campaign.config import resolve
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged
from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.workbench.access.passwords import hashed
from waiting import PATIENCE

expect.set_options(timeout=1000 * PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

CONFIG = {
    "task": {"kind": "storyworld", "depth": 0},  # which a small classifier can learn
    "rounds": 0,
    "attacks": [],
    "held_out": [],
    "generator": {"size": {"width": 32}, "stories": 1000, "steps": 60, "held_out": 50},
    "classifier": {
        "size": {"layers": 2, "width": 32, "heads": 2},
        "recipe": {"learning_rate": 4e-3, "batch_size": 64},
        "examples": 8000,
        "generated_share": 0.3,
        "steps": 200,
    },
    "retraining": {"examples": 1200, "steps": 40},
    "threshold": {"completions": 300},
    "evaluation": {
        "prompts": 100,
        "snippets": 200,
        "attack_seeds": 4,
        "queries_per_seed": 40,
        "worst": 3,
        "at_ends": {"prompts": 100, "attack_seeds": 4, "queries_per_seed": 40},
    },
}


def chromium() -> str | None:
    """The browser: CHROMIUM names one, else the machine's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium() is None:
        skip = pytest.mark.skip(reason="no Chromium is found; install one, or name it in CHROMIUM")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A runs folder with one finished run whose classifier catches most plain catastrophes."""
    folder = tmp_path_factory.mktemp("browser") / "runs"
    smoke = preset("storyworld", "smoke").model_dump()
    Campaign(resolve(merged(smoke, CONFIG)), folder / RUN).run()
    return folder


# For a module, not for the session: while it lives a loop runs, which other tests want to run themselves.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=chromium())
    yield running
    running.close()


BREACHES = """
addEventListener("securitypolicyviolation", (event) => {
  // Chromium by itself carries the looks of replaced text over as inline style, while one types.
  const typed = event.effectiveDirective === "style-src-attr" && event.target.closest?.(".cm-content");
  if (!typed) console.error(`breach of ${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}`);
});
"""
NOISE = ("Failed to load resource", "Content Security Policy")
"""The browser's own word on failed calls, which pages tell of, and on breaches, which `BREACHES` tells of."""


class Pages:
    """Opens pages, each in a browser of its own, and keeps what their consoles complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.complaints: list[str] = []

    def context(self, **options) -> BrowserContext:
        """A browser without any history."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(1000 * PATIENCE)
        context.add_init_script(BREACHES)
        context.on("page", self._watch)
        return context

    def open(self, url: str, **options) -> Page:
        """A page in a browser without any history."""
        page = self.context(**options).new_page()
        page.goto(url)
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._heard(page, message))

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(noise in message.text for noise in NOISE):
            self.complaints.append(f"{page.url}: {message.text}")


@pytest.fixture
def pages(browser) -> Iterator[Pages]:
    """Opens pages; a script error or a breach of the content security policy fails the test."""
    opened = Pages(browser)
    yield opened
    for context in browser.contexts:
        context.close()
    assert not opened.complaints, "\n".join(opened.complaints)


WRITERS = ("wren", "will", "wilma")


@pytest.fixture(scope="module")
def team_server(serving, trained, tmp_path_factory):
    """A team's server where people judge, with its manager mona; no test changes what another one sees."""
    runs = with_accounts(trained, tmp_path_factory.mktemp("team") / "runs", {"mona": "manager"})
    with serving(runs, "--team", "--judge", "people") as server:
        yield server


@pytest.fixture(scope="module")
def writers_server(serving, trained, tmp_path_factory):
    """A team's server where the oracle judges, with `WRITERS`; each test takes one without a draft."""
    roles = {"mona": "manager", **dict.fromkeys(WRITERS, "writer")}  # a team's server wants a manager
    runs = with_accounts(trained, tmp_path_factory.mktemp("writers") / "runs", roles)
    with serving(runs, "--team") as server:
        yield server


def with_accounts(trained: Path, runs: Path, roles: dict[str, str]) -> Path:
    """A copy of the runs folder in which these people have accounts."""
    shutil.copytree(trained, runs)
    store = Store(runs)
    for name, role in roles.items():
        Accounts(store).add(name, role, hashed(PASSWORD))
    store.close()
    return runs


@pytest.fixture
def link():
    """The link that a server's terminal shows."""
    return lambda server: f"{server.url}/?token={server.token}"
