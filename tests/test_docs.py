"""The documents are true: the reference is current, the examples run, every file and command named exists."""

import re
import shlex
from pathlib import Path

import pytest

from holdfast.cli.main import app
from holdfast.cli.reference import reference

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN_MARK = "<!-- run by tests/test_docs.py -->"
"""Stands on the line above a Python example that is run."""


def examples_to_run() -> list[str]:
    marked = rf"^{re.escape(RUN_MARK)}\n```python\n(.*?)^```"
    return [
        example
        for document in DOCUMENTS
        for example in re.findall(marked, document.read_text(), re.MULTILINE | re.DOTALL)
    ]


def commands() -> list[tuple[str, str]]:
    """Every indented `holdfast ...` line of a document, with the document's name."""
    return [
        (document.name, line)
        for document in DOCUMENTS
        for line in re.findall(r"^    (holdfast .*)$", document.read_text(), re.MULTILINE)
    ]


def test_the_command_reference_is_current():
    assert (ROOT / "docs" / "cli.md").read_text() == reference(), "run `make docs`"


def test_there_is_an_example_to_run():
    assert examples_to_run()


@pytest.mark.parametrize("example", examples_to_run(), ids=range(len(examples_to_run())))
def test_the_python_examples_run(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize(("document", "line"), commands())
def test_commands_in_documents_parse(document, line):
    for part in re.split(r"\s[|<>#&].*", line)[:1]:
        tokens = shlex.split(part.rstrip("\\"))[1:]
        app.parse_args(tokens, exit_on_error=False, print_error=False)
