"""Characters that people misread are found, by the table that the pages are tested by too."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import holdfast.workbench
from holdfast.core.odd_characters import home_script, odd_characters

TABLE = Path(holdfast.workbench.__file__).parent / "web" / "src" / "shell" / "oddities.cases.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["text"]))
def test_the_table_of_cases(case):
    found = odd_characters(case["text"], case["home"])
    assert [[odd.at, odd.name, odd.kind] for odd in found] == case["odd"]


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=40))
def test_plain_ascii_is_never_odd(text):
    assert odd_characters(f"{text} \n") == []


@given(st.text(max_size=20), st.sampled_from("\u200b\u00ad\u202e\u2060\u061c\u2028"), st.text(max_size=20))
def test_whatever_stands_around_an_invisible_character_it_is_found(before, hidden, after):
    found = odd_characters(before + hidden + after)
    assert (len(before), "invisible") in [(odd.at, odd.kind) for odd in found]
    assert [odd.at for odd in found] == sorted(odd.at for odd in found)


@given(st.text(st.characters(categories=("Cf", "Zl", "Zp")), min_size=1, max_size=5))
def test_every_format_character_alone_is_odd(text):
    assert {odd.at for odd in odd_characters(f"ab{text}")} >= {2}
    assert unicodedata.category(text[0]) in ("Cf", "Zl", "Zp")


@pytest.mark.parametrize(
    ("words", "home"),
    [(["Tom", "sang"], "LATIN"), (["(", ")"], None), ([], None), (["Tom", "\u0442"], None)],
)
def test_the_home_script_of_words(words, home):
    assert home_script(words) == home
