"""GGUF files of causal language models: opened through transformers as ordinary models of float32 weights."""

from __future__ import annotations

import contextlib
import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from holdfast.core.errors import UserError

_PACKAGES = ("gguf", "accelerate")
_MAGIC = b"GGUF"


def gguf_file(path: Path) -> Path | None:
    """The GGUF file that a path means: the file itself, or the only one of a folder without other weights.

    None where the path means something else. Raises UserError for a folder of several.
    """
    if path.suffix.lower() == ".gguf":
        return path
    found = sorted(path.glob("*.gguf")) if path.is_dir() else []
    if not found or any(path.glob("*.safetensors")):
        return None
    if len(found) > 1:
        names = ", ".join(file.name for file in found)
        raise UserError(f"the folder {path} holds several GGUF files; name one of them: {names}")
    return found[0]


def load_gguf(file: Path, auto_model: Any) -> tuple[torch.nn.Module, Any]:
    """Open a GGUF file's model (evaluation mode, weights expanded to float32) and its tokenizer.

    The model is an ordinary one: it can be trained, and saved as a `save_pretrained` folder, which opens many
    times faster. No network. Raises UserError, in one line, when the file is missing, no GGUF file, or of a
    kind that transformers cannot read, or when the packages that read it are missing.
    """
    _check(file)
    from transformers import AutoTokenizer

    source: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True, "trust_remote_code": False}
    try:
        # Expanding the weights draws a progress bar of its own.
        with contextlib.redirect_stderr(io.StringIO()):
            tokenizer = AutoTokenizer.from_pretrained(file.parent, **source)
            model = auto_model.from_pretrained(file.parent, dtype=torch.float32, **source)
    except Exception as error:  # the libraries below raise many kinds for a file that they cannot read
        raise UserError(
            f"the GGUF file {file} cannot be read: {' '.join(str(error).split())[:200]}"
        ) from error
    _make_ordinary(model)
    return model.eval(), tokenizer


def _check(file: Path) -> None:
    if not file.is_file():
        raise UserError(f"there is no GGUF file at {file}")
    with file.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise UserError(f"{file} is no GGUF file, whatever its name says")
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise UserError(f"to read GGUF files, install {' and '.join(missing)}: pip install 'holdfast[gguf]'")


def _make_ordinary(model: Any) -> None:
    """Take off what marks the model as quantised: its weights no longer are, and it could not be saved."""
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
