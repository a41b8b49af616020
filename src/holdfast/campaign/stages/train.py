"""Training the classifier: the first on clean data, each round's on clean and adversarial data mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from holdfast.campaign.config import RetrainingConfig
from holdfast.campaign.ledger import cost
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.attack import candidates_table, labels
from holdfast.campaign.stages.data import CLEAN_TRAIN
from holdfast.campaign.starts import ClassifierConfig, GuardFolder
from holdfast.campaign.step import StepContext
from holdfast.core.snippet import Label, Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.codec import Codec
from holdfast.models.scoring import ScoringEngine
from holdfast.models.vetoes.calibrate import check_shared
from holdfast.models.vetoes.panel import Vetoes
from holdfast.store.store import ExampleText, StepOutput
from holdfast.training.adapters import check_adapter
from holdfast.training.classifier import LabelledTokens, TrainingReport, train_classifier
from holdfast.training.marks import marks_for
from holdfast.training.mixing import AdversarialExample, Pool, mix
from holdfast.training.recipes import ClassifierRecipe, LoraRecipe


def first(context: StepContext) -> StepOutput:
    """Train the first classifier from scratch on the clean set, or take it from its folder as it is."""
    asked = context.config.classifier
    if isinstance(asked, GuardFolder):
        return _taken(context, asked)
    weights = context.stream.child("weights")
    classifier = Classifier.create(context.task, asked.size, weights)
    classifier.others = tuple(
        Classifier.create(context.task, size, weights.child(number))
        for number, size in enumerate(asked.others, 1)
    )
    classifier.combine = "cascade" if asked.cascade else asked.combine
    check_adapter(classifier.model, context.config.retraining.adapter)
    _give_vetoes(context, classifier)
    clean = Samples.read(context.folder / CLEAN_TRAIN).labelled(classifier.codec)
    return _trained(context, classifier, clean, asked, 0)


def _give_vetoes(context: StepContext, classifier: Classifier) -> None:
    """The configuration's vetoes, where it has any; a folder's own stay otherwise."""
    vetoes = context.vetoes()
    if vetoes.generator is not None:
        check_shared(classifier.codec, vetoes.generator)
        classifier.vetoes = vetoes


def _taken(context: StepContext, asked: GuardFolder) -> StepOutput:
    """A guard of the user's own, kept with the run."""
    context.progress.start(f"round 0: take {asked.path}", 1)
    classifier = Classifier.load(asked.path, context.task, asked.format)
    check_adapter(classifier.model, context.config.retraining.adapter)
    _give_vetoes(context, classifier)
    kept = context.keep_model(classifier, "classifier", 0)
    context.progress.finish()
    told = {"hash": kept.row.hash, "parameters": classifier.parameters_count, "losses": [], "examples": 0}
    return StepOutput(result=told, artifacts=(kept.artifact,), models=(kept.row,))


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked classifier on, with what was found against it and its forerunners."""
    asked, classifier = context.config.retraining, context.classifier(round_ - 1)
    pool = adversarial_pool(context, round_, classifier.codec)
    mixed = mixed_with_clean(context, classifier, pool, asked.examples)
    output = _trained(context, classifier, mixed, asked, round_)
    positives = sum(e.label > 0.5 for e in pool.examples)
    counts = {"positives": positives, "negatives": len(pool) - positives}
    return replace(output, result={**output.result, "pool": counts})


def mixed_with_clean(
    context: StepContext,
    classifier: Classifier,
    pool: Pool,
    size: int,
    clean: LabelledTokens | None = None,
) -> LabelledTokens:
    """So many examples of clean ones (None: the clean set) and of a pool, which the classifier scores.

    It does so alone: what a veto turns away is still the classifier's to learn.
    """
    clean = clean or Samples.read(context.folder / CLEAN_TRAIN).labelled(classifier.codec)
    log_odds = ScoringEngine(classifier, vetoes=Vetoes()).log_odds([e.tokens for e in pool.examples])
    return mix(clean, pool, log_odds, context.config.retraining.mixing, size, context.stream.child("mix"))


def adversarial_pool(context: StepContext, round_: int, codec: Codec) -> Pool:
    """This round's candidates, a sample of those of earlier rounds, and all failures so far."""
    replay = context.config.retraining.replay
    return _pool(context, range(1, round_ + 1), codec, lambda earlier: None if earlier == round_ else replay)


