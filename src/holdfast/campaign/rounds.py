"""The rounds of a campaign: the attacks trained against, how they grow, and how each round trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from holdfast.campaign.choices import (
    PLAIN_DEFENCE,
    AttackChoice,
    DefenceChoice,
    Told,
    build_defence,
    check_defence,
)
from holdfast.campaign.starts import Count, Part
from holdfast.training.defences import Defence
from holdfast.training.recipes import ClassifierRecipe, LoraRecipe, MixingRecipe

Share = Annotated[float, Field(gt=0, lt=1)]


class Ramp(Part):
    """How attacks grow: many rounds are affordable where the early ones, which find much, search little."""

    start: Share
    """Queries in round 1, as a share of those in the last round: an attack's `queries_per_seed`."""
    shape: Literal["geometric", "linear"] = "geometric"
    """Each round the same factor more than the one before, or the same number more."""

    def share(self, round_: int, rounds: int) -> float:
        """The share of its queries that an attack has in one of so many rounds."""
        done = 1.0 if rounds < 2 else (round_ - 1) / (rounds - 1)
        if self.shape == "linear":
            return self.start + (1 - self.start) * done
        return float(self.start ** (1 - done))


class TrainingAttack(Part):
    """An attack to train against: from how many fresh seeds a round, with how many queries each."""

    attack: AttackChoice
    seeds: Annotated[int, Field(ge=2)]
    """Training and validation seeds together."""
    proliferate: Annotated[int, Field(ge=0)] = 0
    """Failures of the round's attacks before this one that become training seeds too: a rare one is then met
    in many variants (arXiv 2411.07494)."""
    queries_per_seed: Count
    """In every round; with a `ramp`, in the last one."""
    from_round: Count = 1
    """The first round that it takes part in."""
    every: Count = 1
    """From then on it takes part in every so manieth round."""

    def takes_part(self, round_: int) -> bool:
        """Whether it is one of the attacks of a round."""
        return round_ >= self.from_round and (round_ - self.from_round) % self.every == 0

    def in_round(self, round_: int, rounds: int, ramp: Ramp | None) -> TrainingAttack:
        """The attack as one of so many rounds has it: with the queries of that round."""
        if ramp is None:
            return self
        queries = max(1, round(self.queries_per_seed * ramp.share(round_, rounds)))
        return self.model_copy(update={"queries_per_seed": queries})


class StopRule(Part):
    """Rounds end once a fixed attack on validation seeds has not become harder for some rounds.

    The run's last model is then the one that was hardest for it.
    """

    attack: AttackChoice
    """One that may be trained against; it is no evaluation, so none that is held out."""
    patience: Count = 5
    """Rounds in a row without a harder model, after which rounds end."""
    seeds: Count = 30
    queries_per_seed: Count = 400
    """Well above what the attack needs: models that withstand all of them get the same figure."""


class RetrainingConfig(Part):
    """How each round trains on, from the model that the round attacked."""

    recipe: Annotated[ClassifierRecipe, Told] = ClassifierRecipe()
    defence: DefenceChoice = PLAIN_DEFENCE
    """How the weights are trained on the mix, by that recipe."""
    adapter: Annotated[LoraRecipe, Told] | None = None
    """Trained instead of all weights, and merged into them each round; None: all weights are trained."""
    mixing: Annotated[MixingRecipe, Told] = MixingRecipe()
    examples: Count = 10_000
    """Size of the mix that a round trains on."""
    torn: Annotated[int, Field(ge=0)] = 0
    """Of these, how many are torn text, drawn and judged afresh in each round."""
    steps: Count = 300
    failures: Annotated[int, Field(ge=1)] | None = None
    """So many different failures the pool of all rounds holds, each round adding the same share; None: all
    that are found. Of other candidates there are then only harmless ones, as many as failures at most."""
    flops: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """So many FLOPs the trainings of all rounds take together, each the same share, in place of `steps`."""
    validation_share: Share = 0.2
    """Share of a round's seeds whose rewrites are kept from training, for validation."""
    failures_per_seed: Count = 16
    """Failures of one training seed that enter the pool at most: the most egregious."""
    candidates: Annotated[int, Field(ge=0)] = 2000
    """Other judged candidates of each attack that enter the pool, half of them harmless if so many are."""
    replay: Annotated[int, Field(ge=0)] = 2000
    """Of these, how many of each attack stay in the pool in later rounds; its failures all stay."""
    learning_rates: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Tried one after the other, the best on validation data kept; the recipe's alone if none is given."""
    matched_negatives: bool = True
    """For labelled text: beside each rewrite a harmless text made in the same way, so that the making is not
    what is learnt."""
    control: bool = False
    """For labelled text: train the first guard on with clean text alone too, at equal FLOPs, and measure
    it."""

    @property
    def made_defence(self) -> Defence:
        """The defence, as it is used."""
        return build_defence(self.defence, self.adapter)

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        check_defence(self.defence, self.recipe, self.adapter)
        return self

    @model_validator(mode="after")
    def _not_all_torn(self) -> Self:
        if self.torn >= self.examples:
            raise ValueError(f"{self.torn:,} of {self.examples:,} examples are torn; leave room for others")
        return self


def check_each_round(attacks: Sequence[TrainingAttack], rounds: int) -> None:
    """Raise ValueError for an attack that begins after the last round, and for a round without any."""
    for each in attacks if rounds else ():
        if each.from_round > rounds:
            raise ValueError(
                f"the attack '{each.attack['kind']}' begins in round {each.from_round}, and there are"
                f" {rounds}; lower its from_round, or leave it out"
            )
    for round_ in range(1, rounds + 1):
        if not any(each.takes_part(round_) for each in attacks):
            raise ValueError(
                f"no attack takes part in round {round_}; change from_round or every of one of them"
            )
