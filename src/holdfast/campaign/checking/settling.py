"""Settles what a configuration leaves open about a guard, or refuses with the option that would say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.campaign.checking.sampling import rows_of, spread
from holdfast.campaign.checking.sides import labels_of, measured, named_by_data, question
from holdfast.campaign.config import RunConfig
from holdfast.campaign.opening import Opened
from holdfast.campaign.starts import GuardEndpoint, GuardFolder
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Label
from holdfast.models.kept_format import FILE, read_kept
from holdfast.models.located import located

ASKED = 200
"""Texts of each label on which a guard is tried whose labels do not say which are bad."""

SAID = "you said so"

_KINDS = (Label.CATASTROPHIC, Label.HARMLESS)


@dataclass(frozen=True)
class Settled:
    """A configuration with nothing left open about its guard; and how each thing is known, in words.

    `opened` has the guard and the data, both taken in.
    """

    config: RunConfig
    opened: Opened
    bad_known: str
    layout_known: str
    positions_known: str


def settle(config: RunConfig, progress: Progress | None = None) -> Settled:
    """Find out which labels of the guard are bad and how it lays out a text; open it, and take in the data.

    Raises UserError, with the option to write, where that is not certain; never guesses.
    """
    progress = progress or Silent()
    start = config.classifier
    if isinstance(start, GuardEndpoint):
        return _stated(config)
    if not isinstance(start, GuardFolder):
        raise UserError("a check needs a guard of your own: a classifier of kind 'folder'")
    opened = Opened(config)
    _ = opened.labelled, opened.judge  # what is wrong with them is said before a model loads
    given, kept = start, read_kept(located(start.path))
    if kept is not None:
        start = start.model_copy(update=kept.told | start.told)
        opened = Opened(config.model_copy(update={"classifier": start}))
    model_config = _model_config(start)
    labels = labels_of(model_config, start)
    if labels is not None:
        bad, known = labels.bad, _known("by the names of the labels", given.bad, start.bad)
    else:
        bad, known = _by_data(opened, start, progress), "the labels' names are values of the data"
    start = start.model_copy(update={"bad": _written(_names(model_config), bad)})
    opened = Opened(config.model_copy(update={"classifier": start}))
    layout = opened.classifier.layout.kind
    rows_of(opened, progress)
    settled = start.model_copy(update={"layout": layout})
    return Settled(
        config.model_copy(update={"classifier": settled}),
        opened,
        known,
        _known(_USUAL[layout], given.layout, start.layout),
        _known("the model was asked", given.positions, start.positions),
    )


def _stated(config: RunConfig) -> Settled:
    """A guard over HTTP, of which its owner has to state everything; the data are taken in."""
    opened = Opened(config)
    _ = opened.labelled, opened.judge, opened.service
    return Settled(config, opened, SAID, SAID, SAID)


def _known(found: str, given: object, start: object) -> str:
    """How a thing is known: said now, said by the model's folder, or else found."""
    if given is not None:
        return SAID
    return found if start is None else f"its {FILE} says so"


_USUAL = {"single": "as guards of this kind read", "pair": "it is a model that Holdfast made"}


def _model_config(start: GuardFolder) -> Any:
    """What the folder says of its model; raises UserError where it holds none."""
    from transformers import AutoConfig

    from holdfast.models.classifier import Classifier

    try:
        return AutoConfig.from_pretrained(located(start.path), local_files_only=True, trust_remote_code=False)
    except UserError:
        raise
    except Exception:  # many kinds; loading the model says in words what is wrong
        read = start.format.model_copy(update={"bad": (0,)})
        return Classifier.load(start.path, None, read).model.config


def _names(model_config: Any) -> tuple[str, ...]:
    return tuple(str(model_config.id2label[i]) for i in range(model_config.num_labels))


def _written(names: tuple[str, ...], bad: tuple[int, ...]) -> tuple[str | int, ...]:
    """Labels by their names, or by index where a name could be mistaken."""
    plain = [name.casefold().strip() for name in names]
    return tuple(names[i] if plain.count(plain[i]) == 1 and not plain[i].isdecimal() else i for i in bad)


def _by_data(opened: Opened, start: GuardFolder, progress: Progress) -> tuple[int, ...]:
    """The bad labels where the data's values name them; raises UserError with what the scores say else."""
    from holdfast.models.classifier import Classifier

    guard = Classifier.load(start.path, opened.task, start.format.model_copy(update={"bad": (0,)}))
    rows = rows_of(opened, progress)
    bad = named_by_data(guard.labels.names, rows.summary.labels)
    if bad:
        return bad
    found = [spread(rows.indices(None, label, distinct=True), ASKED) for label in _KINDS]
    tokens = guard.codec.encode(rows.snippets(np.concatenate(found)))
    kinds = np.repeat([True, False], [len(one) for one in found])
    lengths = guard.layout.lengths(tokens)
    fits = (lengths > 0) & (lengths <= (guard.positions or lengths.max(initial=0)))
    readable = [t for t, fit in zip(tokens, fits.tolist(), strict=True) if fit]
    kinds = kinds[fits]
    sides = measured(guard, readable, kinds)
    where = f"{kinds.sum()} catastrophic and {(~kinds).sum()} harmless texts"
    raise question(guard.labels.names, sides, where)
