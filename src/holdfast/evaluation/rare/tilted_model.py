"""A language model whose next-word logits are shifted by a fixed amount for each word."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


class TiltedModel(torch.nn.Module):
    """Gives the model's own outputs with `tilt` (V,) added to the logits."""

    def __init__(self, model: torch.nn.Module, tilt: np.ndarray) -> None:
        super().__init__()
        self.model = model
        self.tilt = torch.from_numpy(np.asarray(tilt, dtype=np.float32))
        self.config: Any = model.config

    def forward(self, **inputs: Any) -> Any:
        """The same arguments, and the same kind of output."""
        output = self.model(**inputs)
        output.logits = output.logits + self.tilt
        return output
