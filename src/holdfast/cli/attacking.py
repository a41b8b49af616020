"""What `holdfast attack` does: it opens the target, finds the seeds, runs the attacks, claims and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.attacks.engine.attempt import LiveAttempt
    from holdfast.attacks.results import AttackResult
    from holdfast.attacks.target import Target
    from holdfast.campaign.analysis import AttackFindings
    from holdfast.campaign.config import RunConfig
    from holdfast.campaign.labelled.overblocking import OverBlocking
    from holdfast.campaign.seeds import Seeds
    from holdfast.core.budget import Budget, Spend
    from holdfast.core.errors import SpentError
    from holdfast.core.progress import Progress
    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Snippet
    from holdfast.evaluation.claims import Claim

SHOWN_IN_REPORT = 20


def check_workers(workers: int, journal: Path | None, target: Target) -> None:
    """Raise UserError where several processes would write one journal, or ask one service."""
    from holdfast.core.errors import UserError
    from holdfast.core.system import RemoteSystem

    if workers > 1 and journal is not None:
        raise UserError("--journal is kept by one process; leave out --workers")
    if workers > 1 and isinstance(target.system, RemoteSystem):
        raise UserError(
            "an endpoint is asked by one process, several texts at a time (its `concurrency`); leave out"
            " --workers"
        )


def check_suits(method: Attack, target: Target) -> None:
    """Raise UserError where the target lacks what an attack needs."""
    from holdfast.attacks.suited import refusal
    from holdfast.core.errors import UserError

    why = refusal(method, target)
    if why is not None:
        raise UserError(f"attack '{method.name}' cannot attack this target; {why}")


DRAWS = 32
"""Completions of each prompt that a generator draws, where nobody says."""


def open_target(config: RunConfig, system: str, draws: int | None, stream: Stream) -> Target:
    """Load the system of a configuration; `stream` is the root of what a bare generator draws.

    Raises UserError where a generator is to write and there is none.
    """
    from holdfast.campaign.opening import Opened
    from holdfast.core.errors import UserError

    if system == "filter":
        return Opened(config).target()
    if config.generator is None:
        raise UserError(f"--system {system} attacks what a generator writes; give one with --generator")
    if system == "generator":
        return Opened(config).generator_target(draws or DRAWS, stream)
    return Opened(config).target(draws=draws or DRAWS)


def check_journal(target: Target, journal: Path | None) -> None:
    """Raise UserError where there is no score for a journal to remember."""
    from holdfast.core.errors import UserError
    from holdfast.core.system import RemoteSystem

    if journal is not None and isinstance(target.system, RemoteSystem):
        raise UserError("an endpoint's answers are kept anyway; leave out --journal")
    if journal is not None and target.filter is None:
        raise UserError("--journal keeps a classifier's scores, and a bare generator has none; leave it out")


@dataclass(frozen=True)
class AttacksRun:
    """What came of the attacks that were begun, and whether they ended before their time.

    `spent` says in words that nothing more may be spent on the system; None where that was not why.
    """

    results: dict[str, AttackResult]
    stopped: bool
    spent: str | None = None


class Spent:
    """Sees an attack end because nothing more may be spent on the system."""

    def __init__(self) -> None:
        self.why: str | None = None

    def look(self, attempts: Sequence[LiveAttempt], spend: Spend) -> bool:
        """Go on."""
        return True

    def spent(self, error: SpentError) -> None:
        """Remember why."""
        self.why = str(error)


def run_attacks(
    methods: Mapping[str, Attack],
    target: Target,
    seeds: Sequence[Snippet],
    budget: Budget,
    stream: Stream,
    progress: Progress,
    workers: int = 1,
    journal: Path | None = None,
) -> AttacksRun:
    """Run attacks one after the other, each as if it were alone: from the same stream, with no cached score.

    Ctrl-C ends the one under way softly and leaves out the others; a second one loses what it has found.
    Raises KeyboardInterrupt when none got anywhere.
    """
    from contextlib import nullcontext

    from holdfast.attacks.engine.journal import remembering
    from holdfast.cli.interrupt import ending_softly
    from holdfast.core.executors import Processes, Serial

    executor = Processes(workers) if workers > 1 else Serial()
    spent = Spent()
    results: dict[str, AttackResult] = {}
    with ending_softly(progress) as interrupt:
        try:
            for name, method in methods.items():
                alone = target.fresh()
                with remembering(alone, journal) if journal else nullcontext(alone) as ready:
                    results[name] = method(
                        ready,
                        seeds,
                        interrupt.bound(budget),
                        stream,
                        progress,
                        executor=executor,
                        observer=spent,
                    )
                if interrupt.asked or spent.why:
                    break
        except KeyboardInterrupt:
            if not results:
                raise
    return AttacksRun(results, interrupt.asked or spent.why is not None, spent.why)


def lost_lines(run: AttacksRun) -> list[str]:
    """A line for each attack of which worker processes were killed: how many seeds that cost."""
    from holdfast.attacks.engine.shards import LOST

    lost = {
        name: [i for i, attempt in enumerate(result.attempts) if attempt.skipped == LOST]
        for name, result in run.results.items()
    }
    return [
        f"{name}: {len(seeds)} seeds were skipped, as their worker process was killed twice"
        f" ({', '.join(str(seed) for seed in seeds[:10])}{' and others' if len(seeds) > 10 else ''});"
        " it may need less memory: fewer --workers"
        for name, seeds in lost.items()
        if seeds
    ]


def turned_away_lines(run: AttacksRun) -> list[str]:
    """A line for each attack of which vetoes of the filter turned candidates away: how many, and by which."""
    from holdfast.evaluation import censored_median

    lines = []
    for name, result in run.results.items():
        if not result.turned_away:
            continue
        by = "; ".join(f"{veto} {count:,}" for veto, count in result.turned_away.items())
        firsts = (result.first_failure_queries, result.first_failure_candidates)
        without, with_them = (_told_median(censored_median(each).value) for each in firsts)
        lines.append(
            f"{name}: vetoes turned away {sum(result.turned_away.values()):,} candidates, which are no"
            f" queries ({by}); median to the first failure: {without} queries, with these {with_them}"
        )
    return lines


def _told_median(value: float | None) -> str:
    return "not half" if value is None else f"{value:,.0f}"


def claim_each(
    run: AttacksRun, target: Target, budget: str, drawn_with: str, folder: Path, confidence: float
) -> list[str]:
    """Claim of each attack how often it succeeds and the worst that it found; returns lines that tell it.

    Nothing is claimed of one that was stopped. The ledger counts the attempts among those of the same filter
    and attack.
    """
    from holdfast.campaign.attack_claims import claim_success, claim_worst, keep_attempts
    from holdfast.campaign.attack_ledger import counted_attempts

    told = []
    for name, result in () if run.stopped else run.results.items():
        table = folder / f"{name}-attempts.parquet"
        kept = keep_attempts(table, result, target, budget, drawn_with)
        attempts = counted_attempts(kept, folder, confidence)
        success, worst = folder / f"{name}-success.json", folder / f"{name}-worst.json"
        told.append(
            claimed(f"success of {name}", success, partial(claim_success, attempts, success, confidence))
        )
        told.append(claimed(f"worst failure that {name} found", worst, partial(claim_worst, attempts, worst)))
    return told


def claimed(what: str, file: Path, claim: Callable[[], Claim]) -> str:
    """Make a claim into its file, and tell it; or why there is none."""
    from holdfast.evaluation.claims import InvalidClaim

    try:
        return f"claim ({file}): {claim().sentence}"
    except InvalidClaim as error:
        return f"no claim on the {what}: {error}"


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()


def write_report(
    path: Path,
    config: RunConfig,
    target: Target,
    seeds: Seeds,
    found: AttackFindings,
    stopped: bool,
    blocked: OverBlocking | None,
    options: Mapping[str, Any],
) -> None:
    """Write the report; `options` are the fields of `AttackRun` that nothing else knows."""
    from holdfast import __version__
    from holdfast.campaign.machine import machine
    from holdfast.campaign.marking import mark
    from holdfast.report.attack_page import AttackRun, write_attack_report

    bare = target.bare
    model = target.generator if bare else target.scorer.classifier if target.filter else None
    page = AttackRun(
        task=target.task.name,
        judge=target.judge.name,
        assumption=getattr(target.judge, "assumption", None),
        system=told_system(target),
        attacked=named_target(config, target),
        hash=target.system.identity.hash if model is None else model.hash,
        parameters=None if model is None else model.parameters_count,
        generator=model_path(config.generator) if config.generator and not bare else None,
        proposer=named_proposer(config, target),
        threshold=None if bare else target.threshold,
        drawn=seeds.how,
        over_blocking=blocked,
        cut=cut_texts(target),
        version=__version__,
        machine=machine(),
        stopped=stopped,
        findings=found,
        shown=tuple(mark(found.worst(SHOWN_IN_REPORT), target)),
        **options,
    )
    write_attack_report(page, path)


def model_path(start: object) -> str:
    """Where a model of a configuration lies, as it is written there."""
    return str(getattr(start, "path", getattr(start, "url", "trained here")))


def named_target(config: RunConfig, target: Target) -> str:
    """Where the model that is attacked lies: the classifier, or the generator where nothing filters it."""
    return model_path(config.generator if target.bare else config.classifier)


def told_system(target: Target) -> str:
    """The system under test in a word or two, before the name of its model."""
    if target.bare:
        return "generator"
    if target.filter is None:
        return target.system.identity.kind
    return "classifier" if target.draws is None else "generator behind the classifier"


def named_proposer(config: RunConfig, target: Target) -> str | None:
    """Where the masked language model lies, and its content hash; None where there is none."""
    if config.proposer is None or target.proposer is None:
        return None
    return f"{config.proposer.path} ({target.proposer.hash[:12]})"


def measured_over_blocking(target: Target, found: AttackFindings) -> OverBlocking | None:
    """What the guard blocks of harmless rows in like surroundings; None where passages are not carried, or
    nothing more may be spent on the guard.
    """
    from holdfast.campaign.labelled.overblocking import over_blocking
    from holdfast.core.errors import SpentError
    from holdfast.core.seeds import Stream
    from holdfast.judges.carried import Carried, sentences

    if not isinstance(target.judge, Carried):
        return None
    written = [
        len(sentences(one.failure.snippet.completion)) - len(sentences(one.seed.completion))
        for one in found.findings
    ]
    around = [count for count in written if count > 0]
    try:
        return over_blocking(target.judge.task, target.system, Stream(0), sentences=around)
    except SpentError:
        return None


def asked_of_people(config: RunConfig, run: AttacksRun, target: Target) -> list[str]:
    """Put what waits for people into their queue; a line that says so, none where nothing waits."""
    if not config.asks_people:
        return []
    from holdfast.campaign.history import open_store, runs_folder
    from holdfast.campaign.people.desk import PeopleDesk, questions_of

    pending = [each for result in run.results.values() for each in result.pending]
    if not pending:
        return []
    desk = PeopleDesk(config, open_store(runs_folder()))
    waiting = len(desk.ask(questions_of(pending, target)))
    attempts = sum(result.count("pending") for result in run.results.values())
    return [
        f"{attempts:,} attempt{'' if attempts == 1 else 's'} pending: {waiting:,}"
        f" text{' waits' if waiting == 1 else 's wait'} for people to judge, on the page Review of"
        f" `{desk.serve}`; then make the same attack again"
    ]


def cut_texts(target: Target) -> str | None:
    """What the guard did not read of the texts that it scored, in a sentence; None: it read them whole."""
    from holdfast.models.systems import Filter

    if not isinstance(target.system, Filter):
        return None
    classifier = target.system.scorer.classifier
    counts, how = classifier.overflowed, classifier.format.overflow
    if counts.in_windows:
        return f"{counts.in_windows:,} texts were longer than the guard reads, and were read in windows."
    if counts.cut:
        return f"{counts.cut:,} texts were longer than the guard reads: only their {how} was read."
    return None


def notes_on(target: Target, blocked: OverBlocking | None) -> list[str]:
    """What a result rests on and stands beside, in lines for people."""
    from holdfast.report.attack_page import blocked as told_blocked

    assumption = getattr(target.judge, "assumption", None)
    notes = (
        *_of_service(target),
        assumption and f"assuming that {assumption}",
        blocked and told_blocked(blocked),
        cut_texts(target),
    )
    return [note for note in notes if note]


def _of_service(target: Target) -> Iterator[str]:
    """What was ever asked of an endpoint and what it cost, and what it could not be asked twice."""
    from holdfast.core.system import RemoteSystem
    from holdfast.models.endpoints.system import Endpoint

    if isinstance(target.system, Endpoint):
        yield f"to this version of the endpoint {target.system.service.spent} were sent so far"
    if isinstance(target.system, RemoteSystem) and target.system.unconfirmed:
        yield (
            f"{target.system.unconfirmed:,} texts were not asked about a second time, as nothing more may be"
            " spent: their first answer stands"
        )
