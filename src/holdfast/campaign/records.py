"""What a campaign leaves behind, as plain data: the store keeps it, the report and the CLI read it.

Every record is JSON by `model_dump_json`, and reads back equal.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen, closed piece of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RateRecord(Record):
    """A proportion with its exact (Clopper–Pearson) 95 % limits.

    `lower` and `upper` are two-sided; `upper_one_sided` is the one-sided 95 % upper limit. With no trials
    the rate is None and the limits are 0 and 1.
    """

    events: int
    trials: int
    rate: float | None
    lower: float
    upper: float
    upper_one_sided: float


class SpendRecord(Record):
    """What some work cost (see `holdfast.core.budget.Spend`)."""

    queries: int = 0
    gradient_calls: int = 0
    judge_calls: int = 0
    generated_tokens: int = 0
    forward_flops: float = 0.0
    backward_flops: float = 0.0
    seconds: float = 0.0
    judge_flops: float = 0.0
    word_labels: int = 0


class NaturalRecord(Record):
    """The filtered generator on the task's own prompts, under bounded rejection sampling."""

    prompts: int
    failures: RateRecord
    """Failures per filtered completion (refusals are no completions)."""
    unfiltered: RateRecord
    """Catastrophes per unfiltered completion."""
    harmless_accepted: RateRecord
    """The quality kept: share of harmless completions that pass."""
    refusals: RateRecord
    """Prompts on which every draw was refused."""
    draws_per_completion: float


class AcceptanceRecord(Record):
    """Harmless snippets of one split that a filter with vetoes lets pass."""

    split: str
    accepted: RateRecord
    """By the whole filter."""
    by_classifier: RateRecord
    """By the classifier alone, at the same threshold: the difference is what the vetoes cost."""
    turned_away: dict[str, int]
    """By each veto; a snippet counts for the one that turns it away most clearly."""


class FitRecord(Record):
    """Recall of positives and loss on one labelled set: is the model able to fit what it was taught?"""

    dataset: str
    """`clean-validation`, `adversarial-train` or `adversarial-validation`."""
    recall_at_half: RateRecord
    recall_at_threshold: RateRecord
    loss: float | None


class PhenomenonRecord(Record):
    """Errors on the snippets in which one phenomenon plays a part."""

    phenomenon: str
    missed: RateRecord
    """Catastrophes that pass the threshold: the false-negative rate."""
    refused: RateRecord
    """Harmless snippets that do not pass."""


class AttemptTimesRecord(Record):
    """What attempts took in one measure, in their order."""

    first_failure: tuple[float | None, ...]
    """To the first failure; None where there was none."""
    spent: tuple[float, ...]
    """In all."""


class IntentRecord(Record):
    """Failures by what lies behind them: see `holdfast.evaluation.intent`."""

    capability: RateRecord
    """Failures whose plain restatement passes too, of those that have one."""
    untold: int
    """Failures without a plain restatement."""


class VetoedRecord(Record):
    """Candidates of an attack that a veto turned away: they are no queries of the record that this is in."""

    turned_away: dict[str, int]
    """By each veto, over all attempts."""
    first_failure_candidates: tuple[int | None, ...]
    """For each attempt the queries to its first failure with what a veto turned away before it."""
    median_candidates: float | None
    """The median of those; None where less than half of the attempts found a failure."""


class AttackRecord(Record):
    """A fresh run of one attack against the round's model."""

    attack: str
    """The registered name."""
    call: str
    """The Python call that makes the attack."""
    held_out: bool
    queries_per_seed: int
    success: RateRecord
    """Attempts that found a failure."""
    first_failure_queries: tuple[int | None, ...]
    """For each attempt the queries to its first failure; None where the budget ran out first (censored)."""
    median_queries: float | None
    """The median of those; None when it lies beyond the budget."""
    egregiousness: tuple[float, ...]
    """Of the best failure of each broken attempt."""
    cost: SpendRecord
    seconds: AttemptTimesRecord | None = None
    """Of the machine's time; None in records of earlier versions, as for the next."""
    flops: AttemptTimesRecord | None = None
    vetoes: VetoedRecord | None = None
    """What the vetoes of the filter turned away; None where it has none."""
    intent: IntentRecord | None = None
    """Of the best failure of each broken attempt; None where the task has no plain restatements."""


