"""A campaign whose filter has vetoes: calibrated once, joined by each threshold, seen by every step."""

from pathlib import Path

import numpy as np
import pytest
from tiny import tiny

from holdfast.campaign.choices import build_task
from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.evaluate.drawing import open_sampler
from holdfast.campaign.loop import Campaign
from holdfast.campaign.records import CampaignRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CALIBRATION
from holdfast.campaign.step import StepContext, finished_target
from holdfast.core.errors import UserError
from holdfast.core.odds import TURNED_AWAY, log_odds_of
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.evaluation.claims import Distribution
from holdfast.evaluation.threshold import choose_threshold
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.models.vetoes.panel import PASSES
from holdfast.store.store import Store

VETOES = [
    {"kind": "likelihood", "part": "prompt", "refuse": 0.04},
    {"kind": "likelihood", "part": "completion", "refuse": 0.04},
]
NAMES = {"likelihood of the prompt", "likelihood of the completion"}


def configured(task: str = "brackets", rounds: int = 1) -> RunConfig:
    attacks = [{"attack": "random_rewrite", "seeds": 5, "queries_per_seed": 30}]
    return tiny(
        task,
        rounds=rounds,
        attacks=attacks,
        vetoes=VETOES,
        threshold={"completions": 60, "accept": 0.9},
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CampaignRecord]:
    folder = tmp_path_factory.mktemp("vetoes") / "trial"
    return folder, Campaign(configured(), folder).run()


def context(folder: Path) -> StepContext:
    return StepContext(configured(), Store(folder.parent), folder.name, "afterwards", Silent())


def test_the_whole_filter_accepts_the_stated_share_of_what_it_is_calibrated_on(ran):
    folder, record = ran
    samples = Samples.read(folder / CALIBRATION)
    harmless = [s for s, bad in zip(samples.snippets, samples.catastrophic, strict=True) if not bad]
    for round_ in record.rounds:
        target = context(folder).target(round_.index)
        accepted = target.system.answer(harmless).passes.mean()
        assert accepted >= record.config["threshold"]["accept"]
        away = target.scorer.turned_away(target.scorer.codec.encode(harmless)) != PASSES
        assert away.mean() <= 0.08


def test_acceptance_is_told_of_each_split_with_what_turned_the_rest_away(ran):
    for round_ in ran[1].rounds:
        assert [each.split for each in round_.acceptance] == ["natural completions", "clean validation"]
        for each in round_.acceptance:
            assert set(each.turned_away) == NAMES
            lost = each.by_classifier.events - each.accepted.events
            assert 0 <= lost <= sum(each.turned_away.values())
            assert each.accepted.trials > 0
        assert round_.natural.harmless_accepted.events == round_.acceptance[0].accepted.events


@pytest.mark.slow
def test_acceptance_is_told_of_what_a_task_holds_out(tmp_path):
    (round_,) = Campaign(configured("storyworld", rounds=0), tmp_path / "trial").run().rounds
    splits = {each.split: each for each in round_.acceptance}
    assert set(splits) >= {"held_out_words", "held_out_patterns", "held_out_plots"}
    assert all(each.accepted.trials > 0 for each in splits.values())


def test_attacks_are_told_with_and_without_what_a_veto_turned_away(ran):
    for round_ in ran[1].rounds:
        for attack in round_.attacks:
            vetoed = attack.vetoes
            assert vetoed is not None
            assert set(vetoed.turned_away) == NAMES
            pairs = zip(attack.first_failure_queries, vetoed.first_failure_candidates, strict=True)
            assert all(b >= a for a, b in pairs if a is not None and b is not None)


def test_each_rounds_model_is_saved_with_its_vetoes_and_named_by_the_whole_filter(ran):
    folder, record = ran
    store = Store(folder.parent)
    for round_ in record.rounds:
        opened = Classifier.load(folder.parent / round_.classifier_path, context(folder).task)
        assert set(opened.vetoes.names) == NAMES
        assert opened.hash == round_.classifier_hash
        assert opened.vetoes.hash_with("") != ""
    hashes = [m.hash for m in store.models(folder.name) if m.kind == "classifier"]
    assert hashes == [round_.classifier_hash for round_ in record.rounds]


