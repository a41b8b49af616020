"""Where models run and with which precision: one place, for the configuration and for the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from holdfast.core.errors import UserError

if TYPE_CHECKING:
    import torch

PlacedPrecision = Literal["auto", "fp32", "bf16"]

_DEVICE = r"^(auto|cpu|mps|cuda(:\d+)?)$"


class Placement(BaseModel):
    """A device (`auto`, `cpu`, `cuda`, `cuda:1`, `mps`) and a precision, as asked for.

    `auto` takes a GPU where there is one, and full precision everywhere: bf16 changes scores, so it is only
    used where it is asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str = Field(default="auto", pattern=_DEVICE)
    precision: PlacedPrecision = "auto"

    def resolved(self) -> Placement:
        """The same for this machine, without any `auto`; raises UserError where the device is not there."""
        device = _found() if self.device == "auto" else self.device
        _check(device)
        return Placement(device=device, precision="bf16" if self.precision == "bf16" else "fp32")


@dataclass
class Placed:
    """Where one model was put; `hash_in_full` is that of its full weights where they are in bf16 now."""

    hash_in_full: str | None = None

    def put(self, model: torch.nn.Module, placement: Placement, hash_of: Callable[[], str]) -> None:
        """Move a model in place to a device, in a precision; `hash_of` gives its content hash as it is.

        Raises UserError where the device is not there, and for bf16 weights that are to be full again.
        """
        from holdfast.models.precision import to_bf16

        placed = placement.resolved()
        if placed.precision == "bf16" and self.hash_in_full is None:
            self.hash_in_full = hash_of()
            to_bf16(model)
        elif placed.precision == "fp32":
            self.check_full_precision("made full again")
        model.to(placed.device)

    def check_full_precision(self, what: str) -> None:
        """Raise UserError where the weights are in bf16; `what` is what cannot be done with them."""
        if self.hash_in_full is not None:
            raise UserError(f"a model in bf16 cannot be {what}; open it again with precision: fp32")


def device_of(model: torch.nn.Module) -> torch.device:
    """Where a model is."""
    return next(model.parameters()).device


def beside(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A model's inputs where the model is."""
    device = device_of(model)
    return {name: value.to(device) for name, value in inputs.items()}


def _found() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _check(device: str) -> None:
    import torch

    kind, _, index = device.partition(":")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[kind]:
        raise UserError(f"device: {device} is not there: torch finds none on this machine; use auto or cpu")
    if index and int(index) >= (count := torch.cuda.device_count()):
        raise UserError(
            f"device: {device} is not there: this machine has {count} (cuda:0 to cuda:{count - 1})"
        )
