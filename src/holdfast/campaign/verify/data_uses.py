"""What the tables of a run were used for, so that no claim rests on one of them by oversight.

A campaign draws every table from a random stream of its own, and fresh outcomes from yet another. Fresh draws
may repeat a text that was trained on, as deployment does too: what must not be used again are draws, not
texts. So a table is known again by its SHA-256, or by the order of its prompts, and not by the snippets it
shares. Several draws of one prompt in a row count once on either side, since tables differ in how many they
keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.choosing import FOLDER as CALIBRATION_DRAWS
from holdfast.campaign.evaluate.plan import PLAN
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_TRAIN, CLEAN_VALIDATION, NATURAL
from holdfast.campaign.stages.threshold import DRAWS
from holdfast.core.files import folder_hash
from holdfast.evaluation.claims.copies import Codes, codes_of, share_a_stretch
from holdfast.evaluation.claims.evidence import DataUse
from holdfast.store.disk import read_table

_USES = {
    CLEAN_TRAIN: DataUse.TRAINED,
    CALIBRATION: DataUse.CHOSE_THRESHOLD,
    DRAWS: DataUse.CHOSE_THRESHOLD,
    CLEAN_VALIDATION: DataUse.CHOSE_MODEL,
    NATURAL: DataUse.CHOSE_MODEL,
}
"""The sets that every round is measured on choose among the rounds, whoever looks at them."""

_REMEASURED = "*-redraws.parquet"
"""What every round draws anew where its filter refuses the sets above."""

EVALUATIONS = "evaluations"
"""Where in a run's folder its evaluations lie, a folder each."""


@dataclass(frozen=True)
class EarlierUse:
    """A table of a run that holds the same draws, and what it was used for."""

    table: Path
    use: DataUse


def runs_above(place: Path) -> list[Path]:
    """The folders of campaigns that a file lies in, nearest first."""
    return [folder for folder in place.resolve().parents if (folder / CLEAN_TRAIN).is_file()]


def evaluation_above(place: Path) -> Path | None:
    """The folder of the evaluation that a file lies in; None where there is none."""
    return next((folder for folder in place.resolve().parents if (folder / PLAN).is_file()), None)


def chosen_on(evaluation: Path, prompts: np.ndarray) -> list[EarlierUse]:
    """The tables that an evaluation chose its threshold on, where they hold draws of outcomes."""
    tables = sorted((evaluation / CALIBRATION_DRAWS).rglob("*.parquet"))
    uses = [EarlierUse(table, DataUse.CHOSE_THRESHOLD) for table in tables]
    return [one for one in uses if _shares(prompts, one.table)]


def earlier_uses(run: Path, sha256s: frozenset[str], prompts: np.ndarray) -> list[EarlierUse]:
    """The tables of a run that hold draws of outcomes, given by their files' hashes and prompts in order."""
    return [
        EarlierUse(table, use)
        for table, use in _tables(run)
        if folder_hash(table) in sha256s or _shares(prompts, table)
    ]


def other_evaluations(run: Path, claim: Path, prompts: np.ndarray) -> list[Path]:
    """The folders of a run's other evaluations that drew the same prompts as those of a claim's outcomes."""
    own = claim.resolve().parents
    folders = [f for f in sorted((run / EVALUATIONS).glob("*")) if f.is_dir() and f.resolve() not in own]
    return [f for f in folders if any(_shares(prompts, t) for t in _first_tables(f))]


def _first_tables(folder: Path) -> list[Path]:
    """One table of each folder below: shards of one kind are drawn alike."""
    firsts: dict[Path, Path] = {}
    for table in sorted(folder.rglob("*.parquet")):
        firsts.setdefault(table.parent, table)
    return list(firsts.values())


def _tables(run: Path) -> Iterator[tuple[Path, DataUse]]:
    """Every table of a run but those of its evaluations: whatever is not named above was trained on."""
    for table in sorted(run.rglob("*.parquet")):
        name = table.relative_to(run)
        if name.parts[0] != EVALUATIONS:
            remeasured = DataUse.CHOSE_MODEL if table.match(_REMEASURED) else DataUse.TRAINED
            yield table, _USES.get(name.as_posix(), remeasured)


def _shares(prompts: np.ndarray, table: Path) -> bool:
    """Whether a stretch of the prompts stands in a table; one without prompts holds no draws."""
    import pyarrow.parquet

    if "prompt" not in pyarrow.parquet.read_schema(table).names:
        return False
    return share_a_stretch(_once(prompts), _once(read_table(table, ["prompt"])["prompt"]))


def _once(prompts: np.ndarray) -> Codes:
    """The codes of prompts, each once where it comes several times in a row."""
    codes = codes_of(prompts)
    return codes[np.append(True, codes[1:] != codes[:-1])] if len(codes) else codes
