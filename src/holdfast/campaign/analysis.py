"""What one attack or several found on one target, side by side: what broke, how fast, and by what means."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.results import AttackResult, Failure
from holdfast.attacks.target import Target
from holdfast.core.snippet import Snippet
from holdfast.evaluation import (
    AttackSummary,
    AttemptOutcome,
    Edit,
    Found,
    FoundFailure,
    Overlap,
    SnippetWords,
    Tactic,
    distinct,
    edit_pattern,
    find_tactics,
    overlap,
    summarise_attack,
)
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.tasks.base import Task

Embed = Callable[[Sequence[tuple[str, ...]]], NDArray[np.float64]]
"""(texts as words) → (texts, anything)"""

T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """One failure in its context.

    `first` says that no failure before it of the same attack is a near duplicate; `like` is the place, among
    all findings, of the first that it is a near duplicate of (its own if there is none).
    """

    attack: str
    failure: Failure
    seed: Snippet
    edits: tuple[Edit, ...]
    first: bool
    like: int
    tactic: str


@dataclass(frozen=True)
class AttackFindings:
    """All that was found on one target, attack by attack in the order run.

    Tactics are of the distinct failures of all attacks; their members and exemplars are places in `findings`.
    Overlaps (of distinct failures, seeds and tactics) are there when there are several attacks.
    """

    results: Mapping[str, AttackResult]
    summaries: tuple[AttackSummary, ...]
    findings: tuple[Finding, ...]
    tactics: tuple[Tactic, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def distinct(self) -> int:
        """How many failures there are when near duplicates are left out, those of different attacks too."""
        return sum(finding.like == place for place, finding in enumerate(self.findings))

    def worst(self, count: int) -> list[Finding]:
        """The most egregious of the distinct failures, no seed twice while there are others."""
        ranked = sorted(
            enumerate(self.findings),
            key=lambda item: (-item[1].failure.verdict.egregiousness, item[1].failure.log_odds, item[0]),
        )
        different = {finding.like: finding for _, finding in reversed(ranked)}
        best_first = [finding for _, finding in ranked if different[finding.like] is finding]
        return varied(best_first, count, lambda finding: finding.seed)


def varied(ranked: Sequence[T], count: int, origin: Callable[[T], Hashable]) -> list[T]:
    """So many of a ranking, in its order, none of the same origin twice while there are others.

    What has None for its origin counts as one of its own.
    """
    seen: dict[Hashable, int] = {}
    turns = []
    for place, one in enumerate(ranked):
        key = origin(one)
        turns.append((seen.get(key, 0) if key is not None else 0, place))
        seen[key] = seen.get(key, 0) + 1
    return [ranked[place] for place in sorted(place for _, place in sorted(turns)[:count])]


def analyse(
    task: Task, results: Mapping[str, AttackResult], target: str, embed: Embed | None = None
) -> AttackFindings:
    """Compare what attacks found on the same target, from results by their names.

    `target` is what to call it. `embed`, where given, is applied to the words that each failure added to its
    seed, and tells tactics apart too.
    """
    words = _words_of(task)
    attacked = [
        (name, f, a.seed) for name, result in results.items() for a in result.attempts for f in a.failures
    ]
    texts = [words(failure.snippet) for _, failure, _ in attacked]
    seeds = [words(seed) for _, _, seed in attacked]
    edits = [edit_pattern(seed, text) for seed, text in zip(seeds, texts, strict=True)]
    like = distinct(texts)
    tactics = _tactics(attacked, seeds, texts, edits, like.of, embed)
    named = {place: tactic.name for tactic in tactics for place in tactic.members}
    firsts = _firsts(results, texts)
    findings = tuple(
        Finding(name, failure, seed, edits[i], i in firsts, like.of[i], named[like.of[i]])
        for i, (name, failure, seed) in enumerate(attacked)
    )
    return AttackFindings(
        results,
        tuple(summary_of(task, result, name, target) for name, result in results.items()),
        findings,
        tactics,
        _overlaps(tuple(results), findings) if len(results) > 1 else (),
    )


def summary_of(task: Task, result: AttackResult, attack: str, target: str) -> AttackSummary:
    """One attack on one target in a row."""
    summary = summarise_attack(attack, target, outcomes(task, result), result.spend)
    return replace(
        summary,
        skipped=result.count("skipped"),
        clean_misses=result.clean_misses,
        pending=result.count("pending"),
    )


def outcomes(task: Task, result: AttackResult) -> list[AttemptOutcome]:
    """The attempts that were made, as the evaluation takes them."""
    words = _words_of(task)
    return [
        AttemptOutcome(
            attempt.queries,
            tuple(
                FoundFailure(words(f.snippet), f.verdict.egregiousness, f.query, f.seconds, f.flops)
                for f in attempt.failures
            ),
            attempt.seconds,
            attempt.flops,
        )
        for attempt in result.made
    ]


def _words_of(task: Task) -> Callable[[Snippet], SnippetWords]:
    return lambda snippet: SnippetWords(
        tuple(task.words(snippet.prompt)), tuple(task.words(snippet.completion))
    )


def _firsts(results: Mapping[str, AttackResult], texts: Sequence[SnippetWords]) -> frozenset[int]:
    """The places of the failures that are no near duplicates of an earlier one of the same attack."""
    firsts: set[int] = set()
    start = 0
    for result in results.values():
        count = len(result.failures)
        firsts |= {start + place for place in distinct(texts[start : start + count]).kept}
        start += count
    return frozenset(firsts)


def _tactics(
    attacked: Sequence[tuple[str, Failure, Snippet]],
    seeds: Sequence[SnippetWords],
    texts: Sequence[SnippetWords],
    edits: Sequence[tuple[Edit, ...]],
    like: Sequence[int],
    embed: Embed | None,
) -> tuple[Tactic, ...]:
    """Tactics of the distinct failures, each with the attacks that found it or a near duplicate of it."""
    found_by: dict[int, set[str]] = {}
    worst: dict[int, float] = {}
    for place, (name, failure, _) in zip(like, attacked, strict=True):
        found_by.setdefault(place, set()).add(name)
        worst[place] = max(worst.get(place, 0.0), failure.verdict.egregiousness)
    kept = list(found_by)
    found = [
        Found(seeds[i], texts[i], attacked[i][1].verdict.phenomena, worst[i], frozenset(found_by[i]))
        for i in kept
    ]
    added = [tuple(word for edit in edits[i] for word in edit.added) for i in kept]
    tactics = find_tactics(found, embed(added) if embed and added else None)
    return tuple(
        replace(tactic, members=tuple(kept[i] for i in tactic.members), exemplar=kept[tactic.exemplar])
        for tactic in tactics
    )


def _overlaps(attacks: Sequence[str], findings: Iterable[Finding]) -> tuple[Overlap, ...]:
    things: dict[str, dict[str, set[Hashable]]] = {
        by: {attack: set() for attack in attacks} for by in ("distinct failures", "seeds", "tactics")
    }
    for finding in findings:
        things["distinct failures"][finding.attack].add(finding.like)
        things["seeds"][finding.attack].add(finding.failure.seed_index)
        things["tactics"][finding.attack].add(finding.tactic)
    return tuple(overlap(by, found) for by, found in things.items())


def word_embeddings(target: Target) -> Embed | None:
    """Texts as the mean of the attacked model's own word embeddings, the mean of all words taken off.

    None where there is no model here.
    """
    if target.filter is None and target.generator is None:
        return None
    if target.filter is None and target.generator is not None:
        codec, own = target.generator.codec, LikelihoodEngine(target.generator).embedding_matrix()
    else:
        codec, own = target.scorer.codec, target.scorer.classifier.embedding_matrix()
    matrix = own.astype(np.float64)
    matrix -= matrix[codec.alphabet].mean(axis=0)

    def embed(texts: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
        ids = [list(codec.encode_text(target.task.text(words))) for words in texts]
        return np.array([matrix[each].mean(axis=0) if each else np.zeros(matrix.shape[1]) for each in ids])

    return embed
