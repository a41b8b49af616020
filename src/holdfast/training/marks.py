"""What an oracle knows at each word, as targets beside the verdict: finer, and so easier to learn from.

A verdict is one bit for a whole snippet, and says nothing of the steps that lead to it. Marks name the steps:
this cup is poisoned, she holds something poisoned, this clause is only dreamt. A head that is dropped after
training predicts them from the states of the last layer; a `stepwise` model has such a head of its own, which
stays, for it goes on from what it wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.tasks.base import Marker, Task, WordMarks
from holdfast.training.recipes import ClassifierRecipe

_RARE = -4.0
"""Log odds of a mark before anything is learned: few words have any."""


@dataclass(frozen=True)
class Marks:
    """The marks of each example's words, in the order of the examples.

    The words must be the model's tokens, as they are where a task's own tokenizer is used.
    """

    names: tuple[str, ...]
    rows: Sequence[WordMarks]

    @property
    def words(self) -> int:
        """How many words the oracle marked; an example that is there several times was marked once."""
        different = {id(row): row for row in self.rows}.values()
        return sum(len(row.prompt) + len(row.completion) for row in different)

    def check(self, tokens: Sequence[Tokens]) -> None:
        """Raises HoldfastError unless every token has its marks."""
        if len(self.rows) != len(tokens):
            raise HoldfastError(f"{len(tokens)} examples need as many rows of marks, not {len(self.rows)}")
        for number, (row, own) in enumerate(zip(self.rows, tokens, strict=True)):
            if (len(row.prompt), len(row.completion)) != (len(own.prompt), len(own.completion)):
                raise HoldfastError(
                    f"example {number} has {len(own.prompt)} + {len(own.completion)} tokens, and marks for "
                    f"{len(row.prompt)} + {len(row.completion)} words"
                )


def marks_for(
    task: Task, classifier: Classifier, tokens: Sequence[Tokens], recipe: ClassifierRecipe
) -> Marks | None:
    """What the task's oracle knows at each word of examples, if the recipe learns that; else None.

    Raises UserError for a task that has no marks, and for a model whose tokens are not the task's words.
    """
    if not recipe.learns_marks:
        return None
    if not isinstance(task, Marker):
        raise UserError(
            f"the task {task.name} says nothing of single words that could be learnt;"
            " leave out mark_weight and mention_weight"
        )
    if not classifier.codec.closed:
        raise UserError(
            "marks are of a task's words, and this model reads other tokens; leave out mark_weight and"
            " mention_weight"
        )
    read = classifier.fitting.shortened(tokens)
    different = list(dict.fromkeys(read))  # a mix holds some examples several times
    found = {
        own: _marked(task, own, snippet)
        for own, snippet in zip(different, classifier.codec.decode(different), strict=True)
    }
    return Marks(task.marks, [found[own] for own in read])


def _marked(task: Marker, tokens: Tokens, snippet: Snippet) -> WordMarks:
    """The marks of a snippet; none at all where it holds words that the model does not know."""
    marks = task.marked(snippet)
    if (len(marks.prompt), len(marks.completion)) == (len(tokens.prompt), len(tokens.completion)):
        return marks
    return WordMarks((0,) * len(tokens.prompt), (0,) * len(tokens.completion))


class MarksLoss(torch.nn.Module):
    """The mean over words of the summed cross-entropies of their marks."""

    def __init__(self, marks: Marks, weight: float, classifier: Classifier, stream: Stream) -> None:
        """Of a loss with that weight; the same stream gives the same head.

        Raises UserError for a model that writes other marks than the task's.
        """
        super().__init__()
        self._marks, self._weight, self._layout = marks, weight, classifier.layout
        self._bits = np.arange(len(marks.names))
        model: Any = classifier.model
        self.head: torch.nn.Linear = getattr(model, "writer", None) or _head(
            model.config.hidden_size, len(marks.names), stream
        )
        if self.head.out_features != len(marks.names):
            raise UserError(
                f"{classifier.name} writes {self.head.out_features} marks at each word, and the task has"
                f" {len(marks.names)}: it was made for another task, or for another edition of it"
            )

    def forward(self, states: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        """The weighted loss, from states of shape (B, L, H) of the examples with those indices."""
        bits, is_word = self._targets(rows, states.shape[1])
        targets = torch.from_numpy((bits[..., None] >> self._bits & 1).astype(np.float32)).to(states.device)
        guess = self.head(states[torch.from_numpy(is_word).to(states.device)]).float()
        loss = functional.binary_cross_entropy_with_logits(guess, targets, reduction="none")
        return self._weight * loss.sum(-1).mean()

    def _targets(self, rows: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
        """The marks of the words of some examples, in order, and where those words stand, shape (B, L)."""
        is_word = np.zeros((len(rows), width), dtype=bool)
        found: list[int] = []
        first, middle = len(self._layout.head), len(self._layout.middle)
        for place, row in enumerate(rows.tolist()):
            prompt, completion, _ = self._marks.rows[row]
            second = first + len(prompt) + middle
            is_word[place, first : first + len(prompt)] = True
            is_word[place, second : second + len(completion)] = True
            found += prompt
            found += completion
        return np.array(found, dtype=np.int64), is_word


def _head(width: int, marks: int, stream: Stream) -> torch.nn.Linear:
    """Made without values of its own, which would come from the global random state."""
    head = torch.nn.Linear(width, marks, device="meta").to_empty(device="cpu")
    torch.nn.init.normal_(head.weight, std=width**-0.5, generator=stream.torch())
    torch.nn.init.constant_(head.bias, _RARE)
    return head
