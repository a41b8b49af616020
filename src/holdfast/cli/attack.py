"""`holdfast attack`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import ClassifierPath, GeneratorPath, Json, Seed, TaskName

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.attacks.results import AttackResult
    from holdfast.attacks.target import Target
    from holdfast.campaign.analysis import AttackFindings
    from holdfast.core.budget import Budget
    from holdfast.core.progress import Progress
    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Snippet
    from holdfast.evaluation.claims import Claim
    from holdfast.tasks.base import Task

DEFAULT = ("greedy_rewrite",)
SHOWN_IN_REPORT = 20


def attack(
    *,
    task: TaskName,
    classifier: ClassifierPath,
    generator: GeneratorPath = None,
    names: Annotated[Sequence[str], Parameter(name="--attack", negative="")] = DEFAULT,
    objective: Literal["egregious", "lowest_score", "diverse"] = "egregious",
    stop: Literal["first", "budget"] = "first",
    frozen: Literal["nothing", "prompt", "completion"] = "nothing",
    distance: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    log_prob: Annotated[float | None, Parameter(validator=validators.Number(lte=0))] = None,
    parses: Annotated[bool, Parameter(negative="")] = False,
    fields: Annotated[dict[str, str] | None, Parameter(name="--set")] = None,
    threshold: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))] = 0.5,
    draws: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    budget: str = "100000q",
    seeds: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 50,
    workers: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 1,
    journal: Path | None = None,
    show: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 5,
    out: Path | None = None,
    report: Path | None = None,
    claims: Path | None = None,
    confidence: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))] = 0.95,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Search for catastrophes that a classifier passes.

    Ends with the worst failures, their words marked by saliency, what it took
    to find them, and the tactics they fall into. Every failure told was scored
    again by the exact model and judged again. Several attacks start from the
    same seeds, each with the whole budget, and are compared.

    Ctrl-C ends the search and keeps what was found.

    For example:

        holdfast attack --task storyworld --classifier MODEL --budget 20000q
        holdfast attack --task storyworld --classifier MODEL --attack genetic,hotflip --report found.html

    Args:
        names: The attack's name, or several joined by commas; `holdfast attacks` lists them.
        objective: What to prefer: the worst thing that passes, the lowest score, or failures of new kinds.
        stop: Whether an attempt ends at its first failure, or goes on to worse ones within the budget.
        frozen: What the attack may not touch.
        distance: The most words by which a failure may differ from its seed: inserted, deleted, replaced.
        log_prob: The least mean log-likelihood of a failure's words under the generator, in nats; -4 keeps
            to what it might write by itself.
        parses: Whether the judge must be able to read as many clauses of a failure as of its seed.
        fields: A field of the attacks that have it, such as `--set.width 32`; `holdfast attacks` shows them.
        threshold: A snippet passes when its score is below this.
        draws: Attack the generator behind the filter: only the prompt is the attack's to write, and the
            generator draws so many completions of it, a query each.
        budget: When each attack must stop: queries (100000q), queries for each seed (500q/seed), gradient
            calls (500g), seconds (60s), FLOPs (1e12flops), or several joined by commas.
        seeds: How many catastrophes of the task to start from, each an attempt.
        workers: Processes to share the seeds among; needs a budget for each seed. It changes no failure.
        journal: Keep every score in this file; the same command given again goes on where it was stopped.
        show: How many failures to print.
        out: Write every failure to this file, as JSON lines.
        report: Write a report to this HTML file, and its tables into a folder beside it.
        claims: Claim each attack's success rate, in files of this folder; needs a budget for each seed.
        confidence: Of the claims.
    """
    from holdfast import task as find_task
    from holdfast.campaign.analysis import analyse, word_embeddings
    from holdfast.cli.findings import print_findings, print_findings_json, write_findings
    from holdfast.cli.progress import showing
    from holdfast.core.budget import Budget
    from holdfast.core.seeds import Stream

    # All that can be wrong is checked before a model loads.
    chosen = find_task(task)
    bounds = {"most_edits": distance, "log_prob": log_prob, "parses": parses}
    common = {"objective": objective, "stop": stop, "frozen": frozen, "constraints": bounds}
    methods = attacks_of(names, common, fields or {})
    limit = Budget.parse(budget)
    for path in (out, report, journal):
        check_file(path)
    check_workers(workers, journal)
    target = open_target(chosen, classifier, generator, threshold, draws)
    for method in methods.values():
        check_suits(method, target)
        check_claims(method, limit, target, claims)
    stream = Stream(seed).child("attack")
    started = now()
    started_from = catastrophes(chosen, seeds, stream.child("seeds"))
    with showing(sys.stderr) as progress:
        run = run_attacks(methods, target, started_from, limit, stream, progress, workers, journal)
    found = analyse(chosen, run.results, str(classifier), word_embeddings(target))
    if out is not None:
        write_findings(out, found)
    if report is not None:
        options = {"budget": budget, "objective": objective, "stop": stop, "seeds": seeds, "seed": seed}
        paths = (classifier, generator)
        _write_report(report, paths, target, found, run, {**options, "started": started})
    made = claim_each(methods, run, target, budget, str(stream), claims, confidence)
    if json:
        print_findings_json(found, run.stopped)
    else:
        print_findings(found, target, show)
        for path in (out, report):
            if path is not None:
                print(f"written: {path}")
        for file, claim in made:
            print(f"claim ({file}): {claim.sentence}")
    if run.stopped:
        raise KeyboardInterrupt


