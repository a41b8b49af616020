"""Reading with a causal language model: common beginnings once, and logits only where they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from holdfast.models.branching import Branches, branch_logits, can_branch
from holdfast.models.layout import length_batches
from holdfast.models.memories import Beginning, Layers, Memories, cache_of, chosen, cut, keeps_every_token
from holdfast.models.placement import device_of
from holdfast.models.prefixes import Lengths, Sharing, shared_beginnings

_REMEMBERED = 8192
"""Tokens whose keys and values are held at a time."""

_BRANCH_TOKENS = 256
"""Tokens left to be read from which one trunk's lines are read as its branches."""


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

    A line is read from where its memory ends. Batches are of near-equal length, padded on the left so that
    all targets end in one column; branches of one trunk are read end to end, without padding.
    """

    def __init__(self, model: torch.nn.Module, pad: int, tokens_per_batch: int) -> None:
        self.model = model
        self.tokens_read = 0
        self._pad = pad
        self._tokens_per_batch = tokens_per_batch
        self._shares = keeps_every_token(model)
        self._branches = self._shares and can_branch(model)
        self._memories = Memories(_REMEMBERED)

    def forget(self) -> None:
        """Remember nothing of what was read: the model has changed."""
        self._memories.forget()

    def log_probs(self, lines: Sequence[Line]) -> np.ndarray:
        """log p(target | what stands before it) of each line, shape (B,), float64."""
        result = np.zeros(len(lines))
        sharing = self._sharing(lines)
        rest = np.array([len(line.read) for line in lines], dtype=np.int64) - sharing.shared
        with torch.inference_mode():
            for trunks, memory in self._trunks(lines, sharing):
                sharers = np.flatnonzero(np.isin(sharing.trunk, trunks))
                places = np.searchsorted(trunks, sharing.trunk[sharers])
                for rows in self._batches(rest[sharers], places):
                    at = sharers[rows]
                    batch = [lines[i] for i in at]
                    result[at] = self._read(batch, sharing.shared[at], memory, places[rows]).numpy()
        return result

    def gradients(
        self, lines: Sequence[Line], firsts: Sequence[int]
    ) -> tuple[np.ndarray, list[NDArray[np.float32]]]:
        """One forward and backward: log p(target) of each line, and its gradients by the embedded tokens.

        Shapes (B,), float64, and (tokens read, H) for each line; what stands before a line's `first` token
        has gradient 0, and is not read again where it is remembered.
        """
        shared = np.array([*firsts] if self._shares else [0] * len(lines), dtype=np.int64)
        past = self._recalled([line.ids[:n] for line, n in zip(lines, shared.tolist(), strict=True)])
        batch = self._padded([line.read[n:] for line, n in zip(lines, shared.tolist(), strict=True)])
        model: Any = self.model
        embedded = model.get_input_embeddings()(batch.ids).detach().requires_grad_()
        cache = cache_of(past) if self._shares else None
        inputs = {"inputs_embeds": embedded, **batch.places(shared), "use_cache": self._shares}
        found = self._target_log_probs(lines, inputs | ({} if cache is None else {"past_key_values": cache}))
        # Lines do not touch each other, so the gradient of the sum holds every line's own gradient.
        (gradient,) = torch.autograd.grad(found.sum(), embedded)
        self.tokens_read += int(batch.lengths.sum())
        if cache is not None:
            self._keep(lines, batch, shared, [(layer.keys, layer.values) for layer in cache.layers])
        own = zip(gradient.float().cpu().numpy(), batch.lengths.tolist(), shared.tolist(), strict=True)
        rows = [np.pad(row[len(row) - n :], ((first, 0), (0, 0))) for row, n, first in own]
        return found.detach().numpy(), rows

    def _keep(self, lines: Sequence[Line], batch: _Padded, shared: Lengths, memory: Layers) -> None:
        """Remember each line whole: its past, padded on the right, and what was read, padded on the left."""
        seen = torch.from_numpy(batch.seen(shared)).to(batch.ids.device)
        for row, line in enumerate(lines):
            self._memories.keep(line.read, chosen(memory, seen[row].nonzero()[:, 0], row))

    def _sharing(self, lines: Sequence[Line]) -> Sharing:
        if not self._shares:
            return Sharing.none(len(lines))
        limits = np.array([line.shareable for line in lines], dtype=np.int64)
        return shared_beginnings([line.read for line in lines], limits)

    def _trunks(
        self, lines: Sequence[Line], sharing: Sharing
    ) -> Iterator[tuple[Lengths, list[Layers | None]]]:
        """Some trunks at a time, ascending, and what is remembered of each; first -1, for no trunk."""
        if (sharing.trunk < 0).any():
            yield np.array([-1]), [None]
        needed = sharing.trunks()
        trunks = np.array(list(needed), dtype=np.int64)
        lengths = np.array(list(needed.values()), dtype=np.int64)
        for rows in length_batches(lengths, _REMEMBERED):
            some = np.sort(trunks[rows])
            yield some, self._recalled([lines[i].ids[: needed[int(i)]] for i in some])

    def _recalled(self, beginnings: Sequence[Beginning]) -> list[Layers | None]:
        """What is remembered of each beginning, once those that are not have been read; None of nothing."""
        found = [self._memories.recall(ids) if ids else None for ids in beginnings]
        new = dict.fromkeys(ids for ids, memory in zip(beginnings, found, strict=True) if ids and not memory)
        if new:
            fresh = dict(zip(new, self._remembered(list(new)), strict=True))
            found = [fresh.get(ids, memory) for ids, memory in zip(beginnings, found, strict=True)]
        return found

    def _remembered(self, beginnings: Sequence[Beginning]) -> list[Layers]:
        """Read beginnings, padded on the right, which a causal model does not see."""
        width = max(map(len, beginnings))
        cache = cache_of([None])
        with torch.inference_mode(mode=False), torch.no_grad():  # gradients may be taken after it
            rows = [ids + (self._pad,) * (width - len(ids)) for ids in beginnings]
            padded = torch.tensor(rows, device=device_of(self.model))
            self.model(input_ids=padded, past_key_values=cache, use_cache=True, logits_to_keep=1)
        self.tokens_read += sum(map(len, beginnings))
        memory = [(layer.keys, layer.values) for layer in cache.layers]
        found = [chosen(memory, slice(len(ids)), row) for row, ids in enumerate(beginnings)]
        for ids, own in zip(beginnings, found, strict=True):
            self._memories.keep(ids, own)
        return found

    def _batches(self, rest: Lengths, places: Lengths) -> Iterator[Lengths]:
        """Batches of near-equal length; those that have a trunk to themselves where they are large enough."""
        mixed = np.ones(len(rest), dtype=bool)
        for place in np.unique(places) if self._branches else ():
            own = np.flatnonzero(places == place)
            if rest[own].sum() >= _BRANCH_TOKENS:
                mixed[own] = False
                yield from (own[rows] for rows in length_batches(rest[own], self._tokens_per_batch))
        left = np.flatnonzero(mixed)
        yield from (left[rows] for rows in length_batches(rest[left], self._tokens_per_batch))

    def _read(
        self, lines: Sequence[Line], shared: Lengths, memory: Sequence[Layers | None], places: Lengths
    ) -> torch.Tensor:
        """Read what is left of each line, after the first `shared` tokens of the memory at its place."""
        rest = [line.read[n:] for line, n in zip(lines, shared.tolist(), strict=True)]
        self.tokens_read += sum(map(len, rest))
        past = {place: cut(memory[place], int(shared.max())) for place in set(places.tolist())}
        trunk = past[int(places[0])]
        if self._branches and trunk is not None and len(past) == 1:
            return self._read_branches(lines, rest, shared, trunk)
        batch = self._padded(rest)
        inputs: dict[str, Any] = {"input_ids": batch.ids, **batch.places(shared), "use_cache": False}
        if trunk is not None:
            inputs |= {"past_key_values": cache_of([past[i] for i in places.tolist()]), "use_cache": True}
        return self._target_log_probs(lines, inputs)

    def _read_branches(
        self, lines: Sequence[Line], rest: Sequence[Beginning], shared: Lengths, trunk: Layers
    ) -> torch.Tensor:
        counts = np.array([line.targets for line in lines])
        logits = branch_logits(self.model, Branches.of(rest, shared, counts, trunk))
        targets = torch.tensor([word for line in lines for word in line.target], device=logits.device)
        losses = functional.cross_entropy(logits, targets, reduction="none").cpu().double()
        own = torch.from_numpy(np.repeat(np.arange(len(lines)), counts))
        return -torch.zeros(len(lines), dtype=torch.float64).index_add_(0, own, losses)

    def _padded(self, sequences: Sequence[tuple[int, ...]]) -> _Padded:
        return _Padded.of(sequences, self._pad, device_of(self.model))

    def _target_log_probs(self, lines: Sequence[Line], inputs: dict[str, Any]) -> torch.Tensor:
        """Sums of the targets' log probabilities, shape (B,), float64; differentiable."""
        counts = np.array([line.targets for line in lines])
        most = int(counts.max())
        targets = self._padded([line.target for line in lines]).ids
        logits = self.model(**inputs, logits_to_keep=most).logits.float()
        losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").cpu()
        asked = torch.from_numpy(np.arange(most) >= (most - counts)[:, None])
        return -(losses.view(targets.shape) * asked).sum(-1, dtype=torch.float64)


