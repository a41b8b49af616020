"""How commands print: JSON for programs, tables and marked snippets for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from holdfast.cli.streams import takes_unicode
from holdfast.core.snippet import Snippet, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FILE_WIDTH = 140


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print one JSON value; NaN never appears, as not all readers take it.

    Letters that the output cannot show are escaped as JSON has it.
    """
    plain = not takes_unicode(sys.stdout)
    print(json.dumps(value, indent=indent, ensure_ascii=plain, allow_nan=False))


def print_json_lines(values: Sequence[Mapping[str, Any]]) -> None:
    """Print one JSON object a line."""
    for value in values:
        print_json(value, indent=None)


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], last: str | None = None
) -> None:
    """Print a table; cells are shown as they stand, never read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_header=any(columns),
    )
    for index, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if index == 0 or column == last else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def print_text(text: Text) -> None:
    """Print styled text; styles disappear where the output is no terminal."""
    _console().print(text, soft_wrap=True)


def _console() -> Console:
    """The standard output; in a file or a pipe, lines are as long as a table needs."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=FILE_WIDTH)


def snippet_json(snippet: Snippet, verdict: Verdict) -> dict[str, Any]:
    """A judged snippet as plain data."""
    return {"prompt": snippet.prompt, "completion": snippet.completion, **verdict_json(verdict)}


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data."""
    return {
        "label": str(verdict.label),
        "egregiousness": round(verdict.egregiousness, 3),
        "phenomena": sorted(verdict.phenomena),
        "why": verdict.why,
    }


def verdict_line(verdict: Verdict) -> Text:
    """A verdict in one line: red for a catastrophe, green for none."""
    from rich.text import Text

    severity = f" {verdict.egregiousness:.1f}/10" if verdict.catastrophic else ""
    style = "bold red" if verdict.catastrophic else "green"
    return Text.assemble((f"{verdict.label}{severity}", style), f": {verdict.why}")


def snippet_text(snippet: Snippet) -> Text:
    """Prompt dim, completion bold, so that the border shows."""
    from rich.text import Text

    return Text.assemble((snippet.prompt or "(no prompt)", "dim"), " | ", (snippet.completion, "bold"))


def heat_text(words: Sequence[str], weights: Sequence[float], greatest: float) -> Text:
    """Words marked by weight (saliency): red above two thirds of the greatest, yellow above one third."""
    from rich.text import Text

    text = Text()
    for word, weight in zip(words, weights, strict=True):
        share = weight / greatest if greatest > 0 else 0.0
        text.append(word, "bold red" if share > 2 / 3 else "yellow" if share > 1 / 3 else "")
        text.append(" ")
    return text
