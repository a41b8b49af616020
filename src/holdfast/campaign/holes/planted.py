"""A planted hole as it is kept: what a reader may see, and the hole itself, sealed until somebody opens it.

The seal keeps eyes off, so that nobody fits an attack to the holes; it is no secret from who wants to read
it. The hash is of all that is sealed, a salt among it, so that what is opened is what was planted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from holdfast.campaign.starts import Part
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.from_values import from_values, to_values
from holdfast.core.seeds import Stream
from holdfast.models.holes import holes
from holdfast.models.holes.base import Hole
from holdfast.tasks.base import Focus

Share = Annotated[float, Field(ge=0, le=1)]


class Rarity(Part):
    """The share of a task's catastrophes that fall in a hole, and how it is known."""

    focus: Focus
    """Of which of the task's samples."""
    how: Literal["counted", "sampled"]
    """Counted over all texts, and exact; or of a sample that had no part in choosing the hole."""
    share: Share
    lower: Share
    upper: Share
    """Exact 95 % limits; all three are the same where it was counted."""
    trials: Annotated[int, Field(ge=0)] = 0
    """Catastrophes in the sample."""


class PlantedHole(Part):
    """What a reader may see of a hole, and the hole, sealed."""

    hash: str
    task: str
    edition: int
    kind: str
    wished: Share
    """The rarity that it was chosen to be near, of the sample of the first of the rarities."""
    rarities: tuple[Rarity, ...]
    sealed: str

    @property
    def rarity(self) -> Rarity:
        """The one that it was chosen by."""
        return self.rarities[0]

    def opened(self) -> dict[str, Any]:
        """What is sealed: the `hole`, the `seed` that it was drawn from and where; UserError where it is not
        what was planted.
        """
        try:
            text = base64.b64decode(self.sealed, validate=True)
            content: dict[str, Any] = json.loads(text)
        except (binascii.Error, ValueError) as error:
            raise UserError(
                f"the hole {self.hash[:12]} cannot be opened ({error}); restore its file"
            ) from None
        if hashlib.sha256(text).hexdigest() != self.hash:
            raise UserError(f"the hole {self.hash[:12]} is not what was planted; restore its file")
        return content

    def hole(self) -> Hole:
        """The hole itself; UserError as `opened`."""
        return from_values(holes, self.opened()["hole"])


def seal(hole: Hole, stream: Stream) -> tuple[str, str]:
    """The hash and the seal of a hole that was drawn from a stream."""
    salt = f"{stream.child('salt').integer():016x}"
    content = {"hole": to_values(hole), "seed": stream.root, "stream": list(stream.path), "salt": salt}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(text).hexdigest(), base64.b64encode(text).decode()


_HOLES = TypeAdapter(tuple[PlantedHole, ...])


def write_holes(path: Path, holes: Sequence[PlantedHole]) -> None:
    """Write a file of planted holes, whole or not at all."""
    write_text(path, json.dumps([hole.model_dump(mode="json") for hole in holes], indent=1) + "\n")


def read_holes(path: Path) -> tuple[PlantedHole, ...]:
    """Read a file of planted holes, sealed; raises UserError where it is none."""
    try:
        return _HOLES.validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path}: the planted holes cannot be read ({error.strerror}); plant some first"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{path}: no file of planted holes ({place}: {first['msg']}); plant some again"
        ) from None
