"""Batched sampling from a causal language model with a key-value cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from holdfast.models.placement import device_of

_ROWS_PER_BATCH = 256
_TOKENS_PER_BATCH = 32_768
"""Tokens whose keys and values a batch holds at most, but for a single row."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: its tokens without the last stop, and log p of each token, the last stop's included.

    The logs are of the model's own distribution, at temperature 1 and with nothing banned.
    """

    ids: tuple[int, ...]
    log_probs: tuple[float, ...]

    @property
    def ended(self) -> bool:
        """Whether it came to its end, and was not cut off."""
        return len(self.log_probs) > len(self.ids)


@dataclass(frozen=True)
class Decoder:
    """Draws continuations by inverting the cumulative distribution at uniform numbers fixed up front.

    `stop` ends a part; `banned` ids are never drawn.
    """

    model: torch.nn.Module
    stop: int
    banned: tuple[int, ...]
    pad: int
    temperature: float

    def run(
        self, starts: Sequence[tuple[int, ...]], uniforms: np.ndarray, *, stops: int
    ) -> list[tuple[int, ...]]:
        """Continue each start until its `stops`-th stop token, or for as many tokens as it has numbers.

        The last stop is left out of the result. Row `i` draws its token `t` with the uniform number `[i, t]`.
        """
        return [drawn.ids for drawn in self.draw(starts, uniforms, stops=stops)]

    def draw(self, starts: Sequence[tuple[int, ...]], uniforms: np.ndarray, *, stops: int) -> list[Drawn]:
        """The same, with how likely each token was; in batches of near-equal length."""
        lengths = np.array([len(s) for s in starts], dtype=np.int64)
        found: dict[int, Drawn] = {}
        for rows in _batches(lengths + uniforms.shape[1]):
            drawn = self._batch([starts[i] for i in rows], uniforms[rows], stops)
            found.update(zip(rows.tolist(), drawn, strict=True))
        return [found[i] for i in range(len(starts))]

    def _batch(self, starts: list[tuple[int, ...]], uniforms: np.ndarray, stops: int) -> list[Drawn]:
        """Draw for one batch; rows that have ended leave it when a quarter of it has."""
        with torch.inference_mode():
            state, logits = self._prefill(starts)
            drawn: list[list[int]] = [[] for _ in starts]
            logs: list[list[float]] = [[] for _ in starts]
            left = np.full(len(starts), stops)
            rows = np.arange(len(starts))
            for step in range(uniforms.shape[1]):
                chosen, likely = self._choose(logits, uniforms[rows, step])
                for row, word, log in zip(rows.tolist(), chosen.tolist(), likely.tolist(), strict=True):
                    if left[row]:
                        drawn[row].append(word)
                        logs[row].append(log)
                left[rows] -= (chosen == self.stop) & (left[rows] > 0)
                alive = left[rows] > 0
                if not alive.any() or step + 1 == uniforms.shape[1]:
                    break
                if alive.mean() <= 0.75:
                    keep = np.flatnonzero(alive)
                    rows, chosen = rows[keep], chosen[keep]
                    state.keep(torch.from_numpy(keep))
                logits = state.step(torch.from_numpy(chosen))
        ends = [len(ids) - (more == 0) for ids, more in zip(drawn, left.tolist(), strict=True)]
        return [Drawn(tuple(ids[:end]), tuple(own)) for ids, end, own in zip(drawn, ends, logs, strict=True)]

    def _prefill(self, starts: list[tuple[int, ...]]) -> tuple[_State, torch.Tensor]:
        """Read the starts into a fresh cache, each distinct one once; logits of shape (B, V)."""
        distinct = list(dict.fromkeys(starts))
        width = max(len(s) for s in distinct)
        ids = np.full((len(distinct), width), self.pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, start in enumerate(distinct):  # padded on the left, so that all ends stand in one column
            ids[row, width - len(start) :] = start
            mask[row, width - len(start) :] = 1
        state = _State(self.model, torch.from_numpy(mask))
        logits = state.read(torch.from_numpy(ids))
        if len(distinct) < len(starts):
            places = {start: i for i, start in enumerate(distinct)}
            index = torch.tensor([places[s] for s in starts])
            state.keep(index)
            logits = logits[index.to(logits.device)]
        return state, logits

    def _choose(self, logits: torch.Tensor, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The word at which the cumulative distribution passes each uniform number, and its log p; (B,)."""
        plain = logits.float().cpu()
        # In place, as fresh memory costs more here than the arithmetic.
        scaled = plain.double().div_(self.temperature)
        scaled[:, list(self.banned)] = -torch.inf
        cumulative = torch.softmax(scaled, dim=-1).cumsum_(-1)
        at = torch.from_numpy(uniforms)[:, None] * cumulative[:, -1:]
        found = torch.searchsorted(cumulative, at, right=True)
        likely = plain.gather(1, found)[:, 0] - plain.logsumexp(dim=-1)
        chosen: np.ndarray = found[:, 0].numpy()
        return chosen, likely.numpy()


def _batches(lengths: np.ndarray) -> Iterator[np.ndarray]:
    """Indices of rows, shortest first; the lengths are those that rows may come to."""
    order = np.argsort(lengths, kind="stable")
    first = 0
    while first < len(order):
        ascending = lengths[order[first : first + _ROWS_PER_BATCH]]
        held = ascending * np.arange(1, len(ascending) + 1)
        count = max(1, int(np.searchsorted(held, _TOKENS_PER_BATCH, side="right")))
        yield order[first : first + count]
        first += count


class _State:
    """The key-value cache of a batch with the mask and positions that belong to it."""

    def __init__(self, model: torch.nn.Module, mask: torch.Tensor) -> None:
        from transformers import DynamicCache

        self._model = model
        self._cache: Any = DynamicCache()
        self._device = device_of(model)
        self._padded = bool((mask == 0).any())
        self._mask = mask.to(self._device)
        self._positions = self._mask.sum(-1, keepdim=True)

    def read(self, ids: torch.Tensor) -> torch.Tensor:
        positions = (self._mask.cumsum(-1) - 1).clamp(min=0)
        return self._forward(ids.to(self._device), positions)

    def step(self, words: torch.Tensor) -> torch.Tensor:
        self._mask = torch.cat([self._mask, torch.ones_like(self._mask[:, :1])], dim=1)
        logits = self._forward(words[:, None].to(self._device), self._positions)
        self._positions = self._positions + 1
        return logits

    def keep(self, index: torch.Tensor) -> None:
        """Keep, or repeat, these rows of the batch."""
        index = index.to(self._device)
        self._cache.batch_select_indices(index)
        self._mask = self._mask[index]
        self._positions = self._positions[index]

    def _forward(self, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        output = self._model(
            input_ids=ids,
            attention_mask=self._mask if self._padded else None,
            position_ids=positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: torch.Tensor = output.logits[:, -1]
        return logits
