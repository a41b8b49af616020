"""The language model that writes completions, tells stories, and says how likely words are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.activations import use_faster
from holdfast.models.codec import Codec
from holdfast.models.decoding import Decoder
from holdfast.models.folder import content_hash, load_folder, save_folder
from holdfast.models.gguf import gguf_file, load_gguf
from holdfast.models.guard_format import GuardFormat
from holdfast.models.layout import Layout, Packed, length_batches
from holdfast.models.placement import Placed, Placement, beside, device_of
from holdfast.models.size import ModelSize
from holdfast.models.tokenizer import check_words, word_tokenizer
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_TOKENS_PER_BATCH = 8192


@dataclass(frozen=True, slots=True)
class Continuation:
    """A text that goes on from another; one that was `cut` ended with the tokens, perhaps within a word.

    `log_probs` are the logs of each token's probability under the generator itself (at temperature 1, with
    nothing banned), that of its end included where it was not cut.
    """

    text: str
    cut: bool
    log_probs: tuple[float, ...] = ()


class Generator:
    """A causal language model with its tokenizer; a story is `[CLS] prompt [SEP] completion [SEP]`.

    `revision` counts the times that training changed the weights, so that caches know when they are stale.
    `path` is the folder or file that it was opened from, or saved to last.
    """

    def __init__(
        self, model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, task: Task | None = None
    ) -> None:
        self.model = use_faster(model.eval())
        self.tokenizer = tokenizer
        self.codec = Codec(tokenizer, task)
        self.layout = _story_layout(tokenizer)
        self.path: Path | None = None
        self.revision = 0
        self._placed = Placed()
        self._config: Any = model.config

    @classmethod
    def create(cls, task: Task, size: ModelSize, stream: Stream) -> Self:
        """A decoder (Llama's architecture) of random weights; the same stream gives the same."""
        from transformers import LlamaConfig, LlamaForCausalLM

        size = size.holding(task.limits)
        tokenizer = word_tokenizer(task, size.positions)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=size.width,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            intermediate_size=size.feed_forward or 3 * size.width,
            max_position_embeddings=size.positions,
            attention_dropout=size.dropout,
            tie_word_embeddings=True,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.cls_token_id,
            eos_token_id=tokenizer.sep_token_id,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(stream.integer())
            model = LlamaForCausalLM._from_config(config, attn_implementation="sdpa")
        return cls(model, tokenizer, task)

    @classmethod
    def load(cls, path: str | Path, task: Task | None = None) -> Self:
        """Open anyone's folder or GGUF file of a causal language model.

        Raises UserError when it is missing or corrupt.
        """
        from transformers import AutoModelForCausalLM

        file = gguf_file(Path(path))
        if file:
            model, tokenizer = load_gguf(file, AutoModelForCausalLM)
        else:
            model, tokenizer = load_folder(Path(path), AutoModelForCausalLM)
        check_words(tokenizer, task, Path(path))
        opened = cls(model, tokenizer, task)
        opened.path = Path(path)
        return opened

    def save(self, path: str | Path) -> str:
        """Write an ordinary `save_pretrained` folder, whole or not at all; returns the content hash.

        Raises UserError for a model that was placed in bf16, which would lose its full weights.
        """
        self.check_full_precision("saved")
        save_folder(Path(path), self.model, self.tokenizer)
        self.path = Path(path)
        return self.hash

    @property
    def hash(self) -> str:
        """The content hash of the weights, configuration and vocabulary as they are now.

        A model in bf16 has that of its full weights.
        """
        return self._placed.hash_in_full or content_hash(self.model, self.tokenizer)

    def to(self, placement: Placement) -> Self:
        """Move the model in place to a device, in a precision; returns itself.

        Raises UserError where the device is not there, and for bf16 weights that are to be full again.
        """
        _ = self.parameters_count  # bf16 gives a model that ties its embeddings weights beside its own
        self._placed.put(self.model, placement, lambda: self.hash)
        return self

    def check_full_precision(self, what: str) -> None:
        """Raise UserError where the weights are in bf16; `what` is what cannot be done with them."""
        self._placed.check_full_precision(what)

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
        """Forward FLOPs for one token: 2 N (a backward pass costs 4 N more), as arXiv 2407.18213 counts."""
        return 2.0 * self.parameters_count

    @property
    def positions(self) -> int | None:
        """The longest sequence in tokens, special ones included."""
        return getattr(self._config, "max_position_embeddings", None)

    def complete(
        self,
        prompts: Sequence[tuple[int, ...]],
        stream: Stream,
        *,
        temperature: float = 1.0,
        max_words: int,
    ) -> list[tuple[int, ...]]:
        """One completion for each prompt, in order, of at most `max_words` tokens, without special tokens.

        Completion `i` depends on its prompt and on row `i` of the stream's uniform numbers alone, whatever
        else is in the batch. One that reaches `max_words` simply ends there.
        """
        uniforms = stream.numpy().random((len(prompts), max_words))
        return self.completions(prompts, uniforms, temperature)

    def completions(
        self, prompts: Sequence[tuple[int, ...]], uniforms: np.ndarray, temperature: float = 1.0
    ) -> list[tuple[int, ...]]:
        """One completion for each prompt, drawn with that row of uniform numbers, shape (B, most words)."""
        starts = [self.layout.head + prompt + self.layout.middle for prompt in prompts]
        return self._decoder(temperature).run(starts, uniforms, stops=1)

    def continuations(
        self, snippets: Sequence[Snippet], uniforms: np.ndarray, temperature: float = 1.0
    ) -> list[Continuation]:
        """What goes on after each prompt and the completion so far, as text of at most so many tokens.

        `uniforms` has shape (B, most tokens): each is drawn with its own row. A model of real text reads the
        two as one text, for its tokenizer may put anything between two. Of a text that leaves no room for
        what is drawn, the end is read.
        """
        room = None if self.positions is None else max(1, self.positions - uniforms.shape[1])
        starts = self._starts(snippets, room)
        drawn = self._decoder(temperature).draw(starts, uniforms, stops=1)
        return [
            Continuation(self._after(start, each.ids), not each.ended, each.log_probs)
            for start, each in zip(starts, drawn, strict=True)
        ]

    def prompt_lengths(self, prompts: Sequence[str]) -> list[int]:
        """How many tokens there are before what continues each prompt, special ones included."""
        return [len(start) for start in self._starts([Snippet(prompt, "") for prompt in prompts], None)]

    def _starts(self, snippets: Sequence[Snippet], room: int | None) -> list[tuple[int, ...]]:
        """What is read before each snippet goes on; of a text of anyone's model at most so many tokens."""
        if self.codec.closed:
            return [self._up_to(tokens, len(tokens)) for tokens in self.codec.encode(snippets)]
        return [self._opened(GuardFormat().join(snippet), room) for snippet in snippets]

    def _opened(self, text: str, room: int | None) -> tuple[int, ...]:
        """The tokens of a text that goes on, at most so many of them."""
        head, ids = self.layout.head, self.codec.encode_text(text)
        return head + (ids if room is None else ids[-max(1, room - len(head)) :])

    def _after(self, start: tuple[int, ...], ids: tuple[int, ...]) -> str:
        """The text of what was drawn, as it stands after its start: by itself it may lose its first space."""
        before, whole = self.codec.decode_ids(start), self.codec.decode_ids(start + ids)
        return whole[len(before) :] if whole.startswith(before) else self.codec.decode_ids(ids)

    def phrases(
        self,
        places: Sequence[tuple[Tokens, int]],
        lengths: Sequence[int],
        uniforms: np.ndarray,
        temperature: float = 1.0,
    ) -> list[tuple[int, ...]]:
        """Words that go on from a position of each snippet, at most `lengths` of them.

        Positions count over prompt then completion, and P is the completion's beginning. What stands at the
        position and after it is not read. A phrase is shorter where the generator would end its part.
        `uniforms` has shape (B, the greatest length).
        """
        starts = [self._up_to(tokens, position) for tokens, position in places]
        drawn = self._decoder(temperature).run(starts, uniforms, stops=1)
        return [words[:length] for words, length in zip(drawn, lengths, strict=True)]

    def _up_to(self, tokens: Tokens, position: int) -> tuple[int, ...]:
        prompt, completion = tokens
        if position < len(prompt):
            return self.layout.head + prompt[:position]
        return self.layout.head + prompt + self.layout.middle + completion[: position - len(prompt)]

    def tell(self, count: int, stream: Stream, *, max_words: int | None = None) -> list[Tokens]:
        """Whole stories drawn from the beginning: a prompt, then its completion.

        One that does not come to its completion within the words that the model reads is cut there.
        """
        room = (self.positions or 128) - self.layout.specials
        limit = min(max_words or room, room) + 1  # the separator between the two parts takes a step too
        uniforms = stream.numpy().random((count, limit))
        drawn = self._decoder(1.0).run([self.layout.head] * count, uniforms, stops=2)
        return [self._split(ids, limit - 1) for ids in drawn]

    def _split(self, ids: tuple[int, ...], most: int) -> Tokens:
        stop = self._stop
        if stop not in ids:
            return Tokens(ids[:most], ())
        at = ids.index(stop)
        return Tokens(ids[:at], ids[at + 1 :])

    @property
    def _stop(self) -> int:
        return self.layout.tail[0]

    def _decoder(self, temperature: float) -> Decoder:
        banned = [i for i in self.tokenizer.all_special_ids if i != self._stop]
        return Decoder(self.model, self._stop, tuple(banned), self.layout.pad, temperature)

    def word_log_probs(self, tokens: Sequence[Tokens]) -> list[np.ndarray]:
        """How likely every word was at every place, given all words to the left of the place.

        One float32 array of shape (P + C + 1, V) for each snippet. Row `j < P` belongs to the prompt's word
        `j`, row `P + j` to the completion's word `j`, and the last row to whatever would come after the
        completion (`[SEP]` there means that it ends). The separator between the parts has no row.
        """
        found: list[np.ndarray | None] = [None] * len(tokens)
        for rows, log_probs in self._forward(tokens):
            for i, table in zip(rows, log_probs, strict=True):
                prompt, completion = tokens[i]
                first = len(self.layout.head) - 1
                second = first + len(prompt) + len(self.layout.middle)
                places = [*range(first, first + len(prompt)), *range(second, second + len(completion) + 1)]
                found[i] = table[places]
        return [table for table in found if table is not None]

    def log_prob(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log-likelihood of each completion, its end included, given its prompt; shape (B,), float64."""
        result = np.zeros(len(tokens))
        for i, table in enumerate(self.word_log_probs(tokens)):
            prompt, completion = tokens[i]
            rows = table[len(prompt) :]
            result[i] = rows[np.arange(len(rows)), [*completion, self._stop]].sum(dtype=np.float64)
        return result

    def story_log_prob(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log-likelihood of each whole snippet, separators and end included; shape (B,), float64."""
        result = np.zeros(len(tokens))
        for rows in length_batches(self.layout.lengths(tokens), _TOKENS_PER_BATCH):
            packed = self.layout.pack([tokens[i] for i in rows], self.positions)
            inputs = self._inputs(packed)
            with torch.inference_mode():
                logits = self.model(**inputs, use_cache=False).logits[:, :-1].float()
                losses = torch.nn.functional.cross_entropy(
                    logits.transpose(1, 2), inputs["input_ids"][:, 1:], reduction="none"
                ).cpu()
            result[rows] = -(losses.double().numpy() * packed.mask()[:, 1:]).sum(axis=1)
        return result

    def _forward(self, tokens: Sequence[Tokens]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Batches of (indices, log probabilities of shape (B, L, V))."""
        batches = []
        for rows in length_batches(self.layout.lengths(tokens), _TOKENS_PER_BATCH):
            packed = self.layout.pack([tokens[i] for i in rows], self.positions)
            inputs = self._inputs(packed)
            with torch.inference_mode():
                logits = self.model(**inputs, use_cache=False).logits.float()
                batches.append((rows, torch.log_softmax(logits, dim=-1).cpu().numpy()))
        return batches

    def _inputs(self, packed: Packed) -> dict[str, torch.Tensor]:
        return beside(self.model, packed.model_inputs(slice(None), packed.ids.shape[1], wants_types=False))


def _story_layout(tokenizer: PreTrainedTokenizerFast) -> Layout:
    """The tokenizer's own layout; one that adds no end gets the end-of-text token as head and tail."""
    layout = Layout.of(tokenizer)
    end = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else end
    return Layout(
        head=layout.head or (begin,),
        middle=layout.middle,
        tail=layout.tail or (end,),
        completion_type=0,
        pad=layout.pad,
        wants_types=False,
    )
