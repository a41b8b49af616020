"""The defender: snippet to log odds of catastrophe, in any Hugging Face sequence classifier."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Tokens
from holdfast.models import ensemble
from holdfast.models.codec import Codec
from holdfast.models.encoder import new_encoder
from holdfast.models.ensemble import Combine
from holdfast.models.finite import check_finite
from holdfast.models.first_token import every_token_read, read_first_token_only
from holdfast.models.fitting import Fitting
from holdfast.models.folder import content_hash, load_folder, save_folder
from holdfast.models.forwarding import Forwarding, rows_of
from holdfast.models.gradients import Saliency, TokenGradients, embedding_gradients, saliency_of, spread
from holdfast.models.guard_format import GuardFormat, LayoutKind
from holdfast.models.kept_format import FILE, agreed, kept_text, read_kept
from holdfast.models.labels import Labels, indices_of, label_names
from holdfast.models.layout import Layout, length_batches
from holdfast.models.located import located
from holdfast.models.overflow import Overflowed, Piece, Pieces
from holdfast.models.placement import Placed, Placement, device_of
from holdfast.models.positions import positions_of
from holdfast.models.size import ModelSize, turns_of
from holdfast.models.tokenizer import check_words, is_made_here, word_tokenizer
from holdfast.models.vetoes import kept as kept_vetoes
from holdfast.models.vetoes.panel import Vetoes
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__all__ = ["Classifier", "ModelSize", "Saliency", "TokenGradients", "saliency_of"]

_TOKENS_PER_BATCH = 8192
"""Of the windows of long snippets, whose number is not known before."""


class Classifier:
    """Anyone's sequence classifier with its tokenizer; always used in evaluation mode here.

    `labels` says which labels are bad, `layout` how a snippet's tokens are laid out, `format` what the owner
    said of both. In the `single` layout a snippet is one text, and its tokens are all in the completion.
    `vetoes` are what a filter of this classifier turns away besides, whatever the score: scoring engines
    apply them, and they are saved with it. `others` are the further members of an ensemble, of which this is
    the first: engines `combine` the log odds of all. `path` is the folder that it was opened from. `exact` is
    False for a copy in low precision, whose scores may be no numbers. `revision` counts the times that
    training changed the weights, so that caches know when they are stale.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        tokenizer: PreTrainedTokenizerFast,
        task: Task | None = None,
        format: GuardFormat | None = None,
    ) -> None:
        """Raises UserError where which labels are bad is neither known nor said."""
        self.model = model.eval()
        read_first_token_only(model)
        self.tokenizer = tokenizer
        self.format = format or GuardFormat()
        self.labels = Labels.of(model.config, self.format)
        self.layout = Layout.of(tokenizer, self.format.layout or usual_layout(tokenizer))
        join = self.format.join if self.layout.kind == "single" else None
        self.codec = Codec(tokenizer, task, join=join, special_tokens=self.format.special_tokens)
        self.forwarding = Forwarding.of(model, self.layout, self.codec.alphabet)
        self.overflowed = Overflowed()
        self.vetoes = Vetoes()
        self.others: tuple[Self, ...] = ()
        self.combine: Combine = "max"
        self.exact = True
        self.path: Path | None = None
        self._placed = Placed()
        self.revision = 0

    @classmethod
    def create(cls, task: Task, size: ModelSize, stream: Stream) -> Self:
        """A bidirectional encoder of random weights; the same stream gives the same."""
        size = size.holding(task.limits)
        tokenizer = word_tokenizer(task, size.positions, token_types=size.architecture == "bert")
        model = new_encoder(size, len(tokenizer), stream, task)
        return cls(model, tokenizer, task)

    @classmethod
    def load(cls, path: str | Path, task: Task | None = None, format: GuardFormat | None = None) -> Self:
        """Open anyone's folder of a sequence classifier, as its owner says that it is to be read.

        What is not said is taken from the folder, where Holdfast kept it; a HoldfastWarning tells where the
        two differ. Raises UserError when it is missing or corrupt, when it has no classification head, or
        when what its labels mean is neither known nor said.
        """
        from transformers import AutoModelForSequenceClassification

        return cls._opened(path, task, format, *load_folder(Path(path), AutoModelForSequenceClassification))

    @classmethod
    def load_to_tune(cls, path: str | Path, task: Task | None, format: GuardFormat, stream: Stream) -> Self:
        """The same for a folder that is to be fine-tuned: an encoder without a head gets one of two labels.

        The same stream gives the same head. Raises UserError as `load` does.
        """
        from transformers import AutoModelForSequenceClassification

        names = {0: Label.HARMLESS.value, 1: Label.CATASTROPHIC.value}
        head = {"id2label": names, "label2id": {name: i for i, name in names.items()}}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(stream.integer())
            found = load_folder(Path(path), AutoModelForSequenceClassification, head)
        return cls._opened(path, task, format, *found)

    @classmethod
    def _opened(
        cls,
        path: str | Path,
        task: Task | None,
        format: GuardFormat | None,
        model: torch.nn.Module,
        tokenizer: PreTrainedTokenizerFast,
    ) -> Self:
        check_words(tokenizer, task, Path(path))
        names = label_names(model.config)

        def plain(field: str, value: Any) -> Any:
            return indices_of(names, value) if field == "bad" else value

        folder = located(path)
        opened = cls(model, tokenizer, task, agreed(format, read_kept(folder), folder, plain))
        opened.path = Path(path)
        opened.combine, members = ensemble.read_kept(folder)
        opened.others = tuple(cls.load(member, task, format) for member in members)
        opened.vetoes = kept_vetoes.read_kept(folder, task, opened.codec)
        return opened

    def save(self, path: str | Path) -> str:
        """Write an ordinary `save_pretrained` folder, whole or not at all; returns the content hash.

        Beside the model lies how it is to be read (`kept_format.FILE`), which is no part of the hash, and the
        vetoes where it has any (`vetoes.kept.FILE`), which are.

        Raises UserError for a model that was placed in bf16, which would lose its full weights.
        """
        self.check_full_precision("saved")
        more = {FILE: kept_text(self.read_as)}
        if self.vetoes:
            more[kept_vetoes.FILE] = kept_vetoes.kept_text(self.vetoes, Path(path))
        names = [f"member-{number}" for number in range(2, len(self.others) + 2)]
        if names:
            more[ensemble.FILE] = ensemble.kept_text(self.combine, names)

        def members(folder: Path) -> None:
            for name, member in zip(names, self.others, strict=True):
                member.save(folder / name)

        save_folder(Path(path), self.model, self.tokenizer, more, members)
        return self.hash

    @property
    def read_as(self) -> GuardFormat:
        """How it is read, with nothing left to be known from names; bad labels by their indices."""
        known = {"bad": self.labels.bad, "activation": self.labels.activation, "layout": self.layout.kind}
        return self.format.model_copy(update=known)

    @property
    def hash(self) -> str:
        """The content hash of the weights, configuration and vocabulary as they are now, and of the vetoes.

        A model in bf16 has that of its full weights.
        """
        return self.vetoes.hash_with(self._own_hash)

    @property
    def _own_hash(self) -> str:
        own = self._placed.hash_in_full or content_hash(self.model, self.tokenizer)
        if not self.others:
            return own
        parts = [self.combine, own, *(member.hash for member in self.others)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def to(self, placement: Placement) -> Self:
        """Move the model in place to a device, in a precision; returns itself.

        Raises UserError where the device is not there, and for bf16 weights that are to be full again.
        """
        _ = self.fitting  # asked before the move: on a GPU, a text that is too long ends the process
        self._placed.put(self.model, placement, lambda: content_hash(self.model, self.tokenizer))
        for member in self.others:
            member.to(placement)
        return self

    def check_full_precision(self, what: str) -> None:
        """Raise UserError where the weights are in bf16; `what` is what cannot be done with them."""
        self._placed.check_full_precision(what)

    @property
    def members(self) -> tuple[Self, ...]:
        """All members of the ensemble, this one first; it alone where it is none."""
        return (self, *self.others)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return device_of(self.model)

    @cached_property
    def parameters_count(self) -> int:
        """How many weights the model has."""
        return sum(p.numel() for p in self.model.parameters())

    @property
    def flops_per_token(self) -> float:
        """Forward FLOPs for one token: 2 N (a backward pass costs 4 N more), as arXiv 2407.18213 counts.

        As many times as a token passes the weights.
        """
        return 2.0 * self.parameters_count * turns_of(self.model)

    @cached_property
    def fitting(self) -> Fitting:
        """Which snippets the model can read, and how much of those that are too long.

        Raises UserError where the owner said that it reads more than it can.
        """
        token = int(self.codec.alphabet[0])
        positions = positions_of(self.model, self.tokenizer, self.layout, token, self.format.positions)
        return Fitting(self.layout, positions, self.format.overflow)

    @property
    def positions(self) -> int | None:
        """The longest sequence in tokens that the model reads, special ones included; None: no limit."""
        return self.fitting.positions

    def fits(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Whether each snippet can be scored, shape (B,): whole, or cut as the format says."""
        return self.fitting.fits(tokens)

    def refusals(self, tokens: Sequence[Tokens]) -> list[str | None]:
        """Why the model cannot read a snippet, in words; None where it can."""
        fits, lengths = self.fits(tokens).tolist(), self.layout.lengths(tokens).tolist()
        return [
            None if fit else f"it has {n} tokens, and the model reads {self.positions}"
            for fit, n in zip(fits, lengths, strict=True)
        ]

    def forward_log_odds(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Log odds of catastrophe, shape (B,), for a batch of model inputs; differentiable."""
        return self.labels.log_odds(self.forwarding.run(self.model, inputs).logits)

    def forward_log_odds_and_state(
        self, inputs: dict[str, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and the last layer's state at the token that the model goes by, shape (B, H)."""
        output = self.forwarding.run(self.model, inputs, wants_state=True)
        assert output.state is not None
        return self.labels.log_odds(output.logits), output.state

    def forward_log_odds_and_states(
        self, inputs: dict[str, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The same with the last layer's states at all tokens, padding included, shape (B, L, H).

        Raises UserError for a model whose rows cannot share a forward.
        """
        with every_token_read(self.model):
            output = self.forwarding.run(self.model, inputs, wants_state=True)
        if output.states is None:
            raise UserError(f"{self.name} cannot read texts of unequal length at once, as marks need it")
        return self.labels.log_odds(output.logits), output.states

    def log_odds(self, batch: Sequence[Tokens]) -> np.ndarray:
        """Log odds of catastrophe, shape (B,), float32: one padded full-precision forward.

        A snippet that is read in windows has its highest window's; those take several forwards. Raises
        UserError for one that does not fit, where the format does not say what is to be read of it, and
        NotANumberError for a score that is no finite number.
        """
        pieces = self.fitting.pieces(batch)
        self.overflowed.count(len(batch), pieces)
        if pieces is None:
            return self._log_odds_of_fitting(batch)
        return pieces.highest(self._log_odds_of_pieces(pieces))

    def _log_odds_of_pieces(self, pieces: Pieces) -> np.ndarray:
        found = np.zeros(len(pieces.tokens), dtype=np.float32)
        for rows in length_batches(self.layout.lengths(pieces.tokens), _TOKENS_PER_BATCH):
            found[rows] = self._log_odds_of_fitting([pieces.tokens[i] for i in rows.tolist()])
        return found

    def _log_odds_of_fitting(self, batch: Sequence[Tokens]) -> np.ndarray:
        if not batch:
            return np.zeros(0, dtype=np.float32)
        with torch.inference_mode():
            found: np.ndarray = self.forward_log_odds(self._inputs(batch)).float().cpu().numpy()
        self._check_finite(found, batch)
        return found

    def _check_finite(self, values: np.ndarray, batch: Sequence[Tokens]) -> None:
        if self.exact:
            check_finite(values, batch, self._text_of, self.name)

    def _text_of(self, tokens: Tokens) -> str:
        (snippet,) = self.codec.decode([tokens])
        return self.format.join(snippet)

    @property
    def name(self) -> str:
        """What messages call it: the folder that it was opened from, or its hash once training changed it."""
        return str(self.path) if self.path is not None and not self.revision else self.hash[:12]

    def _inputs(self, batch: Sequence[Tokens]) -> dict[str, torch.Tensor]:
        packed = self.layout.pack(batch, self.positions)
        return packed.model_inputs(slice(None), packed.ids.shape[1], self.layout.wants_types)

    def gradients(self, batch: Sequence[Tokens]) -> list[TokenGradients]:
        """Gradients of each snippet's log odds with respect to its tokens' word embeddings: one backward.

        Tokens that are not read, or not in the window with the highest score, have gradients of zero. Raises
        UserError for an encoder-decoder, which gives none.
        """
        if not batch:
            return []
        pieces = self.fitting.pieces(batch)
        if pieces is None:
            read = [Piece(tokens) for tokens in batch]
        else:
            scores = self._log_odds_of_pieces(pieces)
            read = [pieces.pieces[i] for i in pieces.highest_piece(scores).tolist()]
        gradients, log_odds = self._gradients([piece.tokens for piece in read])
        return [
            spread(self.layout, tokens, piece, gradient, value)
            for tokens, piece, gradient, value in zip(batch, read, gradients, log_odds, strict=True)
        ]

    def _gradients(self, batch: list[Tokens]) -> tuple[list[np.ndarray], list[float]]:
        """The gradients of all positions of each row, shape (L, H), and its log odds."""
        inputs = self._inputs(batch)
        groups = self.forwarding.groups(inputs) or [torch.arange(len(batch))]
        gradients: list[np.ndarray] = [np.zeros(0)] * len(batch)
        log_odds = np.zeros(len(batch))
        for rows in groups:
            part = rows_of(inputs, rows) if len(groups) > 1 else inputs
            gradient, values = embedding_gradients(self.model, part, self.forward_log_odds)
            log_odds[rows.numpy()] = values.float().cpu().numpy()
            for i, row in zip(rows.tolist(), gradient.float().cpu().numpy(), strict=True):
                gradients[i] = row
        self._check_finite(log_odds, batch)
        self._check_finite(np.array([row.sum() for row in gradients]), batch)
        return gradients, log_odds.tolist()

    def saliency(self, batch: Sequence[Tokens]) -> list[Saliency]:
        """The L2 norm of each token's gradient (arXiv 2205.01663, section 4.2)."""
        return [saliency_of(gradients) for gradients in self.gradients(batch)]

    def embedding_matrix(self) -> np.ndarray:
        """The word embeddings, shape (V, H), for first-order ranking of substitutions."""
        words: Any = self.model
        matrix: torch.Tensor = words.get_input_embeddings().weight
        return matrix.detach().float().cpu().numpy()


def usual_layout(tokenizer: PreTrainedTokenizerFast) -> LayoutKind:
    """A pair for the word-level tokenizers made here, one text for all others."""
    return "pair" if is_made_here(tokenizer) else "single"
