"""The one schema of a run: command line, YAML file, database row and web form are all this object.

It is validated whole before any model loads. Lengths are counted in examples, steps and queries, never in
seconds, so that the same configuration gives the same result however fast the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from holdfast.attacks.objective import ObjectiveName
from holdfast.campaign.choices import (
    PLAIN_DEFENCE,
    AttackChoice,
    JudgeChoice,
    TaskChoice,
    VetoChoice,
    build_task,
    check_online,
    check_vetoes,
    overlap,
)
from holdfast.campaign.gate.limits import GateConfig
from holdfast.campaign.rounds import (
    Ramp,
    RetrainingConfig,
    StopRule,
    TrainingAttack,
    check_each_round,
)
from holdfast.campaign.starts import (
    CLEAN_EXAMPLES,
    ClassifierConfig,
    ClassifierStart,
    CleanMix,
    Count,
    GeneratorConfig,
    GeneratorFolder,
    GeneratorStart,
    GuardEndpoint,
    GuardFolder,
    Part,
    ProposerFolder,
    anchored,
)
from holdfast.campaign.threshold_config import ThresholdConfig as ThresholdConfig
from holdfast.campaign.tuning import TuningConfig, check_tuned
from holdfast.campaign.yamlfile import ConfigFile, merged, user_error
from holdfast.core.errors import UserError
from holdfast.models.placement import Placement
from holdfast.tasks import tasks
from holdfast.tasks.base import surface_of
from holdfast.tasks.labelled import LabelledConfig

PEOPLE = "people"
"""The kind of the judge that answers later."""

LABELLED = "labelled"
"""The kind of the task of labelled text, which has no presets: its models are the user's."""

JUDGES_FILES = {"table", "model"}
"""Parameters of judges that are paths."""

CUSTOM = "custom"
"""The preset of a configuration that was laid over none."""


class Extent(Part):
    """How much one model is measured on."""

    prompts: Count = 10_000
    """Prompts given to the filtered generator."""
    attack_seeds: Count = 40
    """Seeds that each attack starts from, the same in every round."""
    queries_per_seed: Count = 400


class EvaluationConfig(Extent):
    """What is measured after every round, on data that no training sees."""

    at_ends: Extent | None = None
    """For the first and the last model, which are compared; as for the others if None."""
    max_draws: Count = 10
    """Draws for one prompt before the filtered generator refuses."""
    snippets: Count = 6000
    """Labelled snippets for the clean fit and the breakdown by phenomenon, of the training data's kind."""
    worst: Count = 12
    """Worst failures shown for each round."""


