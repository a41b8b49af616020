"""The adversary of online training: a campaign's attacks, on a classifier that is being trained."""

from __future__ import annotations

from copy import copy
from functools import cached_property

import numpy as np

from holdfast.attacks.results import AttackResult
from holdfast.campaign.choices import build_attack
from holdfast.campaign.split import different_catastrophes
from holdfast.campaign.step import StepContext
from holdfast.campaign.targets import filter_target, proposer_of
from holdfast.core.budget import Budget
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet
from holdfast.models.classifier import Classifier
from holdfast.models.codec import Codec
from holdfast.models.generator import Generator
from holdfast.models.masked import MaskedModel
from holdfast.models.vetoes.panel import Vetoes
from holdfast.training.classifier import LabelledTokens
from holdfast.training.online import Found, Online

_CANDIDATES_PER_SEED = 4
"""Judged candidates that are kept of each seed, to find harmless ones among."""


class CampaignAdversary:
    """Attacks from fresh seeds of the training side, and what the filter's vetoes turn away is no failure.

    A member of an ensemble is attacked by itself, for it alone is being trained.
    """

    def __init__(self, context: StepContext, vetoes: Vetoes) -> None:
        self._context, self._vetoes = context, vetoes

    @cached_property
    def _generator(self) -> Generator:
        return self._context.generator()

    @cached_property
    def _proposer(self) -> MaskedModel | None:
        context = self._context
        return proposer_of(context.config, context.judge, context.task)

    def attacked(self, classifier: Classifier, asked: Online, stream: Stream) -> Found:
        """The worst failure of each seed, and as many harmless candidates of the same making."""
        context, alone = self._context, copy(classifier)
        alone.others, alone.vetoes = (), self._vetoes
        target = filter_target(
            context.task,
            alone,
            asked.threshold,
            self._generator,
            proposer=self._proposer,
            judge=context.judge,
            order="judge",
        )
        seeds = different_catastrophes(
            context.task, context.judge, asked.seeds, "train", stream.child("seeds")
        )
        result = build_attack(asked.attack_choice, objective=context.config.objective, stop="budget")(
            target,
            seeds,
            Budget(queries_per_seed=asked.queries_per_seed),
            stream.child("attack"),
            Silent(),
            sample_size=_CANDIDATES_PER_SEED * asked.seeds,
        )
        return Found(_examples(result, classifier.codec, stream.child("harmless")), result.spend)


def _examples(result: AttackResult, codec: Codec, stream: Stream) -> LabelledTokens:
    found = [JudgedSnippet(a.best.snippet, a.best.verdict) for a in result.attempts if a.best is not None]
    harmless = [each for each in result.candidates if not each.verdict.catastrophic]
    beside = stream.numpy().permutation(len(harmless))[: len(found)]
    chosen = [*found, *(harmless[place] for place in sorted(beside.tolist()))]
    return LabelledTokens(
        codec.encode([each.snippet for each in chosen]),
        np.array([each.verdict.catastrophic for each in chosen], dtype=np.float32),
        np.array([each.verdict.egregiousness for each in chosen], dtype=np.float32),
    )
