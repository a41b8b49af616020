"""The workbench's pages as they are shipped: built from these sources, strict, and in the wheel."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import holdfast.workbench

ROOT = Path(__file__).parents[2]
WORKBENCH = Path(holdfast.workbench.__file__).parent
STATIC, WEB = WORKBENCH / "static", WORKBENCH / "web"

# As in web/build/sources.ts.
_FILES = ("index.html", "package.json", "package-lock.json", "vite.config.ts")
_FOLDERS = ("build", "public", "src")
_FOR_TESTS = re.compile(r"(\.test\.tsx?|\.d\.ts)$|^src/testing/")


def _sources() -> dict[str, str]:
    within = [path for folder in _FOLDERS for path in (WEB / folder).rglob("*") if path.is_file()]
    names = [*_FILES, *(path.relative_to(WEB).as_posix() for path in within)]
    return {
        name: hashlib.sha256((WEB / name).read_bytes()).hexdigest()[:16]
        for name in names
        if not _FOR_TESTS.search(name)
    }


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_build_is_of_these_sources() -> None:
    built_from = json.loads((STATIC / "sources.json").read_text(encoding="utf-8"))
    assert built_from == _sources(), "the pages have changed since they were built: run `make web`"


@pytest.mark.slow
def test_building_gives_what_is_committed(tmp_path: Path) -> None:
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    if shutil.which("node") is None or not vite.exists():
        pytest.skip("node, or the pages' packages, are not here: run `make web` where npm is found")
    command = ["node", str(vite), "build", "--outDir", str(tmp_path), "--logLevel", "error"]
    subprocess.run(command, cwd=WEB, check=True)
    assert _contents(tmp_path) == _contents(STATIC), "run `make web`"


def test_the_page_has_nothing_that_a_strict_policy_blocks() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL)
    assert scripts
    assert not any(script.strip() for script in scripts), "an inline script"
    assert not re.search(r"<style\b|\sstyle=|\son\w+=", page)
    assert not re.search(r"(?:src|href)=\"(?!/)", page), "only addresses on the server itself"
    assert 'nonce="{{csp-nonce}}"' in page


def test_every_file_that_the_page_names_is_there_and_hashed() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    named = re.findall(r"(?:src|href)=\"/([^\"]+)\"", page)
    assert {name for name in named if not (STATIC / name).is_file()} == set()
    assert all(re.search(r"-[\w-]{8}\.(js|css)$", name.name) for name in (STATIC / "assets").iterdir())


def test_no_source_map_or_address_of_a_registry_is_shipped() -> None:
    assert not [name for name in _contents(STATIC) if name.endswith((".map", ".ts", ".tsx"))]
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_wheel_holds_the_pages_and_not_their_sources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("holdfast/workbench/static/") for name in names if "/static/" in name}
    assert shipped == set(_contents(STATIC))
    assert not [name for name in names if "/web/" in name or "node_modules" in name]
