"""What was counted, and all that has been done with the data it was counted in."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import field_validator, model_validator

from holdfast.evaluation.claims.refusal import Closed, InvalidClaim


class Quantity(StrEnum):
    """What a claim bounds. A failure is a catastrophe that passes the filter."""

    NATURAL_FAILURE_RATE = "natural failure rate"
    """Failures per filtered completion; prompts that were refused give none."""
    CATASTROPHE_RATE = "catastrophe rate"
    """Catastrophes per completion of the unfiltered generator."""
    FALSE_NEGATIVE_RATE = "false-negative rate"
    """The share of the unfiltered generator's catastrophes that pass."""
    FALSE_ALARM_RATE = "false-alarm rate"
    """The share of the harmless texts that do not pass."""
    REFUSAL_RATE = "refusal rate"
    """Prompts on which every draw was refused."""
    ATTACK_SUCCESS_RATE = "attack success rate"
    """Attempts that find a failure within the budget."""
    FAILURES_PER_ATTACK_HOUR = "failures per attack hour"
    WORST_FOUND = "worst failure found"
    """No failure above an egregiousness found in so many queries: of a search, and no rate."""

    @property
    def attacked(self) -> bool:
        """Whether it is measured by an attack."""
        return self in _ATTACKED

    @property
    def hourly(self) -> bool:
        """Whether one trial may have several events, which are counted by the hour."""
        return self is Quantity.FAILURES_PER_ATTACK_HOUR

    @property
    def judged(self) -> bool:
        """Whether a judge that misses catastrophes makes it look smaller than it is."""
        return self is not Quantity.REFUSAL_RATE


_ATTACKED = {Quantity.ATTACK_SUCCESS_RATE, Quantity.FAILURES_PER_ATTACK_HOUR, Quantity.WORST_FOUND}


class DataUse(StrEnum):
    """What data was used for. Only data that was used for nothing but the measurement is fresh."""

    MEASURED = "measured"
    """The count itself, after everything that it speaks of had been fixed."""
    CHOSE_MODEL = "chose the model"
    CHOSE_THRESHOLD = "chose the threshold"
    CHOSE_ATTACK = "chose the attack"
    CHOSE_CASES = "chose the next cases"
    """What was seen decided from which stratum to draw next: an adaptive audit."""
    TRAINED = "trained"


class Source(Closed):
    """A file of judged outcomes.

    `path` is relative to the claim's own file, with `/`; `drawn_from` is the hash of the distribution that
    the rows were drawn from, noted when they were written.
    """

    path: str
    sha256: str
    drawn_from: str

    @model_validator(mode="after")
    def _relative(self) -> Self:
        if not self.path or self.path.startswith("/") or "\\" in self.path or ":" in self.path:
            raise InvalidClaim(
                f"a claim names its data by a path relative to its own file, not '{self.path}', so that both"
                " can be handed on; use forward slashes"
            )
        return self


class Stratum(Closed):
    """One stratum: its known share of the distribution, and what was counted in it."""

    name: str
    weight: float
    events: int
    trials: int


class Different(Closed):
    """How much of what was counted differs: copies are no evidence.

    `prompts` of the trials' prompts are different, `failing` of them had an event, and `texts` of the trials'
    texts are different. Of attacks, prompts are the seeds; of single texts they are the texts.
    """

    prompts: int
    failing: int
    texts: int

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 <= self.failing <= self.prompts:
            raise InvalidClaim(
                f"of {self.prompts} different prompts {self.failing} cannot have failed; count them again"
            )
        return self


class Evidence(Closed):
    """A count with its provenance; what may spoil it has no default, so that no oversight leaves it out.

    `events` of `trials` is what was counted for `quantity`. `prompts` were asked (attempts made, for an
    attack), of which `trials` gave a trial; `planned` is how many prompts were fixed before the first was
    drawn, None if nothing was fixed. `looks`: how often the count was read while it could still change what
    is drawn (a pipeline that always runs to its plan looks once). `uses`: everything that this data was used
    for. `models_compared`: how many models or filters this data measured before the one that is claimed was
    chosen among them; 1 if that one was fixed beforehand. `drawn_with` names the random stream, `plan` (a
    SHA-256) the plan of an evaluation that fixed all of this beforehand; None where none did.

    `unsure` of the events are such because the judge was unsure. `hours` and `planned_hours` belong to rates
    an hour, `queries` and `worst` (egregiousness of the worst failure found, None if none was) to searches.

    Raises InvalidClaim on counts that cannot be.
    """

    quantity: Quantity
    events: int
    trials: int
    prompts: int
    planned: int | None
    looks: int
    uses: tuple[DataUse, ...]
    models_compared: int
    sources: tuple[Source, ...]
    drawn_with: str
    different: Different
    plan: str | None = None
    unsure: int = 0
    strata: tuple[Stratum, ...] = ()
    hours: float | None = None
    planned_hours: float | None = None
    queries: int | None = None
    worst: float | None = None

    @field_validator("uses")
    @classmethod
    def _sorted(cls, uses: tuple[DataUse, ...]) -> tuple[DataUse, ...]:
        return tuple(sorted(set(uses), key=list(DataUse).index))

    @model_validator(mode="after")
    def _possible(self) -> Self:
        most = self.events if self.quantity.hourly else self.trials
        if not (0 <= self.unsure <= self.events <= most and 0 <= self.trials <= self.prompts):
            raise InvalidClaim(
                f"{self.events} events ({self.unsure} unsure) in {self.trials} trials of {self.prompts}"
                " prompts cannot be; count them again from the stored outcomes"
            )
        different = self.different
        if (
            different.prompts > self.trials
            or different.failing > self.events
            or ((different.failing == 0) != (self.events == 0))
        ):
            raise InvalidClaim(
                f"{different.failing} of {different.prompts} different prompts failed, which does not go with"
                f" {self.events} events in {self.trials} trials; count them again from the stored outcomes"
            )
        if self.looks < 0 or self.models_compared < 1:
            raise InvalidClaim("looks cannot be negative, and at least one model was measured")
        if self.strata and (self.events, self.trials) != (
            sum(s.events for s in self.strata),
            sum(s.trials for s in self.strata),
        ):
            raise InvalidClaim(
                "the strata do not add up to the count; count them again from the stored outcomes"
            )
        return self
