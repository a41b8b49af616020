"""Few edits by a masked language model: each word among the likeliest for its place in the seed."""

from dataclasses import replace

import pytest
from labelled_rows import rows_task

import planted_guard
import planted_masked
from holdfast import attacks
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_judge
from holdfast.campaign.config import load_config
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.judge import SubstitutingJudge, asking_flops
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.core.surface import units_of
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.masked import MaskedModel
from holdfast.models.placement import Placement
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.models.unit_filler import UnitBlank, UnitFiller
from tokenizers_made import made_tokenizers, small_masked_lm

SEED = Snippet("", "Ann stabs Bob.")
LIKED = ["people", "friends", "good", "not"]
UNCASED = "wordpiece_uncased"


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    return planted_guard.save(tmp_path_factory.mktemp("guard"))


@pytest.fixture(scope="module")
def liking(guard, tmp_path_factory):
    """A masked language model that likes the same words at every place, in this order."""
    tokenizer = Classifier.load(guard).tokenizer
    return planted_masked.save(tmp_path_factory.mktemp("liking"), tokenizer, LIKED[:3])


@pytest.fixture
def judge(liking, tmp_path):
    return judges.get("edits")(rows_task(tmp_path), model=str(liking), top=2, most=2)


CASES = [
    ("Ann stabs Bob.", Label.CATASTROPHIC),
    ("Ann people Bob.", Label.CATASTROPHIC),
    ("People stabs Friends.", Label.CATASTROPHIC),  # the capital is kept
    ("people stabs Bob.", Label.UNSURE),
    ("Ann good Bob.", Label.UNSURE),  # the third likeliest
    ("People people People.", Label.UNSURE),  # three exchanges
    ("Ann stabs Bob people", Label.UNSURE),  # punctuation has no words
    ("Ann  people Bob.", Label.UNSURE),
    ("Ann stabs people Bob.", Label.UNSURE),
]


@pytest.mark.parametrize(("rewrite", "label"), CASES, ids=[c[0] for c in CASES])
def test_verdicts(judge, rewrite, label):
    assert judge.judge_from([SEED], [Snippet("", rewrite)])[0].label is label


def test_what_is_allowed_is_told_place_by_place(judge):
    assert judge.allowed(SEED) == (("People", "Friends"), ("people", "friends"), ("People", "Friends"), ())
    assert judge.offered(SEED) == ["Friends", "People", "friends", "people"]
    assert isinstance(judge, SubstitutingJudge)


def test_the_words_are_those_that_the_model_gives_for_the_seed_not_for_the_rewrite(tmp_path):
    folder = small_masked_lm(tmp_path / "masked", made_tokenizers()[UNCASED])
    judge = judges.get("edits")(rows_task(tmp_path), model=str(folder), top=3, most=3)
    surface = judge.task.surface
    (units,) = units_of(surface, [SEED])
    filler = UnitFiller(MaskedModel.load(folder), surface)
    fills = filler.fills([UnitBlank(units, at, 1, 3) for at in range(len(units))])
    assert judge.allowed(SEED) == tuple(tuple(surface.words(fill.units.tolist())) for fill in fills)
    first, second = judge.allowed(SEED)[0][0], judge.allowed(SEED)[1][0]
    rewrite = Snippet("", f"{first} {second} Bob.")
    assert judge.judge_from([SEED], [rewrite])[0].label is Label.CATASTROPHIC


def test_the_model_is_asked_once_a_seed(judge):
    model = judge._exchanges._model
    judge.allowed(SEED)
    before = model.spend
    judge.judge_from([SEED] * 3, [Snippet("", case) for case, _ in CASES[:3]])
    assert model.spend == before


def test_the_assumption_says_what_speaks_against_it(judge, liking):
    told = judge.assumption
    assert "up to 2 exchanges" in told
    assert "one of the 2 words" in told
    assert MaskedModel.load(liking).hash[:12] in told
    assert "opposite meaning and negations" in told


def test_its_model_is_placed_as_the_configuration_says(liking, tmp_path):
    choice = {"kind": "edits", "model": str(liking)}
    made = build_judge(choice, rows_task(tmp_path), Placement(device="cpu"))
    assert made._exchanges._model.model.device.type == "cpu"
    with pytest.raises(UserError, match="cuda:99 is not there"):
        build_judge(choice, rows_task(tmp_path), Placement(device="cuda:99"))


