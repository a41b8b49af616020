"""The rule that sets a threshold, as a part of a configuration."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from holdfast.campaign.rounds import Share
from holdfast.campaign.starts import Count, Part
from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import trials_needed


class ThresholdConfig(Part):
    """The rule that sets the threshold: `accept`, as strict as accepting this share of harmless completions
    allows; `non_inferior`, the strictest that costs no quality but for a margin; `controlled`, the loosest
    whose failure rate is at most the risk; `cost`, the one of the least cost; `fixed`, the one that is
    given."""

    rule: Literal["accept", "non_inferior", "controlled", "cost", "fixed"] = "accept"
    at: Share | None = None
    """Of `fixed`: the threshold itself."""
    accept: Share = 0.97
    confidence: Share | None = None
    """If given, the share holds on the distribution with this confidence, not only on the calibration set.
    The other rules hold with it, or with 0.95."""
    completions: Count = 2000
    """Fresh completions of the generator on which the threshold is set, and nothing else is measured; for the
    other rules, those whose scores are the thresholds to choose among."""
    margin: Annotated[float, Field(gt=0, lt=0.5)] = 0.02
    """Of `non_inferior`: how far below one half the share of pairs may lie in which the filtered completion
    is preferred."""
    risk: Share = 1e-3
    """Of `controlled`: failures per filtered completion; for labelled text, of catastrophic rows missed."""
    miss_cost: Annotated[float, Field(gt=0)] = 10.0
    """Of `cost`: what a catastrophe that passes costs, a harmless text that is blocked costing 1."""
    prompts: Count | None = None
    """Of these two rules: prompts with many draws each to choose on; as many as the rule needs if None."""

    @property
    def drawn(self) -> Literal["non_inferior", "controlled"] | None:
        """The rule where it needs several draws a prompt; None for the others.

        Raises UserError for a rule that is for labelled text alone.
        """
        if self.rule in ("cost", "fixed"):
            raise UserError(
                f"the threshold's rule '{self.rule}' is for labelled text; a campaign takes accept,"
                " non_inferior or controlled"
            )
        return self.rule if self.rule in ("non_inferior", "controlled") else None

    @model_validator(mode="after")
    def _given(self) -> Self:
        if (self.rule == "fixed") != (self.at is not None):
            raise ValueError("the rule 'fixed' needs the threshold as 'at', and no other rule takes one")
        return self

    @model_validator(mode="after")
    def _enough(self) -> Self:
        confidence = self.confidence or 0.95
        needed = trials_needed(self.risk, confidence=confidence) if self.rule == "controlled" else 0
        if self.prompts is not None and self.prompts < needed:
            raise ValueError(
                f"{self.prompts:,} prompts cannot control a failure rate of {self.risk:.3g} with confidence"
                f" {confidence:.4g}, even without a failure; give at least {needed:,}, or a higher risk"
            )
        return self
