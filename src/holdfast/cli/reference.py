"""Writes docs/cli.md from the commands themselves: `python -m holdfast.cli.reference docs/cli.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast.cli.main import app
from holdfast.core.files import write_text

_HEAD = """<!-- Made by `make docs` from the commands; a test keeps it current. -->

"""


def reference() -> str:
    """The whole reference as Markdown."""
    from cyclopts.docs import generate_markdown_docs

    # cyclopts takes the usage lines of commands from the running program's name, whatever that is.
    program, sys.argv[0] = sys.argv[0], "holdfast"
    try:
        text = generate_markdown_docs(app, generate_toc=False)
    finally:
        sys.argv[0] = program
    return _HEAD + "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"


if __name__ == "__main__":
    write_text(Path(sys.argv[1]), reference())
