"""Cells of tests that run no model: their work can be carried out by other processes."""

import os
import time
from pathlib import Path

from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.core.errors import UserError

ENDPOINT = Endpoint(
    says="broken", where={"measure": "broken"}, better="lower", control="none", treated="five", budget="small"
)


def plan(folder: Path, endpoint: Endpoint = ENDPOINT, seeds=(0, 1, 2), **declared) -> StudyPlan:
    """Two arms; what cells do is noted in the folder."""
    own = {"folder": str(folder), **declared}
    cells = [Cell(arm, seed, "small", own) for seed in seeds for arm in ("none", "five")]
    return StudyPlan("a study", endpoint, tuple(cells))


def work(cell, progress):
    """One row; the cell's name is noted when it begins, and it does what is declared."""
    folder = Path(cell.declared["folder"])
    with (folder / "begun").open("a") as file:
        file.write(f"{cell.name}\n")
    if cell.name in cell.declared.get("waiting", ()):
        while not (folder / "go").exists():
            time.sleep(0.02)
    if cell.name in cell.declared.get("failing", ()) and not (folder / "mended").exists():
        raise UserError("this cell fails")
    if cell.name in cell.declared.get("dying", ()) and not (folder / "mended").exists():
        os._exit(9)
    value = cell.seed + (0.5 if cell.arm == "none" else 0.1 * cell.seed)
    return [{"measure": "broken", "value": value}, {"measure": "other", "value": 1}]


def begun(folder: Path) -> list[str]:
    path = folder / "begun"
    return path.read_text().splitlines() if path.exists() else []
