"""Schedules of equal cost: as many failures, and FLOPs, as asked for, and what is lacking is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.config import RunConfig
from holdfast.campaign.history import campaign_record, open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.schedules import chosen_failures, failures_by
from holdfast.campaign.stages.sharing import scheduled, steps_of_round
from holdfast.campaign.stages.train import adversarial_pool
from holdfast.campaign.step import StepContext
from holdfast.campaign.study.declared import declared_config
from holdfast.campaign.study.runs import campaign_rows
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks.brackets import Brackets
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, steps_reaching, train_classifier
from holdfast.training.defences import FineTuning, UnderWorstCase, flops_per_token
from holdfast.training.mixing import Pool
from tiny import tiny

FAILURES, FLOPS = 5, 4e8


def asked(**retraining) -> RunConfig:
    return tiny(
        "brackets",
        rounds=2,
        held_out=[],
        attacks=[{"attack": "random_rewrite", "seeds": 8, "queries_per_seed": 40}],
        retraining={"examples": 120, "failures": FAILURES, "flops": FLOPS, **retraining},
        threshold={"completions": 40},
        evaluation={
            "prompts": 30,
            "snippets": 40,
            "attack_seeds": 2,
            "queries_per_seed": 10,
            "worst": 1,
            "at_ends": {"prompts": 30, "attack_seeds": 2, "queries_per_seed": 10},
        },
    )


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 30))
def test_each_round_adds_its_share_and_takes_nothing_back(counts, total):
    names = iter(range(1000))
    found = [[next(names) for _ in range(count)] for count in counts]
    quotas = [failures_by(total, r, len(counts)) for r in range(1, len(counts) + 1)]

    def taken(rounds: int) -> list[int]:
        return chosen_failures(found[:rounds], quotas[:rounds], lambda place, own: own[::-1])

    whole = taken(len(counts))
    assert quotas[-1] == total
    assert len(set(whole)) == len(whole) <= total
    for rounds in range(1, len(counts) + 1):
        some = taken(rounds)
        assert whole[: len(some)] == some
        assert len(some) <= quotas[rounds - 1]
        assert len(some) == min(quotas[rounds - 1], sum(counts[:rounds])) or len(some) < quotas[rounds - 1]
    assert len(whole) == min(total, sum(counts))


@pytest.mark.parametrize("defence", [FineTuning(), UnderWorstCase(steps=2)], ids=lambda each: each.kind)
@pytest.mark.parametrize("steps", [1, 3, 7])
def test_training_takes_just_the_flops_that_are_asked_for(defence, steps):
    task = Brackets()
    classifier = Classifier.create(task, ModelSize(layers=1, width=16, heads=2, positions=48), Stream(0))
    tokens = list(dict.fromkeys(classifier.codec.encode(task.sample(60, Stream(1)))))
    labels = np.array([len(each.completion) > 5 for each in tokens], dtype=np.float32)
    data = LabelledTokens(tokens, labels, labels)
    recipe = defence.applied(ClassifierRecipe(batch_size=8))
    report = train_classifier(classifier, data, recipe, steps, Stream(3))
    each = flops_per_token(classifier, defence, ClassifierRecipe())

    def reaching(flops: float) -> int:
        return steps_reaching(flops / each, classifier, data, recipe, Stream(3))

    assert reaching(report.spend.flops * (1 - 1e-9)) == steps
    assert reaching(report.spend.flops * (1 + 1e-9)) == steps + 1


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schedules") / "trial"
    Campaign(asked(), folder).run()
    return folder


class Notes(Silent):
    """Keeps what is noted."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def context(folder: Path, notes: Notes | None = None, **retraining) -> StepContext:
    store = open_store(folder.parent, read_only=True)
    return StepContext(asked(**retraining), store, folder.name, "round-02/train", notes or Notes())


def test_a_campaign_trains_on_what_it_was_asked_to(ran):
    record = campaign_record(open_store(ran.parent, read_only=True), ran.name)
    for round_ in record.rounds[1:]:
        found = round_.schedule
        assert found is not None
        assert found.failures == found.failures_asked == failures_by(FAILURES, round_.index, 2)
        assert round_.pool is not None
        assert round_.pool.train_positives == found.failures
        assert round_.pool.train_negatives <= found.failures
        assert found.flops is not None
        assert found.flops_asked == FLOPS * round_.index / 2
        assert found.flops_asked <= found.flops < found.flops_asked * 1.5, "a step more at most"
    rows = [row for row in campaign_rows(record) if row["measure"] == "schedule"]
    assert [(row["of"], row["asked"]) for row in rows] == [("failures", FAILURES), ("flops", FLOPS)]
    assert rows[0]["value"] == FAILURES


def test_the_failures_of_an_earlier_round_are_still_those_of_a_later_one(ran):
    now = context(ran)
    codec = now.classifier(1).codec

    def failures(round_: int) -> set:
        pool: Pool = adversarial_pool(now, round_, codec)
        return {each.tokens for each in pool.examples if each.label > 0.5}

    assert failures(1) < failures(2)


def test_what_was_not_found_is_noted_and_recorded(ran):
    notes = Notes()
    now = context(ran, notes, failures=10_000)
    pool = adversarial_pool(now, 2, now.classifier(1).codec)
    found = sum(each.label > 0.5 for each in pool.examples)
    assert FAILURES < found < 10_000
    record = scheduled(now, 2, found, 0.0)
    assert record is not None
    assert (record.failures, record.failures_asked) == (found, 10_000)
    assert notes.notes == [
        f"round 2 trains on {found:,} failures, and the schedule asks for 10,000: the attacks of the rounds"
        " so far found no more"
    ]


def test_too_few_flops_are_refused(ran):
    now = replace(context(ran, flops=10.0), step="round-01/train")
    classifier = now.classifier(0)
    tokens = classifier.codec.encode(Brackets().sample(20, Stream(1)))
    data = LabelledTokens(tokens, *np.zeros((2, len(tokens)), dtype=np.float32))
    with pytest.raises(UserError, match=r"round 1 has too few FLOPs.*2 rounds share 10, and a step takes"):
        steps_of_round(now, classifier, data, 1)


def test_without_a_schedule_nothing_is_recorded_and_declarations_stay(ran):
    now = context(ran, failures=None, flops=None)
    assert scheduled(now, 2, 3, 1.0) is None
    assert {"failures", "flops"}.isdisjoint(declared_config(now.config)["retraining"])
    assert declared_config(asked())["retraining"]["failures"] == FAILURES


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stop": {"attack": "random_rewrite"}}, "no `stop`"),
        ({"retraining": {"failures": 0}}, "failures"),
        ({"retraining": {"flops": -1}}, "flops"),
    ],
)
def test_a_schedule_that_cannot_be_is_one_line(change, says):
    with pytest.raises(UserError, match=says):
        tiny("brackets", **{"rounds": 1, "retraining": {"failures": 3}, **change})
