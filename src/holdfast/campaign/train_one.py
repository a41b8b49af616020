"""One model, trained by one defence: the training of one round of a campaign, saved in a folder of its own.

It is the campaign's own step, with its own random streams. So the same configuration gives the model that
the campaign gives, and another defence is compared with it on the same data and the same failures.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.config import RunConfig
from holdfast.campaign.editions import usable_config
from holdfast.campaign.hardening.guards import train_step
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import do_step, repeatable, run_row
from holdfast.campaign.plan import GENERATOR, steps
from holdfast.campaign.stages.validate import trained_round
from holdfast.campaign.starts import ClassifierConfig, GuardFolder
from holdfast.campaign.step import KeptModel, Step, StepContext
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.writable import check_new_folder
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.store.store import StepOutput, Store
from holdfast.training.online import ONLINE

_DEFENCE = {"retraining", "seed", "threads", "placement", "preset"}
"""What may be changed of a run whose model is trained in another way."""

_FIRST = {"classifier"}
"""What may be changed besides where that is the first model."""

_UNUSED = ("data/natural", "data/threshold")
"""Steps before the first training that it takes nothing from."""


@dataclass(frozen=True)
class TrainedOne:
    """A model that was trained, and what that took."""

    path: str
    hash: str
    parameters: int
    round: int
    """Of the campaign, whose training this is; 0 is the first, on clean data alone."""
    examples: int
    losses: tuple[float, ...]
    """Mean loss over equal stretches of the training."""
    flops: float
    seconds: float
    pool: dict[str, int] | None
    """Adversarial examples of each class to choose from; None of a first training."""


def train_first(config: RunConfig, out: Path, progress: Progress = Silent()) -> TrainedOne:  # noqa: B008 (has no state)
    """Train the first classifier of a configuration on its clean data, into a folder that is not there.

    Vetoes are left out, with a note: they read the generator of a run, and a run calibrates them. Raises
    UserError for a folder that is there, or a configuration whose classifier is not to be trained.
    """
    check_place(out)
    start = config.reader
    if config.vetoes:
        progress.note(
            "the vetoes of the configuration are left out: they need a run, which has a generator and"
            " calibrates them"
        )
        config = config.model_copy(update={"vetoes": ()})
    if isinstance(start, GuardFolder) and start.fine_tune is None:
        raise UserError(
            "the configuration takes its classifier from a folder as it is, so there is nothing to train;"
            " give classifier.fine_tune, or name a run whose failures it is to be trained on"
        )
    with tempfile.TemporaryDirectory(prefix="holdfast-train-") as place, repeatable(config.threads):
        store = Store(Path(place))
        try:
            store.add_run(run_row("run", config))
            for position, step in enumerate(_needed(config)):
                do_step(StepContext(config, store, "run", step.name, progress), step, position, "")
            return _trained(config, store, "run", 0, out, progress)
        finally:
            store.close()


def run_config(run: Path) -> RunConfig:
    """The configuration of a run, by its folder; raises UserError where there is none that can be used."""
    return usable_config(open_store(run.parent, read_only=True).run(run.name))


def train_again(
    run: Path,
    config: RunConfig,
    out: Path,
    round_: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
) -> TrainedOne:
    """Train a round's model of a run again (None: the last round), by a configuration's retraining and seed.

    It starts from the model that the round attacked, on the run's own clean data and failures; the run is
    left as it is. Raises UserError for a round that the run has not finished, a folder that is there, or a
    configuration that differs from the run's in more than its training.
    """
    check_place(out)
    store = open_store(run.parent, read_only=True)
    kept = usable_config(store.run(run.name))
    _ = kept.reader  # a generator alone has no classifier to train
    round_ = trained_round(store, run.name, kept) if round_ is None else round_
    done = store.results(run.name)
    if train_step(round_) not in done:
        trained = [r for r in range(kept.rounds + 1) if train_step(r) in done]
        there = f"rounds 0 to {trained[-1]}" if trained else "none yet"
        raise UserError(f"the run '{run.name}' has not trained round {round_}; it has trained {there}")
    taken = done[train_step(round_)].get("taken_from")
    if taken is not None:
        raise UserError(f"round {round_} trained nothing: its model is that of round {taken}; name that")
    check_same(kept, config, round_)
    with repeatable(config.threads):
        return _trained(config, store, run.name, round_, out, progress)


def check_place(out: Path) -> None:
    """Raise UserError where no new model folder can be written."""
    if out.is_dir() and any(out.iterdir()):
        raise UserError(f"the folder {out} is there already; name another one for the model")
    check_new_folder(out)


def check_same(kept: RunConfig, config: RunConfig, round_: int) -> None:
    """Raise UserError where a configuration differs from the run's in more than the training of a round."""
    may = _DEFENCE | (_FIRST if round_ == 0 else set())
    before, now = (each.model_dump(mode="json") for each in (kept, config))
    changed = [name for name in before if name not in may and before[name] != now[name]]
    if changed:
        raise UserError(
            f"'{changed[0]}' is not as in the run: the model is trained on what the run found, so only"
            f" {', '.join(sorted(may - {'preset'}))} may differ"
        )


@dataclass(frozen=True)
class _Elsewhere(StepContext):
    """A step's context that leaves the model in a folder of its own, and the run as it is."""

    out: Path = Path()

    def keep_model(
        self, model: Classifier | Generator, kind: str, round_: int, path: str | None = None
    ) -> KeptModel:
        """Save the model there."""
        return super().keep_model(model, kind, round_, str(self.out.absolute()))


def _trained(
    config: RunConfig, store: Store, run: str, round_: int, out: Path, progress: Progress
) -> TrainedOne:
    name = train_step(round_)
    step = next(step for step in steps(config) if step.name == name)
    output = step.run(_Elsewhere(config, store, run, name, progress, out=out))
    return _told(output, round_, out)


def _told(output: StepOutput, round_: int, out: Path) -> TrainedOne:
    result: dict[str, Any] = output.result
    return TrainedOne(
        path=str(out),
        hash=result["hash"],
        parameters=result["parameters"],
        round=round_,
        examples=result["examples"],
        losses=tuple(result["losses"]),
        flops=sum(each.forward_flops + each.backward_flops for each in output.costs),
        seconds=sum(each.seconds for each in output.costs),
        pool=result.get("pool"),
    )


def _needed(config: RunConfig) -> list[Step]:
    """The steps that the first training takes something from."""
    plan = steps(config)
    before = plan[: [step.name for step in plan].index(train_step(0))]
    start = config.classifier
    writes = isinstance(start, ClassifierConfig) and (
        start.generated_share > 0 or start.defence["kind"] == ONLINE
    )
    return [
        step
        for step in before
        if step.name not in _UNUSED and (step.name != GENERATOR or writes or isinstance(start, GuardFolder))
    ]
