"""Parts of Holdfast that are installed only where they are wanted."""

from __future__ import annotations

from importlib.util import find_spec

from holdfast.core.errors import UserError

_WORKBENCH = ("fastapi", "uvicorn", "argon2")


def need_workbench() -> None:
    """Raise UserError with the command that installs what the workbench needs, if any of it is missing."""
    missing = [name for name in _WORKBENCH if find_spec(name) is None]
    if missing:
        raise UserError(
            f"the workbench needs packages that are not installed ({', '.join(missing)}); "
            "run: pip install 'holdfast[workbench]'"
        )
