"""Which rows of the data a check looks at."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.opening import Opened
from holdfast.core.progress import Progress
from holdfast.tasks.labelled.config import SPLITS, SplitName
from holdfast.tasks.labelled.data import Indices, Labelled

_ORDER: tuple[SplitName, ...] = ("test", "validation", "threshold", "train")


def rows_of(opened: Opened, progress: Progress) -> Labelled:
    """The rows, taken in with progress; raises UserError where the files are not sound."""
    Labelled.open(opened.labelled.data, progress=progress)
    return opened.labelled.rows


def measured_split(rows: Labelled) -> SplitName:
    """The test split, or where there is none the one that was least likely trained on."""
    there = set(np.unique(rows.split_codes).tolist())
    return next(split for split in _ORDER if SPLITS.index(split) in there)


def spread(indices: Indices, most: int) -> Indices:
    """At most so many of these, evenly spread over all."""
    if len(indices) <= most:
        return indices
    return indices[np.linspace(0, len(indices) - 1, most).round().astype(np.int64)]
