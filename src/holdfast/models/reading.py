"""Reading with a causal language model: common beginnings once, and logits only where they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from holdfast.models.branching import Layers, Trunk, branch_mask, branching, can_branch
from holdfast.models.layout import length_batches
from holdfast.models.prefixes import Lengths, Sharing, shared_beginnings

_TRUNK_TOKENS = 8192
"""Trunks remembered at a time, in tokens with their padding."""

_BRANCH_TOKENS = 256
"""Tokens left to be read from which one trunk's lines make batches of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A laid-out sequence of two tokens or more, the last `targets` of which are asked about."""

    ids: tuple[int, ...]
    targets: int

    @property
    def read(self) -> tuple[int, ...]:
        """The tokens that the model must see: all but the last, which nothing follows."""
        return self.ids[:-1]

    @property
    def target(self) -> tuple[int, ...]:
        """The tokens that are asked about."""
        return self.ids[len(self.ids) - self.targets :]

    @property
    def shareable(self) -> int:
        """How many first tokens may be remembered; the others are needed for their logits."""
        return len(self.ids) - 1 - self.targets


class Reader:
    """One causal language model, asked how likely targets are; `tokens_read` counts its work.

    Lines are read in batches of near-equal length, padded on the left so that all targets end in one column.
    """

    def __init__(self, model: torch.nn.Module, pad: int, tokens_per_batch: int) -> None:
        self.model = model
        self.tokens_read = 0
        self._pad = pad
        self._tokens_per_batch = tokens_per_batch
        self._shares = _keeps_every_token(model)
        self._branches = self._shares and can_branch(model)

    def log_probs(self, lines: Sequence[Line]) -> np.ndarray:
        """log p(target | what stands before it) of each line, shape (B,), float64."""
        result = np.zeros(len(lines))
        sharing = self._sharing(lines)
        rest = np.array([len(line.read) for line in lines], dtype=np.int64) - sharing.shared
        with torch.inference_mode():
            for trunks, layers in self._memories(lines, sharing):
                sharers = np.flatnonzero(np.isin(sharing.trunk, trunks))
                places = np.searchsorted(trunks, sharing.trunk[sharers])
                for rows in self._batches(rest[sharers], places, branches=bool(layers)):
                    at = sharers[rows]
                    result[at] = self._read([lines[i] for i in at], sharing.shared[at], layers, places[rows])
        return result

    def _batches(self, rest: Lengths, places: Lengths, *, branches: bool) -> Iterator[Lengths]:
        """Batches of near-equal length; those that have a trunk to themselves where they are large enough."""
        mixed = np.ones(len(rest), dtype=bool)
        for place in np.unique(places) if branches and self._branches else ():
            own = np.flatnonzero(places == place)
            if rest[own].sum() >= _BRANCH_TOKENS:
                mixed[own] = False
                yield from (own[rows] for rows in length_batches(rest[own], self._tokens_per_batch))
        left = np.flatnonzero(mixed)
        yield from (left[rows] for rows in length_batches(rest[left], self._tokens_per_batch))

    def gradients(self, lines: Sequence[Line]) -> tuple[np.ndarray, list[np.ndarray]]:
        """One forward and backward: log p(target) of each line, and its gradients by the embedded tokens.

        Shapes (B,), float64, and (tokens read, H) for each line, float32.
        """
        batch = _Padded.of([line.read for line in lines], self._pad)
        model: Any = self.model
        embedded = model.get_input_embeddings()(batch.ids).detach().requires_grad_()
        mask = batch.mask(np.zeros((len(lines), 0), dtype=bool))
        places = {"position_ids": batch.positions(np.zeros_like(batch.lengths)), **mask}
        inputs = {"inputs_embeds": embedded, **places, "use_cache": False}
        found = self._target_log_probs(lines, inputs)
        # Lines do not touch each other, so the gradient of the sum holds every line's own gradient.
        (gradient,) = torch.autograd.grad(found.sum(), embedded)
        self.tokens_read += int(batch.lengths.sum())
        rows = zip(gradient.float().numpy(), batch.lengths.tolist(), strict=True)
        return found.detach().numpy(), [row[len(row) - length :] for row, length in rows]

    def _sharing(self, lines: Sequence[Line]) -> Sharing:
        if not self._shares:
            return Sharing.none(len(lines))
        limits = np.array([line.shareable for line in lines], dtype=np.int64)
        return shared_beginnings([line.read for line in lines], limits)

    def _memories(self, lines: Sequence[Line], sharing: Sharing) -> Iterator[tuple[Lengths, Layers]]:
        """Some trunks at a time, ascending, and what the model remembers of them; first -1, for no trunk."""
        if (sharing.trunk < 0).any():
            yield np.array([-1]), []
        needed = sharing.trunks()
        trunks = np.array(list(needed), dtype=np.int64)
        lengths = np.array(list(needed.values()), dtype=np.int64)
        for rows in length_batches(lengths, _TRUNK_TOKENS):
            chosen = np.sort(trunks[rows])
            yield chosen, self._remembered([lines[i].ids[: needed[int(i)]] for i in chosen])

    def _remembered(self, beginnings: Sequence[tuple[int, ...]]) -> Layers:
        """Read beginnings, padded on the right, which a causal model does not see."""
        from transformers import DynamicCache

        width = max(map(len, beginnings))
        ids = torch.tensor([ids + (self._pad,) * (width - len(ids)) for ids in beginnings])
        cache: Any = DynamicCache()
        self.model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
        self.tokens_read += sum(map(len, beginnings))
        return [(layer.keys, layer.values) for layer in cache.layers]

    def _read(self, lines: Sequence[Line], shared: Lengths, layers: Layers, places: Lengths) -> np.ndarray:
        """Read what is left of each line, after the first `shared` tokens of the memory at its place."""
        batch = _Padded.of([line.read[n:] for line, n in zip(lines, shared.tolist(), strict=True)], self._pad)
        self.tokens_read += int(batch.lengths.sum())
        past = np.arange(shared.max()) < shared[:, None]
        inputs: dict[str, Any] = {"input_ids": batch.ids, "position_ids": batch.positions(shared)}
        if not layers:
            inputs |= {**batch.mask(past), "use_cache": False}
            return self._target_log_probs(lines, inputs).numpy()
        if not self._branches or (places != places[0]).any():
            inputs |= {**batch.mask(past), "past_key_values": _recalled(layers, places, past.shape[1])}
            return self._target_log_probs(lines, inputs).numpy()
        with branching(self.model, Trunk.of(layers, int(places[0]), past.shape[1])) as cache:
            mask = branch_mask(torch.from_numpy(past), torch.from_numpy(batch.filled))
            inputs |= {"attention_mask": mask, "past_key_values": cache}
            return self._target_log_probs(lines, inputs).numpy()

    def _target_log_probs(self, lines: Sequence[Line], inputs: dict[str, Any]) -> torch.Tensor:
        """Sums of the targets' log probabilities, shape (B,), float64; differentiable."""
        counts = np.array([line.targets for line in lines])
        most = int(counts.max())
        targets = _Padded.of([line.target for line in lines], self._pad).ids
        logits = self.model(**inputs, logits_to_keep=most).logits.float()
        losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        asked = torch.from_numpy(np.arange(most) >= (most - counts)[:, None])
        return -(losses.view(targets.shape) * asked).sum(-1, dtype=torch.float64)


