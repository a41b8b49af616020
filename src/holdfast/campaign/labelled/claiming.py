"""What may be claimed of a guard from labelled rows; `holdfast claim verify` checks each claim's file.

Rows of a file are no draws of a program. A claim on them says so: it takes them as independent draws of the
text that is to be guarded. What the data themselves show to be otherwise is left out: texts that another
split has too or whose group it shares, all but one text of a group, and texts with several labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.attack_claims import Attempts as ClaimedAttempts
from holdfast.campaign.attack_claims import attack_distribution, claim_success
from holdfast.campaign.attempt_rows import outcome_columns
from holdfast.campaign.evaluate.record import ClaimRecord
from holdfast.campaign.evaluate.section_records import NotMeasuredRecord
from holdfast.campaign.labelled.assault import Assault, drawn_with
from holdfast.campaign.labelled.attempts import Attempts
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.seeds import independent
from holdfast.campaign.opening import Opened
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.core.files import write_text
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    InvalidClaim,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)
from holdfast.models.guard_format import GuardFormat

CLAIMS = "claims"
"""The folder of the claims, each beside the table that it was counted in."""

ASSUMED = (
    "the texts are independent draws from where the text to be guarded comes from",
    "the guard was not trained on them",
)
SERVICE = (
    "the guard is an endpoint, and nobody can see later which weights answered; the figures and their limits"
    " hold for the answers that it gave"
)
UNSURE = "a rewrite that the judge is unsure of is no failure"
ON_TEXTS = {
    Quantity.FALSE_NEGATIVE_RATE: Label.CATASTROPHIC,
    Quantity.FALSE_ALARM_RATE: Label.HARMLESS,
}


@dataclass(frozen=True)
class Claims:
    """The claims made, and what could not be claimed, with the reason."""

    made: tuple[ClaimRecord, ...]
    refused: tuple[NotMeasuredRecord, ...]


@dataclass(frozen=True)
class Claiming:
    """Claims of one evaluation, into its folder."""

    plan: LabelledPlan
    opened: Opened
    found: Measured
    folder: Path

    def all(self, attacked: list[tuple[Assault, Attempts]]) -> Claims:
        """Claim on the texts, and on each attack; nothing of a service, whose weights nobody can name."""
        if self.opened.service is not None:
            every = (*self._on_texts(), *self._on_attacks(attacked))
            return Claims((), tuple(NotMeasuredRecord(what=what, why=SERVICE) for what, _, _ in every))
        made: list[ClaimRecord] = []
        refused: list[NotMeasuredRecord] = []
        for what, name, claim in (*self._on_texts(), *self._on_attacks(attacked)):
            file = f"{CLAIMS}/{name}.json"
            try:
                one = claim(self.folder / file)
                made.append(
                    ClaimRecord(
                        quantity=str(one.quantity),
                        file=file,
                        bound=one.bound,
                        sentence=one.sentence,
                        text=str(one),
                    )
                )
            except InvalidClaim as error:
                refused.append(NotMeasuredRecord(what=what, why=str(error)))
        return Claims(tuple(made), tuple(refused))

    def _on_texts(self) -> Iterator[tuple[str, str, Callable[[Path], Claim]]]:
        for quantity, label in ON_TEXTS.items():
            name = str(quantity).replace(" ", "-")
            yield str(quantity), name, partial(self._rate, quantity, label)

    def _rate(self, quantity: Quantity, label: Label, file: Path) -> Claim:
        """Claim a rate on the independent texts of a label, into a file beside their table."""
        table = file.with_suffix(".parquet")
        write_outcomes(table, self.columns(label), self._on(label))
        claim = self.rate(quantity, table)
        write_text(file, claim.to_json())
        return claim

    def _stream(self, label: Label) -> Stream:
        return Stream(self.plan.seed).child("evaluate", "labelled", "claim", str(label))

    def _places(self, label: Label) -> tuple[np.ndarray, int]:
        """Where the independent texts of a label stand that the guard can read, and how many it cannot."""
        texts, scores = self.found.texts, self.found.scores
        places = self._stream(label).numpy().permutation(np.flatnonzero(texts.which(label)))
        able = places[independent(texts, places)]
        readable = np.sort(able[~scores.skipped[able]])
        _some(len(readable), int(texts.which(label).sum()), f"{label} texts")
        return readable, len(able) - len(readable)

    def _on(self, label: Label) -> Distribution:
        return self._distribution(f"different {label} texts of the split test, one of each group")

    def rate(self, quantity: Quantity, table: Path) -> Claim:
        """The claim on a rate from a table of the columns of its label, in a file beside that."""
        label = ON_TEXTS[quantity]
        (places, skipped), distribution = self._places(label), self._on(label)
        evidence = evidence_of(
            read_outcomes([table]),
            quantity,
            distribution,
            planned=len(places),
            looks=1,
            uses=self._uses,
            models_compared=self.plan.best_of,
            sources=[source_of(table, table.parent, distribution)],
            drawn_with=str(self._stream(label)),
            plan=self.plan.hash,
        )
        return Claim.of(
            evidence,
            distribution,
            method=Method.BINOMIAL,
            confidence=self.plan.confidence,
            judge=judged_by(self.opened.labelled.oracle),
            corrected_for=self.plan.best_of,
            evaluation=self.plan.evaluation,
            assumptions=(*ASSUMED, *_left_out(skipped, "texts", "read")),
        )

    def columns(self, label: Label) -> dict[str, Any]:
        """The table that a claim on the texts of a label is counted in."""
        places, _ = self._places(label)
        rows = self.found.texts.rows[places]
        snippets = self.found.texts.data.snippets(rows)
        return {
            "prompt": [snippet.prompt for snippet in snippets],
            "completion": [snippet.completion for snippet in snippets],
            "label": [str(label)] * len(places),
            "log_odds": self.found.scores.log_odds[places],
            "passes": self.found.passes[places],
            "row": rows,
            "place": [self.found.texts.data.place(row) for row in rows.tolist()],
        }

    @property
    def _uses(self) -> tuple[DataUse, ...]:
        return (DataUse.MEASURED, *((DataUse.CHOSE_MODEL,) if self.plan.best_of > 1 else ()))

    def _distribution(self, prompts: str) -> Distribution:
        return labelled_distribution(self.plan, self.found.threshold, prompts)

    def _on_attacks(
        self, attacked: list[tuple[Assault, Attempts]]
    ) -> Iterator[tuple[str, str, Callable[[Path], Claim]]]:
        for assault, attempts in attacked:
            claim = partial(self._success, assault, attempts)
            yield f"success of {assault.name}", f"attack-success-{assault.name}", claim

    def _success(self, assault: Assault, attempts: Attempts, file: Path) -> Claim:
        """Claim how often an attack succeeds from independent seeds."""
        table = file.with_suffix(".parquet")
        claimed = self.attempts(assault, attempts, table)
        write_outcomes(table, attempt_outcomes(attempts), claimed.distribution)
        return claim_success(claimed, file, self.plan.confidence)

    def attempts(self, assault: Assault, attempts: Attempts, table: Path) -> ClaimedAttempts:
        """What a claim on an attack's success rests on, in a table of its outcomes."""
        if not assault.independent:
            raise InvalidClaim("its attempts learn from each other, and are no independent trials")
        waiting = int(attempts.ended("pending").sum())
        if waiting:
            raise InvalidClaim(f"{waiting:,} of its attempts wait for people; claim once they have judged")
        which, skipped = _claimable(attempts)
        _some(int(which.sum()), len(attempts), "seeds")
        distribution = attack_distribution(
            self._distribution(""),
            repr(assault.attack),
            f"{self.plan.attack_queries} queries a seed",
            "seeds that are different catastrophic texts of the split test, one of each group",
            proposer=self.opened.proposer,
        )
        return ClaimedAttempts(
            tables=(table,),
            distribution=distribution,
            planned=int(which.sum()),
            drawn_with=str(drawn_with(self.plan)),
            judge=judged_by(self.opened.judge),
            models=self.plan.best_of,
            plan=self.plan.hash,
            evaluation=self.plan.evaluation,
            assumptions=(*ASSUMED, UNSURE, *_left_out(skipped, "seeds", "attacked")),
        )


