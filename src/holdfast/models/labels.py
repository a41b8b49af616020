"""From a classifier's logits to log odds of catastrophe: which labels are bad, and how logits are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from holdfast.core.errors import UserError
from holdfast.models.guard_format import Activation, GuardFormat, setting
from holdfast.models.label_names import is_bad

_EDGE = 1e-6
"""A model whose output is the probability itself is never more certain than this."""


@dataclass(frozen=True)
class Labels:
    """The labels of a classifier, the indices of the bad ones (ascending), and how its logits are read.

    A single label that is not among `bad` is the harmless one.
    """

    names: tuple[str, ...]
    bad: tuple[int, ...]
    activation: Activation

    @classmethod
    def of(cls, config: Any, told: GuardFormat | None = None) -> Labels:
        """Read them off a model's configuration and what its owner says.

        Raises UserError, listing every label, where the names do not say for certain which are bad.
        """
        told = told or GuardFormat()
        names = label_names(config)
        activation = _activation(names, getattr(config, "problem_type", None), told.activation)
        bad = _known(names, activation) if told.bad is None else _chosen(names, told.bad, activation)
        return cls(names, bad, activation)

    @property
    def bad_names(self) -> tuple[str, ...]:
        """The names of the bad labels."""
        return tuple(self.names[i] for i in self.bad)

    def log_odds(self, logits: torch.Tensor) -> torch.Tensor:
        """Log odds of catastrophe, shape (B,), from logits of shape (B, labels); differentiable.

        Softmax: the odds of all bad labels together against all others. Sigmoid: those of the most probable
        bad label.
        """
        if self.activation == "softmax":
            return self._softmax(logits)
        if len(self.names) == 1:
            value = logits[..., 0]
            value = torch.logit(value, eps=_EDGE) if self.activation == "identity" else value
            return value if self.bad else -value
        return logits[..., list(self.bad)].amax(-1)

    def _softmax(self, logits: torch.Tensor) -> torch.Tensor:
        others = [i for i in range(len(self.names)) if i not in self.bad]
        if len(self.names) == 2:
            return logits[..., self.bad[0]] - logits[..., others[0]]
        return torch.logsumexp(logits[..., list(self.bad)], -1) - torch.logsumexp(logits[..., others], -1)


def label_names(config: Any) -> tuple[str, ...]:
    """The names of the labels that a model's configuration gives."""
    return tuple(str(config.id2label[i]) for i in range(config.num_labels))


def _activation(names: tuple[str, ...], problem: str | None, told: Activation | None) -> Activation:
    """Softmax where a model has two labels or says that one of all is right, sigmoid where several may be."""
    count = len(names)
    if told is not None:
        if count == 1 and told == "softmax":
            raise UserError(
                f"{setting('activation', told)} needs two labels or more, and this model has one; write "
                f"{setting('activation', 'sigmoid')}"
            )
        if count > 1 and told == "identity":
            raise UserError(f"{setting('activation', told)} is for a model of one label, not of {count}")
        return told
    if problem == "regression":
        raise UserError(
            "this model was trained as a regression, so what its output means is not known; write "
            f"{setting('activation', 'identity')} where it is a probability, or "
            f"{setting('activation', 'sigmoid')} where it is log odds"
        )
    if count == 1:
        return "sigmoid"
    if problem == "multi_label_classification":
        return "sigmoid"
    if count > 2 and problem != "single_label_classification":
        raise UserError(
            f"this model has {count} labels ({_listed(names)}) and does not say whether one or several may "
            f"be right; write {setting('activation', 'softmax')} for one, or "
            f"{setting('activation', 'sigmoid')} for several"
        )
    return "softmax"


def indices_of(names: tuple[str, ...], bad: tuple[str | int, ...]) -> tuple[int, ...]:
    """The indices of labels given by name or index, ascending; raises UserError for one that is not there."""
    return tuple(sorted({_index(names, label) for label in bad}))


def _known(names: tuple[str, ...], activation: Activation) -> tuple[int, ...]:
    """The bad labels by their names alone."""
    read = [is_bad(name) for name in names]
    bad = tuple(i for i, one in enumerate(read) if one)
    told_apart = len(names) == 1 or (bad and (activation == "sigmoid" or len(bad) < len(names)))
    if None in read or not told_apart:
        raise UserError(
            f"the names of this model's labels ({_listed(names)}) do not say for certain which are bad; "
            f"{_how(names)}"
        )
    return bad


def _chosen(names: tuple[str, ...], bad: tuple[str | int, ...], activation: Activation) -> tuple[int, ...]:
    """The bad labels as they were told."""
    found = indices_of(names, bad)
    if len(names) > 1 and not found:
        raise UserError(f"no label of this model ({_listed(names)}) is named as bad; {_how(names)}")
    if len(names) > 1 and activation == "softmax" and len(found) == len(names):
        raise UserError(
            f"every label of this model ({_listed(names)}) is named as bad; leave out the harmless ones"
        )
    return found


def _index(names: tuple[str, ...], label: str | int) -> int:
    """The index of a label given by its name, or else by its index."""
    named = [i for i, name in enumerate(names) if name.casefold() == str(label).casefold().strip()]
    by_index = int(label) if isinstance(label, int) or label.strip().isdecimal() else None
    if isinstance(label, int) or not named:
        if by_index is None or not 0 <= by_index < len(names):
            raise UserError(f"this model has no label '{label}'; it has {_listed(names)}")
        return by_index
    if len(named) > 1 or (by_index is not None and by_index != named[0]):
        raise UserError(
            f"'{label}' may mean more than one label of {_listed(names)}; write the index as a number"
        )
    return named[0]


def _how(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        high, low = setting("bad", 0), setting("bad", "")
        return f"write {high} if a high output means a catastrophe, {low} if it means harmless"
    first = next((name for name in names if is_bad(name)), len(names) - 1)
    return f"write which are, by name or index, such as {setting('bad', first)}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"{i}: {name}" for i, name in enumerate(names))
