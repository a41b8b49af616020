"""Where models start from: trained here from nothing, or a folder that their owner brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)

from holdfast.campaign.choices import (
    PLAIN_DEFENCE,
    DefenceChoice,
    Told,
    build_defence,
    check_defence,
)
from holdfast.models.endpoints.settings import EndpointSettings
from holdfast.models.guard_format import GuardFormat
from holdfast.models.size import ModelSize
from holdfast.training.defences import Defence
from holdfast.training.recipes import ClassifierRecipe, GeneratorRecipe, LoraRecipe

Count = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    """A closed, frozen part of a configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class GeneratorConfig(Part):
    """The generator, trained from scratch on the task's natural stories."""

    kind: Literal["scratch"] = "scratch"
    size: Annotated[ModelSize, Told]
    recipe: Annotated[GeneratorRecipe, Told]
    stories: Count
    steps: Count
    held_out: Count = 1000
    """Stories kept back, on which the generator is measured."""
    temperature: Annotated[float, Field(gt=0)] = 1.0
    """At which it writes completions, wherever the filtered generator is measured."""


class GeneratorFolder(Part):
    """A causal language model of one's own: a folder, a hub name, or a GGUF file."""

    kind: Literal["folder"]
    path: str
    temperature: Annotated[float, Field(gt=0)] = 1.0


class ProposerFolder(Part):
    """A masked language model of one's own, a folder or a hub name: it proposes words of real text."""

    kind: Literal["folder"] = "folder"
    path: str


class ClassifierConfig(Part):
    """The first classifier, trained from scratch on clean labelled snippets."""

    kind: Literal["scratch"] = "scratch"
    size: Annotated[ModelSize, Told]
    recipe: Annotated[ClassifierRecipe, Told]
    defence: DefenceChoice = PLAIN_DEFENCE
    """How the weights are trained on them, by that recipe."""
    examples: Count
    hard_share: Annotated[float, Field(ge=0, le=1)] = 0.7
    """Share of the examples that are hard (rich in catastrophes and near misses); the others are natural."""
    generated_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the hard examples whose completion the generator wrote, oddities and all."""
    steps: Count
    members: Count = 1
    """Classifiers of an ensemble, each trained from its own random weights and order of examples."""
    combine: Literal["max", "mean"] = "max"
    """How their log odds are combined: every member must pass a text (`max`), or their `mean` counts."""
    cascade: tuple[Annotated[ModelSize, Told], ...] = ()
    """Sizes of further classifiers that read before this one, in order: what one of them turns away is not
    read by the next. They are for compute, and every one must pass a text."""

    @property
    def made_defence(self) -> Defence:
        """The defence, as it is used."""
        return build_defence(self.defence)

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        check_defence(self.defence, self.recipe, None)
        return self

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.cascade and self.members > 1:
            raise ValueError(
                "a classifier has several members, or a cascade before it; leave one of them out"
            )
        return self

    @property
    def others(self) -> tuple[ModelSize, ...]:
        """The sizes of the classifiers beside the first."""
        return self.cascade or (self.size,) * (self.members - 1)


class FineTuning(Part):
    """Fine-tuning before the first round: each learning rate with each number of steps is tried, and the best
    on validation data kept."""

    learning_rates: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)] = (5e-5, 2e-4)
    steps: Annotated[tuple[Count, ...], Field(min_length=1)] = (300,)
    recipe: Annotated[ClassifierRecipe, Told] = ClassifierRecipe(batch_size=32)
    adapter: Annotated[LoraRecipe, Told] | None = None
    """Trained instead of all weights, and merged into them; None: all weights are trained."""


class GuardFolder(GuardFormat):
    """A classifier of one's own, a folder or a hub name, and how it is to be read."""

    kind: Literal["folder"]
    path: str
    fine_tune: FineTuning | None = None
    """What `holdfast run` does to it first; None: nothing. An encoder without a head gets one by it."""

    @property
    def format(self) -> GuardFormat:
        """How it is to be read, without where it lies."""
        return GuardFormat.model_validate(self.told)

    @model_serializer(mode="wrap")
    def _as_said(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what was said: the rest may stand in the model's folder, and is taken from there."""
        return {name: value for name, value in plain(self).items() if name in self.model_fields_set}


class GuardEndpoint(EndpointSettings):
    """A guard that is a service over HTTP: measured and attacked by its answers, and never trained."""

    kind: Literal["endpoint"]

    def check(self, rounds: int, vetoes: int, threshold: float | None) -> None:
        """Raise ValueError for what cannot be done with a service; `threshold` is the one given, if any."""
        if rounds:
            raise ValueError(
                "rounds train the guard, and an endpoint's weights are not here; leave out rounds, and use"
                " `holdfast attack -c` and `holdfast evaluate -c`"
            )
        if vetoes:
            raise ValueError("vetoes stand beside a classifier of one's own, and this one is an endpoint")
        if self.decides_only and threshold != 0.5:
            raise ValueError(
                "the endpoint gives decisions and no scores, so there is no threshold to choose; write"
                " `threshold: {rule: fixed, at: 0.5}`"
            )

    @property
    def settings(self) -> EndpointSettings:
        """How it is asked, without its kind."""
        return EndpointSettings.model_validate(self.model_dump(exclude={"kind"}))


CLEAN_EXAMPLES = 10_000
"""Labelled snippets of a campaign whose classifier comes trained: rounds mix them with what they find."""


@dataclass(frozen=True)
class CleanMix:
    """How many labelled snippets, which share of them hard, and which share of those by the generator."""

    examples: int
    hard_share: float
    generated_share: float


def _kind(value: Any) -> str:
    """Configurations of earlier versions name no kind: their models were trained from scratch."""
    found = value.get("kind", "scratch") if isinstance(value, dict) else getattr(value, "kind", "scratch")
    return str(found)


ClassifierStart = Annotated[
    Annotated[ClassifierConfig, Tag("scratch")]
    | Annotated[GuardFolder, Tag("folder")]
    | Annotated[GuardEndpoint, Tag("endpoint")],
    Discriminator(_kind),
]
GeneratorStart = Annotated[
    Annotated[GeneratorConfig, Tag("scratch")] | Annotated[GeneratorFolder, Tag("folder")],
    Discriminator(_kind),
]


def anchored(path: str, base: Path) -> str:
    """A path as seen from here, where it was written as seen from `base`; hub names stay as they are."""
    return str(base / path) if not Path(path).is_absolute() and (base / path).exists() else path
