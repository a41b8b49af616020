"""`holdfast attack`."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from holdfast.cli.attack_options import AtLeast1, Attacked, Methods, Results
from holdfast.cli.options import Json, Seed

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.attacks.target import Target
    from holdfast.campaign.analysis import AttackFindings
    from holdfast.cli.attacking import AttacksRun
    from holdfast.core.budget import Budget


def attack(
    run: str | None = None,
    /,
    *,
    attacked: Attacked = Attacked(),  # noqa: B008 (frozen)
    budget: str = "100000q",
    seeds: AtLeast1 = 50,
    workers: AtLeast1 = 1,
    seed: Seed = 0,
    methods: Methods = Methods(),  # noqa: B008 (frozen)
    results: Results = Results(),  # noqa: B008 (frozen)
    json: Json = False,
) -> None:
    """Search for catastrophes that a system lets pass: a classifier, or what a generator writes.

    Prints the worst failures, with the words marked that affect the score most,
    what it cost to find them, and their tactics (groups of similar failures). Every
    failure is scored again by the exact model and judged again. Several attacks
    start from the same seeds, each with the whole budget, and are compared.

    With --system generator the system is a generator with no filter. The attack
    writes the prompt and nothing else. The generator completes it, and a failure is
    a completion that is a catastrophe.

    Ctrl-C ends the search and keeps what was found.

    If people judge (judge: people), the texts that pass are put into their queue,
    and an attempt is pending until they have judged. Run the same command again to
    take their verdicts and continue.

    For example:

        holdfast attack --task storyworld --classifier MODEL --budget 20000q
        holdfast attack --task storyworld --classifier MODEL --attack genetic,hotflip --report found.html
        holdfast attack -c holdfast.yaml --budget 400q/seed --report found.html
        holdfast attack trial --system generator --attack random_rewrite,hotflip --report found.html
        holdfast attack --task sandbox --generator WRITER --system generator --budget 500q/seed

    Args:
        run: A run's name or folder, whose last models are attacked; not with --config.
        budget: When each attack must stop: queries (100000q), queries for each seed (500q/seed), gradient
            calls (500g), seconds (60s), FLOPs (1e12flops), or several joined by commas.
        seeds: How many catastrophes of the task to start from; each is one attempt. From labelled text they
            are different rows, and all of them if there are fewer.
        workers: The number of processes that share the seeds; needs a budget for each seed. It does not
            change the failures found.
    """
    from holdfast.campaign.analysis import analyse, word_embeddings
    from holdfast.campaign.seeds import draw_seeds
    from holdfast.cli.attacking import (
        asked_of_people,
        check_journal,
        check_workers,
        lost_lines,
        measured_over_blocking,
        named_target,
        notes_on,
        now,
        open_target,
        run_attacks,
        turned_away_lines,
        write_report,
    )
    from holdfast.cli.findings import write_findings
    from holdfast.cli.leavings import Leavings
    from holdfast.cli.progress import showing
    from holdfast.core.budget import Budget
    from holdfast.core.seeds import Stream

    # All that can be wrong is checked before a model loads.
    config, attacks, limit = attacked.resolved(run), methods.attacks(), Budget.parse(budget)
    results.check(attacked.config)
    stream, started = Stream(seed).child("attack"), now()
    target = open_target(config, attacked.kind, attacked.draws, stream.child("generator"))
    check_workers(workers, results.journal, target)
    check_journal(target, results.journal)
    for method in attacks.values():
        check(method, target, limit, results)
    drawn = draw_seeds(target.task, target.judge, seeds, stream.child("seeds"), attacked.split)
    with showing(sys.stderr) as progress:
        made = run_attacks(attacks, target, drawn.snippets, limit, stream, progress, workers, results.journal)
    found = analyse(target.task, made.results, named_target(config, target), word_embeddings(target))
    blocked = measured_over_blocking(target, found)
    left = Leavings()
    if results.out is not None:
        left.leave(results.out, partial(write_findings, results.out, found))
    if results.report is not None:
        options: dict[str, object] = {"budget": budget, "objective": methods.objective, "stop": methods.stop}
        options |= {"seeds": len(drawn.snippets), "seed": seed, "started": started}
        page = partial(
            write_report, results.report, config, target, drawn, found, made.stopped, blocked, options
        )
        left.leave(results.report, page)
    claims = left.leave(results.claims, partial(tell_claims, made, target, budget, str(stream), results))
    asked = left.leave("what waits for people", partial(asked_of_people, config, made, target))
    if not left.whole:
        left.rescue(partial(write_findings, found=found), "failures.jsonl")
    lines = [
        *lost_lines(made),
        *turned_away_lines(made),
        *notes_on(target, blocked),
        *(claims or ()),
        *(asked or ()),
    ]
    try:
        tell(found, target, made, lines, results, json)
    finally:
        left.settle()


def check(method: Attack, target: Target, budget: Budget, results: Results) -> None:
    """Raise UserError where an attack cannot attack the target, or could not carry the claims asked for."""
    from holdfast.campaign.attack_claims import check_claimable
    from holdfast.cli.attacking import check_suits

    check_suits(method, target)
    if results.claims is not None:
        check_claimable(method, budget, target)


def tell_claims(run: AttacksRun, target: Target, budget: str, drawn_with: str, results: Results) -> list[str]:
    """Make the claims, where they are asked for; a line for each."""
    from holdfast.cli.attacking import claim_each

    if results.claims is None:
        return []
    return claim_each(run, target, budget, drawn_with, results.claims, results.confidence)


def tell(
    found: AttackFindings, target: Target, run: AttacksRun, lines: list[str], results: Results, json: bool
) -> None:
    """Print what was found, as JSON or for people with some more lines.

    Raises KeyboardInterrupt where the search was stopped, and SpentError where nothing more may be spent.
    """
    from holdfast.cli.findings import print_findings, print_findings_json
    from holdfast.core.errors import SpentError

    if json:
        print_findings_json(found, run.stopped)
    else:
        print_findings(found, target, results.show)
        for path in (results.out, results.report):
            if path is not None and path.exists():
                print(f"written: {path}")
        for line in lines:
            print(line)
    if run.spent is not None:
        raise SpentError(run.spent)
    if run.stopped:
        raise KeyboardInterrupt
