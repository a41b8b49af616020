"""Reading many branches of one trunk: tokens end to end, the trunk's keys and values never copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch

from holdfast.models.memories import Layers
from holdfast.models.prefixes import Lengths

_NAME = "holdfast_branching"


@dataclass(frozen=True)
class Branches:
    """What to read, n branches of N tokens in all, the longest of W, after a trunk of P.

    `ids`, `positions` and `asked` (the places of the N whose logits are wanted) are for the model, the rest
    for its attention.
    """

    trunk: Layers
    ids: torch.Tensor
    positions: torch.Tensor
    asked: torch.Tensor
    mask: torch.Tensor
    """(N, P + W): 0 where a token may look in its trunk and its own branch, and else very low."""
    padded: torch.Tensor
    """(n W,) where in the N each branch's tokens stand, the branches padded to W; padding is somewhere."""
    places: torch.Tensor
    """(N,) where in `padded` each token stands."""
    count: int
    """n, the number of branches."""

    @classmethod
    def of(
        cls, rest: Sequence[tuple[int, ...]], shared: Lengths, targets: Lengths, trunk: Layers
    ) -> Branches:
        """What is left of each branch after the first `shared` tokens of the trunk, ending in `targets`."""
        lengths = np.array([len(ids) for ids in rest], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        row = np.repeat(np.arange(len(rest)), lengths)
        column = np.arange(lengths.sum()) - starts[row]
        width, past = int(lengths.max()), trunk[0][0].shape[-2]
        within = np.arange(width) < lengths[:, None]
        seen = np.concatenate(
            [np.arange(past) < shared[row][:, None], np.arange(width) <= column[:, None]], axis=1
        )
        low, device = np.finfo(np.float32).min, trunk[0][0].device
        return cls(
            trunk=trunk,
            ids=torch.tensor([[i for ids in rest for i in ids]], device=device),
            positions=torch.from_numpy((shared[row] + column)[None]).to(device),
            asked=torch.from_numpy(np.flatnonzero(column >= (lengths - targets)[row])).to(device),
            mask=torch.from_numpy(np.where(seen, np.float32(0), low)).to(device),
            padded=torch.from_numpy(np.where(within, starts[:, None] + np.arange(width), 0).ravel()).to(
                device
            ),
            places=torch.from_numpy(row * width + column).to(device),
            count=len(rest),
        )

    def apart(self, states: torch.Tensor) -> torch.Tensor:
        """States (..., N, X) of tokens end to end as those of branches by themselves, (..., n, W, X)."""
        padded = states.index_select(2, self.padded)
        return padded.view(*states.shape[:2], self.count, -1, states.shape[-1])

    def end_to_end(self, states: torch.Tensor) -> torch.Tensor:
        """The other way round."""
        return states.flatten(2, 3).index_select(2, self.places)


_current: ContextVar[Branches] = ContextVar("branches")


def can_branch(model: Any) -> bool:
    """Whether the model's attention is the plain one, and looked up where another can be put."""
    config = model.config.get_text_config()
    backend = getattr(model, "_supports_attention_backend", False)
    return bool(backend) and config._attn_implementation == "sdpa"


def branch_logits(model: Any, branches: Branches) -> torch.Tensor:
    """The logits at the places asked about, in order, shape (places, V)."""
    from transformers.cache_utils import Cache

    past = branches.trunk[0][0].shape[-2]
    inputs = {
        "input_ids": branches.ids,
        "position_ids": branches.positions,
        # of four dimensions, so that the model makes none of its own
        "attention_mask": branches.mask[None, None],
        "past_key_values": Cache(layers=[_own_layer()(past) for _ in branches.trunk]),
    }
    with _branching(model, branches), _only_asked(model, branches):
        logits: torch.Tensor = model(**inputs, logits_to_keep=branches.asked).logits
    return logits[0].float()


@contextmanager
def _branching(model: Any, branches: Branches) -> Iterator[None]:
    """The attention below in the place of the model's own."""
    _register()
    config = model.config.get_text_config()
    usual, token = config._attn_implementation, _current.set(branches)
    config._attn_implementation = _NAME
    try:
        yield
    finally:
        config._attn_implementation = usual
        _current.reset(token)


@contextmanager
def _only_asked(model: torch.nn.Module, branches: Branches) -> Iterator[None]:
    """Spare the last layer's feed-forward block all tokens whose logits nobody asked for."""
    block, asked = _last_block(model), branches.asked
    if block is None:
        yield
        return

    def selected(_: Any, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        return (inputs[0][:, asked],)

    def put_back(_: Any, __: Any, output: torch.Tensor) -> torch.Tensor:
        whole = output.new_zeros((1, branches.ids.shape[1], output.shape[-1]))
        whole[:, asked] = output
        return whole

    hooks = [block.register_forward_pre_hook(selected), block.register_forward_hook(put_back)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _last_block(model: torch.nn.Module) -> torch.nn.Module | None:
    """The last layer's feed-forward block, where it is one that treats every token by itself."""
    from transformers.modeling_layers import GradientCheckpointingLayer
    from transformers.pytorch_utils import Conv1D

    layers = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    block: torch.nn.Module | None = getattr(layers[-1], "mlp", None) if layers else None
    if block is None:
        return None
    parts = [part for part in block.modules() if any(True for _ in part.parameters(recurse=False))]
    return block if all(isinstance(part, torch.nn.Linear | Conv1D) for part in parts) else None


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    dropout: float = 0.0,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Softmax attention of each token to the trunk and its own branch, as `transformers` asks for it.

    All queries meet the trunk in one product for each head; only to meet their own branch are they padded.
    """
    branches = _current.get()
    keys, values = (states[0] for states in branches.trunk[module.layer_idx])
    (heads, count, width), (shared_heads, past, _) = query.shape[1:], keys.shape
    grouped = (shared_heads, heads // shared_heads)
    query = (query[0] * (scaling or width**-0.5)).reshape(*grouped, count, width)

    to_trunk = torch.bmm(query.flatten(1, 2), keys.transpose(1, 2)).view(*grouped, count, past)
    own_keys, own_values = (branches.apart(states[0][:, None]) for states in (key, value))
    to_own = branches.end_to_end(branches.apart(query) @ own_keys.transpose(-1, -2))
    weights = torch.cat([to_trunk, to_own], dim=-1).add_(branches.mask).softmax(dim=-1)

    from_trunk = torch.bmm(weights[..., :past].flatten(1, 2), values).view(*grouped, count, -1)
    from_own = branches.end_to_end(branches.apart(weights[..., past:]) @ own_values)
    output = from_trunk.add_(from_own).flatten(0, 1)
    return output.transpose(0, 1)[None], None


@cache
def _register() -> None:
    from transformers import AttentionInterface

    AttentionInterface.register(_NAME, _attend)


@cache
def _own_layer() -> Any:
    from transformers.cache_utils import DynamicLayer

    class OwnLayer(DynamicLayer):  # type: ignore[misc]
        """A layer's cache that hands out the new keys and values alone, and tells of the trunk's length."""

        def __init__(self, past: int) -> None:
            super().__init__()
            self._past = past

        def update(
            self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
        ) -> tuple[torch.Tensor, torch.Tensor]:
            return key_states, value_states

        def get_seq_length(self) -> int:
            return self._past

    return OwnLayer