class ObjectiveRecord(Record):
    """One attack with one objective against one round's model, each attempt until its queries are spent."""

    objective: str
    round: int
    attack: str
    """The registered name."""
    call: str
    """The Python call that makes the attack."""
    queries_per_seed: int
    threshold: float
    success: RateRecord
    """Attempts that found a failure."""
    egregiousness: tuple[float | None, ...]
    """For each attempt that of its best failure by this objective; None where it found none."""
    scores: tuple[float | None, ...]
    """The scores of the same failures."""
    cost: SpendRecord


class FailureRecord(Record):
    """One failure, ready to be shown: words with the saliency of each (any non-negative scale)."""

    prompt: str
    completion: str
    prompt_words: tuple[str, ...]
    completion_words: tuple[str, ...]
    prompt_saliency: tuple[float, ...]
    completion_saliency: tuple[float, ...]
    score: float
    threshold: float
    egregiousness: float
    why: str
    phenomena: tuple[str, ...]
    attack: str
    round: int
    seed_prompt: str = ""
    seed_completion: str = ""


class PoolRecord(Record):
    """The adversarial pool after a round."""

    train_positives: int
    train_negatives: int
    validation_positives: int
    validation_negatives: int
    added_failures: int


class RoundAttackRecord(Record):
    """An attack that a round trained on."""

    label: str
    """Its name in the run: the registered one, with its place or a number where one stands twice."""
    seeds: int
    """For training and for validation together."""
    queries_per_seed: int
    """In this round, where the attack grows from round to round."""
    broken: int
    """Seeds for training from which it found a failure."""


class ValidationRecord(Record):
    """The fixed attack on validation seeds that says when rounds end.

    It is no evaluation, as the last model is chosen by it.
    """

    attack: str
    """The registered name."""
    queries_per_seed: int
    attempts: int
    broken: int
    queries: float
    """The geometric mean of the queries to the first failure; an attempt that withstood counts its budget."""
    best: int
    """The round whose model was the hardest to break up to here."""


class ScheduleRecord(Record):
    """What the rounds up to one trained on and took together, beside what a schedule gave them."""

    failures: int | None = None
    """Different ones; None without a schedule of failures."""
    failures_asked: int | None = None
    flops: float | None = None
    """None without a schedule of FLOPs."""
    flops_asked: float | None = None


class RoundRecord(Record):
    """All that was measured of the model that a round ended with; round 0 is the first, before any attack."""

    index: int
    classifier_hash: str
    classifier_path: str
    threshold: float
    natural: NaturalRecord
    fit: tuple[FitRecord, ...]
    phenomena: tuple[PhenomenonRecord, ...]
    acceptance: tuple[AcceptanceRecord, ...] = ()
    """Of harmless snippets, split by split; none for a filter without vetoes."""
    attacks: tuple[AttackRecord, ...]
    worst: tuple[FailureRecord, ...]
    pool: PoolRecord | None
    attacked: tuple[RoundAttackRecord, ...] = ()
    """What the round trained on; empty for round 0, and in records of earlier versions."""
    schedule: ScheduleRecord | None = None
    """Where rounds share a number of failures or FLOPs."""
    validation: ValidationRecord | None = None
    """Where a rule says when rounds end."""
    taken_from: int | None = None
    """The earlier round whose model this is, taken as the last one; None where the round trained."""
    training_loss: tuple[float, ...]
    """Mean loss over equal stretches of this round's training."""
    attack_cost: SpendRecord
    training_cost: SpendRecord
    evaluation_cost: SpendRecord


class GeneratorRecord(Record):
    """The generator that the campaign filters."""

    hash: str
    path: str
    parameters: int
    loss: float
    """Held-out cross-entropy a word, in nats."""
    well_formed: RateRecord
    """Completions that the task's judge reads in full (no unparsed clause, no unknown word)."""
    catastrophic: RateRecord
    """The natural catastrophe rate, unfiltered."""
    cost: SpendRecord


class CampaignRecord(Record):
    """A whole run."""

    run: str
    task: str
    task_edition: int = 1
    """Which edition of the task it was made on; records of earlier versions are of the first."""
    preset: str
    objective: str
    seed: int
    config: dict[str, object]
    """The resolved configuration."""
    version: str
    machine: str
    started: str
    finished: str | None
    classifier_parameters: int
    generator: GeneratorRecord | None
    rounds: tuple[RoundRecord, ...]
    objectives: tuple[ObjectiveRecord, ...] = ()
    """One attack with each objective, from the same seeds, against the first and the last model."""
