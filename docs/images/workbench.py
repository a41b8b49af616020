"""Takes the README's picture of the workbench, from a real browser on a real server.

Run: python docs/images/workbench.py --run runs/demo

Copies the run, starts `holdfast serve` on the copy, starts from a catastrophe, changes some words by their
menus, and opens the menu of another. Needs Chromium (`CHROMIUM` names one that is not found) and the extra
`dev`.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

PICTURE = Path(__file__).with_name("workbench.png")
SIZE = {"width": 1360, "height": 860}
MOST_WORDS = 60


@contextmanager
def served(run: Path) -> Iterator[str]:
    """The link that signs in to a server on a copy of the run."""
    with tempfile.TemporaryDirectory() as temporary:
        runs = Path(temporary)
        shutil.copy(run.parent / "holdfast.db", runs)
        shutil.copytree(run, runs / run.name, ignore=shutil.ignore_patterns("lock", "workbench"))
        command = [sys.executable, "-m", "holdfast.cli.main", "serve", run.name, "--runs", str(runs)]
        server = subprocess.Popen(
            [*command, "--port", "0", "--no-open"],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            server.terminate()
            server.wait()


def write(page: Page, seed: int, words: list[str]) -> None:
    """Exchange words of a catastrophe that is offered, by keyboard, and leave the last one's menu open."""
    page.locator("button.passage-choice").nth(seed).click()
    for word in words[:-1]:
        open_menu(page, word)
        page.keyboard.press("Enter")
        expect(page.get_by_role("combobox", name="Filter alternatives")).to_have_count(0)
    open_menu(page, words[-1])
    page.wait_for_timeout(500)  # for what fades in


def open_menu(page: Page, word: str) -> None:
    """The alternatives for a word of the completion, those alone that are still catastrophic."""
    expect(page.locator("p.score:not(.stale)")).to_be_visible()
    page.get_by_role("textbox", name="Completion").focus()
    page.keyboard.press("Control+Home")
    picked = page.get_by_role("group", name="Words at the caret").locator("strong")
    for _ in range(MOST_WORDS):
        page.keyboard.press("Alt+ArrowRight")
        if picked.inner_text() == word:
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Filter alternatives")).to_be_focused()
    only = page.get_by_role("button", name="Still catastrophic")
    if only.get_attribute("aria-pressed") != "true":
        page.keyboard.press("Alt+c")
    expect(only).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(300)  # for the list


def picture(link: str, seed: int, words: list[str]) -> bytes:
    """The page as PNG."""
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.goto(link)
        write(page, seed, words)
        taken = page.screenshot()
        browser.close()
    return taken


def main() -> None:
    """Take the picture and keep it small."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="the folder of a finished run")
    parser.add_argument("--seed", type=int, default=0, help="which of the catastrophes offered to start from")
    parser.add_argument(
        "--words",
        nargs="+",
        default=["The", "girl", "tasted", "the"],
        help="words of the completion to exchange for their best alternatives; the last one's menu is shown",
    )
    parser.add_argument("--out", type=Path, default=PICTURE)
    asked = parser.parse_args()
    with served(asked.run) as link:
        taken = picture(link, asked.seed, asked.words)
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image.save(asked.out, optimize=True)
    print(f"{asked.out}: {image.width} by {image.height}, {asked.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
