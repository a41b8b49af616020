"""The figure of a study: the endpoint of every training seed, and the mean of each arm with its limits."""

from __future__ import annotations

from holdfast.campaign.study.findings import ArmFound, StudyFound
from holdfast.report.drawing import MARKERS, SERIES, Drawing, style
from holdfast.report.figures import Panel

_TITLE = "The endpoint by arm and budget"
_HOW = (
    "Each small dot is one training seed; the large mark is the mean of an arm, with Student's 95 % limits "
    "by seed where they can be given. "
)
_WIDTH = 0.7
"""Of the space between two budgets, the part that arms share."""


def study_panels(found: StudyFound, folder: str) -> list[Panel]:
    """The figure, whose table lies in `folder`; none where no cell is done."""
    if not any(arm.mean for arm in found.arms):
        return []
    better = f"{found.endpoint.better.capitalize()} is better."
    with style():
        svg = _endpoint(found).svg(_TITLE)
    return [Panel("endpoint", _TITLE, svg, _HOW + better, f"{folder}/endpoint.csv")]


def _endpoint(found: StudyFound) -> Drawing:
    drawing = Drawing("endpoint", "budget", found.endpoint.says)
    arms = list(dict.fromkeys(each.arm for each in found.arms))
    budgets = list(dict.fromkeys(each.budget for each in found.arms))
    step = _WIDTH / len(arms)
    named = set()
    for each in found.arms:
        place = arms.index(each.arm)
        at = budgets.index(each.budget) + (place - (len(arms) - 1) / 2) * step
        _draw(drawing, each, at, place, "" if each.arm in named else each.arm)
        named.add(each.arm)
    drawing.axes.set_xticks(range(len(budgets)), budgets)
    drawing.axes.set_xlim(-0.6, len(budgets) - 0.4)
    if found.endpoint.scale == "ratio":
        drawing.axes.set_yscale("log")
    drawing.legend(3)
    return drawing


def _draw(drawing: Drawing, arm: ArmFound, at: float, place: int, label: str) -> None:
    """One arm at one budget; colours and marks repeat where there are more arms than of them."""
    colour, mark = SERIES[place % len(SERIES)], MARKERS[place % len(MARKERS)]
    values = [one.value for one in arm.values if one.value is not None]
    drawing.axes.plot([at] * len(values), values, ".", color=colour, alpha=0.5, markersize=5)
    if arm.mean is None:
        return
    spread = None
    if arm.mean.limits is not None:
        half = (arm.mean.limits.upper - arm.mean.limits.lower) / 2
        spread = [[half], [half]]
    drawing.axes.errorbar(
        [at], [arm.mean.mean], yerr=spread, fmt=mark, color=colour, capsize=3, label=label or None
    )