def test_a_run_that_is_taken_up_again_has_nothing_left_to_do(ran, tmp_path):
    folder, record = ran
    assert Campaign.resume(folder).rounds == record.rounds


def test_an_evaluation_draws_from_the_whole_filter(ran):
    """Its filtered generator lets nothing pass that a veto turns away, at any threshold."""
    folder, record = ran
    last, target = record.rounds[-1], finished_target(folder, 1)
    assert record.generator is not None
    distribution = Distribution.of(
        target.task,
        generator=record.generator.hash,
        classifier=last.classifier_hash,
        threshold=0.999,
        max_words=target.task.limits.completion_words,
    )
    models = folder.parent / last.classifier_path, folder.parent / record.generator.path
    sampler = open_sampler(distribution, "oracle", *map(str, models))
    drawn = sampler.draw_all(40, 2, Stream(1))
    refused = drawn["log_odds"] == TURNED_AWAY
    scorer = ScoringEngine(Classifier.load(models[0], target.task), limit=log_odds_of(0.999))
    pairs = [scorer.codec.encode_text(text) for text in drawn["completion"]]
    assert len(pairs) == 80
    assert not (drawn["passes"] & refused).any()
    passing = sampler.draw(40, Stream(2))
    assert (passing["passes"] == (passing["log_odds"] < log_odds_of(0.999))).all()


def test_no_threshold_makes_up_for_vetoes_that_refuse_too_much():
    log_odds = np.concatenate([np.linspace(-9, -5, 95), np.full(5, TURNED_AWAY)])
    found = choose_threshold(log_odds, np.zeros(0), 0.95)
    assert found.harmless_accepted.events == 95
    with pytest.raises(UserError, match=r"turn away 5.00% of harmless completions"):
        choose_threshold(log_odds, np.zeros(0), 0.96)


@pytest.mark.parametrize(
    ("vetoes", "said"),
    [
        ([{"kind": "likelihood"}], "part"),
        ([VETOES[0], VETOES[0]], "two vetoes are the same"),
        (["likelihoods"], "likelihood"),
        ([{**VETOES[0], "refuse": 0.5}], "lower `refuse` of the vetoes"),
    ],
)
def test_a_configuration_names_what_is_wrong_with_a_veto(vetoes, said):
    with pytest.raises(UserError, match=said):
        tiny(vetoes=vetoes)


def test_labelled_text_has_no_vetoes():
    data = {"kind": "labelled", "files": ["texts.csv"], "text": "text", "label": "label", "bad": "bad"}
    guard = {"kind": "folder", "path": "guard"}
    with pytest.raises(UserError):
        resolve({"task": {"kind": "labelled", "data": data}, "classifier": guard, "vetoes": VETOES})


@pytest.mark.parametrize(
    ("several", "sizes"),
    [({}, ()), ({"members": 3}, (16, 16)), ({"cascade": [{"layers": 1, "width": 8, "heads": 2}]}, (8,))],
)
def test_a_classifier_may_be_several(several, sizes):
    config = with_classifier(several)
    assert tuple(size.width for size in config.classifier.others) == sizes
    assert resolve(config.model_dump(mode="json")) == config


def test_members_and_a_cascade_are_not_asked_for_at_once():
    with pytest.raises(UserError, match="leave one of them out"):
        with_classifier({"members": 2, "cascade": [{"layers": 1, "width": 8, "heads": 2}]})


def with_classifier(several: dict[str, object]) -> RunConfig:
    base = configured().model_dump()
    return resolve({**base, "classifier": {**base["classifier"], **several}})


@pytest.mark.slow
@pytest.mark.parametrize("several", [{"members": 2}, {"cascade": [{"layers": 1, "width": 8, "heads": 2}]}])
def test_a_round_trains_every_member(several, tmp_path):
    config = with_classifier(several)
    record = Campaign(config, tmp_path / "trial").run()
    first, last = (
        Classifier.load(tmp_path / round_.classifier_path, build_task(config.task))
        for round_ in record.rounds
    )
    assert len(first.members) == len(last.members) == 2
    assert all(a.hash != b.hash for a, b in zip(first.members, last.members, strict=True))
    assert first.others[0].hash != first.hash
