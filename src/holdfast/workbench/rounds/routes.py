"""The calls of the API on live rounds: how they stand, and train one now."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request

from holdfast.store.workbench.rounds import Rounds
from holdfast.workbench.dependencies import Manager, TheBench, Writer
from holdfast.workbench.rounds.shapes import RoundsShape
from holdfast.workbench.rounds.told import told

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
        busy = live.unfinished()
        raise HTTPException(
            409,
            f"round {busy.round} is being trained; what is found meanwhile waits for the next"
            if busy
            else "no failure waits to be trained on; find one first",
        )
    supervisor = getattr(request.app.state, "supervisor", None)
    if supervisor is not None:
        supervisor.hurry()
    return told(bench)
