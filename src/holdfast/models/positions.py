"""How long a text a model reads, by asking the model: what its files say, its tables hold, and what works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.guard_format import setting
from holdfast.models.layout import Layout

_NAMES = (
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "max_seq_len",
    "seq_length",
    "n_ctx",
)
_SANE = 1_000_000
"""Tokenizers without a limit name one of 10^30."""

_WHOLE_FORWARD = 5e10
"""FLOPs up to which the limit is tried by a whole forward; of a larger model, up to its first block alone."""

_LONGEST_TRIED = 4096
"""A limit beyond this is tried only where a table ends there: relative positions have no end."""

_STEPS_DOWN = 8
"""Tables lose a row or two to an offset; further down the limit is halved."""


def positions_of(
    model: torch.nn.Module, tokenizer: Any, layout: Layout, token: int, told: int | None = None
) -> int | None:
    """The longest sequence in tokens, special ones included, that a model reads; None: no limit is known.

    It is the least of what the configuration and the tokenizer name and what a table of positions
    holds, or what the owner says, and a forward of that length works. `token` is an ordinary token. Raises
    UserError when the owner names more than the model reads, or when it reads next to nothing.
    """
    probe = _Probe(model, layout, token)
    most = probe.table()
    limit = told or min((n for n in [*_named(model.config, tokenizer), most] if n is not None), default=None)
    if limit is None:
        return None
    if most is not None and limit > most:
        raise UserError(
            f"{setting('positions', limit)} is more than this model reads: "
            f"its table of positions ends at {most}"
        )
    on_cpu = next(model.parameters()).device.type == "cpu"
    # On a GPU, a read past a table's end breaks the whole process: there, only the table is asked.
    if not on_cpu or (most is None and limit > _LONGEST_TRIED) or probe.works(limit):
        return limit
    if told is not None:
        raise UserError(f"{setting('positions', told)} is more than this model reads: {probe.why}")
    return _largest(probe, limit)


def _named(config: Any, tokenizer: Any) -> list[int]:
    text = config.get_text_config()
    named = [getattr(text, name, None) for name in _NAMES] + [tokenizer.model_max_length]
    return [int(n) for n in named if isinstance(n, int | float) and 0 < n < _SANE]


def _largest(probe: _Probe, broken: int) -> int:
    """The largest length below one that does not work that does."""
    least = probe.layout.specials + 1
    for length in range(broken - 1, max(least, broken - _STEPS_DOWN) - 1, -1):
        if probe.works(length):
            return length
    low, high = 0, max(least, broken - _STEPS_DOWN)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if probe.works(middle) else (low, middle)
    if low < least:
        raise UserError(f"this model cannot read even a text of {least} tokens: {probe.why}")
    return low


@dataclass
class _Probe:
    """Runs a model on a text of a given length, all of one token."""

    model: torch.nn.Module
    layout: Layout
    token: int
    why: str = ""

    def table(self) -> int | None:
        """The longest sequence that a table of positions has rows for; None where none is looked up."""
        seen = _TableLookups(self.layout.specials + 4)
        with seen:
            self._run(seen.length)
        return min(seen.limits, default=None)

    def works(self, length: int) -> bool:
        """Whether a forward of that length does not fail."""
        weights = sum(p.numel() for p in self.model.parameters())
        try:
            if 2 * weights * length <= _WHOLE_FORWARD:
                self._run(length)
            else:
                self._run_to_first_block(length)
        except _ReachedError:
            return True
        except Exception as error:  # models fail in many ways
            self.why = " ".join(str(error).split())[:200] or type(error).__name__
            return False
        return True

    def _run(self, length: int) -> None:
        words = Tokens((), (self.token,) * max(0, length - self.layout.specials))
        packed = self.layout.pack([words])
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], self.layout.wants_types)
        device = next(self.model.parameters()).device
        with torch.inference_mode():
            self.model(**{name: value.to(device) for name, value in inputs.items()})

    def _run_to_first_block(self, length: int) -> None:
        blocks = [m for m in self.model.modules() if isinstance(m, torch.nn.ModuleList) and len(m)]
        if not blocks:
            return
        hook = blocks[0][0].register_forward_pre_hook(_stop)
        try:
            self._run(length)
        finally:
            hook.remove()


class _ReachedError(Exception):
    """The first block was reached."""


def _stop(*_: Any) -> None:
    raise _ReachedError


class _TableLookups(TorchFunctionMode):
    """Watches lookups in tables for the indices k, k + 1, k + 2 …: those are positions, counted from k."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length
        self.limits: list[int] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") == "embedding":
            given = {**dict(zip(("first", "second"), args, strict=False)), **(kwargs or {})}
            self._note(*(value for value in given.values() if isinstance(value, torch.Tensor)))
        return func(*args, **(kwargs or {}))

    def _note(self, *tensors: torch.Tensor) -> None:
        """One is the table, the other holds whole numbers."""
        indices = next((t for t in tensors if not t.is_floating_point()), None)
        table = next((t for t in tensors if t.is_floating_point()), None)
        if indices is None or table is None or indices.ndim == 0 or indices.shape[-1] != self.length:
            return
        rows = indices.reshape(-1, self.length)
        first = int(rows[0, 0])
        if bool((rows == torch.arange(first, first + self.length, device=rows.device)).all()):
            self.limits.append(table.shape[0] - first)
