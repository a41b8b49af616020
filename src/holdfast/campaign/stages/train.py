"""Training the classifier: the first on clean data, each round's on clean and adversarial data mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from holdfast.campaign.ledger import cost
from holdfast.campaign.online import CampaignAdversary
from holdfast.campaign.rounds import RetrainingConfig
from holdfast.campaign.samples import Samples
from holdfast.campaign.schedules import chosen_failures, failures_by
from holdfast.campaign.stages.attack import attacks_in_round, candidates_table
from holdfast.campaign.stages.data import CLEAN_TRAIN
from holdfast.campaign.stages.sharing import scheduled, steps_of_round
from holdfast.campaign.stages.validate import ended_round
from holdfast.campaign.starts import ClassifierConfig, GuardEndpoint, GuardFolder
from holdfast.campaign.step import StepContext, round_name, stream_of
from holdfast.campaign.torn import torn_samples
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.codec import Codec
from holdfast.models.scoring import ScoringEngine
from holdfast.models.vetoes.calibrate import check_shared
from holdfast.models.vetoes.panel import Vetoes
from holdfast.store.store import ExampleText, StepOutput
from holdfast.training.classifier import LabelledTokens, TrainingReport
from holdfast.training.defences import Defence, Lesson
from holdfast.training.mixing import AdversarialExample, Pool, mix
from holdfast.training.recipes import ClassifierRecipe


def first(context: StepContext) -> StepOutput:
    """Train the first classifier from scratch on the clean set, or take it from its folder as it is."""
    asked = context.config.reader
    if isinstance(asked, GuardFolder):
        return _taken(context, asked)
    if isinstance(asked, GuardEndpoint):
        raise UserError("an endpoint's weights are not here, so nothing can train them")
    weights = context.stream.child("weights")
    classifier = Classifier.create(context.task, asked.size, weights)
    classifier.others = tuple(
        Classifier.create(context.task, size, weights.child(number))
        for number, size in enumerate(asked.others, 1)
    )
    classifier.combine = "cascade" if asked.cascade else asked.combine
    check_trainable(context, classifier)
    _give_vetoes(context, classifier)
    clean = Samples.read(context.folder / CLEAN_TRAIN).labelled(classifier.codec)
    return _trained(context, classifier, clean, asked, 0)


def check_trainable(context: StepContext, classifier: Classifier) -> None:
    """Raise UserError where rounds could not train a classifier as they are to, before anything is spent."""
    asked = context.config.retraining
    asked.made_defence.check(context.task, classifier, asked.recipe)


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
    check_trainable(context, classifier)
    _give_vetoes(context, classifier)
    kept = context.keep_model(classifier, "classifier", 0)
    context.progress.finish()
    told = {"hash": kept.row.hash, "parameters": classifier.parameters_count, "losses": [], "examples": 0}
    return StepOutput(result=told, artifacts=(kept.artifact,), models=(kept.row,))


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked classifier on, with what was found against it and its forerunners."""
    asked, classifier = context.config.retraining, context.classifier(round_ - 1)
    pool = adversarial_pool(context, round_, classifier.codec)
    mixed = mixed_with_clean(context, classifier, pool, asked.examples - asked.torn)
    judged = Spend()
    if asked.torn:
        torn = torn_samples(context.task, context.judge, asked.torn, context.stream.child("torn"))
        mixed, judged = mixed.joined(torn.labelled(classifier.codec)), Spend(judge_calls=len(torn))
    output = _trained(context, classifier, mixed, asked, round_, judged)
    positives = sum(e.label > 0.5 for e in pool.examples)
    counts = {"positives": positives, "negatives": len(pool) - positives}
    schedule = scheduled(context, round_, positives, output.result["flops"])
    told = {"schedule": schedule.model_dump(mode="json")} if schedule else {}
    return replace(output, result={**output.result, "pool": counts, **told})


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
    """This round's candidates, a sample of those of earlier rounds, and all failures so far.

    Where rounds share a number of failures, so many of these as the rounds so far may have, and as many
    harmless candidates at most.
    """
    replay, total = context.config.retraining.replay, context.config.retraining.failures
    if total is not None:
        return _shared_pool(context, round_, codec, total)
    return _pool(context, range(1, round_ + 1), codec, lambda earlier: None if earlier == round_ else replay)


def _shared_pool(context: StepContext, round_: int, codec: Codec, total: int) -> Pool:
    rounds = range(1, round_ + 1)
    first: dict[Tokens, AdversarialExample] = {}
    for example in _failures(context.store.texts(context.run, split="train", rounds=rounds), codec):
        first.setdefault(example.tokens, example)
    found = [[each for each in first.values() if each.round == r] for r in rounds]
    quotas = [failures_by(total, r, context.config.rounds) for r in rounds]

    def shuffled(place: int, own: Sequence[AdversarialExample]) -> list[AdversarialExample]:
        stream = stream_of(context.config, f"schedule/{round_name(place + 1)}")
        return [own[i] for i in stream.numpy().permutation(len(own))]

    chosen = chosen_failures(found, quotas, shuffled)
    replay = context.config.retraining.replay
    others = [
        each
        for r in rounds
        for each in _round_candidates(context, r, None if r == round_ else replay, codec)
        if each.label < 0.5
    ]
    drawn = context.stream.child("harmless").numpy().permutation(len(others))[: len(chosen)]
    return Pool().adding([*(others[i] for i in sorted(drawn.tolist())), *chosen])


