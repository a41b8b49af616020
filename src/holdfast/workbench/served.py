"""The filter that is served: a model, its threshold, and the round it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.attacks.target import Target
from holdfast.campaign.config import LABELLED
from holdfast.campaign.step import StepContext, finished_target
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import Store
from holdfast.store.workbench.schema import LiveRound
from holdfast.tasks.base import surface_of
from holdfast.workbench.shapes import ModelShape

if TYPE_CHECKING:
    from holdfast.campaign.config import RunConfig
    from holdfast.models.unit_filler import UnitFiller
    from holdfast.models.unit_writer import UnitWriter
    from holdfast.workbench.tools.cutting import Cutter


@dataclass(frozen=True)
class Served:
    """A filter that writers work against; `round` 0 is the one that the workbench began with."""

    round: int
    target: Target

    @cached_property
    def cutter(self) -> Cutter:
        """Cuts texts into words for this filter; for the thread that scores alone."""
        from holdfast.workbench.tools.cutting import Cutter

        return Cutter(self.target)

    @cached_property
    def writer(self) -> UnitWriter:
        """The generator as it writes words; for the thread that scores alone, where there is one."""
        from holdfast.models.unit_writer import UnitWriter

        assert self.target.generator is not None, "who asks the generator has seen that there is one"
        return UnitWriter(self.target.generator, surface_of(self.target.task))

    @cached_property
    def filler(self) -> UnitFiller:
        """The masked language model as it proposes words; for the thread that scores alone, where it is."""
        from holdfast.models.unit_filler import UnitFiller

        assert self.target.proposer is not None, "who asks the proposer has seen that there is one"
        return UnitFiller(self.target.proposer, surface_of(self.target.task))

    @cached_property
    def shape(self) -> ModelShape:
        """As the API tells it; the weights are hashed once."""
        hash_ = self.target.scorer.classifier.hash
        return ModelShape(round=self.round, hash=hash_, threshold=self.target.threshold)

    def followed_by(self, round_: int, classifier: Classifier, threshold: float) -> Served:
        """The filter of a later round: another classifier and threshold, all else the same."""
        target = self.target.filtered_by(ScoringEngine(classifier), threshold)
        return Served(round_, target)


def first_served(store: Store, run: str, config: RunConfig) -> Served:
    """The filter of a run's last finished round, or the guard that its configuration names where it is no
    campaign; raises UserError if there is neither.
    """
    from holdfast.campaign.evaluate.subject import finished_round
    from holdfast.campaign.guard_runs import is_guard
    from holdfast.campaign.hardening.guards import guard_target
    from holdfast.campaign.opening import Opened
    from holdfast.campaign.people.desk import PeopleDesk

    if is_guard(store, run, config):
        desk = PeopleDesk(config, store) if config.asks_people else None
        return Served(0, Opened(config, desk).target())
    last = finished_round(store, run)
    if config.task_kind == LABELLED:
        context = StepContext(config, store, run, "workbench", Silent())
        return Served(0, guard_target(context, last))
    folder: Path = store.run_folder(run)
    return Served(0, finished_target(folder, last))


def served_by(before: Served, folder: Path, row: LiveRound) -> Served:
    """The filter of a live round whose model is ready, all else as before; raises UserError if it cannot be.

    `folder` is the run's. A model that is not the one that the row names is no model of that round.
    """
    if row.path is None or row.threshold is None:
        raise UserError(f"live round {row.round} has no model yet")
    classifier = Classifier.load(folder / row.path, before.target.task)
    if classifier.hash != row.hash:
        raise UserError(f"the model folder {folder / row.path} has changed since live round {row.round}")
    return before.followed_by(row.round, classifier, row.threshold)
