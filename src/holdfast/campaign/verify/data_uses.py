"""What the tables of a run were used for, so that no claim rests on one of them by oversight.

A campaign draws every table from a random stream of its own, and fresh outcomes from yet another. Fresh draws
may repeat a text that was trained on, as deployment does too: what must not be used again are draws, not
texts. So a table is known again by its SHA-256, or by the order of its prompts, and not by the snippets it
shares.
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

_CANDIDATES = "samples/round-*/*.parquet"

EVALUATIONS = "evaluations"
"""Where in a run's folder its evaluations lie, a folder each."""

_RUN = 50
"""Prompts in a row that two tables share only if one is drawn from the other, or both from one stream."""

_MASK = 2**64 - 1
_MULTIPLIER = 0x9E3779B97F4A7C15


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
    return [one for one in uses if _shares_a_run(prompts, _prompts(one.table))]


def earlier_uses(run: Path, sha256s: frozenset[str], prompts: np.ndarray) -> list[EarlierUse]:
    """The tables of a run that hold draws of outcomes, given by their files' hashes and prompts in order."""
    return [
        EarlierUse(table, use)
        for table, use in _tables(run)
        if folder_hash(table) in sha256s or _shares_a_run(prompts, _prompts(table))
    ]


def other_evaluations(run: Path, claim: Path, prompts: np.ndarray) -> list[Path]:
    """The folders of a run's other evaluations that drew the same prompts as those of a claim's outcomes."""
    own = claim.resolve().parents
    folders = [f for f in sorted((run / EVALUATIONS).glob("*")) if f.is_dir() and f.resolve() not in own]
    return [f for f in folders if any(_shares_a_run(prompts, _prompts(t)) for t in _first_tables(f))]


def _first_tables(folder: Path) -> list[Path]:
    """One table of each folder below: shards of one kind are drawn alike."""
    firsts: dict[Path, Path] = {}
    for table in sorted(folder.rglob("*.parquet")):
        firsts.setdefault(table.parent, table)
    return list(firsts.values())


def _tables(run: Path) -> Iterator[tuple[Path, DataUse]]:
    for name, use in _USES.items():
        if (run / name).is_file():
            yield run / name, use
    for table in sorted(run.glob(_CANDIDATES)):
        yield table, DataUse.TRAINED


def _prompts(table: Path) -> np.ndarray:
    return np.asarray(read_table(table, ["prompt"])["prompt"])


def _shares_a_run(prompts: np.ndarray, others: np.ndarray) -> bool:
    """Whether so many prompts in a row of the one stand in the other."""
    if min(len(prompts), len(others)) < _RUN:
        return False
    return bool(np.isin(_windows(prompts), _windows(others)).any())


def _windows(prompts: np.ndarray) -> np.ndarray:
    """A hash of each stretch of `_RUN` prompts, by a polynomial modulo 2⁶⁴; (N − _RUN + 1,) uint64.

    The multiplier is odd and so has an inverse, by which each stretch's own power is taken out again.
    """
    codes = np.array([hash(prompt) & _MASK for prompt in prompts], dtype=np.uint64)
    powers = np.cumprod(np.full(len(codes), _MULTIPLIER, dtype=np.uint64))
    inverses = np.cumprod(np.full(len(codes), pow(_MULTIPLIER, -1, _MASK + 1), dtype=np.uint64))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(codes * powers, dtype=np.uint64)])
    result: np.ndarray = (sums[_RUN:] - sums[:-_RUN]) * inverses[: len(codes) - _RUN + 1]
    return result