class RunConfig(Part):
    """A whole campaign, or what is checked, attacked and measured of a guard of one's own."""

    task: TaskChoice
    system: Literal["filter", "generator"] = "filter"
    """What rounds attack and train: a filter's classifier, or the generator with no filter behind it."""
    judge: JudgeChoice | None = None
    """Who decides; None: the task's oracle, or for labelled text `carried`."""
    preset: str = CUSTOM
    """The preset that it was laid over."""
    seed: Annotated[int, Field(ge=0)] = 0
    threads: Count = 2
    placement: Placement = Placement()
    """Where the models run, and how precisely."""
    objective: ObjectiveName = "egregious"
    rounds: Annotated[int, Field(ge=0)] = 0
    stop: StopRule | None = None
    """When rounds end before all are done; None: all are done, and the last model is that of the last one."""
    ramp: Ramp | None = None
    """How the attacks grow from round to round; None: they have all their queries in every round."""
    attacks: tuple[TrainingAttack, ...] = ()
    held_out: tuple[AttackChoice, ...] = ()
    """Attacks used to evaluate and never to train."""
    generator: GeneratorStart | None = None
    """Writes completions and proposes words; None: there is none."""
    proposer: ProposerFolder | None = None
    """Proposes words of real text to attacks; None: there is none."""
    classifier: ClassifierStart | None = None
    """Of a filter; where a generator alone is the system, there is none."""
    vetoes: tuple[VetoChoice, ...] = ()
    """What the filter turns away besides, whatever the classifier's score."""
    retraining: RetrainingConfig = RetrainingConfig()
    """How rounds train a classifier."""
    tuning: TuningConfig | None = None
    """How rounds train a generator; None where a filter is the system."""
    threshold: ThresholdConfig = ThresholdConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    gate: GateConfig | None = None
    """Limits that `holdfast gate` holds a guard to."""

    @model_validator(mode="after")
    def _of_the_system(self) -> Self:
        if self.system == "generator":
            return self._of_a_generator()
        if self.classifier is None:
            raise ValueError("a filter needs a `classifier`; or say `system: generator`, which has no filter")
        if self.tuning is not None:
            raise ValueError("tuning trains a generator, which `system: generator` asks for; leave it out")
        return self

    def _of_a_generator(self) -> Self:
        """Whether all suits a generator with no filter; what is left out of its tuning takes its defaults."""
        given = {"classifier": self.classifier, "vetoes": self.vetoes, "stop": self.stop}
        for name, value in given.items():
            if value:
                raise ValueError(f"{name} is for a filter, and `system: generator` has none; leave it out")
        if self.generator is None:
            raise ValueError("`system: generator` needs a `generator` to attack and to train")
        check_tuned(self.task_kind, self.judge_choice["kind"], self.names_of_attacks)
        if self.tuning is None:
            object.__setattr__(self, "tuning", TuningConfig())
        return self

    @property
    def names_of_attacks(self) -> tuple[str, ...]:
        """The kinds of all attacks, those that are trained against and those held out."""
        trained = (each.attack["kind"] for each in self.attacks)
        return (*trained, *(choice["kind"] for choice in self.held_out))

    @model_validator(mode="after")
    def _attacks_apart(self) -> Self:
        trained = [each.attack for each in self.attacks]
        for choice in self.held_out:
            if any(overlap(choice, other) for other in trained):
                raise ValueError(
                    f"the attack '{choice['kind']}' is both trained against and held out; choose one"
                )
        for name in ("control", "learning_rates"):
            if getattr(self.retraining, name) and self.task_kind != LABELLED:
                raise ValueError(f"retraining.{name} is for labelled text alone")
        if self.retraining.torn and self.task_kind == LABELLED:
            raise ValueError("retraining.torn needs a judge that is code, and labelled text has none")
        shared = self.retraining.failures or self.retraining.flops
        if shared and (self.task_kind == LABELLED or self.stop):
            raise ValueError("retraining.failures and .flops need text that a task draws, and no `stop`")
        if self.rounds and not self.attacks:
            raise ValueError("rounds need at least one attack to train against")
        return self

    @model_validator(mode="after")
    def _endpoint_fits(self) -> Self:
        if isinstance(self.classifier, GuardEndpoint):
            self.classifier.check(self.rounds, len(self.vetoes), self.threshold.at)
        return self

    @model_validator(mode="after")
    def _online_fits(self) -> Self:
        by_code = self.task_kind != LABELLED and not self.asks_people
        for each in (self.retraining, self.classifier):
            check_online(getattr(each, "defence", PLAIN_DEFENCE), self.held_out, by_code)
        return self

    @model_validator(mode="after")
    def _attacked_each_round(self) -> Self:
        check_each_round(self.attacks, self.rounds)
        return self

    @model_validator(mode="after")
    def _stop_fits(self) -> Self:
        if self.stop is None:
            return self
        if self.task_kind == LABELLED:
            raise ValueError("stop is for tasks that draw their own text, and not for labelled text")
        kind = self.stop.attack["kind"]
        if any(overlap(self.stop.attack, other) for other in self.held_out):
            raise ValueError(
                f"the attack '{kind}' is held out, and rounds are to end by it; choose another stop.attack"
            )
        return self

    @model_validator(mode="after")
    def _vetoes_fit(self) -> Self:
        if self.vetoes and self.task_kind == LABELLED:
            raise ValueError("vetoes are for tasks with a closed vocabulary, and not for labelled text")
        accept = self.threshold.accept if self.threshold.rule == "accept" else None
        check_vetoes(self.vetoes, self.task, accept)
        return self

    @field_validator("proposer")
    @classmethod
    def _real_text(cls, proposer: ProposerFolder | None, info: ValidationInfo) -> ProposerFolder | None:
        """Whether the task, where it is one, has real text for a masked language model."""
        task = info.data.get("task")
        if proposer is None or task is None or task["kind"] == LABELLED:
            return proposer
        if surface_of(build_task(task)).closed:
            raise ValueError(
                f"a masked language model proposes words of real text, and the task '{task['kind']}' has a"
                " closed vocabulary; leave it out"
            )
        return proposer

    @property
    def last_round(self) -> int:
        """The index of the last model: where rounds may end early, one more, which takes the best of them."""
        return self.rounds + (self.rounds > 0 and self.stop is not None)

    def extent(self, round_: int) -> Extent:
        """How much the model that a round ended with is measured on."""
        asked = self.evaluation
        return (asked.at_ends if round_ in (0, self.last_round) else None) or asked

    @property
    def most(self) -> Extent:
        """The most that any model is measured on."""
        extents = [self.extent(round_) for round_ in range(self.last_round + 1)]
        return Extent(
            prompts=max(e.prompts for e in extents),
            attack_seeds=max(e.attack_seeds for e in extents),
            queries_per_seed=max(e.queries_per_seed for e in extents),
        )

    @property
    def task_kind(self) -> str:
        """The registered name of the task."""
        kind: str = self.task["kind"]
        return kind

    @property
    def judge_choice(self) -> dict[str, Any]:
        """The judge, or the one that the task's kind takes by itself."""
        return self.judge or {"kind": "carried" if self.task_kind == LABELLED else "oracle"}

    @property
    def asks_people(self) -> bool:
        """Whether people judge, whose verdicts come later."""
        return bool(self.judge_choice["kind"] == PEOPLE)

    @property
    def reader(self) -> ClassifierConfig | GuardFolder | GuardEndpoint:
        """The classifier of a filter; raises UserError where a generator alone is the system."""
        if self.classifier is None:
            raise UserError(
                "this needs a filter, and the system under test is a generator alone; `holdfast attack` and"
                " `holdfast evaluate` take it with --system generator"
            )
        return self.classifier

    @property
    def tuned(self) -> TuningConfig:
        """How rounds train the generator; raises UserError where a filter is the system."""
        if self.tuning is None:
            raise UserError("the system under test is a filter, and no generator is trained")
        return self.tuning

    @property
    def writer(self) -> GeneratorConfig | GeneratorFolder:
        """The generator of a campaign; raises UserError where it has none."""
        if self.generator is None:
            raise UserError(
                "`holdfast run` measures what a generator writes behind the filter, and there is none here;"
                " give `generator:`, or use `holdfast attack -c` and `holdfast evaluate -c` without one"
            )
        return self.generator

    @property
    def clean(self) -> CleanMix:
        """The labelled snippets that a campaign's classifier is trained on."""
        start = self.classifier
        if not isinstance(start, ClassifierConfig):
            return CleanMix(CLEAN_EXAMPLES, 0.7, 0.0)
        return CleanMix(start.examples, start.hard_share, start.generated_share)


