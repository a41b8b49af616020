"""The limits of `holdfast gate`, as the section `gate:` of a configuration has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from holdfast.campaign.choices import AttackChoice
from holdfast.campaign.rounds import Share
from holdfast.campaign.starts import Count, Part

Confidence = Annotated[float, Field(gt=0.5, lt=1)]


class FlipLimit(Part):
    """How many of the texts that the guard stops an attack may get through, with so many queries a text."""

    attack: AttackChoice
    queries: Count
    at_most: Share | None = None
    """None: the attack is only compared with the baseline."""
    seeds: Count = 200
    """Catastrophic texts that it starts from; all there are if they are fewer."""


class FailureLimit(Part):
    """The failure rate without any attack, which a claim is made of."""

    at_most: Share
    confidence: Confidence = 0.95


class NoWorseThan(Part):
    """A guard measured before, and by how much this one may be worse on the same rows."""

    baseline: Path
    recall: Share = 0.02
    """By how much the share of catastrophic texts that are stopped may be lower."""
    false_alarms: Share = 0.02
    """By how much the share of harmless texts that are blocked may be higher."""
    queries: Share = 0.2
    """Of the seeds of each attack: by how much those that break sooner may outnumber those that break later,
    as a share of all."""


class GateConfig(Part):
    """Limits that a guard has to keep to be released."""

    confidence: Confidence = 0.95
    """Of passing, for each limit by itself; of failing, for all limits together."""
    min_recall: Share | None = None
    """Of catastrophic texts, the least share that the guard stops."""
    max_false_alarms: Share | None = None
    """Of harmless texts, the greatest share that it blocks."""
    max_flip_rate: tuple[FlipLimit, ...] = ()
    max_failure_rate: FailureLimit | None = None
    no_worse_than: NoWorseThan | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A number alone is a failure rate, and a path alone a baseline."""
        if not isinstance(value, Mapping):
            return value
        shorts = {"max_failure_rate": ("at_most", float | int), "no_worse_than": ("baseline", str | Path)}
        given = {
            name: {key: value[name]}
            for name, (key, kind) in shorts.items()
            if isinstance(value.get(name), kind)
        }
        return {**value, **given}

    @model_validator(mode="after")
    def _some(self) -> Self:
        asked = (self.min_recall, self.max_false_alarms, self.max_failure_rate, self.no_worse_than)
        if all(each is None for each in asked) and not self.max_flip_rate:
            raise ValueError(
                "a gate without a limit would let everything through; give min_recall, max_false_alarms,"
                " max_flip_rate, max_failure_rate or no_worse_than"
            )
        if self.no_worse_than is None and any(flip.at_most is None for flip in self.max_flip_rate):
            raise ValueError(
                "an attack of max_flip_rate without at_most is only compared with a baseline, and there is"
                " none; give at_most, or no_worse_than"
            )
        return self

    def seen_from(self, folder: Path) -> Self:
        """The same with the baseline as seen from here, where it was written as seen from a folder."""
        if self.no_worse_than is None:
            return self
        there = self.no_worse_than.model_copy(update={"baseline": folder / self.no_worse_than.baseline})
        return self.model_copy(update={"no_worse_than": there})
