"""Axes that suit paper, screen, light and dark alike: matplotlib SVG whose colours are CSS variables.

matplotlib knows no CSS variables, so figures are drawn in stand-in colours that are replaced in the SVG text.
Nothing here touches pyplot or any global state.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from holdfast.evaluation import SurvivalCurve

INK, MUTED, GRID, PAPER = "#010101", "#020202", "#030303", "#040404"
SERIES = ("#050001", "#050002", "#050003", "#050004", "#050005", "#050006")
MARKERS = ("o", "s", "D", "^", "v", "P")
_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", PAPER: "--paper"} | {
    colour: f"--series-{number}" for number, colour in enumerate(SERIES, 1)
}
_WIDTH, _HEIGHT = 5.2, 3.0  # inches; near a phone's width, so that text keeps its size there

_STYLE: Any = {
    "svg.hashsalt": "holdfast",  # the same figure gets the same ids every time
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
}


def style() -> AbstractContextManager[None]:
    """The context in which every `Drawing` is made, filled and written."""
    from matplotlib import rc_context

    return rc_context(_STYLE)


class Drawing:
    """One figure with one set of axes, whose SVG ids start with `name`; to be used within `style`."""

    def __init__(self, name: str, xlabel: str, ylabel: str, height: float = _HEIGHT) -> None:
        from matplotlib.figure import Figure

        self._name = name
        self.figure: Figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        self.axes: Axes = self.figure.subplots()
        self.axes.set_xlabel(xlabel)
        self.axes.set_ylabel(ylabel)

    def rounds(self, indices: list[int]) -> None:
        """Give the horizontal axis one tick a round (every second or fifth where there are many)."""
        step = 1 if len(indices) <= 12 else 2 if len(indices) <= 24 else 5
        self.axes.set_xticks(indices[::step], [str(index) for index in indices[::step]])
        self.axes.set_xlim(min(indices) - 0.4, max(indices) + 0.4)

    def legend(self, columns: int = 2) -> None:
        """A legend above the axes, where it hides nothing; none for a single unnamed series."""
        handles, labels = self.axes.get_legend_handles_labels()
        if labels:
            self.figure.legend(handles, labels, loc="outside upper left", ncols=columns, handlelength=2.6)

    def svg(self, title: str) -> str:
        """The figure as an accessible `<svg>` element."""
        text = io.StringIO()
        self.figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        svg = text.getvalue()
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{self._name}-", svg)
        for colour, variable in _VARIABLES.items():
            svg = svg.replace(colour, f"var({variable})")
        svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
        svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
        label = f"{self._name}-title"
        return svg.replace("<svg", f'<svg role="img" aria-labelledby="{label}"', 1).replace(
            ">", f'><title id="{label}">{escape(title)}</title>', 1
        )


def survival_step(
    drawing: Drawing, curve: SurvivalCurve, label: str, colour: str, *, dashed: bool, least: float = 0.8
) -> None:
    """A curve of attempts without a failure, with its limits as a band, over a logarithmic axis from
    `least`."""
    x = [max(time, least) for time in curve.times]
    drawing.axes.fill_between(x, curve.lower, curve.upper, step="post", color=colour, alpha=0.18, lw=0)
    style = "--" if dashed else "-"
    drawing.axes.step(x, curve.survival, where="post", color=colour, linestyle=style, label=label)


def survival_axes(drawing: Drawing, least: float = 0.8) -> None:
    """Queries across, the share of attempts without a failure upwards."""
    axes = drawing.axes
    axes.set_xscale("log")
    axes.set_xlim(left=least)
    axes.set_ylim(-0.02, 1.04)
    percent_axis(axes)
    count_axis(axes.xaxis)
    drawing.legend()


def percent_axis(axes: Axes, digits: int | None = None) -> None:
    """Write the vertical axis, which holds shares, in percent."""
    from matplotlib.ticker import LogFormatter

    class Between(LogFormatter):
        """Names ticks between powers of ten where matplotlib would: on an axis that holds few of those."""

        def __call__(self, x: float, pos: int | None = None) -> str:
            return _percent_tick(x, digits) if super().__call__(x, pos) else ""

    axes.yaxis.set_major_formatter(lambda value, _: _percent_tick(value, digits))
    if axes.get_yscale() == "log":
        axes.yaxis.set_minor_formatter(Between())


def _percent_tick(value: float, digits: int | None) -> str:
    return f"{100 * value:g} %" if digits is None else f"{100 * value:.{digits}f} %"


def count_axis(axis: Any) -> None:
    """Write an axis of counts in plain digits."""
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else "")


def spread(drawing: Drawing, at: float, values: list[float], colour: str, width: float) -> None:
    """Values as dots, and a box of their quantiles over them."""
    # The golden ratio spreads points evenly without a random number.
    x = [at + 0.9 * width * ((k * 0.6180339887) % 1 - 0.5) for k in range(len(values))]
    drawing.axes.plot(
        x, values, ".", color=colour, alpha=0.3 if len(x) > 60 else 0.6, markersize=5, markeredgewidth=0
    )
    line = {"color": INK, "linewidth": 1.2}
    drawing.axes.boxplot(
        [values],
        positions=[at],
        widths=width,
        whis=(5, 95),
        showfliers=False,
        boxprops=line,
        whiskerprops=line,
        capprops=line,
        medianprops={"color": INK, "linewidth": 2.4},
        manage_ticks=False,
    )
