"""How a guard is to be read lies in its folder, and counts where nothing else is said."""

import json

import numpy as np
import pytest

from guards import TEXT, model, tokenizer
from holdfast.campaign.starts import GuardFolder
from holdfast.core.errors import HoldfastWarning, UserError
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.kept_format import FILE

TEXTS = [
    Snippet("", "a boy fell"),
    Snippet("Never trust a dragon", "[SEP] who says so!"),
    Snippet(TEXT.replace("\n", " "), TEXT.replace("\n", " ")),
]
WINDOWS = {"bad": (0,), "activation": "sigmoid", "overflow": "window", "positions": 20}
UNUSUAL = {
    "several labels, index 0, windows": WINDOWS,
    "by name, a joiner, the end": {
        "bad": ("harmless",), "joiner": " || ", "overflow": "tail", "positions": 20,
    },
    "a pair, special tokens": {
        "layout": "pair", "special_tokens": "parsed", "overflow": "head", "positions": 24,
    },
}  # fmt: skip


def guard(**said):
    return Classifier(model("bert"), tokenizer("bert uncased"), format=GuardFormat(**said))


def log_odds(classifier):
    return classifier.log_odds(classifier.codec.encode(TEXTS))


@pytest.fixture
def folder(tmp_path):
    guard(**WINDOWS).save(tmp_path / "guard")
    return tmp_path / "guard"


@pytest.mark.parametrize("said", UNUSUAL.values(), ids=UNUSUAL)
def test_a_saved_guard_is_read_as_before_without_a_word(said, tmp_path):
    before = guard(**said)
    before.save(tmp_path / "guard")
    again = Classifier.load(tmp_path / "guard")
    assert np.array_equal(log_odds(again), log_odds(before))
    assert again.hash == before.hash
    assert again.read_as == before.read_as
    again.save(tmp_path / "again")
    assert (tmp_path / "again" / FILE).read_bytes() == (tmp_path / "guard" / FILE).read_bytes()


def test_what_is_said_and_agrees_is_no_contradiction(folder):
    same = GuardFormat(bad=("HARMLESS",), overflow="window", activation=None)
    assert np.array_equal(log_odds(Classifier.load(folder, format=same)), log_odds(Classifier.load(folder)))


SAID = {
    "bad": (("catastrophic",), ("bad: [0]", "bad: [catastrophic]")),
    "overflow": ("tail", ("overflow: 'window'", "overflow: 'tail'")),
    "positions": (18, ("positions: 20", "positions: 18")),
    "joiner": (" / ", ("joiner: ' '", "joiner: ' / '")),
}


@pytest.mark.parametrize("field", SAID)
def test_what_is_said_counts_and_a_warning_names_both(field, folder):
    value, told = SAID[field]
    with pytest.warns(HoldfastWarning) as caught:
        opened = Classifier.load(folder, format=GuardFormat(**{field: value}))
    (one,) = caught
    assert all(words in str(one.message) for words in (*told, FILE))
    assert np.array_equal(log_odds(opened), log_odds(guard(**WINDOWS | {field: value})))


def test_even_a_default_counts_where_it_is_said(folder):
    with pytest.warns(HoldfastWarning, match="you say overflow: 'refuse'"):
        assert Classifier.load(folder, format=GuardFormat(overflow="refuse")).fitting.overflow == "refuse"


UNSOUND = {
    "no JSON": ("{", "delete it"),
    "another version": (json.dumps({"version": 2, "format": {}}), "has version 2"),
    "an unknown key": (json.dumps({"version": 1, "format": {"baad": [0]}}), "baad"),
    "no format": (json.dumps({"version": 1}), "format"),
    "a list": ("[]", "delete it"),
}


@pytest.mark.parametrize(("text", "told"), UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_file_is_refused(text, told, folder):
    (folder / FILE).write_text(text)
    with pytest.raises(UserError, match=FILE) as caught:
        Classifier.load(folder)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_configuration_remembers_what_was_said_and_no_more():
    start = GuardFolder(kind="folder", path="guard", overflow="refuse")
    again = GuardFolder.model_validate_json(start.model_dump_json())
    assert again == start
    assert again.format.told == {"overflow": "refuse"}