@dataclass(frozen=True)
class _Padded:
    """Sequences of a batch, padded on the left: ids (B, L) and lengths (B,)."""

    ids: torch.Tensor
    lengths: Lengths

    @classmethod
    def of(cls, sequences: Sequence[tuple[int, ...]], pad: int) -> _Padded:
        width = max(map(len, sequences))
        ids = torch.tensor([(pad,) * (width - len(ids)) + ids for ids in sequences])
        return cls(ids, np.array([len(ids) for ids in sequences], dtype=np.int64))

    @property
    def columns(self) -> Lengths:
        """The place of each token in its own sequence, below 0 in the padding, shape (B, L)."""
        return np.arange(self.ids.shape[1]) - (self.ids.shape[1] - self.lengths[:, None])

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Where there is no padding, shape (B, L)."""
        return self.columns >= 0

    def positions(self, before: Lengths) -> torch.Tensor:
        """The position of each token of sequences that go on from `before` tokens, shape (B, L)."""
        return torch.from_numpy(np.maximum(self.columns + before[:, None], 0))

    def mask(self, past: NDArray[np.bool_]) -> dict[str, torch.Tensor]:
        """The mask over `past` tokens (B, P) and these, where one is needed."""
        seen = np.concatenate([past, self.filled], axis=1)
        return {} if seen.all() else {"attention_mask": torch.from_numpy(seen.astype(np.int64))}


def _recalled(layers: Layers, places: Lengths, width: int) -> Any:
    """A cache of the first `width` tokens of the memory at each place, to be read on from."""
    from transformers.cache_utils import Cache, DynamicLayer

    same = bool((places == places[0]).all())
    recalled = []
    for keys, values in layers:
        layer = DynamicLayer()
        layer.lazy_initialization(keys, values)
        for name, states in (("keys", keys), ("values", values)):
            part = states[:, :, :width]
            chosen = (
                part[places[:1]].expand(len(places), -1, -1, -1) if same else part[torch.from_numpy(places)]
            )
            setattr(layer, name, chosen)
        recalled.append(layer)
    return Cache(layers=recalled)


def _keeps_every_token(model: Any) -> bool:
    """Whether the model remembers keys and values of each token, and looks back at all of them.

    State-space models and those with a sliding window do not; they read every line whole.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    windowed = getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)
    return (
        not getattr(model, "_is_stateful", False)
        and kinds == {"full_attention"}
        and not windowed
        and not getattr(config, "num_kv_shared_layers", 0)
    )
