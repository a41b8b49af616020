"""The rounds as the API tells them."""

from __future__ import annotations

from holdfast.campaign.evaluate.subject import finished_round
from holdfast.campaign.records import RoundRecord
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.rounds import UNFINISHED, Rounds
from holdfast.store.workbench.schema import LiveRound
from holdfast.workbench.bench import Workbench
from holdfast.workbench.rounds.record import BesideRecord, FigureRecord, LiveRecord
from holdfast.workbench.rounds.shapes import (
    BesideShape,
    ChangeShape,
    FigureShape,
    RoundShape,
    RoundsShape,
    State,
)


def told(bench: Workbench) -> RoundsShape:
    """Every round, and how far it is to the next."""
    rounds = Rounds(bench.store, bench.run)
    rows = rounds.all()
    begun_with = _first(bench, served=not any(row.state == "serving" for row in rows))
    return RoundsShape(
        rounds=(begun_with, *(shape_of(row) for row in rows)),
        waiting=rounds.waiting(),
        needed=bench.settings.failures_per_round,
        progress=next((row.progress or 0.0 for row in rows if row.state in UNFINISHED), None),
    )


def shape_of(row: LiveRound) -> RoundShape:
    """A live round; its figures are None until it is ready."""
    record = LiveRecord.model_validate(row.record) if row.record else None
    return RoundShape(
        round=row.round,
        state=row.state,  # type: ignore[arg-type]  # the shape checks it
        failures=record.failures if record else 0,
        created=row.created,
        finished=row.finished,
        model_hash=row.hash,
        threshold=row.threshold,
        natural_failures=record.natural.failures.events if record else None,
        natural_prompts=record.natural.prompts if record else None,
        recall_new=record.recall_new.rate if record else None,
        recall_held_back=record.recall_held_back.rate if record else None,
        seconds=record.seconds if record else None,
        error=row.error,
        harmless=record.harmless if record else 0,
        variants=record.variants if record else 0,
        matched=record.matched if record else 0,
        check=tuple(map(_figure, record.check.figures)) if record and record.check else (),
    )


def _figure(record: FigureRecord) -> FigureShape:
    return FigureShape(
        figure=record.figure,
        events=record.rate.events,
        trials=record.rate.trials,
        rate=record.rate.rate,
        served=_beside(record.served),
        first=None if record.first is None else _beside(record.first),
        margin=record.margin,
        by_limits=record.by_limits,
        worse=record.worse,
    )


def _beside(record: BesideRecord) -> BesideShape:
    return BesideShape(
        round=record.round,
        events=record.rate.events,
        rate=record.rate.rate,
        change=record.change,
        lower=record.lower,
        upper=record.upper,
    )


def history_of(bench: Workbench) -> tuple[ChangeShape, ...]:
    """What became of each model, the newest first."""
    names = {account.id: account.name for account in Accounts(bench.store).all()}
    return tuple(
        ChangeShape(
            kind=row.kind,  # type: ignore[arg-type]  # the shape checks it
            round=row.round,
            before=row.before,
            by=None if row.account is None else names.get(row.account),
            why=row.why,
            created=row.created,
        )
        for row in reversed(Rounds(bench.store, bench.run).history())
    )


def _first(bench: Workbench, *, served: bool) -> RoundShape:
    """The model that the workbench began with, from the campaign's own record of it where there is one."""
    state: State = "serving" if served else "retired"
    if not bench.trains:
        return _guard(bench, state)
    last, run = finished_round(bench.store, bench.run), bench.store.run(bench.run)
    row = next(row for row in bench.store.rounds(bench.run) if row.index == last)
    record = RoundRecord.model_validate(row.record)
    return RoundShape(
        round=0,
        state=state,
        failures=0,
        created=run.started,
        finished=run.finished,
        model_hash=record.classifier_hash,
        threshold=record.threshold,
        natural_failures=record.natural.failures.events,
        natural_prompts=record.natural.prompts,
        recall_new=None,
        recall_held_back=None,
        seconds=None,
        error=None,
        harmless=0,
        variants=0,
        matched=0,
        check=(),
    )


def _guard(bench: Workbench, state: State) -> RoundShape:
    """A guard of one's own, of which nothing was measured here."""
    run, model = bench.store.run(bench.run), bench.served.shape
    return RoundShape(
        round=0,
        state=state,
        failures=0,
        created=run.started,
        finished=run.finished,
        model_hash=model.hash,
        threshold=model.threshold,
        natural_failures=None,
        natural_prompts=None,
        recall_new=None,
        recall_held_back=None,
        seconds=None,
        error=None,
        harmless=0,
        variants=0,
        matched=0,
        check=(),
    )
