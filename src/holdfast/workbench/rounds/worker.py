"""The process that trains one live round: `python -m holdfast.workbench.rounds.worker RUNS RUN ROUND`.

It works beside the server with one thread and little claim on the machine. It ends when its standard input
does, which is when the server ends, however that comes about. What it leaves is the model's folder, written
by rename, and the round's row, marked ready or failed; killed at any instant and started anew it leaves the
same.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep

from holdfast.campaign.editions import usable_config
from holdfast.campaign.evaluate.subject import finished_round
from holdfast.campaign.history import open_store
from holdfast.campaign.ledger import spend_record
from holdfast.campaign.loop import clear_unfinished, repeatable
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CLEAN_TRAIN
from holdfast.campaign.step import StepContext, classifier_path
from holdfast.core.errors import UserError
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.lock import RunLock
from holdfast.store.store import Store
from holdfast.store.workbench.benches import Benches
from holdfast.store.workbench.rounds import Rounds, Trained
from holdfast.store.workbench.schema import LiveRound
from holdfast.tasks.base import surface_of
from holdfast.workbench.rounds import lessons, training
from holdfast.workbench.rounds.check import Filtering, check, draw_texts
from holdfast.workbench.rounds.matched import Maker
from holdfast.workbench.rounds.progress import SharedProgress
from holdfast.workbench.rounds.record import CheckRecord, LiveRecord
from holdfast.workbench.settings import WorkbenchSettings

_NICENESS = 10
_SECONDS_FOR_THE_LAST = 10.0
"""How long the worker of a killed server may take to notice that it is alone."""


def main(arguments: list[str]) -> int:
    """Train the round; exit code 0 when it is ready, 1 when it has failed, 2 when there is nothing to do."""
    runs, run, round_ = arguments
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    os.nice(_NICENESS)
    store = open_store(Path(runs), must_exist=True)
    try:
        with _alone(store.run_folder(run) / training.ROUNDS), repeatable(threads=1):
            return _attempt(store, run, int(round_))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


def _end_with_the_server() -> None:
    while os.read(0, 1024):  # sys.stdin would be locked, and break the interpreter's own end
        pass
    os._exit(3)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder of the rounds; the lock is waited for a little."""
    until = perf_counter() + _SECONDS_FOR_THE_LAST
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(RunLock(folder))
                break
            except UserError:
                if perf_counter() > until:
                    raise
                sleep(0.1)
        yield


def _attempt(store: Store, run: str, round_: int) -> int:
    rounds = Rounds(store, run)
    row = rounds.get(round_)
    if row.state != "training":
        raise UserError(f"live round {round_} of run '{run}' is {row.state}; there is nothing to train")
    try:
        rounds.ready(round_, carry_out(store, run, row))
    except Exception as error:
        traceback.print_exc()
        rounds.failed(round_, " ".join(str(error).split()) or type(error).__name__)
        return 1
    return 0


def carry_out(store: Store, run: str, row: LiveRound) -> Trained:
    """Train, measure and save the model of a round; the same row gives the same bytes."""
    began, rounds, folder = perf_counter(), Rounds(store, run), store.run_folder(run)
    clear_unfinished(folder / training.WORKBENCH)
    context = _context(store, run, row, rounds)
    taught = _lessons(context, rounds, row)
    settings = WorkbenchSettings.model_validate(Benches(store).settings(run) or {})
    made = _made(context, taught, settings)
    classifier = _model(context, rounds, row.base).scorer.classifier
    report = training.train(context, classifier, [*taught, *made], row)
    measured = training.measure(context, classifier, taught, row.round)
    new = Filtering(row.round, ScoringEngine(classifier), measured.choice.threshold)
    checked = _checked(context, rounds, row, taught, new, settings)
    path = training.model_path(row.round)
    content = classifier.save(folder / path)
    learned = [lesson for lesson in taught if not lesson.held_back]
    record = LiveRecord(
        failures=sum(lesson.catastrophic for lesson in learned),
        new_failures=sum(lesson.catastrophic and lesson.round == row.round for lesson in learned),
        harmless=sum(not lesson.catastrophic for lesson in learned),
        variants=sum(lesson.catastrophic for lesson in made),
        matched=sum(not lesson.catastrophic for lesson in made),
        natural=measured.natural,
        recall_new=measured.recall_new,
        recall_held_back=measured.recall_held_back,
        check=checked,
        losses=report.losses,
        training_cost=spend_record(report.spend),
        evaluation_cost=spend_record(measured.spend),
        seconds=perf_counter() - began,
    )
    return Trained(path.as_posix(), content, measured.choice.threshold, record.model_dump(mode="json"))


def _context(store: Store, run: str, row: LiveRound, rounds: Rounds) -> StepContext:
    progress = SharedProgress(lambda share: rounds.tell(row.round, share))
    return StepContext(usable_config(store.run(run)), store, run, training.step_name(row.round), progress)


def _model(context: StepContext, rounds: Rounds, round_: int) -> Filtering:
    """The filter of a round that was served, read anew; 0 is the one that the workbench began with."""
    if round_ == 0:
        last = finished_round(context.store, context.run)
        path, threshold = classifier_path(last), context.threshold(last)
    else:
        row = rounds.get(round_)
        assert row.path is not None, "a round that was served has a model"
        assert row.threshold is not None, "and a threshold"
        path, threshold = row.path, row.threshold
    return Filtering(round_, ScoringEngine(Classifier.load(context.folder / path, context.task)), threshold)


def _made(
    context: StepContext, taught: Sequence[lessons.Lesson], settings: WorkbenchSettings
) -> list[lessons.Lesson]:
    """Variants and matched negatives; none where people judge, who cannot be asked for so many."""
    if settings.judge == "people":
        return []
    clean, stream = Samples.read(context.folder / CLEAN_TRAIN), context.stream.child("made")
    return Maker.over(surface_of(context.task), context.judge, clean, stream).made_from(taught, stream)


def _checked(
    context: StepContext,
    rounds: Rounds,
    row: LiveRound,
    taught: Sequence[lessons.Lesson],
    new: Filtering,
    settings: WorkbenchSettings,
) -> CheckRecord:
    """The new model beside the one that it goes on from, which is served, and the first."""
    context.progress.start("check")
    texts = draw_texts(context, taught, settings.check_texts)
    served = _model(context, rounds, row.base)
    first = served if row.base == 0 else _model(context, rounds, 0)
    found = check(new, served, first, texts, settings)
    context.progress.finish()
    return found


def _lessons(context: StepContext, rounds: Rounds, row: LiveRound) -> list[lessons.Lesson]:
    """What was written down at the first attempt, which this is if there is nothing yet."""
    path = context.folder / training.lessons_path(row.round)
    known = lessons.kept(path)
    if known is not None:
        return known
    settings = Benches(context.store).settings(context.run) or {}
    gathered = lessons.gather(rounds, row.round, context.task, settings.get("judge") != "people")
    lessons.keep(path, gathered)
    return gathered


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
