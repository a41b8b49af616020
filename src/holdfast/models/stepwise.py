"""A filter that reads step by step: it writes what happens, clause by clause, and then decides.

At each word it writes marks: what the task's oracle knows there (this cup is poisoned, she holds something
poisoned, this clause is only dreamt). It does so in turns. In each it reads every clause together with the
clauses before it and what it wrote of them, and writes again; so a fact that hangs on another fact, which
hangs on a third, takes three turns. Last it decides, from the words and what it wrote of them alone. Plainly
asked for a verdict, a model may never take these steps; asked to write them down, it must.

What is written is trained against the oracle's marks (`training/marks.py`), and is a probability for each
mark, so that gradients pass through it: attacks see the whole filter.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.nn import functional
from transformers import PreTrainedConfig
from transformers.modeling_outputs import SequenceClassifierOutput

from holdfast.models.word_classifier import Attention, FeedForward, WordClassifier

_RARE = -4.0
"""Log odds of a mark before anything is learned: few words have any."""


class StepwiseConfig(PreTrainedConfig):  # type: ignore[misc]
    """Sizes: `num_hidden_layers` layers that read in each of `turns`, and one that decides.

    `clause_ends` are the tokens after which a clause ends; one of more than `longest_clause` tokens is cut.
    `marks` is how many are written at each word.
    """

    model_type = "holdfast_stepwise"

    def __init__(
        self,
        vocab_size: int = 8,
        hidden_size: int = 64,
        num_hidden_layers: int = 2,
        num_attention_heads: int = 2,
        intermediate_size: int = 128,
        dropout: float = 0.0,
        max_position_embeddings: int = 128,
        marks: int = 1,
        turns: int = 3,
        clause_ends: tuple[int, ...] = (),
        longest_clause: int = 16,
        **others: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.dropout = dropout
        self.max_position_embeddings = max_position_embeddings
        self.marks = marks
        self.turns = turns
        self.clause_ends = list(clause_ends)
        self.longest_clause = longest_clause
        super().__init__(**others)


class _Between(NamedTuple):
    """How each token lies to each other one of its row; both of shape (B, L, L)."""

    clauses: torch.Tensor
    """How many lie from the first back to the second."""
    hidden: torch.Tensor
    """Whether the first must not see the second: one of a later clause, or padding."""


class _Block(torch.nn.Module):
    """A transformer's block, whose heads care more or less for how many clauses lie between."""

    def __init__(self, config: StepwiseConfig) -> None:
        super().__init__()
        self.attention = Attention(config.hidden_size, config.num_attention_heads)
        self.inner = FeedForward(config.hidden_size, config.intermediate_size)
        self.dropout = torch.nn.Dropout(config.dropout)
        self.nearness = torch.nn.Parameter(torch.linspace(0.0, 1.0, config.num_attention_heads))

    def forward(self, states: torch.Tensor, between: _Between) -> torch.Tensor:
        """States of shape (B, L, H)."""
        bias = -self.nearness[:, None, None] * between.clauses[:, None]
        bias = bias.masked_fill(between.hidden[:, None], -torch.inf)
        states = states + self.dropout(self.attention(states, bias))
        shown: torch.Tensor = states + self.dropout(self.inner(states))
        return shown


class StepwiseForSequenceClassification(WordClassifier):
    """Words to the logits of labels, shape (B, labels), by way of the marks that it writes."""

    config_class = StepwiseConfig

    def __init__(self, config: StepwiseConfig) -> None:
        super().__init__(config)
        width = config.hidden_size
        self.places = torch.nn.Embedding(config.longest_clause, width)
        self.layers = torch.nn.ModuleList(_Block(config) for _ in range(config.num_hidden_layers))
        self.norm = torch.nn.LayerNorm(width)
        self.writer = torch.nn.Linear(width, config.marks)
        self.reread = torch.nn.Linear(config.marks, width, bias=False)
        self.decider = _Block(config)
        self.post_init()
        with torch.no_grad():
            self.writer.bias.fill_(_RARE)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        output_hidden_states: bool = False,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Logits; with `output_hidden_states` the words' embeddings, and the states that `writer` read last.

        The ids say where clauses end, and are needed even where the embeddings are given.
        """
        real = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        clause, place = self._clauses(input_ids, real)
        between = _between(clause, real)
        embedded = self.words(input_ids) if inputs_embeds is None else inputs_embeds
        words = embedded + self.places(place)
        states, written = words, words
        for _turn in range(self.config.turns):
            states = written
            for layer in self.layers:
                states = layer(states, between)
            states = self.norm(states)
            written = words + self.reread(torch.sigmoid(self.writer(states)))
        return SequenceClassifierOutput(
            logits=self.decided(self.decider(written, between), real),
            hidden_states=(embedded, states) if output_hidden_states else None,
        )

    def _clauses(self, ids: torch.Tensor, real: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The number of each token's clause, ascending, and the token's place in it, both of shape (B, L)."""
        ends = torch.isin(ids, torch.tensor(self.config.clause_ends, dtype=ids.dtype, device=ids.device))
        at = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        begins = functional.pad(ends[:, :-1], (1, 0), value=True)
        since = at - torch.where(begins, at, 0).cummax(1).values
        place = since % self.config.longest_clause
        return (place == 0).cumsum(1), place * real


def _between(clause: torch.Tensor, real: torch.Tensor) -> _Between:
    apart = clause[:, :, None] - clause[:, None, :]
    return _Between(apart.clamp_min(0).float(), (apart < 0) | (real[:, None, :] == 0))