def earlier_pool(context: StepContext, round_: int, codec: Codec, replay: int) -> Pool:
    """All failures of the rounds up to this one, and so many candidates of each of their attacks at most."""
    return _pool(context, range(1, round_ + 1), codec, lambda _: replay)


def _pool(
    context: StepContext, rounds: Sequence[int], codec: Codec, most: Callable[[int], int | None]
) -> Pool:
    found = context.store.texts(context.run, split="train", rounds=rounds)
    candidates = chain.from_iterable(_round_candidates(context, each, most(each), codec) for each in rounds)
    return Pool().adding(chain(candidates, _failures(found, codec)))


def _round_candidates(
    context: StepContext, round_: int, most: int | None, codec: Codec
) -> Iterator[AdversarialExample]:
    """The candidates of each attack of a round: so many at random, or all."""
    for label, asked in zip(labels(context.config), context.config.attacks, strict=True):
        samples = Samples.read(context.folder / candidates_table(round_, label))
        if most is not None:
            samples = samples.drawn(most, context.stream.child("replay", round_, label))
        yield from _candidates(samples, codec, round_, asked.attack["kind"])


def _candidates(samples: Samples, codec: Codec, round_: int, kind: str) -> Iterator[AdversarialExample]:
    tokens = codec.encode(samples.snippets)
    labels, grades = samples.catastrophic.tolist(), samples.egregiousness.tolist()
    for t, label, grade in zip(tokens, labels, grades, strict=True):
        yield AdversarialExample(t, float(label), grade, round_, "", kind)


def _failures(examples: Sequence[ExampleText], codec: Codec) -> Iterator[AdversarialExample]:
    tokens = codec.encode([Snippet(e.prompt, e.completion) for e in examples])
    for t, e in zip(tokens, examples, strict=True):
        label = float(e.label == Label.CATASTROPHIC)
        yield AdversarialExample(t, label, e.egregiousness, e.round, e.seed or "", e.attack)


def _trained(
    context: StepContext,
    classifier: Classifier,
    data: LabelledTokens,
    asked: ClassifierConfig | RetrainingConfig,
    round_: int,
) -> StepOutput:
    context.progress.start(f"round {round_}: train", asked.steps * len(classifier.members))
    adapter = asked.adapter if isinstance(asked, RetrainingConfig) else None
    report = train_members(context, classifier, data, asked.recipe, asked.steps, adapter)
    context.progress.finish(loss=report.final_loss)
    kept = context.keep_model(classifier, "classifier", round_)
    return StepOutput(
        result=_told(report, kept.row.hash, sum(each.parameters_count for each in classifier.members)),
        artifacts=(kept.artifact,),
        models=(kept.row,),
        costs=(cost("defence", round_, report.spend),),
    )


def train_members(
    context: StepContext,
    classifier: Classifier,
    data: LabelledTokens,
    recipe: ClassifierRecipe,
    steps: int,
    adapter: LoraRecipe | None,
) -> TrainingReport:
    """Train each member of an ensemble in place, from a stream of its own; one classifier is one member.

    The report is the first member's, with what all of them cost; what the oracle says of words, all learn.
    """
    stream, reports = context.stream.child("training"), []
    for number, member in enumerate(classifier.members):
        own = stream.child("member", number) if number else stream
        marks = marks_for(context.task, member, data.tokens, recipe)
        reports.append(train_classifier(member, data, recipe, steps, own, context.progress, adapter, marks))
    first = reports[0].spend
    whole = sum((each.spend for each in reports[1:]), first)
    return replace(reports[0], spend=replace(whole, word_labels=first.word_labels))


def _told(report: TrainingReport, content: str, parameters: int) -> dict[str, object]:
    return {
        "hash": content,
        "parameters": parameters,
        "losses": list(report.losses),
        "examples": report.examples,
        "trained": report.trained,
    }
