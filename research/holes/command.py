"""The commands of the study: plant holes, attack them, tell what was found, and open a hole."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from holdfast.campaign.holes.planted import PlantedHole, read_holes, write_holes
from holdfast.campaign.holes.planting import Pools, plant
from holdfast.campaign.holes.table import holes_csv
from holdfast.campaign.study.rows import StudyRows
from holdfast.campaign.study.running import missing, run_study
from holdfast.cli.progress import showing
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.models.holes.overlay import RememberingJudge
from holdfast.tasks import tasks
from research.holes.counting import counted_share
from research.holes.page import TaskCells, page
from research.holes.study import EXTENTS, AttacksHoles, Extent, plan_of
from research.holes.tables import holes_table

COMMAND = "python -m research.holes"


def plant_all(
    extent: Extent,
    seed: int,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
    holes: int | None = None,
) -> tuple[PlantedHole, ...]:
    """The first so many holes of each kind and rarity (None: all); one seed always gives the same."""
    holes = extent.holes if holes is None else min(holes, extent.holes)
    task, stream = tasks.get(extent.task)(), Stream(seed).child("planted holes", extent.task)
    judge = RememberingJudge(task.oracle)
    pools = Pools.drawn(
        task, judge, extent.focus, extent.choosing, extent.measuring, stream.child(extent.focus)
    )
    other = None
    if extent.focus == "natural":
        other = Pools.drawn(task, judge, "hard", 1, extent.measuring // 2, stream.child("hard"))
    counting = counted_share if extent.task == "brackets" else lambda hole: None
    classes = [(kind, rarity) for kind, rarities in extent.rarities.items() for rarity in rarities]
    progress.start("plant", len(classes) * holes)
    found = []
    for kind, rarity in classes:
        for number in range(holes):
            own = stream.child(kind, f"{rarity:g}", number)
            found.append(plant(task, kind, rarity, own, pools, counting, other))
            progress.advance()
    progress.finish()
    return tuple(found)


def main(arguments: Sequence[str] | None = None, extents: dict[str, Extent] | None = None) -> None:
    """Run a command of the study."""
    extents = dict(EXTENTS) if extents is None else extents
    given = _parser(extents).parse_args(arguments)
    with showing(sys.stdout) as progress:
        {"plant": _plant, "run": _run, "table": _table, "open": _open}[given.command](
            given, extents, progress
        )


def _parser(extents: dict[str, Extent]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    planting = commands.add_parser("plant", help="choose the holes of a task, and seal them")
    planting.add_argument(
        "--seed", type=int, help="for a repetition; a random one, shown to nobody, if not given"
    )
    planting.add_argument("--holes", type=int, help="only the first so many of each kind and rarity, for now")
    running = commands.add_parser("run", help="attack what is left")
    running.add_argument("--minutes", type=float, help="begin no further cell after so many")
    running.add_argument("--holes", type=int, help="only the first so many holes of each kind and rarity")
    running.add_argument("--arms", nargs="+", help="only these, such as 'genetic, slope'")
    running.add_argument("--classes", nargs="+", help="only these, such as 'phrase 0.01'")
    for one in (planting, running):
        one.add_argument("--task", choices=sorted(extents), required=True)
    telling = commands.add_parser("table", help="write holes.md and holes.csv")
    telling.add_argument("--out", type=Path, default=Path("docs/results"))
    opening = commands.add_parser("open", help="show a hole")
    opening.add_argument("--hash", required=True, help="of the hole, or its beginning")
    for one in (planting, running, telling, opening):
        one.add_argument("--folder", type=Path, default=Path("runs/holes"))
    return parser


def holes_file(folder: Path, task: str) -> Path:
    """Where the sealed holes of a task lie."""
    return folder / f"{task}-planted.json"


def rows_file(folder: Path, task: str) -> Path:
    """Where the rows of a task's cells lie."""
    return folder / f"{task}-rows.jsonl"


def _plant(given: argparse.Namespace, extents: dict[str, Extent], progress: Progress) -> None:
    place = holes_file(given.folder, given.task)
    before = read_holes(place) if place.exists() else ()
    if before and given.seed is not None:
        raise UserError(f"{place} is there already, planted from a seed of its own; leave out --seed")
    fresh = secrets.randbits(63) if given.seed is None else given.seed
    seed = int(before[0].opened()["seed"]) if before else fresh
    found = plant_all(extents[given.task], seed, progress, given.holes)
    if not set(before) <= set(found):
        raise UserError(f"{place} has holes that this would not plant; plant as many, or name another folder")
    write_holes(place, found)
    progress.note(f"{len(found)} holes are planted, sealed in {place}")


def _run(given: argparse.Namespace, extents: dict[str, Extent], progress: Progress) -> None:
    planted = read_holes(holes_file(given.folder, given.task))
    plan, rows = plan_of(extents[given.task], planted), rows_file(given.folder, given.task)
    chosen = [
        cell
        for cell in missing(plan, StudyRows(rows))
        if (given.holes is None or cell.seed < given.holes)
        and (given.arms is None or cell.arm in given.arms)
        and (given.classes is None or cell.budget in given.classes)
    ]
    work = AttacksHoles(given.folder, planted)
    if given.minutes is None:
        run_study(plan, rows, work, only=chosen, progress=progress)
        return
    until = monotonic() + 60 * given.minutes
    for cell in chosen:
        if monotonic() >= until:
            break
        run_study(plan, rows, work, only=[cell], progress=progress)


def _table(given: argparse.Namespace, extents: dict[str, Extent], progress: Progress) -> None:
    studied = []
    for task, extent in extents.items():
        place, rows = holes_file(given.folder, task), rows_file(given.folder, task)
        if place.exists():
            planted = read_holes(place)
            plan = plan_of(extent, planted)
            studied.append(TaskCells(extent, plan, planted, StudyRows(rows).done(plan)))
    if not studied:
        raise UserError(f"no hole is planted in {given.folder}; plant some first ({COMMAND} plant)")
    write_text(
        given.out / "holes.csv", holes_csv([holes_table(one.extent.task, one.done) for one in studied])
    )
    write_text(given.out / "holes.md", page(studied, COMMAND))
    progress.note(f"written: {given.out / 'holes.md'}")


def _open(given: argparse.Namespace, extents: dict[str, Extent], progress: Progress) -> None:
    files = [holes_file(given.folder, task) for task in extents]
    planted = [hole for file in files if file.exists() for hole in read_holes(file)]
    meant = [hole for hole in planted if hole.hash.startswith(given.hash)]
    if len(meant) != 1:
        raise UserError(
            f"{len(meant)} of {len(planted)} planted holes have a hash that begins with {given.hash}"
        )
    whole = {**meant[0].model_dump(mode="json", exclude={"sealed"}), **meant[0].opened()}
    print(json.dumps(whole, indent=2, ensure_ascii=False))
