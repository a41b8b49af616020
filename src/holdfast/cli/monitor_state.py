"""The file in which `holdfast monitor` keeps what it has counted, so that it can go on later."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.outcomes import Position
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.evaluation.monitor import Monitor


@dataclass(frozen=True)
class MonitorState:
    """A monitor, and how far each file that fed it was read (by absolute path)."""

    monitor: Monitor
    files: dict[str, Position] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the state, whole or not at all."""
        from holdfast.core.files import write_text

        found = {
            "monitor": json.loads(self.monitor.to_json()),
            "files": {name: asdict(position) for name, position in self.files.items()},
        }
        write_text(path, json.dumps(found, indent=2) + "\n")


def open_state(path: Path | None, fresh: Monitor) -> MonitorState:
    """The state in that file, or a fresh one if there is no such file.

    Raises UserError when it is not a state, or one of another target or confidence.
    """
    from holdfast.evaluation.monitor import Monitor

    if path is None or not path.exists():
        return MonitorState(fresh)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        monitor = Monitor.from_json(json.dumps(found["monitor"]))
        files = {name: Position(**position) for name, position in found["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        raise UserError(f"{path} is not a state that `holdfast monitor` wrote") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    if (monitor.target, monitor.confidence) != (fresh.target, fresh.confidence):
        raise UserError(
            f"{path} belongs to the target {monitor.target:g} at confidence {monitor.confidence:g};"
            " give those, or another --state"
        )
    return MonitorState(monitor, files)
