"""How a model's forward is called so that a row's company never changes its score; learnt by trying.

Classifiers that are decoders read the last token of a row, and find it by looking for padding: wrongly where
the configuration names another padding token than the tokenizer, or none. Here the last token is found from
the row itself. A model that padding disturbs (convolutions, pooling at the end) gets rows of one length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.placement import beside

if TYPE_CHECKING:
    from holdfast.models.layout import Layout

Inputs = dict[str, torch.Tensor]

_CLOSE = {"rtol": 1e-4, "atol": 1e-5}


@dataclass(frozen=True)
class Output:
    """Logits of shape (B, labels); if asked for, the state that stands for each row, shape (B, H), and, where
    the rows shared one forward, the states of all tokens, shape (B, L, H).
    """

    logits: torch.Tensor
    state: torch.Tensor | None
    states: torch.Tensor | None = None


@dataclass(frozen=True)
class Forwarding:
    """What is known of a model's forward.

    `head` names the layer that is applied to every token where the last token's result counts; `padding` is
    the token that such a model overlooks there. `pads` says whether rows of unequal length may share a
    batch, and `end` is the token that an encoder-decoder must find equally often in each row of one.
    """

    head: str | None = None
    padding: int | None = None
    pads: bool = True
    end: int | None = None

    @classmethod
    def of(cls, model: torch.nn.Module, layout: Layout, alphabet: np.ndarray) -> Forwarding:
        """Try a short batch; raises UserError where the model cannot read even that."""
        config: Any = model.config
        probes = [Tokens((), tuple(ids)) for ids in _rows(alphabet)]
        try:
            with torch.inference_mode():
                end = config.eos_token_id if config.is_encoder_decoder else None
                found = cls(_head(model, layout, probes), _padding(config), pads=True, end=end)
                alone = torch.cat([found.run(model, _inputs(layout, [probe])).logits for probe in probes])
                return cls(
                    found.head, found.padding, found._keeps(model, _inputs(layout, probes), alone), end
                )
        except (TypeError, ValueError, RuntimeError, IndexError, AttributeError) as error:
            line = " ".join(str(error).split())[:200]
            raise UserError(
                f"this model ({config.model_type}) cannot read a text of three tokens: {line}"
            ) from error

    def _keeps(self, model: torch.nn.Module, inputs: Inputs, alone: torch.Tensor) -> bool:
        """Whether a padded batch gives what its rows give alone."""
        try:
            together = self.run(model, inputs).logits
        except (ValueError, RuntimeError, IndexError):
            return False
        return torch.allclose(together.float(), alone.float(), **_CLOSE, equal_nan=True)

    def run(self, model: torch.nn.Module, inputs: Inputs, wants_state: bool = False) -> Output:
        """One batch: on the model's device, in several forwards where its rows cannot share one."""
        inputs = beside(model, inputs)
        groups = self.groups(inputs)
        if groups is None:
            return self._forward(model, inputs, wants_state)
        parts = [self._forward(model, rows_of(inputs, rows), wants_state) for rows in groups]
        order = torch.argsort(torch.cat(groups))
        states = [part.state for part in parts if part.state is not None]
        return Output(
            torch.cat([p.logits for p in parts])[order], torch.cat(states)[order] if states else None
        )

    def groups(self, inputs: Inputs) -> list[torch.Tensor] | None:
        """Indices of rows that may share a forward; None: all of them."""
        ids, mask = inputs["input_ids"], inputs.get("attention_mask")
        keys = []
        if not self.pads and mask is not None:
            keys.append(mask.sum(-1))
        if self.end is not None:
            keys.append((ids == self.end).sum(-1))
        if not keys or len(ids) == 1:
            return None
        _, group = torch.unique(torch.stack(keys), dim=1, return_inverse=True)
        count = int(group.max()) + 1
        return None if count == 1 else [torch.nonzero(group == i).squeeze(-1) for i in range(count)]

    def _forward(self, model: Any, inputs: Inputs, wants_state: bool) -> Output:
        if self.head is None:
            output = model(**inputs, **({"output_hidden_states": True} if wants_state else {}))
            states = _states(output) if wants_state else None
            return Output(output.logits, None if states is None else states[:, 0], states)
        hidden = model.base_model(**inputs, use_cache=False).last_hidden_state
        last = hidden[torch.arange(len(hidden), device=hidden.device), self._last(inputs)]
        logits = model.get_submodule(self.head)(last)
        return Output(logits, last, hidden) if wants_state else Output(logits, None)

    def _last(self, inputs: Inputs) -> torch.Tensor:
        """The position of each row's last token but for padding, as transformers finds it in a row alone."""
        ids, mask = inputs["input_ids"], inputs.get("attention_mask")
        counts = torch.ones_like(ids) if mask is None else mask
        if self.padding is not None:
            counts = counts * (ids != self.padding)
        return (torch.arange(ids.shape[1], device=ids.device) * counts).argmax(-1)


def last_layer(model: torch.nn.Module) -> str | None:
    """The name of the linear layer that gives the labels' logits."""
    config: Any = model.config
    layers = [
        name
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer.out_features == config.num_labels
    ]
    return layers[-1] if layers else None


def _rows(alphabet: np.ndarray) -> list[np.ndarray]:
    """Three rows of one, two and three different tokens, from all over the vocabulary."""
    spread = alphabet[np.linspace(0, len(alphabet) - 1, 6).astype(int)]
    return [spread[:1], spread[1:3], spread[3:]]


def _inputs(layout: Layout, tokens: list[Tokens]) -> Inputs:
    packed = layout.pack(tokens)
    return packed.model_inputs(slice(None), packed.ids.shape[1], layout.wants_types)


def _padding(config: Any) -> int | None:
    padding: int | None = config.get_text_config().pad_token_id
    return padding


def _head(model: Any, layout: Layout, probes: list[Tokens]) -> str | None:
    """The layer that is applied to every token, where the last one's result is the model's answer."""
    name = last_layer(model)
    if name is None or model.config.is_encoder_decoder:
        return None
    inputs = {key: value.to(model.device) for key, value in _inputs(layout, probes[-1:]).items()}
    seen: list[torch.Tensor] = []
    hook = model.get_submodule(name).register_forward_hook(lambda _layer, _given, output: seen.append(output))
    try:
        logits = model(**inputs).logits
    finally:
        hook.remove()
    every_token = len(seen) == 1 and seen[0].shape[:2] == inputs["input_ids"].shape and seen[0].ndim == 3
    if not every_token:
        return None
    found = Forwarding(name, _padding(model.config))
    same = torch.allclose(found.run(model, inputs).logits, logits, **_CLOSE, equal_nan=True)
    return name if same else None


def _states(output: Any) -> torch.Tensor:
    """The last layer's state at each token."""
    states = getattr(output, "hidden_states", None)
    last: torch.Tensor = output.encoder_last_hidden_state if states is None else states[-1]
    return last


def rows_of(inputs: Inputs, rows: torch.Tensor) -> Inputs:
    """Some rows of a batch, no wider than their longest, and without a mask where nothing is padded."""
    chosen = {name: value[rows] for name, value in inputs.items()}
    mask = chosen.get("attention_mask")
    if mask is None:
        return chosen
    width = int(mask.sum(-1).max())
    cut = {name: value[:, :width] for name, value in chosen.items()}
    if bool(cut["attention_mask"].all()):
        del cut["attention_mask"]
    return cut
