"""The table of measured coverage that ships with the package, which several studies fill."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from holdfast.core.files import write_text
from holdfast.evaluation.rare.measured import (
    Measurement,
    measurements_merged,
    measurements_read,
    measurements_text,
)


def ship(place: Path, fresh: Sequence[Measurement]) -> None:
    """Write measurements in the place of older ones of the same methods and tasks; the others stay."""
    kept = measurements_read(place.read_text(encoding="utf-8")) if place.exists() else []
    write_text(place, measurements_text(measurements_merged(kept, fresh)))
