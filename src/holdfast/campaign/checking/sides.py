"""Which labels of a guard are bad: by their names, by the data's values, or else measured, and then asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label

if TYPE_CHECKING:
    from holdfast.evaluation.ranking import AreaUnderCurve
    from holdfast.models.classifier import Classifier
    from holdfast.models.guard_format import GuardFormat
    from holdfast.models.labels import Labels

SHOWN = 12
"""Labels named in a message."""


@dataclass(frozen=True)
class Side:
    """One reading of a guard: its bad labels (none: a high output means harmless), and how well it does."""

    bad: tuple[str, ...]
    area: AreaUnderCurve

    @property
    def works(self) -> bool:
        """Whether catastrophic texts surely get the higher scores."""
        return self.area.limits.lower > 0.5


def labels_of(config: Any, told: GuardFormat) -> Labels | None:
    """The labels, where what is said of them or their names tell which are bad; None where neither does.

    Raises UserError for what is said wrongly, and where how the logits are read is not known.
    """
    from holdfast.models.labels import Labels

    if told.bad is not None:
        return Labels.of(config, told)
    _ = Labels.of(config, told.model_copy(update={"bad": (0,)}))  # all but which labels are bad
    try:
        return Labels.of(config, told)
    except UserError:
        return None


def named_by_data(names: Sequence[str], values: Mapping[str, tuple[str, int]]) -> tuple[int, ...]:
    """The labels whose names are values of the data that are catastrophic; none unless all names tell.

    Every label has to be a value of the data with a meaning. Numbers and the like are names of nothing: a
    model's `1` need not be the data's.
    """
    meaning = {value.casefold().strip(): label for value, (label, _) in values.items()}
    known = [None if _says_nothing(name) else meaning.get(name.casefold().strip()) for name in names]
    sides = {Label.CATASTROPHIC.value, Label.HARMLESS.value}
    if set(map(str, known)) != sides:
        return ()
    return tuple(i for i, label in enumerate(known) if label == Label.CATASTROPHIC)


def _says_nothing(name: str) -> bool:
    plain = name.casefold().strip().removeprefix("label").strip("_ -")
    return not plain or plain.isdecimal() or plain in ("true", "false", "yes", "no")


def measured(classifier: Classifier, tokens: Sequence[Any], catastrophic: np.ndarray) -> list[Side]:
    """Every label as the only bad one, the best reading first, on texts of (B,) known labels.

    A model of one label is read both ways.
    """
    from holdfast.evaluation.ranking import area_under_curve
    from holdfast.models.labels import Labels

    names, activation = classifier.labels.names, classifier.labels.activation
    logits = _logits(classifier, tokens)
    readings = [(0,), ()] if len(names) == 1 else [(i,) for i in range(len(names))]
    sides = []
    for bad in readings:
        read = Labels(names, bad, activation)
        area = area_under_curve(catastrophic, read.log_odds(logits).double().numpy())
        if area is not None:
            sides.append(Side(read.bad_names, area))
    return sorted(sides, key=lambda side: -side.area.value)


def _logits(classifier: Classifier, tokens: Sequence[Any]) -> Any:
    """The logits of texts that fit, shape (B, labels), on the CPU."""
    import torch

    from holdfast.models.finite import check_finite
    from holdfast.models.layout import length_batches

    layout = classifier.layout
    found = torch.zeros(len(tokens), len(classifier.labels.names))
    with torch.inference_mode():
        for rows in length_batches(layout.lengths(tokens), 1024):
            packed = layout.pack([tokens[i] for i in rows.tolist()], classifier.positions)
            inputs = packed.model_inputs(slice(None), packed.ids.shape[1], layout.wants_types)
            found[rows] = classifier.forwarding.run(classifier.model, inputs).logits.float().cpu()

    def text_of(own: Any) -> str:
        return classifier.format.join(classifier.codec.decode([own])[0])

    check_finite(found.numpy(), tokens, text_of, classifier.name)
    return found


def question(names: Sequence[str], sides: Sequence[Side], where: str) -> UserError:
    """What to ask of a user whose model does not say which labels are bad; `where` names the texts."""
    listed = ", ".join(f"'{name}'" for name in names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
    open_ = f"the names of the guard's labels ({listed}) do not say which are bad"
    if not sides:
        return UserError(f"{open_}; say it with --guard-bad and their names")
    told = "; ".join(f"{_read(side)}: AUC {side.area.value:.3f}" for side in sides[:SHOWN])
    working = [side for side in sides if side.works]
    if not working:
        return UserError(
            f"{open_}, and neither do the data: on {where}, {told}; no reading surely tells the two kinds"
            " apart. Find it in the model's card, and say it with --guard-bad"
        )
    option = ",".join(name for side in working for name in side.bad)
    card = "if that is what the model's card says" if len(working) == 1 else "or those that your policy means"
    return UserError(f"{open_}; on {where}, {told}. Write --guard-bad {_quoted(option)}, {card}")


def _read(side: Side) -> str:
    return f"with '{', '.join(side.bad)}' as the bad label" if side.bad else "with a high output as harmless"


def _quoted(option: str) -> str:
    return f'"{option}"' if not option or " " in option else option
