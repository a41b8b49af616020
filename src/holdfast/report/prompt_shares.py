"""How often a prompt makes a generator fail: of each attempt's best prompt, with exact limits."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.attacks.results import Attempt, Success
from holdfast.campaign.analysis import AttackFindings
from holdfast.evaluation import Proportion
from holdfast.report.numbers import percent

SHARES_SHOWN = 30
SHARES_HEADER = ("attack", "seed", "failed of fresh draws", "share", "limits", "worst", "prompt")


@dataclass(frozen=True)
class PromptShare:
    """The best prompt of an attempt, and what fresh draws of it came to; cells in words."""

    attack: str
    seed: int
    share: Proportion
    worst: float
    prompt: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row under `SHARES_HEADER`."""
        limits = self.share.interval()
        return (
            self.attack,
            str(self.seed),
            f"{self.share.events:,} of {self.share.trials:,}",
            percent(self.share.rate),
            f"{percent(limits.lower)} to {percent(limits.upper)}",
            f"{self.worst:.1f}",
            self.prompt,
        )


def prompt_shares(findings: AttackFindings) -> list[PromptShare]:
    """Of each broken attempt on a generator, those that fail most often first."""
    found = [
        _share(name, place, attempt, attempt.success)
        for name, result in findings.results.items()
        for place, attempt in enumerate(result.attempts)
        if attempt.success is not None
    ]
    return sorted(found, key=lambda one: (-(one.share.rate or 0.0), -one.worst, one.attack, one.seed))


def _share(attack: str, place: int, attempt: Attempt, success: Success) -> PromptShare:
    best, worst = attempt.best, attempt.worst
    return PromptShare(
        attack=attack,
        seed=place,
        share=Proportion(success.failures, success.passing),
        worst=0.0 if worst is None else worst.verdict.egregiousness,
        prompt="" if best is None else best.snippet.prompt,
    )