@dataclass(frozen=True)
class _Padded:
    """Sequences of a batch, padded on the left: ids (B, L) and lengths (B,)."""

    ids: torch.Tensor
    lengths: Lengths

    @classmethod
    def of(cls, sequences: Sequence[tuple[int, ...]], pad: int, device: torch.device) -> _Padded:
        width = max(map(len, sequences))
        ids = torch.tensor([(pad,) * (width - len(ids)) + ids for ids in sequences], device=device)
        return cls(ids, np.array([len(ids) for ids in sequences], dtype=np.int64))

    def seen(self, before: Lengths) -> NDArray[np.bool_]:
        """Where there is no padding: of `before` tokens each, padded on the right, and then of these."""
        past = np.arange(before.max()) < before[:, None]
        return np.concatenate([past, self._columns >= 0], axis=1)

    def places(self, before: Lengths) -> dict[str, torch.Tensor]:
        """Positions, and the mask where one is needed, of sequences that go on from `before` tokens each."""
        seen = self.seen(before)
        inputs = {"position_ids": torch.from_numpy(np.maximum(self._columns + before[:, None], 0))}
        if not seen.all():
            inputs["attention_mask"] = torch.from_numpy(seen.astype(np.int64))
        return {name: value.to(self.ids.device) for name, value in inputs.items()}

    @property
    def _columns(self) -> Lengths:
        """The place of each token in its own sequence, below 0 in the padding, shape (B, L)."""
        columns: Lengths = np.arange(self.ids.shape[1]) - (self.ids.shape[1] - self.lengths[:, None])
        return columns
