"""What attacks found, as the terminal, JSON and JSON lines show it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.output import heat_text, print_json, print_table, print_text, snippet_json, verdict_line

if TYPE_CHECKING:
    from rich.text import Text

    from holdfast.attacks.results import AttackResult
    from holdfast.attacks.target import Target
    from holdfast.campaign.analysis import AttackFindings, Finding
    from holdfast.campaign.marking import MarkedFinding, MarkedWord
    from holdfast.evaluation import AttackSummary, CensoredMedian, Overlap, Tactic

TACTICS_SHOWN = 8
EDITS_SHOWN = 4


def write_findings(path: Path, found: AttackFindings) -> None:
    """Write every failure as a JSON line, the whole file or none of it."""
    import json

    from holdfast.core.files import write_text

    calls = {name: result.attack for name, result in found.results.items()}
    rows = [{**_finding_json(one), "attack": calls[one.attack]} for one in found.findings]
    write_text(path, "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows))


def _finding_json(one: Finding) -> dict[str, Any]:
    failure = one.failure
    return {
        **snippet_json(failure.snippet, failure.verdict),
        "score": failure.score,
        # Of the passing completions of its prompt, the share that were catastrophic (None: not drawn).
        "success": failure.success,
        "query": failure.query,
        "seconds": failure.seconds,
        "flops": failure.flops,
        "seed_index": failure.seed_index,
        "seed": {"prompt": one.seed.prompt, "completion": one.seed.completion},
        "edits": [str(edit) for edit in one.edits],
        "tactic": one.tactic,
        "distinct": one.first,
        "like": one.like,
        "attack_name": one.attack,
    }


def print_findings_json(found: AttackFindings, stopped: bool) -> None:
    """Print all but the failures themselves, of which the best of each attempt stand here."""
    best = {(one.attack, id(one.failure)): one for one in found.findings}
    print_json(
        {
            "stopped": stopped,
            "attacks": [
                {**_result_json(one.attack, found.results[one.attack], best), "summary": _summary_json(one)}
                for one in found.summaries
            ],
            "distinct_failures": found.distinct,
            "tactics": [_tactic_json(tactic, found) for tactic in found.tactics],
            "overlap": [_overlap_json(one) for one in found.overlaps],
        }
    )


def _result_json(name: str, result: AttackResult, found: dict[tuple[str, int], Finding]) -> dict[str, Any]:
    from dataclasses import asdict

    attempts = [
        {
            "outcome": attempt.outcome,
            "skipped_because": attempt.skipped,
            "clean_miss": attempt.clean_miss,
            "queries": attempt.queries,
            "first_failure_query": attempt.first_failure_query,
            "turned_away": attempt.turned_away,
            "failures": len(attempt.failures),
            "pending": len(attempt.pending),
            "best": _lasting(found[name, id(attempt.best)]) if attempt.best else None,
            # On draws that no search saw.
            "fresh_draws": asdict(attempt.success) if attempt.success else None,
        }
        for attempt in result.attempts
    ]
    return {
        "name": name,
        "attack": result.attack,
        "broken": result.broken,
        "withstood": result.count("withstood"),
        "skipped": result.count("skipped"),
        "clean_misses": result.clean_misses,
        "pending": result.count("pending"),
        "turned_away": result.turned_away,
        "first_failure_candidates": result.first_failure_candidates,
        "attempts": attempts,
        "spend": asdict(result.spend),
        # Apart from the attempts, which are the same whenever the seed is.
        "first_failure_seconds": [attempt.first_failure_seconds for attempt in result.attempts],
    }


def _lasting(one: Finding) -> dict[str, Any]:
    """What is the same whenever the seed is: all but the time it took."""
    return {name: value for name, value in _finding_json(one).items() if name != "seconds"}


def _summary_json(one: AttackSummary) -> dict[str, Any]:
    limits = one.success.interval()
    return {
        "seeds": one.success.trials,
        "broken": one.success.events,
        "broken_limits": [limits.lower, limits.upper],
        "queries_to_first": _median_json(one.queries),
        "seconds_to_first": _median_json(one.seconds),
        "flops_to_first": _median_json(one.flops),
        "failures": one.failures,
        "distinct_failures": one.distinct,
        "distinct_per_second": one.distinct_per_second,
        "worst_egregiousness": one.worst_egregiousness,
        "mean_egregiousness": one.mean_egregiousness,
    }


def _median_json(median: CensoredMedian) -> dict[str, Any]:
    """None where there is no number: a median that half did not reach, a limit beyond all that was spent."""
    limits = [end if end < float("inf") else None for end in (median.limits.lower, median.limits.upper)]
    return {"median": median.value, "limits": limits}


def _tactic_json(tactic: Tactic, found: AttackFindings) -> dict[str, Any]:
    exemplar = found.findings[tactic.exemplar].failure
    return {
        "name": tactic.name,
        "distinct_failures": tactic.size,
        "share": tactic.share,
        "seeds": tactic.seeds,
        "attacks": dict(tactic.attacks),
        "mean_egregiousness": tactic.mean_egregiousness,
        "worst_egregiousness": tactic.worst_egregiousness,
        "exemplar": snippet_json(exemplar.snippet, exemplar.verdict),
    }


def _overlap_json(one: Overlap) -> dict[str, Any]:
    return {
        "of": one.by,
        "attacks": one.attacks,
        "shared": one.shared,
        "found_alone": one.only,
        "total": one.total,
    }


def print_findings(found: AttackFindings, target: Target, show: int) -> None:
    """Print the worst failures, then how the attacks compare, the tactics, and what each attack adds."""
    from holdfast.campaign.marking import mark
    from holdfast.report.attack_table import (
        HEADER,
        TACTIC_HEADER,
        attack_rows,
        only_header,
        only_rows,
        tactic_rows,
    )
    from holdfast.report.prompt_shares import SHARES_HEADER, prompt_shares

    for marked in mark(found.worst(show), target):
        _print_failure(marked, target)
    rows = [[f"{cell.value}\n{cell.below}".strip() for cell in row] for row in attack_rows(found.summaries)]
    # Compute is in the report; the terminal has no room for it.
    print_table("attacks", _without(HEADER, 4), [_without(row, 4) for row in rows])
    shares = prompt_shares(found)[:show]
    if shares:
        print_table(
            "the prompts that fail most often, by fresh draws",
            SHARES_HEADER,
            [one.cells for one in shares],
            last="prompt",
        )
    if found.tactics:
        title = f"tactics of {found.distinct:,} distinct failure{'' if found.distinct == 1 else 's'}"
        print_table(title, TACTIC_HEADER, tactic_rows(found.tactics, TACTICS_SHOWN), last="found by")
    if found.overlaps:
        print_table("what each attack adds", only_header(found.overlaps), only_rows(found.overlaps))
        shared = found.overlaps[0]
        pairs = [
            [attack, *(f"{count:,}" for count in row)]
            for attack, row in zip(shared.attacks, shared.shared, strict=True)
        ]
        print_table("distinct failures that both found", ["", *shared.attacks], pairs)


def _without(row: Sequence[str], place: int) -> list[str]:
    return [*row[:place], *row[place + 1 :]]


def _print_failure(marked: MarkedFinding, target: Target) -> None:
    from rich.text import Text

    from holdfast.report.numbers import seconds

    one = marked.finding
    failure = one.failure
    print_text(_marked_text(marked.prompt) + Text("| ", "dim") + _marked_text(marked.completion))
    passing = "passing completions" if not target.bare else "completions"
    drawn = "" if failure.success is None else f"fails in {failure.success:.3g} of {passing}, "
    score = "" if target.bare else f"score {failure.score:.4%}, "
    print_text(Text(f"{score}{drawn}") + verdict_line(failure.verdict))
    count = f"{failure.query:,} quer{'y' if failure.query == 1 else 'ies'}"
    told = "; ".join(map(str, one.edits[:EDITS_SHOWN]))
    more = f"; {len(one.edits) - EDITS_SHOWN} more" if len(one.edits) > EDITS_SHOWN else ""
    print_text(Text(f"{one.attack}, {count}, {seconds(failure.seconds)}: {told}{more}", "dim"))
    print()


def _marked_text(words: Sequence[MarkedWord]) -> Text:
    """Words by their saliency; those that the attack wrote are underlined."""
    from rich.text import Text

    text = Text()
    for word in words:
        one = heat_text([word.text], [word.strength], 1.0)
        if word.changed:
            one.stylize("underline", 0, len(word.text))
        text += one
    return text