def earlier_pool(context: StepContext, round_: int, codec: Codec, replay: int) -> Pool:
    """All failures of the rounds up to this one, and so many candidates of each of their attacks at most."""
    return _pool(context, range(1, round_ + 1), codec, lambda _: replay)


def _pool(
    context: StepContext, rounds: Sequence[int], codec: Codec, most: Callable[[int], int | None]
) -> Pool:
    ended = ended_round(context.store, context.run, context.config)
    rounds = [round_ for round_ in rounds if ended is None or round_ <= ended]
    found = context.store.texts(context.run, split="train", rounds=rounds)
    candidates = chain.from_iterable(_round_candidates(context, each, most(each), codec) for each in rounds)
    return Pool().adding(chain(candidates, _failures(found, codec)))


def _round_candidates(
    context: StepContext, round_: int, most: int | None, codec: Codec
) -> Iterator[AdversarialExample]:
    """The candidates of each attack of a round: so many at random, or all."""
    for label in attacks_in_round(context.config, round_):
        samples = Samples.read(context.folder / candidates_table(round_, label))
        if most is not None:
            samples = samples.drawn(most, context.stream.child("replay", round_, label))
        yield from _candidates(samples, codec, round_, label)


def _candidates(samples: Samples, codec: Codec, round_: int, attack: str) -> Iterator[AdversarialExample]:
    tokens = codec.encode(samples.snippets)
    labels, grades = samples.catastrophic.tolist(), samples.egregiousness.tolist()
    for t, label, grade in zip(tokens, labels, grades, strict=True):
        yield AdversarialExample(t, float(label), grade, round_, "", attack)


def _failures(examples: Sequence[ExampleText], codec: Codec) -> Iterator[AdversarialExample]:
    tokens = codec.encode([Snippet(e.prompt, e.completion) for e in examples])
    for t, e in zip(tokens, examples, strict=True):
        label = float(e.label == Label.CATASTROPHIC)
        yield AdversarialExample(t, label, e.egregiousness, e.round, e.seed or "", e.step.rpartition("/")[2])


def _trained(
    context: StepContext,
    classifier: Classifier,
    data: LabelledTokens,
    asked: ClassifierConfig | RetrainingConfig,
    round_: int,
    judged: Spend = Spend(),  # noqa: B008 (frozen)
) -> StepOutput:
    """Train and keep it; `judged` is what making the data took."""
    steps = asked.steps if round_ == 0 else steps_of_round(context, classifier, data, round_)
    context.progress.start(f"round {round_}: train", steps * len(classifier.members))
    report = train_members(context, classifier, data, asked.recipe, steps, asked.made_defence)
    context.progress.finish(loss=report.final_loss)
    kept = context.keep_model(classifier, "classifier", round_)
    return StepOutput(
        result=_told(report, kept.row.hash, sum(each.parameters_count for each in classifier.members)),
        artifacts=(kept.artifact,),
        models=(kept.row,),
        costs=(cost("defence", round_, report.spend + judged),),
    )


def train_members(
    context: StepContext,
    classifier: Classifier,
    data: LabelledTokens,
    recipe: ClassifierRecipe,
    steps: int,
    defence: Defence,
) -> TrainingReport:
    """Train each member of an ensemble in place, from a stream of its own; one classifier is one member.

    The report is the first member's, with what all of them cost; what the oracle says of words, all learn.
    """
    stream, reports = context.stream.child("training"), []
    adversary = CampaignAdversary(context, classifier.vetoes)
    for number, member in enumerate(classifier.members):
        own = stream.child("member", number) if number else stream
        lesson = Lesson(context.task, data, recipe, steps, own, context.progress, adversary)
        reports.append(defence.train(member, lesson))
    first = reports[0].spend
    whole = sum((each.spend for each in reports[1:]), first)
    found = [each.found for each in reports if each.found is not None]
    spend = replace(whole, word_labels=first.word_labels)
    hunted = sum((each.hunted for each in reports), Spend())
    return replace(reports[0], spend=spend, found=sum(found) if found else None, hunted=hunted)


def _told(report: TrainingReport, content: str, parameters: int) -> dict[str, object]:
    return {
        "hash": content,
        "parameters": parameters,
        "losses": list(report.losses),
        "examples": report.examples,
        "trained": report.trained,
        "flops": report.spend.flops - report.hunted.flops,
        **({} if report.found is None else {"found": report.found}),
    }
