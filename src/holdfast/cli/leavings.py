"""What a command leaves behind, each thing by itself: one that cannot be written takes no other with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from holdfast.core.errors import HoldfastError

Made = TypeVar("Made")


class Leavings:
    """Writes one thing after the other, and keeps in mind what went wrong until `settle` says it."""

    def __init__(self) -> None:
        self._wrong: list[str] = []

    @property
    def whole(self) -> bool:
        """Whether everything so far was written."""
        return not self._wrong

    def leave(self, what: object, write: Callable[[], Made]) -> Made | None:
        """What `write` returns; None where the system refuses it, of which `settle` tells."""
        try:
            return write()
        except (OSError, HoldfastError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            self._wrong.append(f"{what} could not be written ({reason})")
            return None

    def rescue(self, write: Callable[[Path], object], name: str) -> None:
        """Write what would be lost into a new folder for temporary files, and say where."""
        try:
            place = Path(tempfile.mkdtemp(prefix="holdfast-rescued-")) / name
            write(place)
        except (OSError, HoldfastError) as error:
            self._wrong.append(f"nor could it be kept among the temporary files ({error})")
        else:
            self._wrong.append(f"what was found is kept in {place}")

    def settle(self) -> None:
        """Raise HoldfastError where something could not be written."""
        if self._wrong:
            raise HoldfastError("; ".join(self._wrong))
