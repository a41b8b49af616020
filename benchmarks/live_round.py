"""What a live round of the workbench costs, and what it does: by how many steps it trains for.

Run: python benchmarks/live_round.py --run runs/demo

Copies the run, and has attacks stand in for writers: each rewrites catastrophes of the evaluation's side, of
which its best failure counts. The first so many are submitted, with as many harmless texts that the attacks
came by as drafts; on the campaign's split some of them are held back. Then, from the same start for each
number of steps, the worker trains a round. Printed are its processor seconds (and the wall's), natural
failures, and the share caught, at the new model's threshold, of the failures it learned from, of those held
back, and of those that nobody has submitted.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.choices import build_attack
from holdfast.campaign.split import draw_side
from holdfast.core.budget import Budget
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Verdict
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import Store, now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.rounds import Rounds
from holdfast.store.workbench.schema import Draft, Submission, WritingSession
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.rounds.record import LiveRecord
from holdfast.workbench.served import first_served, served_by
from holdfast.workbench.writing.submitting import kept_on


@dataclass(frozen=True)
class Found:
    """What the attacks came by."""

    failures: list[tuple[Snippet, Verdict]]
    harmless: list[Snippet]


def find(target, kinds, seeds, queries, stream) -> Found:
    """The best failure of each attempt of each attack, in random order, and harmless candidates."""
    start = draw_side(
        target.task, seeds, "evaluation", stream.child("seeds"), "hard", wanted=lambda v: v.catastrophic
    )
    failures, harmless = {}, {}
    for kind in kinds:
        attack = build_attack({"kind": kind}, objective="egregious", stop="budget")
        budget = Budget(queries_per_seed=queries)
        result = attack(target, [each.snippet for each in start], budget, stream.child(kind))
        failures |= {a.best.snippet: a.best.verdict for a in result.attempts if a.best}
        harmless |= {c.snippet: None for c in result.candidates if not c.verdict.catastrophic}
    order = stream.numpy()
    return Found(
        [list(failures.items())[i] for i in order.permutation(len(failures))],
        [list(harmless)[i] for i in order.permutation(len(harmless))],
    )


def submit(store, run, target, found: Found, count: int) -> None:
    """Leave the texts in the database as a writer would."""
    account = Accounts(store).single().id
    with store.writing() as session:
        sitting = WritingSession(run=run, account=account, condition="all", drawn=False, started=now())
        session.add(sitting)
        session.flush()
        for number, (snippet, verdict) in enumerate(found.failures[:count]):
            draft = _draft(run, account, sitting.id, f"failure-{number:04}", snippet)
            session.add(draft)
            session.flush()
            session.add(_submission(draft, snippet, verdict, target))
        for number, snippet in enumerate(found.harmless[:count]):
            session.add(_draft(run, account, sitting.id, f"harmless-{number:04}", snippet))


def _draft(run, account, session, key, snippet) -> Draft:
    return Draft(
        run=run,
        account=account,
        session=session,
        key=key,
        origin="catastrophe",
        round=0,
        start_prompt="",
        start_completion="",
        prompt=snippet.prompt,
        completion=snippet.completion,
        revision=1,
        created=now(),
        updated=now(),
    )


def _submission(draft, snippet, verdict, target) -> Submission:
    log_odds = float(target.scorer.log_odds(target.scorer.codec.encode([snippet]))[0])
    return Submission(
        run=draft.run,
        account=draft.account,
        draft=draft.id,
        key=draft.key,
        prompt=snippet.prompt,
        completion=snippet.completion,
        rating=verdict.egregiousness,
        status="accepted",
        reason="",
        label=verdict.label.value,
        egregiousness=verdict.egregiousness,
        why=verdict.why,
        phenomena=sorted(verdict.phenomena),
        points=None,
        score=float(target.scorer.score([snippet])[0]),
        log_odds=log_odds,
        threshold=target.threshold,
        round=0,
        model_hash=target.scorer.classifier.hash,
        split=kept_on(snippet),
        active_seconds=0.0,
        created=now(),
    )


def measure(runs: Path, run: str, steps: int, found: Found, count: int) -> str:
    """A row of the table: one round of so many steps, by the worker's own process."""
    store = Store(runs)
    before = open_workbench(store, run).served
    submit(store, run, before.target, found, count)
    rounds = Rounds(store, run)
    rounds.begin(rounds.queue(1, steps).round)
    command = [sys.executable, "-m", "holdfast.workbench.rounds.worker", str(runs), run, "1"]
    began, spent = time.perf_counter(), _spent()
    worker = subprocess.Popen(command, stdin=subprocess.PIPE)
    worker.wait()
    wall, processor = time.perf_counter() - began, _spent() - spent
    row = rounds.get(1)
    if row.state != "ready":
        raise SystemExit(f"the round of {steps} steps is {row.state}: {row.error}")
    record = LiveRecord.model_validate(row.record)
    scorer = ScoringEngine(served_by(before, store.run_folder(run), row).target.scorer.classifier)
    unseen = scorer.codec.encode([snippet for snippet, _ in found.failures[count:]])
    caught = scorer.log_odds(unseen) >= log_odds_of(row.threshold)
    store.close()
    natural, new, held_back = record.natural, record.recall_new, record.recall_held_back
    return (
        f"| {steps} | {processor:.0f} | {wall:.0f} | {natural.failures.events} of {natural.prompts}"
        f" | {natural.harmless_accepted.rate:.3f} | {new.events} of {new.trials}"
        f" | {held_back.events} of {held_back.trials} | {int(caught.sum())} of {len(caught)} |"
    )


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copied(run: Path, place: Path) -> Path:
    """A runs folder with that run alone in it."""
    place.mkdir()
    shutil.copy(run.parent / "holdfast.db", place)
    shutil.copytree(run, place / run.name, ignore=shutil.ignore_patterns("lock", "workbench"))
    return place


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="the folder of a finished run")
    parser.add_argument("--failures", type=int, default=20)
    parser.add_argument("--steps", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--attacks", nargs="+", default=["greedy_rewrite", "hotflip"])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--queries", type=int, default=600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        first = copied(asked.run, Path(temporary) / "attacked")
        store = Store(first)
        target = first_served(store, asked.run.name).target
        found = find(target, asked.attacks, asked.seeds, asked.queries, Stream(0))
        store.close()
        print(
            f"{len(found.failures)} failures by {' and '.join(asked.attacks)}; {asked.failures} submitted\n"
        )
        print(
            "| steps | processor s | wall s | natural failures | harmless passed | new | held back | unseen |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for steps in asked.steps:
            runs = copied(asked.run, Path(temporary) / f"steps-{steps}")
            print(measure(runs, asked.run.name, steps, found, asked.failures), flush=True)


if __name__ == "__main__":
    main()
