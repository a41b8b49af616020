"""What every page is made with: its template, its figures by name, and its tables in a folder beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from holdfast.core.files import write_text
from holdfast.report import numbers
from holdfast.report.figure_data import Data
from holdfast.report.figures import Panel
from holdfast.report.visible import visible


@dataclass(frozen=True)
class ShownPanel:
    """A figure as the templates take it; its drawing alone is trusted markup."""

    panel: Panel
    svg: Markup


def by_name(panels: Iterable[Panel]) -> dict[str, list[ShownPanel]]:
    """Figures for a page, under their names in the order drawn."""
    shown: dict[str, list[ShownPanel]] = {}
    for panel in panels:
        shown.setdefault(panel.name, []).append(ShownPanel(panel, Markup(panel.svg)))
    return shown


def page_text(template: str, **values: object) -> str:
    """A page's HTML text; everything in it that came from data is escaped."""
    page = _templates().get_template(f"{template}.html.jinja").render(**values)
    return page.replace(" %", "\u00a0%")  # a number and its percent sign stay on one line


def write_page(path: Path, page: str, folder: Path, tables: Iterable[Data]) -> Path:
    """Write a page's tables as CSV into a folder, and then the page; returns the page's path."""
    for table in tables:
        write_text(folder / f"{table.name}.csv", table.csv())
    write_text(path, page)
    return path


@cache
def _templates() -> Environment:
    """The templates with their filters; made once a process, which compiles each template once."""
    environment = Environment(
        loader=PackageLoader("holdfast.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(numbers, name)
        for name in ("percent", "limits", "counted", "duration", "flops", "moment", "seconds")
    }
    environment.filters["visible"] = visible
    environment.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    return environment
