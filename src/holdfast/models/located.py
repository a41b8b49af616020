"""Where a model lies: a folder here, a file, or a name on the hub, which is fetched once and kept."""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.core.errors import UserError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?")
"""`owner/name`, or `owner/name@revision`."""

_FILES = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
"""What is fetched: never pickles, never code."""

_ELSEWHERE = ("*/*",)
"""What is left: checkpoints on the way, and the model for other runtimes, lie in folders of their own."""


def hub_name(path: str | Path) -> str | None:
    """The name without its revision, where this is a name on the hub and nothing lies here by that name."""
    if Path(path).exists() or not _HUB_NAME.fullmatch(str(path)):
        return None
    return str(path).partition("@")[0]


def located(path: str | Path) -> Path:
    """The folder or file of a model; raises UserError where there is none and none can be fetched."""
    name = hub_name(path)
    if name is None:
        return Path(path)
    revision = str(path).partition("@")[2] or None
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            name, revision=revision, allow_patterns=list(_FILES), ignore_patterns=list(_ELSEWHERE)
        )
    except Exception as error:  # the client raises many kinds: no network, no such name, no right to read
        raise UserError(
            f"there is no folder '{path}' here, and the hub did not give a model of that name:"
            f" {_why(error, name, revision)}"
        ) from error
    return Path(folder)


def _why(error: Exception, name: str, revision: str | None) -> str:
    """What is wrong and what to do, in words; what the client says where its error is of no known kind."""
    from huggingface_hub import errors

    sign_in = "sign in with an account that may read it (`hf auth login`, or HF_TOKEN)"
    response = getattr(error.__cause__ or error, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(error, errors.GatedRepoError):
        return f"its owner asks for consent; give it on the page of {name}, and {sign_in}"
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"it knows no {name}, or hides it; check the name or, where it is private, {sign_in}"
    if isinstance(error, errors.RevisionNotFoundError):
        return f"{name} has no revision '{revision}'; name a branch, a tag or a commit after the @"
    if status in (401, 403):
        return f"it refuses to give {name} (status {status}); {sign_in}"
    if isinstance(error, errors.IncompleteSnapshotError):
        return "it cannot be reached, and what was fetched before is not whole; try again with a network"
    if isinstance(error, errors.LocalEntryNotFoundError) and status is None:
        return (
            "it cannot be reached, and nothing was fetched before; try again with a network, or name a folder"
        )
    said = " ".join(str(error).split())[:160]
    return f"{said}; try again, what was fetched is kept"