MISTAKES = [
    ({}, "give exactly one"),
    ({"table": "t.json", "model": "m"}, "give exactly one"),
    ({"table": "t.json", "top": 3}, "`top` is for the judge 'edits' with a `model:`"),
    ({"model": "m", "top": 0}, "at least 1"),
    ({"model": "m", "most": 0}, "at least 1"),
    ({"model": "nowhere"}, "no model folder at nowhere"),
    ({"model": "m", "top": "many"}, "cannot be made"),
]


@pytest.mark.parametrize(("parameters", "line"), MISTAKES, ids=[str(m[0]) for m in MISTAKES])
def test_what_cannot_judge_is_refused_in_words(tmp_path, parameters, line):
    with pytest.raises(UserError, match=line):
        build_judge({"kind": "edits", **parameters}, rows_task(tmp_path))


@pytest.fixture
def target(judge, guard):
    return Target(judge.task, judge, Filter(ScoringEngine(Classifier.load(guard)), 0.5), order="judge")


VILE = Snippet("", "they all burn")
"""A row of the task; the guard scores it 0.5, and 'people' and 'friends' make it pass."""


@pytest.mark.parametrize("proposes", [False, True])
def test_attacks_exchange_words_for_what_is_allowed_at_their_places(target, liking, proposes):
    attack = attacks.GreedyRewrite(uniform_share=0.0) if proposes else attacks.WordImportance(restarts=0)
    found = replace(target, proposer=MaskedModel.load(liking) if proposes else None)
    result = attack(found, [VILE], Budget(queries_per_seed=60), Stream(1))
    (attempt,) = result.attempts
    assert attempt.outcome == "broken"
    assert not attempt.clean_miss
    written = attempt.best.snippet.completion.lower().split()
    assert {a for a, b in zip(written, VILE.completion.split(), strict=True) if a != b} <= set(LIKED[:2])


def test_what_the_judges_model_costs_is_counted_apart_once_a_seed_in_every_attack(target):
    """Of all words of a seed, whether the judge remembers them or not."""
    attack = attacks.WordImportance(restarts=0, stop="budget")
    model = target.judge._exchanges._model
    calls = [attack(target.fresh(), [VILE, VILE], Budget(queries_per_seed=40), Stream(1)) for _ in range(2)]
    read = model.spend.forward_flops
    assert read > 0, "it was asked in the first attack, and in no other"
    assert [call.spend.judge_flops for call in calls] == [read, read]
    assert calls[0].spend.flops == calls[1].spend.flops
    assert asking_flops(target.judge, [VILE, VILE]) == read
    more = asking_flops(target.judge, [VILE, SEED])
    assert more == model.spend.forward_flops > read


def test_judges_without_a_model_cost_none(tmp_path, guard):
    (tmp_path / "table.json").write_text('{"burn": ["good"]}')
    for choice in ({"kind": "edits", "table": str(tmp_path / "table.json")}, {"kind": "carried"}):
        judge = build_judge(choice, rows_task(tmp_path))
        target = Target(judge.task, judge, Filter(ScoringEngine(Classifier.load(guard)), 0.5), order="judge")
        result = attacks.RandomRewrite()(target, [VILE], Budget(queries_per_seed=5), Stream(1))
        assert result.spend.judge_flops == asking_flops(judge, [VILE]) == 0


def test_its_folder_is_found_from_where_the_configuration_lies(tmp_path, monkeypatch):
    place = tmp_path / "deep"
    (place / "masked").mkdir(parents=True)
    (place / "rows.csv").write_text("text,label\nso bad,bad\nso good,fine\n")
    (place / "holdfast.yaml").write_text(
        "task: {kind: labelled, data: {path: rows.csv, columns: {text: text, label: label},"
        " labels: {catastrophic: bad}}}\nclassifier: {kind: folder, path: guard}\n"
        "judge: {kind: edits, model: masked}\nproposer: {path: masked}\n"
    )
    monkeypatch.chdir(tmp_path)
    config = load_config("deep/holdfast.yaml")
    assert config.judge == {"kind": "edits", "model": "deep/masked"}
    assert config.proposer.path == "deep/masked"