def to_yaml(config: RunConfig) -> str:
    """The whole resolved configuration as YAML, which `load_config` reads back to an equal one."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100)


def resolve(values: Mapping[str, Any]) -> RunConfig:
    """A configuration from plain values; raises UserError that names the first mistake."""
    return _validated(values, None)


def load_config(
    path: Path | str,
    defaults: RunConfig | None = None,
    rounds_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    **over: Any,
) -> RunConfig:
    """A configuration from a YAML file, laid over `defaults`; `over` replaces top-level keys last.

    Without `defaults` the file's own `task` and `preset` (demo unless it says) choose the preset that it is
    laid over. Labelled text has none: `rounds_of` may give what a file of it leaves out, from what it says.
    Raises UserError naming file, line and key.
    """
    return config_in(ConfigFile.read(Path(path)), defaults, rounds_of, **over)


def config_in(
    file: ConfigFile,
    defaults: RunConfig | None = None,
    rounds_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    **over: Any,
) -> RunConfig:
    """A configuration from a file that is read, or from a part of one, as `load_config` has it."""
    base = defaults or _preset_of(file, over.get("task"), over.get("system"))
    under = base.model_dump() if base is not None else rounds_of(file.value) if rounds_of else {}
    values = merged(under, file.value)
    return with_paths_from(_validated({**values, **over}, file), file.path.parent)


def with_paths_from(config: RunConfig, folder: Path) -> RunConfig:
    """The configuration with its paths as seen from here; they were written as seen from a folder."""
    changed: dict[str, Any] = {}
    for name in ("classifier", "generator", "proposer"):
        start = getattr(config, name)
        if isinstance(start, GuardFolder | GeneratorFolder | ProposerFolder):
            changed[name] = start.model_copy(update={"path": anchored(start.path, folder)})
    judge = config.judge or {}
    files = {key: anchored(judge[key], folder) for key in JUDGES_FILES & judge.keys() if judge[key]}
    if files:
        changed["judge"] = {**judge, **files}
    data = config.task.get("data")
    if isinstance(data, LabelledConfig):
        changed["task"] = {**config.task, "data": data.seen_from(folder)}
    if config.gate is not None:
        changed["gate"] = config.gate.seen_from(folder)
    return config.model_copy(update=changed) if changed else config


def _preset_of(file: ConfigFile, task: object, system: object = None) -> RunConfig | None:
    from holdfast.campaign.presets import preset

    task = task or file.value.get("task", "storyworld")
    kind, name = task.get("kind") if isinstance(task, dict) else task, file.value.get("preset", "demo")
    if not isinstance(kind, str):
        raise file.error(["task"], "task: give the name of a task")
    if kind == LABELLED:
        return None
    try:
        tasks.get(kind)
    except UserError as error:
        raise file.error(["task"], f"task: {error}") from None
    try:
        return preset(kind, "demo" if name == CUSTOM else str(name), system or file.value.get("system"))
    except UserError as error:
        raise file.error(["preset"], f"preset: {error}") from None


def _validated(values: Mapping[str, Any], file: ConfigFile | None) -> RunConfig:
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise user_error(error, RunConfig, file) from None
    except UserError as error:
        if file is None:
            raise
        raise UserError(f"{file.path}: {error}") from None
