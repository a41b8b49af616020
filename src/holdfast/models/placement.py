"""Where models run and with which precision: one place, for the configuration and for the models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from holdfast.core.errors import UserError

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
