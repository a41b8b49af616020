"""The guards of the study: texts, an encoder, and a classifier trained on all, half or mislabelled texts."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.core.csv_text import csv_text
from holdfast.core.errors import HoldfastError
from holdfast.core.files import replacing, write_text

EXAMPLES = Path(__file__).parents[2] / "examples" / "guards"
AGAIN, HALF, FLIPPED = "again", "half", "flipped"
"""Trained on the same texts; on half of them; with a fifth of the labels turned round."""
LABELS = ("harmless", "injury")


@dataclass(frozen=True)
class Recipe:
    """How every guard is trained, on the training part of so many texts."""

    rows: int = 20_000
    epochs: int = 4
    learning_rate: float = 1e-3


def make_texts(folder: Path, recipe: Recipe) -> None:
    """Write the texts and the encoder into `folder`, once."""
    if folder.exists():
        return
    with replacing(folder) as made:
        _run(EXAMPLES / "demo_guard.py", made, "--rows", recipe.rows)


def training_rows(rows: list[dict[str, str]], arm: str, seed: int) -> list[dict[str, str]]:
    """The rows that an arm trains on; which half, and which fifth, is drawn by the seed."""
    order = np.random.default_rng(seed).permutation(len(rows)).tolist()
    if arm == HALF:
        return [rows[place] for place in sorted(order[: len(rows) // 2])]
    turned = set(order[: len(rows) // 5]) if arm == FLIPPED else set()
    return [
        {**row, "label": LABELS[row["label"] == LABELS[0]]} if place in turned else row
        for place, row in enumerate(rows)
    ]


def make_guard(texts: Path, folder: Path, arm: str, seed: int, recipe: Recipe) -> None:
    """Train a guard into `folder`, unless it is there."""
    if folder.exists():
        return
    with (texts / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = training_rows(list(csv.DictReader(file)), arm, seed)
    with replacing(folder) as made:
        own = made.with_name("train.csv")
        write_text(own, csv_text(list(rows[0]), [list(row.values()) for row in rows]))
        _run(
            *(EXAMPLES / "train_guard.py", own, made, "--base", texts / "encoder"),
            *("--harmless", LABELS[0], "--bad", LABELS[1], "--names", *LABELS),
            *("--epochs", recipe.epochs, "--learning-rate", recipe.learning_rate, "--every", 10**6),
            *("--seed", seed),
        )


def _run(*command: object) -> None:
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise HoldfastError(f"{Path(str(command[0])).name} failed: {last}")
