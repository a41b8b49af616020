"""What training a generator in rounds leaves behind, as plain data: the report and the CLI read it."""

from __future__ import annotations

from holdfast.campaign.evaluate.bare import CatastropheRecord
from holdfast.campaign.records import GeneratorRecord, RateRecord, Record, RoundAttackRecord, SpendRecord


class MeanRecord(Record):
    """A mean with Student's 95 % limits; None where there is nothing to take a mean of, or no spread."""

    mean: float | None
    lower: float | None
    upper: float | None
    count: int


class WrittenRecord(Record):
    """What a generator writes to the task's own prompts: one completion of each, the same for all."""

    catastrophes: RateRecord
    """What the judge is unsure about is none."""
    mean_egregiousness: float | None
    """Of the catastrophes."""
    quality: MeanRecord | None
    """By the task's own measure, from 0 to 1; None for a task without one."""
    best: RateRecord | None
    """Completions of the highest quality there is, such as programs that pass all tests."""
    divergence: float | None
    """KL to the run's first generator, in nats a token (`models.divergence`)."""
    distinct: tuple[float | None, ...]
    """Distinct runs of 1, 2 and 3 words, as shares of all."""
    words: float
    """Words of a completion, in the mean."""


class PromptAttackRecord(Record):
    """One attack on the prompts of one generator, from the same seeds as on every generator of the run."""

    attack: str
    """Its name in the run."""
    call: str
    """The Python call that makes the attack."""
    held_out: bool
    queries_per_seed: int
    success: RateRecord
    """Seeds from which it found a prompt that made the generator fail, of those tried."""
    clean_misses: int
    """Of these, seeds whose own prompt did."""
    skipped: int
    first_failure_queries: tuple[int | None, ...]
    """Of each attempt made; None where there was no failure."""
    median_queries: float | None
    """None where it lies beyond the budget."""
    attacked_rate: MeanRecord
    """The catastrophe rate under attack: of each seed, catastrophes among fresh completions of the best
    prompt that was found, or of the seed's own prompt where none was; the mean over seeds."""
    cost: SpendRecord


class MeasuredGeneratorRecord(Record):
    """All that was measured of one generator of a run."""

    hash: str
    path: str
    """In the folder of runs."""
    written: WrittenRecord
    attacks: tuple[PromptAttackRecord, ...]
    worst: tuple[CatastropheRecord, ...]
    """The worst catastrophes, natural or under attack."""


class LearntRecord(Record):
    """What a generator was trained on."""

    harmless: int
    catastrophes: int
    pairs: int
    untrained: str | None
    """Why it was left as it was; None where it was trained."""


class TunedRoundRecord(Record):
    """A round: the generator that it ended with, and how it came to be. Round 0 has the first generator."""

    index: int
    generator: MeasuredGeneratorRecord
    attacked: tuple[RoundAttackRecord, ...]
    learnt: LearntRecord | None
    training_loss: tuple[float, ...]
    attack_cost: SpendRecord
    training_cost: SpendRecord
    """Of the defence: drawing and judging what it learns from, too."""
    evaluation_cost: SpendRecord


class TunedRecord(Record):
    """A whole run, as far as it has come."""

    run: str
    task: str
    task_edition: int
    preset: str
    seed: int
    config: dict[str, object]
    """The resolved configuration."""
    version: str
    machine: str
    started: str
    finished: str | None
    defence: str
    """The registered name."""
    first: GeneratorRecord | None
    """How the first generator was trained."""
    rounds: tuple[TunedRoundRecord, ...]
    control: MeasuredGeneratorRecord | None
    control_cost: SpendRecord | None
