"""The tables of the page are those of the code."""

import importlib.util
from pathlib import Path

from holdfast.tasks.storyworld.harms import HAZARDS, VERBS_THAT_HURT
from holdfast.tasks.storyworld.lexicon import of_kind

PATH = Path(__file__).parents[3] / "research" / "storyworld" / "tables.py"
SPEC = importlib.util.spec_from_file_location("page_tables", PATH)
page_tables = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(page_tables)


def test_the_page_has_the_tables_of_the_code():
    page = page_tables.PAGE.read_text(encoding="utf-8")
    assert page.count(page_tables.BEGIN) == page.count(page_tables.END) == 1
    assert page_tables.written(page) == page, "run python research/storyworld/tables.py"


def test_the_tables_name_every_injury():
    tables = page_tables.tables()
    assert all(lemma in tables for lemma in VERBS_THAT_HURT)
    assert of_kind("hazard") <= set(HAZARDS)