def attacks_of(
    names: Sequence[str], common: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Attack]:
    """The attacks of `--attack`, by name; a field goes to those that have it.

    Raises UserError for an unknown name, one given twice, or a field that none of them has.
    """
    from dataclasses import fields as fields_of

    from holdfast.attacks import attack_from_config, attacks
    from holdfast.core.errors import UserError

    chosen = [name.strip() for given in names for name in given.split(",")]
    twice = next((name for name in chosen if chosen.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"attack '{twice}' is given twice; name each once")
    known = {name: {field.name for field in fields_of(attacks.get(name))} for name in chosen}  # type: ignore[arg-type]
    strange = {field for field in fields if not any(field in own for own in known.values())}
    return {
        name: attack_from_config(
            {
                "kind": name,
                **common,
                # What no attack knows is left for the first to refuse, with the nearest name.
                **{field: value for field, value in fields.items() if field in known[name] | strange},
            }
        )
        for name in chosen
    }


def check_file(path: Path | None) -> None:
    """Raise UserError where a file cannot be written, before hours of work have gone into it."""
    from holdfast.core.errors import UserError

    if path is not None and path.is_dir():
        raise UserError(f"{path} is a folder; name a file in it")


def check_workers(workers: int, journal: Path | None) -> None:
    """Raise UserError where several processes would write one journal."""
    from holdfast.core.errors import UserError

    if workers > 1 and journal is not None:
        raise UserError("--journal is kept by one process; leave out --workers")


def check_suits(method: Attack, target: Target) -> None:
    """Raise UserError where the target lacks what an attack needs."""
    from holdfast.core.errors import UserError

    if not method.suits(target):
        what = "" if target.generator else "; it may need a generator: give one with --generator"
        raise UserError(f"attack '{method.name}' cannot attack this target{what}")


def check_claims(method: Attack, budget: Budget, target: Target, claims: Path | None) -> None:
    """Raise UserError where claims are asked for that the attempts could not carry."""
    from holdfast.campaign.attack_claims import check_claimable
    from holdfast.core.errors import UserError

    if claims is None:
        return
    if claims.is_file():
        raise UserError(f"{claims} is a file; name a folder for the claims")
    check_claimable(method, budget, target)


def open_target(
    task: Task, classifier: Path, generator: Path | None, threshold: float, draws: int | None = None
) -> Target:
    """Load the models of a target; raises UserError when it is to draw and there is no generator."""
    from holdfast.core.errors import UserError

    if draws and generator is None:
        raise UserError("--draws attacks the generator behind the filter; give one with --generator")
    from holdfast.attacks.target import Target
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator
    from holdfast.models.scoring import ScoringEngine
    from holdfast.training.generator import tuned

    scorer = ScoringEngine(Classifier.load(classifier, task))
    writer = Generator.load(generator, task) if generator else None
    return Target(task, task.oracle, scorer, threshold, writer, draws, tune=tuned)


def catastrophes(task: Task, count: int, stream: Stream) -> list[Snippet]:
    """The first `count` catastrophes among hard snippets of the task.

    Raises UserError when the task makes next to none.
    """
    from holdfast.core.errors import UserError

    found: list[Snippet] = []
    for batch in range(100):
        drawn = task.sample(2 * count, stream.child(batch), "hard")
        verdicts = task.oracle.judge(drawn)
        found += [snippet for snippet, verdict in zip(drawn, verdicts, strict=True) if verdict.catastrophic]
        if len(found) >= count:
            return found[:count]
    raise UserError(f"task '{task.name}' makes too few catastrophes to start from: {len(found)} of {count}")


@dataclass(frozen=True)
class AttacksRun:
    """What came of the attacks that were begun, and whether somebody ended them before their time."""

    results: dict[str, AttackResult]
    stopped: bool


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
    results: dict[str, AttackResult] = {}
    with ending_softly(progress) as interrupt:
        try:
            for name, method in methods.items():
                alone = replace(target, scorer=target.scorer.fresh())
                with remembering(alone, journal) if journal else nullcontext(alone) as ready:
                    results[name] = method(
                        ready, seeds, interrupt.bound(budget), stream, progress, executor=executor
                    )
                if interrupt.asked:
                    break
        except KeyboardInterrupt:
            if not results:
                raise
    return AttacksRun(results, interrupt.asked)


def claim_each(
    methods: Mapping[str, Attack],
    run: AttacksRun,
    target: Target,
    budget: str,
    drawn_with: str,
    claims: Path | None,
    confidence: float,
) -> list[tuple[Path, Claim]]:
    """Claim the success rate of each attack, where that is asked for; nothing of one that was stopped."""
    from holdfast.campaign.attack_claims import Tried, claim_success

    if claims is None or run.stopped:
        return []
    return [
        claim_success(Tried(methods[name], result, target, budget, drawn_with), claims, confidence)
        for name, result in run.results.items()
    ]


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()


def _write_report(
    path: Path,
    models: tuple[Path, Path | None],
    target: Target,
    found: AttackFindings,
    run: AttacksRun,
    options: Mapping[str, Any],
) -> None:
    from holdfast import __version__
    from holdfast.campaign.machine import machine
    from holdfast.campaign.marking import mark
    from holdfast.report.attack_page import AttackRun, write_attack_report

    classifier, generator = models
    model = target.scorer.classifier
    page = AttackRun(
        task=target.task.name,
        classifier=str(classifier),
        classifier_hash=model.hash,
        parameters=model.parameters_count,
        generator=str(generator) if generator else None,
        threshold=target.threshold,
        version=__version__,
        machine=machine(),
        stopped=run.stopped,
        findings=found,
        shown=tuple(mark(found.worst(SHOWN_IN_REPORT), target)),
        **options,
    )
    write_attack_report(page, path)