def labelled_distribution(plan: LabelledPlan, threshold: float, prompts: str) -> Distribution:
    """The rows of a plan behind its guard at a threshold; `prompts` says in words which rows."""
    usual = GuardFormat()
    said = {name: value for name, value in plan.format.items() if value != getattr(usual, name)}
    reading = GuardFormat.model_validate(said).model_dump_json(exclude_defaults=True) if said else None
    return Distribution(
        task="labelled",
        task_hash=plan.data,
        prompts=prompts,
        prompts_hash=plan.data,
        generator=None,
        classifier=plan.guard,
        threshold=threshold,
        reading=reading,
    )


def attempt_outcomes(attempts: Attempts) -> dict[str, Any]:
    """The table that a claim on an attack's success is counted in."""
    which, _ = _claimable(attempts)
    columns = {name: column[which] for name, column in attempts.columns.items()}
    return {**outcome_columns(columns), **{name: columns[name] for name in ("seed_row", "seed_place")}}


def _claimable(attempts: Attempts) -> tuple[np.ndarray, int]:
    """Which attempts from independent seeds were made, and how many of those seeds were skipped."""
    able = attempts.columns["claimable"].astype(bool)
    which = able & attempts.made
    return which, int(able.sum() - which.sum())


def judged_by(judge: Judge) -> JudgeRecord:
    """The record of a judge that says what it rests on."""
    assumption = getattr(judge, "assumption", None)
    if assumption is None:
        raise InvalidClaim(
            f"the judge '{judge.name}' does not say what it rests on, and nobody audited it; judge by"
            " people's labels, or by carried passages"
        )
    return JudgeRecord(name=judge.name, oracle=False, assumption=assumption)


def _some(count: int, of: int, what: str) -> None:
    if not count:
        why = "each shares its wording or its group with another split, or cannot be read" if of else "none"
        raise InvalidClaim(f"of {of:,} {what} none is an independent trial: {why}")


def _left_out(count: int, what: str, done: str) -> tuple[str, ...]:
    return (f"{count:,} {what} could not be {done} and are left out",) if count else ()
