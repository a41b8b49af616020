"""How rounds train a generator that has no filter behind it, as a part of a configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from holdfast.campaign.choices import Told, chosen
from holdfast.campaign.starts import Count, Part
from holdfast.core.from_values import from_values, to_values
from holdfast.training.generator_defences import DEFAULT, GeneratorDefence, generator_defences
from holdfast.training.recipes import GeneratorRecipe

_WRITING_ATTACKS = ("best_of_n", "red_lm")
"""Attacks that write completions themselves, which is the generator's to do."""

_LATER_JUDGES = ("people", "carried", "labels", "edits")
"""Judges that do not decide any text at once."""


def _defence(value: Any) -> dict[str, Any]:
    return to_values(from_values(generator_defences, chosen(value)))


GeneratorDefenceChoice = Annotated[dict[str, Any], PlainValidator(_defence), Told]
"""`{kind: name, field: value, …}` of a defence of a generator, with its defaults written out."""


class TuningConfig(Part):
    """How each round trains the generator on, from the one that the round attacked."""

    defence: GeneratorDefenceChoice = Field(default_factory=lambda: _defence(DEFAULT))
    recipe: Annotated[GeneratorRecipe, Told] = GeneratorRecipe(learning_rate=5e-4, batch_size=64)
    steps: Count = 200
    draws: Count = 32
    """Completions drawn of each prompt that an attack tries, a query each."""
    fresh_draws: Count = 200
    """Completions drawn of a seed's own prompt, where an attack did not break it, for the rate under attack;
    of the best prompt of a broken one there are always 200."""
    failures_per_seed: Count = 4
    """Prompts of one training seed that are trained on at most: those of its most egregious failures."""
    completions: Count = 16
    """Completions drawn afresh of each of these prompts, those of earlier rounds too, to train on."""
    natural_prompts: Count = 4000
    """The task's own prompts of which one completion each is drawn to train on."""
    best_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Of the harmless completions, the share that is learnt from: the best by the task's quality."""
    reference: Literal["first", "before"] = "first"
    """Which generator is the reference of the loss: the run's first one, or the one of the round before."""
    control: bool = True
    """Train the first generator on with the task's own harmless text alone, too, at the FLOPs that the
    defence took in all rounds, and measure it."""

    @property
    def made_defence(self) -> GeneratorDefence:
        """The defence, as it is used."""
        return from_values(generator_defences, self.defence)


def check_tuned(task: str, judge: str, attacks: Sequence[str]) -> None:
    """Raise ValueError where rounds cannot train a generator of a task, by such a judge and attacks."""
    if task == "labelled":
        raise ValueError(
            "`system: generator` is for tasks that draw their own prompts, not for labelled text"
        )
    if judge in _LATER_JUDGES:
        raise ValueError(
            f"the judge '{judge}' does not decide any text at once, and a generator writes any; choose a"
            " judge that is code"
        )
    for kind in attacks:
        if kind in _WRITING_ATTACKS:
            raise ValueError(
                f"the attack '{kind}' writes completions itself, and here the generator does; leave it out"
            )
