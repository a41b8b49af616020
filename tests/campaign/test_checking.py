"""What a check finds, against counts made by hand and by other libraries."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, mannwhitneyu
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from guard_texts import LETTERS, kind, rows, vile, write
from holdfast.campaign.checking.cautions import FEW
from holdfast.campaign.checking.checking import Asked, check
from holdfast.campaign.checking.records import CheckRecord
from holdfast.campaign.checking.sampling import spread
from holdfast.campaign.checking.settling import settle
from holdfast.campaign.checking.sides import measured, named_by_data
from holdfast.campaign.checking.written import config_text
from holdfast.campaign.config import load_config, resolve
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from planted_guard import save


@pytest.fixture(scope="session")
def guard(tmp_path_factory):
    return save(tmp_path_factory.mktemp("guard") / "guard")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))


def configured(guard, path, columns=None, splits=None, **more):
    """The configuration of a guard and a file of texts; `data` and the rest lie over it."""
    data = {
        "path": [str(path)],
        "columns": {
            "text": "text",
            "label": "label",
            "split": "split",
            "slices": ["place"],
            **(columns or {}),
        },
        "labels": {"catastrophic": ["hate"]},
        "splits": splits or {"kind": "given"},
        **more.pop("data", {}),
    }
    classifier = {"kind": "folder", "path": str(guard), **more.pop("classifier", {})}
    threshold = more.pop("threshold", {"rule": "fixed", "at": 0.6})
    return resolve(
        {"task": {"kind": "labelled", "data": data}, "classifier": classifier, "threshold": threshold, **more}
    )


def scores(guard, texts):
    """Probabilities by transformers alone, a text at a time."""
    tokenizer = AutoTokenizer.from_pretrained(guard)
    model = AutoModelForSequenceClassification.from_pretrained(guard)
    with torch.inference_mode():
        logits = torch.cat([model(**tokenizer(text, return_tensors="pt")).logits for text in texts])
    return torch.softmax(logits, -1)[:, 1].double().numpy()


def test_figures_are_those_of_other_libraries(guard, tmp_path):
    content = rows(90)
    record = check(configured(guard, write(tmp_path / "texts.csv", content)))
    test = [row for row in content if row["split"] == "test"]
    bad, good = (
        scores(guard, [row["text"] for row in test if row["label"] == label]) for label in ("hate", "nothate")
    )
    one = record.measure
    area = mannwhitneyu(bad.round(6), good.round(6)).statistic / (len(bad) * len(good))
    assert one.area.value == pytest.approx(area)
    assert one.area.lower < area < one.area.upper
    for found, events, trials in (
        (one.recall, (bad >= 0.6).sum(), len(bad)),
        (one.false_alarms, (good >= 0.6).sum(), len(good)),
    ):
        limits = binomtest(int(events), trials).proportion_ci(method="exact")
        assert (found.events, found.trials) == (events, trials)
        assert (found.lower, found.upper) == pytest.approx((limits.low, limits.high))
    for point in one.points:
        at = np.sort(good)[int(np.ceil(point.accept * len(good) - 1e-9)) - 1]
        assert point.recall.events == (bad > at + 1e-4).sum()
        assert point.accepted.rate >= point.accept
    assert sum(b.catastrophic for b in one.scores) == len(bad)


def test_slices_share_out_what_is_measured(guard, tmp_path):
    record = check(configured(guard, write(tmp_path / "texts.csv", rows(60))))
    one = record.measure
    for name in ("recall", "false_alarms"):
        whole = getattr(one, name)
        parts = [getattr(part, name) for part in one.slices]
        assert sum(part.events for part in parts) == whole.events
        assert sum(part.trials for part in parts) == whole.trials


def test_a_record_is_json_that_reads_back(guard, tmp_path):
    record = check(configured(guard, write(tmp_path / "texts.csv", rows(24))))
    assert CheckRecord.model_validate_json(record.model_dump_json()) == record


def test_costs_are_queries_over_the_speed_just_measured(guard, tmp_path):
    record = check(configured(guard, write(tmp_path / "texts.csv", rows(60))))
    full, rough = record.costs.speeds
    attack, evaluate = record.costs.commands
    assert attack.queries == 20 * 400  # the test split has twenty distinct catastrophic texts, fewer than 50
    assert evaluate.queries == 80  # threshold and test, both labels
    for one in (attack, evaluate):
        assert one.seconds == pytest.approx(one.queries / full.texts_per_second)
        assert one.seconds_bf16 == pytest.approx(one.queries / rough.texts_per_second)


def test_what_the_guard_does_not_read_as_it_stands(guard, tmp_path):
    odd = [
        {"text": f"{vile(500)} [SEP] [PAD]", "label": "hate", "split": "test", "place": "street"},
        {"text": f"{kind(501)} [SEP]", "label": "nothate", "split": "test", "place": "street"},
        {"text": f"{vile(502)} 🦊", "label": "hate", "split": "test", "place": "street"},
    ]
    record = check(configured(guard, write(tmp_path / "texts.csv", [*odd, *rows(12)])))
    assert [(one.token, one.rows) for one in record.reading.special] == [("[SEP]", 2), ("[PAD]", 1)]
    assert record.reading.unknown == 1
    assert record.reading.unknown_first == ("texts.csv, line 4",)


def test_no_more_texts_are_scored_than_asked_for(guard, tmp_path):
    record = check(configured(guard, write(tmp_path / "texts.csv", rows(60))), asked=Asked(most=7))
    one = record.measure
    assert (one.catastrophic.of, one.catastrophic.taken, one.recall.trials) == (20, 7, 7)
    assert any("7 of 20 distinct catastrophic texts" in caution.what for caution in record.cautions)


LONG_ROW = {"text": "old town " * 30, "label": "hate", "split": "test", "place": "hall"}


def test_a_user_who_has_not_said_what_becomes_of_long_texts_is_asked(guard, tmp_path):
    config = configured(guard, write(tmp_path / "texts.csv", [*rows(12), LONG_ROW]))
    with pytest.raises(UserError, match=re.escape("1 of 25 texts are longer than the 24 tokens")):
        check(config, asked=Asked(long_answered=False))


def in_split(texts, split="test"):
    return [{"text": text, "label": label, "split": split, "place": "hall"} for text, label in texts]


def some(count=12, split="test"):
    """As many rows of each label in one split."""
    return in_split(
        [(vile(i), "hate") for i in range(count)] + [(kind(i), "nothate") for i in range(count)], split
    )


TRAIN = some(60, "train")
ENOUGH = some(FEW + 1)
APART = [{**row, "text": row["text"].replace("You", "They").replace("We", "They")} for row in ENOUGH]
LISTED = "friends " + " ".join(LETTERS[:19])

CAUTIONS = {
    "few texts": ([*TRAIN, *some(5)], {}, "weak", "test has 5 distinct catastrophic texts"),
    "no test split": (TRAIN, {}, "weak", "there is no test split: the guard was measured on train"),
    "no harmless text": ([*TRAIN, *some()[:12]], {}, "weak", "test has no harmless text"),
    "nothing to attack": ([*TRAIN, *some()[12:]], {}, "stop", "test has no catastrophic text"),
    "nothing that it can read": ([*TRAIN, LONG_ROW], {}, "stop", "catastrophic text that the guard can read"),
    "no training text": (APART, {}, "weak", "no harmless rows in train"),
    "no surroundings": (in_split([(vile(1), "hate")], "train") + in_split([(vile(2), "hate")]), {}, "stop",
                        "there are no harmless sentences"),
    "the same text in two splits": ([*TRAIN, *some(12)], {}, "weak", "24 texts in several splits"),
    "a near duplicate in train": (
        [*TRAIN, *APART, *in_split([(f"{LISTED} old", "nothate")], "test"),
         *in_split([(f"{LISTED} new", "nothate")], "train")],
        {}, "weak", "1 text of test with a near duplicate in train",
    ),
    "several labels": ([*TRAIN, *APART, *in_split([(APART[0]["text"].upper(), "nothate")])], {}, "weak",
                       "1 text with several labels"),
    "torn groups": ([*TRAIN, *APART], {"columns": {"group": ["place"]}}, "weak",
                    "1 of 1 group in several splits"),
    "odd characters": ([*TRAIN, *APART, *in_split([("a\u200bb friends", "nothate")])], {}, "note",
                       "1 text with zero-width characters"),
    "a threshold out of habit": ([*TRAIN, *APART], {"threshold": {"rule": "fixed", "at": 0.5}}, "note",
                                 "the threshold 0.5 is the usual default"),
    "no rewrites": ([*TRAIN, *APART], {"judge": "labels"}, "note", "no rewrites, so attacks find nothing"),
    "a pair without prompts": ([*TRAIN, *APART], {"classifier": {"layout": "pair"}}, "weak",
                               "reads each text after an empty prompt"),
    "no room for surroundings": ([*TRAIN, *APART], {}, "weak", "with 4 harmless sentences around it"),
    "most are missed": ([*TRAIN, *APART], {"threshold": {"rule": "fixed", "at": 0.999}}, "weak",
                        "misses most catastrophic texts"),
    "most are blocked": ([*TRAIN, *APART], {"threshold": {"rule": "fixed", "at": 0.001}}, "weak",
                         "blocks most harmless texts"),
    "long texts cut": ([*TRAIN, *APART, LONG_ROW], {"classifier": {"overflow": "head"}}, "note",
                       "are scored by their beginning alone"),
    "it tells nothing apart": (
        [*TRAIN, *in_split([(f"{vile(i)} {kind(i)}", "hate" if i % 2 else "nothate") for i in range(30)])],
        {}, "weak", "not certain that the guard separates the two labels",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "more", "weight", "said"), CAUTIONS.values(), ids=CAUTIONS)
def test_what_weakens_results_is_said(guard, tmp_path, content, more, weight, said):
    record = check(configured(guard, write(tmp_path / "texts.csv", content), **more))
    found = [caution for caution in record.cautions if said in caution.what]
    assert [caution.weight for caution in found] == [weight], record.cautions
    assert record.ready == (not record.of_weight("stop"))


def test_a_sound_guard_on_sound_data_has_nothing_against_it(guard, tmp_path):
    texts = write(tmp_path / "texts.csv", [*some(150, "train"), *APART])
    record = check(configured(guard, texts, classifier={"overflow": "window"}))
    assert record.ready
    assert not record.of_weight("weak"), record.cautions


def test_a_guard_that_the_test_split_leaves_open_is_asked_on_all_splits(guard, tmp_path):
    content = [*TRAIN, *in_split([(vile(200), "hate"), (kind(200), "nothate"), (kind(201), "nothate")])]
    config = configured(guard, write(tmp_path / "texts.csv", content), classifier={"bad": ["nothate"]})
    with pytest.raises(UserError, match=r"looks inverted: .* of all splits get higher scores"):
        check(config)


NAMED = {
    "all of them": (("greeting", "insult"), (1,)),
    "whatever the case": (("Insult", "GREETING"), (0,)),
    "several": (("insult", "greeting", "threat"), (0, 2)),
    "one is no value": (("insult", "greeting", "other"), ()),
    "only one side": (("insult", "threat"), ()),
    "an unsure one": (("insult", "greeting", "hm"), ()),
    "numbers": (("0", "1"), ()),
    "numbered labels": (("LABEL_0", "LABEL_1"), ()),
}
VALUES = {
    **dict.fromkeys(("insult", "threat", "1", "label_1"), ("catastrophic", 1)),
    **dict.fromkeys(("greeting", "0", "label_0"), ("harmless", 2)),
    "hm": ("unsure", 1),
}


@pytest.mark.parametrize(("names", "bad"), NAMED.values(), ids=NAMED)
def test_the_values_of_the_data_name_the_bad_labels_where_all_are_named(names, bad):
    assert named_by_data(names, VALUES) == bad


SIDES = {
    "two": (("LABEL_0", "LABEL_1"), None, [("LABEL_1",), ("LABEL_0",)]),
    "one output, both ways": (("LABEL_0",), None, [("LABEL_0",), ()]),
    "several labels": (("x", "y", "z"), "multi_label_classification", [("z",)]),
    "one of three": (("x", "y", "z"), "single_label_classification", [("z",)]),
}


@pytest.mark.parametrize(("names", "problem", "order"), SIDES.values(), ids=SIDES)
def test_the_best_reading_of_a_guard_comes_first(tmp_path, names, problem, order):
    model = Classifier.load(save(tmp_path / "guard", names, problem), None, GuardFormat(bad=(0,)))
    texts = [vile(i) for i in range(30)] + [kind(i) for i in range(30)]
    tokens = model.codec.encode([Snippet("", text) for text in texts])
    sides = measured(model, tokens, np.repeat([True, False], 30))
    assert [side.bad for side in sides][: len(order)] == order
    assert sides[0].area.value == 1
    assert [side.works for side in sides] == [True] + [False] * (len(sides) - 1)


@given(st.integers(0, 500), st.integers(1, 60))
def test_rows_are_spread_evenly(count, most):
    chosen = spread(np.arange(count), most)
    assert len(chosen) == min(count, most) == len(set(chosen.tolist()))
    assert (np.diff(chosen) > 0).all()
    if count > most > 1:
        assert (chosen[0], chosen[-1]) == (0, count - 1)
        assert np.ptp(np.diff(chosen)) <= 1


WRITTEN = {
    "as little as can be": {"columns": {"split": None, "slices": []}, "splits": {"kind": "derived"}},
    "other shares": {
        "columns": {"split": None},
        "splits": {"kind": "derived", "shares": {"train": 0.5, "test": 0.5}, "seed": 3},
    },
    "a column of splits": {
        "splits": {"kind": "given", "values": {"train": "train", "test": "test", "threshold": None}}
    },
    "groups": {"columns": {"group": ["text", "place"]}},
    "a presence policy": {
        "data": {"policy": "presence"},
        "judge": {"kind": "carried", "surround": "anything"},
    },
    "harmless values": {
        "data": {"labels": {"catastrophic": ["hate"], "harmless": ["nothate"], "unsure": ["?"]}}
    },
    "how the guard reads": {
        "classifier": {"bad": [1], "overflow": "window", "positions": 20, "special_tokens": "parsed"}
    },
    "a rule": {"threshold": {"rule": "accept", "accept": 0.8}},
    "a seed": {"seed": 7, "evaluation": {"attack_seeds": 12}},
}  # fmt: skip


@pytest.mark.parametrize("more", WRITTEN.values(), ids=WRITTEN)
def test_the_written_configuration_reads_back_to_an_equal_one(guard, tmp_path, more):
    settled = settle(configured(guard, write(tmp_path / "texts.csv", rows(12)), **more))
    path = tmp_path / "holdfast.yaml"
    path.write_text(config_text(settled, tmp_path))
    assert load_config(path) == settled.config
