"""The vetoes of a filter, kept as a small file in its classifier's folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.models.codec import Codec
from holdfast.models.generator import Generator
from holdfast.models.vetoes.calibrate import check_shared
from holdfast.models.vetoes.panel import Vetoes
from holdfast.tasks.base import Task

FILE, VERSION = "holdfast-vetoes.json", 1
"""The file's name, and the version of what is in it."""


def kept_text(panel: Vetoes, folder: Path) -> str:
    """The file's text, for a classifier that is saved in that folder; the generator must have a folder."""
    assert panel.generator is not None
    if panel.generator.path is None:
        raise UserError("the generator that the vetoes read with was never saved; save it first")
    generator = {
        "path": Path(os.path.relpath(panel.generator.path, folder)).as_posix(),
        "hash": panel.generator.hash,
    }
    told = {"version": VERSION, "generator": generator, "vetoes": [part.told for part in panel.parts]}
    return json.dumps(told, indent=2) + "\n"


def read_kept(folder: Path, task: Task | None, codec: Codec) -> Vetoes:
    """The vetoes of a classifier's folder, their generator opened; none where the file is not there.

    Raises UserError for a file that is not sound, and where the generator is gone or another one.
    """
    path = folder / FILE
    if not path.is_file():
        return Vetoes()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != VERSION:
            raise UserError(
                f"{path} has version {found['version']} and this Holdfast reads version {VERSION}; use the"
                " Holdfast that wrote it"
            )
        place, expected = folder / found["generator"]["path"], found["generator"]["hash"]
        generator = _generator(path, place, expected, task)
        check_shared(codec, generator)
        return Vetoes.told_by(found["vetoes"], generator)
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} cannot be read as the vetoes of a filter ({error!r}); restore it") from error


def _generator(file: Path, place: Path, expected: str, task: Task | None) -> Generator:
    if not place.exists():
        raise UserError(
            f"{file} names the generator that its vetoes read with as {place}, which is not there; a filter"
            " with vetoes is moved together with its generator"
        )
    generator = Generator.load(place, task)
    if generator.hash != expected:
        raise UserError(
            f"the generator in {place} is not the one that the vetoes of {file} were calibrated with; restore"
            " it, or calibrate them again"
        )
    return generator
