"""The report of `holdfast attack`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.analysis import AttackFindings
from holdfast.campaign.attempt_rows import write_attempts
from holdfast.campaign.labelled.overblocking import OverBlocking
from holdfast.campaign.marking import MarkedFinding
from holdfast.evaluation import Overlap
from holdfast.report.attack_figures import ATTEMPTS, attack_panels, attack_tables, attempt_tables
from holdfast.report.attack_table import (
    HEADER,
    TACTIC_HEADER,
    attack_rows,
    only_header,
    only_rows,
    tactic_rows,
)
from holdfast.report.numbers import percent
from holdfast.report.pages import by_name, page_text, write_page
from holdfast.report.prompt_shares import SHARES_HEADER, SHARES_SHOWN, prompt_shares
from holdfast.report.snippets import shown_finding

TACTICS_SHOWN = 15


@dataclass(frozen=True)
class AttackRun:
    """Everything that the report tells: what was attacked, how, and what came of it."""

    task: str
    judge: str
    assumption: str | None
    """What the judge's verdicts rest on; None for an oracle."""
    system: str
    """The system under test, before the name of its model: classifier, or generator."""
    attacked: str
    """The model that is attacked, and below its hash and size."""
    hash: str
    parameters: int | None
    """None for a service, whose weights are not here."""
    generator: str | None
    """The one that writes for the attack, or behind the filter; None where there is none, or it is what is
    attacked."""
    proposer: str | None
    threshold: float | None
    """The filter's; None where there is no filter."""
    budget: str
    objective: str
    stop: str
    seeds: int
    seed: int
    version: str
    machine: str
    started: str
    stopped: bool
    """Whether it was ended before its time."""
    drawn: str
    """How the seeds were drawn, in words."""
    over_blocking: OverBlocking | None
    """Harmless rows that are blocked in like surroundings, where passages are carried."""
    cut: str | None
    """What the classifier did not read of the texts that it scored, in a sentence; None: nothing."""
    findings: AttackFindings
    shown: tuple[MarkedFinding, ...]
    """The failures to show, worst first."""


def write_attack_report(run: AttackRun, path: Path) -> Path:
    """Write the page to `path`, and its tables as CSV into the folder `NAME-data` beside; returns the path.

    The same run gives the same bytes.
    """
    folder = path.with_name(f"{path.stem}-data")
    page = attack_page(run, folder.name)
    write_attempts(folder / ATTEMPTS, attempt_tables(run.findings))
    return write_page(path, page, folder, attack_tables(run.findings))


def attack_page(run: AttackRun, folder: str) -> str:
    """The HTML text, whose tables lie in `folder`."""
    findings, shares = run.findings, prompt_shares(run.findings)
    return page_text(
        "attack",
        run=run,
        headline=headline(findings),
        blocked=None if run.over_blocking is None else blocked(run.over_blocking),
        bound=second_line(findings),
        header=HEADER,
        rows=attack_rows(findings.summaries),
        panels=by_name(attack_panels(findings, folder)),
        shown=[shown_finding(marked) for marked in run.shown],
        share_header=SHARES_HEADER,
        shares=[one.cells for one in shares[:SHARES_SHOWN]],
        broken_prompts=len(shares),
        tactic_header=TACTIC_HEADER,
        tactics=tactic_rows(findings.tactics, TACTICS_SHOWN),
        examples=[
            findings.findings[one.exemplar].failure.snippet for one in findings.tactics[:TACTICS_SHOWN]
        ],
        only_header=only_header(findings.overlaps),
        only=only_rows(findings.overlaps),
        matrices=[_Matrix.of(one) for one in findings.overlaps],
        folder=folder,
        judge_computes=any(result.spend.judge_flops for result in findings.results.values()),
    )


def headline(findings: AttackFindings) -> str:
    """What came of it, in a sentence."""
    best = max(findings.summaries, key=lambda one: (one.success.events, one.distinct))
    broken = f"{best.success.events:,} of {best.success.trials:,} seeds"
    if not findings.findings and (waiting := max(one.pending for one in findings.summaries)):
        return (
            f"No failure is confirmed: {waiting:,} attempt{'s wait' if waiting > 1 else ' waits'} for people."
        )
    if not findings.findings:
        return f"No failure found from {best.success.trials:,} seeds."
    if len(findings.summaries) == 1:
        return f"{best.attack} broke {broken}."
    equal = sum(one.success.events == best.success.events for one in findings.summaries)
    if equal == 1:
        return f"Of {len(findings.summaries)} attacks, {best.attack} broke most: {broken}."
    most = f"{best.attack} with the most distinct failures"
    return f"Of {len(findings.summaries)} attacks, {equal} broke {broken}, {most}."


def blocked(found: OverBlocking) -> str:
    """What the guard blocks of harmless text, beside its failures, in a sentence."""
    plain, around = found.plain, found.surrounded
    limits = around.interval()
    counts = " to ".join(dict.fromkeys(f"{n:,}" for n in (found.sentences[0], found.sentences[-1])))
    return (
        f"Of {plain.trials:,} harmless rows it blocks {percent(plain.rate)} unchanged, and"
        f" {percent(around.rate)} ({percent(limits.lower)} to {percent(limits.upper)}) between {counts}"
        " harmless sentences, as in the failures."
    )


def second_line(findings: AttackFindings) -> str:
    """How many failures there are, and how bad; or what it means that there are none."""
    if not findings.findings and any(one.pending for one in findings.summaries):
        return (
            "Until people have judged, pending attempts are neither broken nor withstood, and are in no rate."
        )
    if not findings.findings:
        return "This does not prove that there is none: a stronger attack, or a larger budget, may find one."
    worst = max(one.worst_egregiousness or 0.0 for one in findings.summaries)
    tactics = f"{len(findings.tactics):,} tactic{'' if len(findings.tactics) == 1 else 's'}"
    failures = f"{findings.distinct:,} distinct failure{'' if findings.distinct == 1 else 's'}"
    return f"{failures} of {tactics}; the worst has an egregiousness of {worst:.1f} of 10."


@dataclass(frozen=True)
class _Matrix:
    """An overlap for the page: of what the row's attack found, how much the column's found too."""

    by: str
    attacks: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str, float], ...]], ...]
    """Each attack with its cells: the count, the share in percent, and the share."""

    @classmethod
    def of(cls, one: Overlap) -> _Matrix:
        rows = []
        for i, attack in enumerate(one.attacks):
            shares = [one.share(i, j) for j in range(len(one.attacks))]
            cells = tuple(
                (f"{count:,}", "" if i == j else percent(share), 0.0 if i == j else share or 0.0)
                for j, (count, share) in enumerate(zip(one.shared[i], shares, strict=True))
            )
            rows.append((attack, cells))
        return cls(one.by, one.attacks, tuple(rows))
