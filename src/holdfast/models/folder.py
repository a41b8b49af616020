"""Ordinary Hugging Face model folders: opened with care, written whole, named by their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from holdfast.core.errors import UserError
from holdfast.core.files import replacing
from holdfast.models.located import located

_UNSTABLE_CONFIG = ("_name_or_path", "transformers_version", "architectures", "dtype", "torch_dtype")


def content_hash(model: torch.nn.Module, tokenizer: Any) -> str:
    """SHA-256, as 64 hex digits, of what decides a model's answers; the same before saving and after loading.

    It covers every tensor (name, dtype, shape, bytes; sorted by name), the configuration without the fields
    that saving changes, and the tokenizer's vocabulary.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        plain = tensor.detach().cpu().contiguous()
        digest.update(f"{name} {plain.dtype} {tuple(plain.shape)}\0".encode())
        digest.update(plain.flatten().view(torch.uint8).numpy().data)
    config: Any = model.config
    fields = {k: v for k, v in config.to_dict().items() if k not in _UNSTABLE_CONFIG}
    digest.update(json.dumps(fields, sort_keys=True, default=str).encode())
    digest.update(json.dumps(tokenizer.get_vocab(), sort_keys=True).encode())
    return digest.hexdigest()


def save_folder(
    path: Path,
    model: torch.nn.Module,
    tokenizer: Any,
    more: Mapping[str, str] | None = None,
    within: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write model and tokenizer as one `save_pretrained` folder, whole or not at all.

    `more` are the texts of further files, by their names; `within` writes what else belongs into the folder.
    """
    writer: Any = model
    with replacing(path) as temporary, _quiet():
        writer.save_pretrained(temporary)
        tokenizer.save_pretrained(temporary)
        for name, text in (more or {}).items():
            (temporary / name).write_text(text, encoding="utf-8")
        within(temporary)


def load_folder(
    path: Path, auto_model: Any, new_head: Mapping[str, Any] | None = None
) -> tuple[torch.nn.Module, Any]:
    """Open a folder's model (evaluation mode, float32) and tokenizer with the given Auto class.

    Safetensors only, no remote code, no network. A model that lacks the head asked for gets one of random
    weights where `new_head` gives its configuration. Raises UserError, in one line, when the folder is
    missing, incomplete or corrupt.
    """
    from transformers import AutoTokenizer

    from holdfast.models.recurrent import RecurrentConfig, RecurrentForSequenceClassification
    from holdfast.models.stepwise import StepwiseConfig, StepwiseForSequenceClassification
    from holdfast.models.word_classifier import register

    register(RecurrentConfig, RecurrentForSequenceClassification)
    register(StepwiseConfig, StepwiseForSequenceClassification)
    path = located(path)
    _check_files(path)
    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=False)
            model, loading = auto_model.from_pretrained(
                path,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
            if new_head is not None and _lacking_head(model, sorted(map(str, loading["missing_keys"]))):
                del model  # so that a large one is never in memory twice
                return _with_new_head(path, auto_model, new_head), tokenizer
    except Exception as error:  # the libraries below raise many kinds for a broken file
        if "Unrecognized configuration class" in str(error):
            raise _another_kind(path, auto_model) from error
        raise UserError(f"the model folder {path} cannot be read: {_one_line(error)}") from error
    if not getattr(tokenizer, "is_fast", False):
        raise UserError(
            f"the folder {path} has no fast tokenizer (tokenizer.json), which Holdfast needs; save one"
        )
    missing = sorted(map(str, loading["missing_keys"]))
    head = _lacking_head(model, missing)
    if head is not None:
        raise UserError(
            f"the folder {path} holds an encoder without {head.name} ('{missing[0]}' is missing); "
            f"{head.remedy}; open what that saves"
        )
    if missing or loading.get("mismatched_keys"):
        first = missing[0] if missing else sorted(map(str, loading["mismatched_keys"]))[0]
        raise UserError(f"the model folder {path} lacks weights, the first being '{first}'; save it again")
    return model.eval(), tokenizer


def _with_new_head(path: Path, auto_model: Any, config: Mapping[str, Any]) -> torch.nn.Module:
    model: torch.nn.Module = auto_model.from_pretrained(
        path,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        dtype=torch.float32,
        **config,
    )
    return model.eval()


@dataclass(frozen=True)
class _Head:
    """What a model was asked to be, and how one without it gets it."""

    name: str
    remedy: str


_HEADS = {
    "SequenceClassification": _Head(
        "a classification head", "`holdfast run` gives it one where the configuration says `fine_tune:`"
    ),
    "MaskedLM": _Head("a masked-LM head", "train one first (examples/guards/train_masked_lm.py)"),
}


def _lacking_head(model: Any, missing: list[str]) -> _Head | None:
    """The head that was asked for where what was saved was something else; None where it is not that."""
    asked = type(model).__name__
    saved = getattr(model.config, "architectures", None) or []
    body = f"{model.base_model_prefix}."
    if asked in saved or all(k.startswith(body) for k in missing):
        return None
    return next((head for kind, head in _HEADS.items() if kind in asked), None)


def _another_kind(path: Path, auto_model: Any) -> UserError:
    """The error for a model that cannot be what was asked for, such as a decoder as a masked model."""
    kind = json.loads((path / "config.json").read_text(encoding="utf-8")).get("model_type")
    head = next((head.name for name, head in _HEADS.items() if name in auto_model.__name__), "that use")
    return UserError(
        f"the folder {path} holds a model of the kind '{kind}', which there is not with {head}; name another"
    )


def _check_files(path: Path) -> None:
    if not path.is_dir():
        raise UserError(f"there is no model folder at {path}")
    if (path / "adapter_config.json").is_file():
        raise UserError(
            f"the folder {path} holds an adapter, which is no model by itself; merge it into its model"
            " (PEFT's merge_and_unload) and open what that saves"
        )
    if not (path / "config.json").is_file():
        raise UserError(f"the folder {path} holds no model: config.json is missing")
    if not any(path.glob("*.safetensors")):
        raise UserError(f"the folder {path} holds no *.safetensors weights (other formats are not opened)")


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:197] + "..."


class _quiet:  # noqa: N801  (a context manager, read as a verb)
    """Keeps transformers from drawing its own progress bars and load reports over Holdfast's."""

    def __enter__(self) -> None:
        from transformers.utils import logging

        self._verbosity = logging.get_verbosity()
        self._bars = logging.is_progress_bar_enabled()
        logging.set_verbosity_error()
        logging.disable_progress_bar()

    def __exit__(self, *_: object) -> None:
        from transformers.utils import logging

        logging.set_verbosity(self._verbosity)
        if self._bars:
            logging.enable_progress_bar()
