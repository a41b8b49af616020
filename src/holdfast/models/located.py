"""Where a model lies: a folder here, a file, or a name on the hub, which is fetched once and kept."""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.core.errors import UserError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?")
"""`owner/name`, or `owner/name@revision`."""

_FILES = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
"""What is fetched: never pickles, never code."""


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
    revision = str(path).partition("@")[2]
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=list(_FILES)))
    except Exception as error:  # the client raises many kinds: no network, no such name, no right to read
        said = " ".join(str(error).split())[:160]
        raise UserError(
            f"there is no folder '{path}' here, and the hub did not give a model of that name: {said}"
        ) from None
