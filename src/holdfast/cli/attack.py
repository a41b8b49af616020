"""`holdfast attack`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from holdfast.cli.options import ClassifierPath, GeneratorPath, Json, Seed, TaskName

if TYPE_CHECKING:
    from holdfast.attacks.results import AttackResult, Attempt, Failure
    from holdfast.attacks.target import Target
    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Snippet
    from holdfast.tasks.base import Task


def attack(
    *,
    task: TaskName,
    classifier: ClassifierPath,
    generator: GeneratorPath = None,
    name: Annotated[str, Parameter(name="--attack")] = "greedy_rewrite",
    objective: Literal["egregious", "lowest_score"] = "egregious",
    stop: Literal["first", "budget"] = "first",
    fields: Annotated[dict[str, str] | None, Parameter(name="--set")] = None,
    threshold: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))] = 0.5,
    budget: str = "100000q",
    seeds: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 50,
    show: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 5,
    out: Path | None = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Search for catastrophes that a classifier passes.

    Ends with the worst failures, their words marked by saliency, and what it
    took to find them. Every failure told was scored again by the exact model
    and judged again.

    For example:

        holdfast attack --task storyworld --classifier MODEL --budget 20000q
        holdfast attack --task brackets --classifier MODEL --attack random_rewrite

    Args:
        name: The attack's name; `holdfast attacks` lists them.
        objective: What to prefer: the worst thing that passes, or the lowest score.
        stop: Whether an attempt ends at its first failure, or goes on to worse ones within the budget.
        fields: A field of the attack, such as `--set.width 32`; `holdfast attacks` shows them.
        threshold: A snippet passes when its score is below this.
        budget: When to stop: queries (100000q), gradient calls (500g), seconds (60s), FLOPs (1e12flops),
            or several joined by commas.
        seeds: How many catastrophes of the task to start from, each an attempt.
        show: How many failures to print.
        out: Write every failure to this file, as JSON lines.
    """
    from holdfast import task as find_task
    from holdfast.attacks import attack_from_config
    from holdfast.cli.progress import showing
    from holdfast.core.budget import Budget
    from holdfast.core.seeds import Stream

    # All that can be wrong is checked before a model loads.
    chosen = find_task(task)
    method = attack_from_config({"kind": name, "objective": objective, "stop": stop, **(fields or {})})
    limit = Budget.parse(budget)
    target = open_target(chosen, classifier, generator, threshold)
    stream = Stream(seed).child("attack")
    with showing(sys.stderr) as progress:
        result = method(target, catastrophes(chosen, seeds, stream.child("seeds")), limit, stream, progress)
    if out is not None:
        write_failures(out, result)
    if json:
        return _print_json(result)
    _print_failures(result, target, show)
    return _print_summary(result, out)


def open_target(task: Task, classifier: Path, generator: Path | None, threshold: float) -> Target:
    """Load the models of a target."""
    from holdfast.attacks.target import Target
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator
    from holdfast.models.scoring import ScoringEngine

    scorer = ScoringEngine(Classifier.load(classifier, task))
    writer = Generator.load(generator, task) if generator else None
    return Target(task, task.oracle, scorer, threshold, writer)


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


def write_failures(path: Path, result: AttackResult) -> None:
    """Write every failure as a JSON line, the whole file or none of it."""
    import json

    from holdfast.core.files import write_text

    rows = [_failure_json(f, attempt) for attempt in result.attempts for f in attempt.failures]
    write_text(
        path, "".join(json.dumps({**row, "attack": result.attack}, ensure_ascii=False) + "\n" for row in rows)
    )


def _failure_json(failure: Failure, attempt: Attempt) -> dict[str, Any]:
    from holdfast.cli.output import snippet_json

    return {
        **snippet_json(failure.snippet, failure.verdict),
        "score": failure.score,
        "query": failure.query,
        "seed": {"prompt": attempt.seed.prompt, "completion": attempt.seed.completion},
    }


def _print_json(result: AttackResult) -> None:
    from dataclasses import asdict

    from holdfast.cli.output import print_json

    attempts = [
        {
            "queries": attempt.queries,
            "first_failure_query": attempt.first_failure_query,
            "failures": len(attempt.failures),
            "best": _failure_json(attempt.best, attempt) if attempt.best else None,
        }
        for attempt in result.attempts
    ]
    print_json(
        {
            "attack": result.attack,
            "broken": result.broken,
            "attempts": attempts,
            "spend": asdict(result.spend),
            # Apart from the attempts, which are the same whenever the seed is.
            "first_failure_seconds": [attempt.first_failure_seconds for attempt in result.attempts],
        }
    )


def _print_failures(result: AttackResult, target: Target, show: int) -> None:
    from rich.text import Text

    from holdfast.cli.output import heat_text, print_text, verdict_line

    best = [attempt.best for attempt in result.attempts if attempt.best]
    worst = sorted(best, key=lambda failure: -failure.verdict.egregiousness)[:show]
    codec = target.scorer.codec
    for failure, saliency in zip(worst, target.scorer.saliency([f.tokens for f in worst]), strict=True):
        prompt, completion = saliency.prompt.tolist(), saliency.completion.tolist()
        greatest = max([*prompt, *completion], default=0.0)
        marked = heat_text(codec.words(failure.tokens.prompt), prompt, greatest)
        marked += Text("| ", "dim") + heat_text(codec.words(failure.tokens.completion), completion, greatest)
        print_text(marked)
        print_text(Text(f"score {failure.score:.4%}, ") + verdict_line(failure.verdict))
        print()


def _print_summary(result: AttackResult, out: Path | None) -> None:
    from holdfast.cli.output import print_table
    from holdfast.cli.progress import duration

    firsts = sorted(query for query in result.first_failure_queries if query is not None)
    attempts, spend = len(result.attempts), result.spend
    # Attempts that never failed count as beyond any number, so the median may not exist.
    median = f"{firsts[(attempts - 1) // 2]:,}" if len(firsts) > (attempts - 1) // 2 else "beyond the budget"
    rows = [
        ["attempts that found a failure", f"{result.broken} of {attempts}"],
        ["median queries to the first failure", median],
        ["queries in all", f"{spend.queries:,}"],
        ["seconds in all", duration(spend.seconds)],
        [
            "seconds for each broken attempt",
            duration(spend.seconds / result.broken) if result.broken else "none",
        ],
        ["failures", f"{len(result.failures):,}" + (f", written to {out}" if out else "")],
    ]
    print_table(result.attack.partition("(")[0], ["", ""], rows)
