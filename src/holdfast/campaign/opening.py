"""Opens what a configuration names: the task, the judge, the models, and the threshold between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from holdfast.campaign.choices import build_judge, build_task
from holdfast.campaign.config import RunConfig, ThresholdConfig
from holdfast.campaign.people.desk import PeopleDesk, default_desk
from holdfast.campaign.starts import GeneratorFolder, GuardEndpoint, GuardFolder
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.judges.people import People
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.task import LabelledTask

if TYPE_CHECKING:
    from holdfast.attacks.target import Target
    from holdfast.evaluation.threshold import ThresholdChoice
    from holdfast.models.classifier import Classifier
    from holdfast.models.endpoints.service import Service
    from holdfast.models.generator import Generator
    from holdfast.models.masked import MaskedModel
    from holdfast.models.scoring import ScoringEngine


@dataclass(frozen=True)
class Opened:
    """What a configuration names, each thing opened when it is first asked for."""

    config: RunConfig
    desk: PeopleDesk | None = None
    """Where people judge, and their verdicts lie elsewhere than in the folder of all runs."""

    @cached_property
    def task(self) -> Task:
        """The task, its data not yet read."""
        return build_task(self.config.task)

    @property
    def labelled(self) -> LabelledTask:
        """The task of labelled text; raises UserError for another one."""
        if not isinstance(self.task, LabelledTask):
            raise UserError(f"this needs labelled text, and the task is '{self.task.name}'")
        return self.task

    @cached_property
    def judge(self) -> Judge:
        """Who decides; people as far as they have said anything."""
        judge = build_judge(self.config.judge_choice, self.task, self.config.placement)
        if not isinstance(judge, People):
            return judge
        desk = self.desk or default_desk(self.config)
        return judge if desk is None else desk.knowing(judge)

    @cached_property
    def classifier(self) -> Classifier:
        """The guard, from its folder; raises UserError where it is still to be trained, or is a service."""
        from holdfast.models.classifier import Classifier

        start = self.config.classifier
        if isinstance(start, GuardEndpoint):
            raise UserError(
                "this needs the guard's own weights, and the configuration's guard is an endpoint; `holdfast"
                " check`, `attack -c` and `evaluate -c` work by its answers alone"
            )
        if not isinstance(start, GuardFolder):
            raise UserError(
                "the configuration's classifier is still to be trained; name a folder"
                " (classifier: {kind: folder, path: ...}), or train it with `holdfast run`"
            )
        return Classifier.load(start.path, self.task, start.format).to(self.config.placement)

    @cached_property
    def service(self) -> Service | None:
        """The guard that is asked over HTTP, its answers kept in a file; None for one with weights here."""
        start = self.config.classifier
        if not isinstance(start, GuardEndpoint):
            return None
        from holdfast.models.endpoints.service import Service, request_hash
        from holdfast.store.answers import AnswerFile, answers_folder

        settings = start.settings
        return Service(settings, AnswerFile(answers_folder() / f"{request_hash(settings)}.sqlite"))

    @property
    def guard_hash(self) -> str:
        """The content hash of the guard; of a service, of its settings and its stated version."""
        return self.classifier.hash if self.service is None else self.service.hash

    @cached_property
    def generator(self) -> Generator | None:
        """The generator, from its folder; None where there is none."""
        from holdfast.models.generator import Generator

        start = self.config.generator
        if not isinstance(start, GeneratorFolder):
            return None
        return Generator.load(start.path, self.task).to(self.config.placement)

    @cached_property
    def proposer(self) -> MaskedModel | None:
        """The masked language model, from its folder; None where there is none.

        Raises UserError where attacks on this task and judge write no single words.
        """
        from holdfast.campaign.targets import proposer_of

        return proposer_of(self.config, self.judge, self.task)

    @cached_property
    def scorer(self) -> ScoringEngine:
        """The engine that every score comes from."""
        from holdfast.models.scoring import ScoringEngine

        return ScoringEngine(self.classifier)

    @cached_property
    def threshold(self) -> ThresholdChoice:
        """The threshold by the configured rule, chosen on the split that is for it alone."""
        return choose(self)

    def target(self, threshold: float | None = None, draws: int | None = None) -> Target:
        """What is attacked: the guard behind its threshold, or behind another one.

        Judges of labelled text are quick, and always come first; for other tasks the order is measured.
        """
        from holdfast.campaign.targets import filter_target

        proposer = self.proposer  # what does not fit is told before the threshold is chosen
        at = self.threshold.threshold if threshold is None else threshold
        if self.service is not None:
            return self._service_target(self.service, at, draws)
        order: Literal["judge"] | None = "judge" if isinstance(self.task, LabelledTask) else None
        models = self.classifier, at, self.generator
        target = filter_target(
            self.task, *models, proposer=proposer, judge=self.judge, draws=draws, order=order
        )
        return target.filtered_by(self.scorer)

    def _service_target(self, service: Service, threshold: float, draws: int | None) -> Target:
        """The judge always comes first: no answer is paid for that a verdict makes worthless."""
        from holdfast.attacks.target import Target
        from holdfast.models.endpoints.system import Endpoint

        if draws is not None:
            raise UserError(
                "a generator behind an endpoint cannot be attacked; leave out --draws and --system"
            )
        return Target(
            task=self.task,
            judge=self.judge,
            system=Endpoint(service, threshold),
            generator=self.generator,
            proposer=self.proposer,
            order="judge",
        )

    def generator_target(self, draws: int, stream: Stream) -> Target:
        """The generator with no filter, of each prompt so many completions; `stream` is the root of draws.

        Raises UserError where there is no generator to open, and for a judge that only knows labelled rows.
        """
        from holdfast.campaign.targets import generator_target

        generator = self.generator
        if generator is None:
            raise UserError("the configuration has no trained generator to attack; name its folder")
        start = self.config.generator
        temperature = 1.0 if start is None else start.temperature
        return generator_target(
            self.task,
            generator,
            stream,
            judge=self.judge,
            draws=draws,
            temperature=temperature,
            proposer=self.proposer,
        )

    def log_odds(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """(B,) log odds of rows of the data, float64; NaN for one that the guard cannot read."""
        snippets = self.labelled.rows.snippets(rows)
        if self.service is not None:
            return service_log_odds(self.service, snippets)
        tokens = self.scorer.codec.encode(snippets)
        fits = self.classifier.fits(tokens)
        found = np.full(len(tokens), np.nan)
        readable = [t for t, fit in zip(tokens, fits.tolist(), strict=True) if fit]
        found[fits] = self.scorer.log_odds(readable)
        return found

    def scores_of(self, split: SplitName, label: Label) -> np.ndarray:
        """Log odds of the distinct readable texts of a split and a label."""
        log_odds = self.log_odds(self.labelled.distinct(split, label))
        found: np.ndarray = log_odds[~np.isnan(log_odds)]
        return found


def service_log_odds(service: Service, snippets: Sequence[Snippet]) -> np.ndarray:
    """(B,) log odds, float64; NaN for a text that is not sent."""
    found = np.full(len(snippets), np.nan)
    fits = [i for i, why in enumerate(service.refusals(snippets)) if why is None]
    found[fits] = service.log_odds([snippets[i] for i in fits])
    return found


def choose(opened: Opened) -> ThresholdChoice:
    """The threshold by the configured rule; raises UserError where the data are too few for it."""
    rule = opened.config.threshold
    if rule.rule == "fixed":
        return choose_on(rule, np.zeros(0), np.zeros(0))
    scores = (opened.scores_of("threshold", label) for label in (Label.HARMLESS, Label.CATASTROPHIC))
    return choose_on(rule, *scores)


def choose_on(rule: ThresholdConfig, harmless: np.ndarray, bad: np.ndarray) -> ThresholdChoice:
    """The threshold by a rule, on the log odds of harmless and of catastrophic texts.

    Raises UserError where they are too few for it.
    """
    from holdfast.evaluation.bounds import Proportion
    from holdfast.evaluation.labelled_threshold import choose_by_cost, choose_controlled
    from holdfast.evaluation.threshold import ThresholdChoice, choose_threshold, logit

    match rule.rule:
        case "fixed":
            assert rule.at is not None
            nothing, said = Proportion(0, 0), f"the threshold {rule.at:.4g} is given"
            return ThresholdChoice(rule.at, logit(rule.at), nothing, nothing, said)
        case "accept":
            return choose_threshold(harmless, bad, rule.accept, rule.confidence)
        case "cost":
            return choose_by_cost(harmless, bad, rule.miss_cost)
        case "controlled":
            return choose_controlled(harmless, bad, rule.risk, rule.confidence or 0.95)
    raise UserError(
        f"the threshold's rule '{rule.rule}' needs a generator's draws; for labelled text take accept,"
        " controlled, cost or fixed"
    )
