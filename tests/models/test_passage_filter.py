"""A filter that reads runs of sentences: what stands around a passage cannot hide it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Budget, Stream, attacks
from holdfast.attacks.target import Target
from holdfast.campaign.config import load_config
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.passage_filter import PassageFilter
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.tasks.labelled.task import LabelledTask
from labelled_guard import rows, save_guard, write_config, write_rows

THRESHOLD = 0.5
PASSAGES = (
    "Knife poison gun.",
    "gun gun tea gun",
    "Poison bread knife. Gun gun walk.",
    "Poison! Then tea? Gun knife gun.",
)
HARMLESS = ("Tea bread.", "River garden walk.", "Book letter music lamp.", "Tea tea tea.")


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    return ScoringEngine(Classifier.load(save_guard(tmp_path_factory.mktemp("guard"))))


@pytest.fixture
def reader(scorer):
    return PassageFilter(scorer, THRESHOLD)


def one(system, text):
    return float(system.log_odds([Snippet("", text)])[0])


@settings(max_examples=40)
@given(
    passage=st.sampled_from(PASSAGES),
    before=st.lists(st.sampled_from(HARMLESS), max_size=2),
    after=st.lists(st.sampled_from(HARMLESS), max_size=2),
)
def test_sentences_around_a_passage_never_lower_its_score(scorer, passage, before, after):
    """Each sentence on a line of its own, since one of the passages has no end mark."""
    text = "\n".join([*before, passage, *after])
    reader = PassageFilter(scorer, THRESHOLD)
    assert one(reader, text) >= one(reader, passage) - 1e-5
    if reader.certified([Snippet("", passage)])[0]:
        assert not reader.answer([Snippet("", text)]).passes[0]


def test_one_sentence_is_read_as_the_classifier_reads_it(scorer, reader):
    for text in (*PASSAGES[:2], "tea"):
        (log_odds,) = scorer.log_odds(scorer.codec.encode([Snippet("", text)]))
        assert one(reader, text) == pytest.approx(float(log_odds), abs=1e-5)


def test_what_is_certified_follows_from_the_runs_alone(scorer):
    short = PassageFilter(scorer, THRESHOLD, sentences=1)
    texts = ["Knife poison gun.", "Tea bread. Knife poison gun. Tea.", "Tea bread. River walk."]
    assert short.certified([Snippet("", text) for text in texts]).tolist() == [True, True, False]


def test_a_text_too_long_to_be_read_whole_is_read_in_runs(scorer, reader):
    text = " ".join(HARMLESS * 9)
    assert not scorer.classifier.fits(scorer.codec.encode([Snippet("", text)]))[0]
    assert one(reader, f"{text} {PASSAGES[0]}") >= one(reader, PASSAGES[0]) - 1e-5


def test_several_texts_are_answered_in_order(reader):
    texts = [Snippet("", text) for text in (*PASSAGES, *HARMLESS)]
    together = reader.log_odds(texts)
    np.testing.assert_allclose(together, [one(reader, text.completion) for text in texts], atol=1e-5)
    answers = reader.answer(texts)
    assert answers.passes.tolist() == (together < 0).tolist()
    assert answers.passes.any()
    assert not answers.passes.all()


LONG = "Knife tea " * 40
"""A sentence of 80 words, where the guard reads 40 tokens."""


def test_a_run_that_does_not_fit_is_refused_in_words(reader):
    text = Snippet("", f"Tea bread. {LONG}. River walk.")
    says = "up to 3 sentences.*“Tea bread. Knife tea.*has 84 tokens.*reads 40; read fewer.*overflow"
    with pytest.raises(UserError, match=says):
        reader.answer([text])
    with pytest.raises(UserError, match=r"one sentence at once.*“Knife tea.*shorten the sentence"):
        replace(reader, sentences=1).answer([text])
    with pytest.raises(UserError, match="leave out empty texts"):
        reader.answer([Snippet("", "")])


@pytest.mark.parametrize("rule", ["head", "tail", "window"])
def test_a_run_that_does_not_fit_is_cut_by_the_rule_of_the_guard(tmp_path, rule):
    guard = ScoringEngine(Classifier.load(save_guard(tmp_path), format=GuardFormat(overflow=rule)))
    reader = PassageFilter(guard, THRESHOLD)
    (alone,) = guard.log_odds(guard.codec.encode([Snippet("", LONG.strip())]))
    assert one(reader, f"Tea bread.\n{LONG}\nRiver walk.") >= float(alone) - 1e-5


def test_it_needs_a_sentence(scorer):
    with pytest.raises(UserError, match="at least one sentence, not 0"):
        PassageFilter(scorer, THRESHOLD, sentences=0)


def test_an_attack_that_breaks_the_filter_does_not_break_it(tmp_path, scorer, monkeypatch):
    """Under the judge of carried passages, from seeds that both stop as they stand."""
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_rows(tmp_path / "texts.csv", rows())
    config = load_config(write_config(tmp_path / "holdfast.yaml", "texts.csv", tmp_path / "guard"))
    task = LabelledTask(config.task["data"])
    judge = judges.get("carried")(task)
    seeds = [Snippet("", row["text"]) for row in rows() if row["label"] == "bad"]
    whole, reader = Filter(scorer, THRESHOLD), PassageFilter(scorer, THRESHOLD)
    stopped = [seed for seed in seeds if not whole.answer([seed]).passes[0]][:6]
    broken = {}
    for system in (whole, reader):
        attack = attacks.RandomRewrite()
        found = attack(Target(task, judge, system), stopped, Budget(queries_per_seed=30), Stream(0))
        assert found.count("skipped") == 0
        broken[system.identity.kind] = found.count("broken")
    assert broken["filter"] > 0
    assert broken["passage filter"] == 0
