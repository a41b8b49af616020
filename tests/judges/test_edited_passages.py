"""Few edits: at most so many exchanges, by the table alone."""

import json

import pytest
from labelled_rows import rows_task

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet
from holdfast.core.substitutes import Substitutes
from holdfast.judges import judges

SEED = Snippet("", "Ann stabs Bob.")
TABLE = {"stabs": ["cuts", "hurts"], "ann": ["eve"]}

CASES = [
    ("Ann cuts Bob.", Label.CATASTROPHIC),
    ("Eve hurts Bob.", Label.CATASTROPHIC),
    ("eve hurts Bob.", Label.UNSURE),  # the capital is kept
    ("Ann greets Bob.", Label.UNSURE),
    ("Ann cuts Bob", Label.UNSURE),
    ("Ann cuts Bob. Bye!", Label.UNSURE),
    ("Ann  cuts Bob.", Label.UNSURE),
]


@pytest.fixture
def judge(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps(TABLE))
    return lambda most: judges.get("edits")(rows_task(tmp_path), table=str(path), most=most)


@pytest.mark.parametrize(("rewrite", "label"), CASES, ids=[c[0] for c in CASES])
def test_verdicts(judge, rewrite, label):
    assert judge(2).judge_from([SEED], [Snippet("", rewrite)])[0].label is label


def test_no_more_than_so_many(judge):
    assert judge(1).judge_from([SEED], [Snippet("", "Eve cuts Bob.")])[0].label is Label.UNSURE


def test_what_is_offered_is_what_the_table_has_for_the_seeds_words(judge):
    assert judge(2).offered(SEED) == ["Eve", "cuts", "hurts"]


@pytest.mark.parametrize("text", ["[]", "{", '{"a": "b"}', '{"a": [1]}'])
def test_a_file_that_is_no_table_is_refused(tmp_path, text):
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"table\.json"):
        Substitutes.read(path)


LIKEWISE = [
    # the rewrite, a harmless text, what may come of it
    ("Ann cuts Bob.", "Ann greets Bob.", {"Eve greets Bob."}),
    ("Ann stabs Bob.", "Ann greets Bob.", {"Ann greets Bob."}),  # nothing was exchanged
    ("Eve cuts Bob.", "Ann greets Bob.", {None}),  # two exchanges, and one place for them
    ("Ann cuts Bob. Bye!", "Ann greets Bob.", {None}),  # no rewrite of the seed
    ("Ann cuts Bob.", "What a day!", {None}),
]


@pytest.mark.parametrize(("rewrite", "harmless", "made"), LIKEWISE, ids=[repr(c[:2]) for c in LIKEWISE])
def test_a_harmless_text_gets_as_many_exchanges(judge, rewrite, harmless, made):
    found = judge(2).likewise(SEED, Snippet("", rewrite), Snippet("", harmless))
    assert (found.completion if found else None) in made
