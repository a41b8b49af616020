"""The calls of the API on live rounds: how they stand, train one now, and go back to an earlier model."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request

from holdfast.store.workbench.rounds import Rounds
from holdfast.workbench.dependencies import Manager, TheBench, Writer
from holdfast.workbench.rounds.shapes import ChangeShape, RoundsShape, ServedRound
from holdfast.workbench.rounds.told import history_of, told

router = APIRouter(prefix="/api", tags=["rounds"])


@router.get("/rounds")
def rounds(bench: TheBench, writer: Writer) -> RoundsShape:
    """Every model that was served or trained, and how far it is to the next."""
    return told(bench)


@router.post("/rounds")
def train_now(bench: TheBench, manager: Manager, request: Request) -> RoundsShape:
    """Train the next model now, on however many failures wait; 409 if none does, or one is being trained
    already, or the guard is not trained here."""
    if not bench.trains:
        raise HTTPException(
            409,
            "a guard of your own is served as it is; train it on what was found by the commands of Holdfast",
        )
    live = Rounds(bench.store, bench.run)
    row = live.queue(1, bench.settings.steps_per_round, count_failed=True)
    if row is None:
        busy = live.in_the_making()
        raise HTTPException(
            409,
            f"round {busy.round} is being trained; what is found meanwhile waits for the next"
            if busy
            else "no failure waits to be trained on; find one first",
        )
    _hurry(request)
    return told(bench)


@router.put("/rounds/served")
def roll_back(asked: ServedRound, bench: TheBench, manager: Manager, request: Request) -> RoundsShape:
    """Serve a model again that was served before; 409 for the one that is served, and for any other."""
    if not Rounds(bench.store, bench.run).roll_back(asked.round, manager.id):
        raise HTTPException(409, f"round {asked.round} is served already, or its model never was")
    _hurry(request)
    return told(bench)


@router.get("/rounds/history")
def history(bench: TheBench, manager: Manager) -> tuple[ChangeShape, ...]:
    """What became of each model, the newest first."""
    return history_of(bench)


def _hurry(request: Request) -> None:
    supervisor = getattr(request.app.state, "supervisor", None)
    if supervisor is not None:
        supervisor.hurry()
