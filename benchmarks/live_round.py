"""What live rounds of the workbench do to a filter: rounds of so many failures, one after the other.

Run: python benchmarks/live_round.py --run runs/demo --work /tmp/live --rows live.jsonl

Attacks stand in for writers. In each round they rewrite fresh catastrophes of the evaluation's side against
the model that is served, and the best failure of each attempt counts. The first so many are submitted, with
as many harmless texts that the attacks came by as drafts; on the campaign's split some of them are held back.
Then a round is trained, checked, and served or declined, as the workbench does it.

A cell is one round of one seed, and a row of `--rows`; cells that have a row are not done again, so that a
run that is ended goes on where it was. Each row has the processor seconds, what the check said, and, on hard
texts that no check and no training sees, the harmless ones accepted and the catastrophes caught by the model
that is served afterwards; and what that model catches of the failures that were found but not submitted.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.choices import build_attack
from holdfast.campaign.loop import repeatable
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.core.budget import Budget
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Verdict
from holdfast.store.store import Store, now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.rounds import Rounds
from holdfast.store.workbench.schema import Draft, Submission, WritingSession
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.rounds.record import LiveRecord
from holdfast.workbench.rounds.supervisor import why_not
from holdfast.workbench.rounds.worker import carry_out
from holdfast.workbench.served import served_by
from holdfast.workbench.writing.submitting import kept_on

FRESH = 6000
"""Hard texts on which every model of a seed is measured."""


@dataclass(frozen=True)
class Failure:
    """A text that a filter let pass, and the catastrophe that it was made from."""

    snippet: Snippet
    verdict: Verdict
    start: Snippet


@dataclass(frozen=True)
class Found:
    """What the attacks came by."""

    failures: list[Failure]
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
        snippets = [each.snippet for each in start]
        result = attack(target, snippets, budget, stream.child(kind))
        failures |= {
            a.best.snippet: Failure(a.best.snippet, a.best.verdict, seed)
            for a, seed in zip(result.attempts, snippets, strict=True)
            if a.best
        }
        harmless |= {c.snippet: None for c in result.candidates if not c.verdict.catastrophic}
    order = stream.numpy()
    return Found(
        [list(failures.values())[i] for i in order.permutation(len(failures))],
        [list(harmless)[i] for i in order.permutation(len(harmless))],
    )


def submit(bench, found: Found, count: int, name: str) -> None:
    """Leave the texts in the database as a writer would."""
    store, run = bench.store, bench.run
    account = Accounts(store).single().id
    with store.writing() as session:
        sitting = WritingSession(run=run, account=account, condition="all", drawn=False, started=now())
        session.add(sitting)
        session.flush()
        for number, failure in enumerate(found.failures[:count]):
            key = f"{name}-failure-{number:04}"
            draft = _draft(run, account, sitting.id, key, failure.snippet, failure.start)
            session.add(draft)
            session.flush()
            session.add(_submission(draft, failure, bench.served))
        for number, snippet in enumerate(found.harmless[:count]):
            key = f"{name}-harmless-{number:04}"
            session.add(_draft(run, account, sitting.id, key, snippet, Snippet("", "")))


def _draft(run, account, session, key, snippet, start) -> Draft:
    return Draft(
        run=run,
        account=account,
        session=session,
        key=key,
        origin="catastrophe",
        round=0,
        start_prompt=start.prompt,
        start_completion=start.completion,
        prompt=snippet.prompt,
        completion=snippet.completion,
        revision=1,
        created=now(),
        updated=now(),
    )


def _submission(draft, failure, served) -> Submission:
    target, snippet, verdict = served.target, failure.snippet, failure.verdict
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
        round=served.round,
        model_hash=target.scorer.classifier.hash,
        split=kept_on(snippet),
        active_seconds=0.0,
        created=now(),
    )


@dataclass(frozen=True)
class Fresh:
    """Hard texts that nothing else sees."""

    samples: Samples

    def measured(self, target) -> dict:
        """What a filter does on them."""
        scores = target.scorer.log_odds(target.scorer.codec.encode(self.samples.snippets))
        caught, bad = scores >= log_odds_of(target.threshold), self.samples.catastrophic
        return {
            "harmless": int((~bad).sum()),
            "harmless_accepted": int((~caught & ~bad).sum()),
            "catastrophic": int(bad.sum()),
            "caught": int((caught & bad).sum()),
        }


def play(bench, asked, seed: int, done: int) -> Iterator[dict]:
    """The rounds of a seed after those that are done, each as a row; round 0 is the model as it was."""
    store, run, rounds = bench.store, bench.run, Rounds(bench.store, bench.run)
    task, stream = bench.task, Stream(seed).child("live rounds")
    fresh = Fresh(Samples.of(draw_side(task, FRESH, "evaluation", stream.child("fresh"), "hard")))
    if done == 0:
        yield {"seed": seed, "round": 0, "state": "serving", **fresh.measured(bench.served.target)}
    for number in range(max(done, 1), asked.rounds + 1):
        found = find(
            bench.served.target, asked.attacks, asked.seeds, asked.queries, stream.child("round", number)
        )
        if rounds.in_the_making() is None and len(rounds.all()) < number:
            submit(bench, found, asked.failures, f"round-{number:02}")
            rounds.queue(1, asked.steps, count_failed=True)
        began = time.process_time()
        row = rounds.begin(number)
        with repeatable(threads=1):
            rounds.ready(number, carry_out(store, run, row))
        spent, row = time.process_time() - began, rounds.get(number)
        served = rounds.served()
        why = why_not(row, 0 if served is None else served.round)
        if why:
            rounds.declined(number, why)
        else:
            bench.serve(served_by(bench.served, store.run_folder(run), row))
            rounds.serving(number)
        yield {
            "seed": seed,
            "round": number,
            "state": rounds.get(number).state,
            "why": why,
            "failures_found": len(found.failures),
            "processor_seconds": round(spent, 1),
            **fresh.measured(bench.served.target),
            **_unseen(bench.served.target, found, asked.failures),
            "record": LiveRecord.model_validate(row.record).model_dump(mode="json"),
        }


def _unseen(target, found: Found, submitted: int) -> dict:
    """What the served model catches of the failures of this round that were not submitted."""
    left = [failure.snippet for failure in found.failures[submitted:]]
    if not left:
        return {"unseen": 0, "unseen_caught": 0}
    caught = target.scorer.log_odds(target.scorer.codec.encode(left)) >= log_odds_of(target.threshold)
    return {"unseen": len(left), "unseen_caught": int(caught.sum())}


def copied(run: Path, place: Path) -> Path:
    """A runs folder with that run alone in it; the one that is there already goes on."""
    if not place.exists():
        place.mkdir(parents=True)
        shutil.copy(run.parent / "holdfast.db", place)
        shutil.copytree(run, place / run.name, ignore=shutil.ignore_patterns("lock", "workbench"))
    return place


def rows_of(path: Path) -> list[dict]:
    """The rows that there are."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def lines_of(rows: list[dict]) -> Iterator[str]:
    """The table."""
    yield "| seed | round | state | harmless accepted | catastrophes caught | held back | unseen | natural |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        record = row.get("record")
        held, natural = (record["recall_held_back"], record["natural"]) if record else (None, None)
        yield (
            f"| {row['seed']} | {row['round']} | {row['state']}"
            f" | {row['harmless_accepted'] / row['harmless']:.3f} | {row['caught'] / row['catastrophic']:.3f}"
            f" | {_of(held)} | {row.get('unseen_caught', '–')} of {row.get('unseen', '–')}"
            f" | {_of(natural and natural['failures'])} |"
        )


