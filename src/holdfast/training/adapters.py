"""Low-rank adapters (LoRA, arXiv 2106.09685) through PEFT: small matrices beside frozen weights.

They are merged into the weights in the end, so that a guard is an ordinary model before and after. The
classification head, and a pooler that feeds it, are small and the task's own: they are trained in full.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.training.recipes import ALL_LINEAR, LoraRecipe


def adapter_size(model: torch.nn.Module, recipe: LoraRecipe) -> int:
    """How many weights the adapters of a model have; raises UserError as `adapted_layers` does."""
    layers = adapted_layers(model, recipe).values()
    return sum(recipe.rank * sum(layer.weight.shape) for layer in layers)


def head_size(model: torch.nn.Module) -> int:
    """How many weights are trained in full beside them."""
    return sum(weight.numel() for weight in _head(model))


def check_adapter(model: torch.nn.Module, recipe: LoraRecipe | None) -> None:
    """Raise UserError where a model cannot be trained so, or where PEFT is not installed."""
    if recipe is not None:
        if find_spec("peft") is None:
            raise UserError("to train with an adapter, install peft: pip install 'holdfast[lora]'")
        adapted_layers(model, recipe)


def adapted_layers(model: torch.nn.Module, recipe: LoraRecipe) -> dict[str, Any]:
    """The linear layers that get an adapter, by their names in the model.

    A target names each layer whose name it is or ends, from a dot on, as in PEFT. Raises UserError for a
    target that names none.
    """
    layers = _linear_layers(model)
    if recipe.names == (ALL_LINEAR,):
        if not layers:
            raise UserError("this model has no linear layers beside its head, so it can have no LoRA adapter")
        return layers
    found: dict[str, Any] = {}
    for target in recipe.names:
        named = {name: layer for name, layer in layers.items() if f".{name}".endswith(f".{target}")}
        if not named:
            known = ", ".join(sorted({name.rpartition(".")[2] for name in layers}))
            raise UserError(
                f"the adapter's target '{target}' names no linear layer of this model beside its head, which "
                f"is trained in full; it has: {known} (or targets: {ALL_LINEAR})"
            )
        found |= named
    return found


@contextmanager
def adapted(model: torch.nn.Module, recipe: LoraRecipe | None, stream: Stream) -> Iterator[None]:
    """Give a model adapters, and leave its other weights frozen; all are trained where there is no recipe.

    At the end the adapters are merged into the weights that they stand beside; an error takes them away. The
    same stream gives the same adapters. Raises UserError as `check_adapter` does.
    """
    if recipe is None:
        yield
        return
    check_adapter(model, recipe)
    trainable = {name: weight.requires_grad for name, weight in model.named_parameters()}
    tuner, merged = _with_adapters(model, recipe, stream), False
    try:
        yield
        merged = True
    finally:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about ties to the embeddings, which classifiers do not have
            tuner.merge_and_unload() if merged else tuner.unload()
        for name, weight in model.named_parameters():
            weight.requires_grad_(trainable[name])


def _with_adapters(model: torch.nn.Module, recipe: LoraRecipe, stream: Stream) -> Any:
    """PEFT's tuner of the model, which it changes in place."""
    from peft import LoraConfig
    from peft.tuners.lora import LoraModel

    head = _head(model)
    asked = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=list(adapted_layers(model, recipe)),
    )
    with torch.random.fork_rng(devices=_devices(model)), warnings.catch_warnings():
        torch.manual_seed(stream.integer())
        warnings.simplefilter("ignore")  # that GPT-2's layers hold their weights the other way round
        tuner = LoraModel(model, asked, "default")
    for weight in head:
        weight.requires_grad_(True)
    return tuner


def _devices(model: torch.nn.Module) -> list[torch.device]:
    device = next(model.parameters()).device
    return [device] if device.type == "cuda" else []


def _head(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    """The weights of the head, and of the pooler that feeds it."""
    frozen = {id(weight) for weight in _body(model).parameters()}
    head = [weight for weight in model.parameters() if id(weight) not in frozen]
    return [*(_pooler(model).parameters()), *head]


def _body(model: torch.nn.Module) -> torch.nn.Module:
    """What the head stands on; raises UserError for a model that does not keep the two apart."""
    whole: Any = model
    body: torch.nn.Module = whole.base_model
    if body is model:
        raise UserError(
            f"this model ({type(model).__name__}) does not keep its classification head apart, so it can"
            " have no adapter"
        )
    return body


def _pooler(model: torch.nn.Module) -> torch.nn.Module:
    """The part of the body that a classification head alone reads; empty where there is none."""
    return getattr(_body(model), "pooler", None) or torch.nn.Sequential()


def _linear_layers(model: torch.nn.Module) -> dict[str, Any]:
    from transformers.pytorch_utils import Conv1D

    inside = {id(layer) for layer in _body(model).modules()}
    inside -= {id(layer) for layer in _pooler(model).modules()}
    return {
        name: layer
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear | Conv1D) and id(layer) in inside
    }