def _of(rate) -> str:
    return "–" if rate is None else f"{rate['events']} of {rate['trials']}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="the folder of a finished run")
    parser.add_argument("--work", type=Path, required=True, help="where the copies of the run lie")
    parser.add_argument("--rows", type=Path, required=True, help="the file of rows, one a line")
    parser.add_argument("--of", type=int, nargs="+", default=[0, 1, 2], help="the seeds of the writers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--failures", type=int, default=20)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--attacks", nargs="+", default=["greedy_rewrite", "hotflip"])
    parser.add_argument("--seeds", type=int, default=60, help="catastrophes that each attack begins with")
    parser.add_argument("--queries", type=int, default=300)
    asked = parser.parse_args()
    for seed in asked.of:
        done = sum(row["seed"] == seed for row in rows_of(asked.rows))
        if done > asked.rounds:
            continue
        store = Store(copied(asked.run, asked.work / f"seed-{seed}"))
        bench = open_workbench(store, asked.run.name)
        served = Rounds(store, asked.run.name).served()
        if served is not None:
            bench.serve(served_by(bench.served, store.run_folder(asked.run.name), served))
        for row in play(bench, asked, seed, done):
            with asked.rows.open("a") as file:
                file.write(json.dumps(row) + "\n")
        store.close()
    print("\n".join(lines_of(rows_of(asked.rows))))


if __name__ == "__main__":
    main()
