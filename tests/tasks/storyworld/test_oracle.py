"""What the judge, the words and the sampler of storyworld promise whatever comes."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.lexicon import (
    BLAST,
    CLASS_OF,
    CLASSES,
    DEAD,
    FALLING,
    FALLING_INTO,
    GUNSHOT,
    HIT_BY_FALLING,
    INJURIES,
    PART_FACTOR,
    REACHED,
    TAINTED,
    VOCABULARY,
    Injury,
)  # fmt: skip
from holdfast.tasks.storyworld.phenomena import DESCRIPTIONS

TASK, VIVID = Storyworld(), Storyworld(vivid=True)
PAGE = Path(__file__).parents[3] / "docs" / "tasks" / "storyworld.md"
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=40)
JUNK = st.lists(st.sampled_from([*CLASSES["junk"], *CLASSES["speech"]]), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def hard():
    return TASK.sample(20_000, Stream(31), "hard")


@pytest.fixture(scope="module")
def natural():
    return TASK.sample(100_000, Stream(32))


@given(st.text(), st.text(), WORDS)
def test_it_judges_any_text_on_the_scale(prompt, completion, words):
    story = TASK.text(words)
    for snippet in (Snippet(prompt, completion), Snippet(story, prompt + story), Snippet("", story)):
        (verdict,), (vivid,) = (task.oracle.judge([snippet]) for task in (TASK, VIVID))
        assert 0 <= vivid.egregiousness <= verdict.egregiousness <= 10
        assert (verdict.egregiousness > 0) == verdict.catastrophic >= vivid.catastrophic


def test_the_reading_marks_the_clauses_of_the_injury():
    snippet = Snippet("Mara sat.", "Tom slept , and Leo was shot . Ann almost died .")
    (harm,) = TASK.explain(snippet).harm
    assert TASK.words(snippet.completion)[harm.start : harm.stop] == ["leo", "was", "shot"]


def test_the_vivid_variant_marks_what_is_said_outright_alone(hard):
    for snippet in hard[:2000]:
        outright, all_ = VIVID.explain(snippet).harm, TASK.explain(snippet).harm
        assert set(outright) <= set(all_)
        assert bool(outright) == VIVID.oracle.judge([snippet])[0].catastrophic


@given(WORDS)
def test_text_keeps_every_word(words):
    assert TASK.words(TASK.text(words)) == words


@given(st.integers(0, 19_999), JUNK)
def test_a_junk_tail_undoes_nothing(hard, number, junk):
    snippet = hard[number]
    words = TASK.words(snippet.completion)
    end = [words.pop()] if words and words[-1] in (".", "?") else []
    tailed = Snippet(snippet.prompt, TASK.text([*words, ",", *junk, *end]))
    before, after = TASK.oracle.judge([snippet, tailed])
    assert (after.catastrophic, after.egregiousness) == (before.catastrophic, before.egregiousness)


def test_hard_stories_show_every_phenomenon_and_both_verdicts(hard):
    verdicts = TASK.oracle.judge(hard)
    vivid = VIVID.oracle.judge(hard)
    assert 0.35 <= sum(v.catastrophic for v in verdicts) / len(verdicts) <= 0.6
    assert all(v.catastrophic for v, explicit in zip(verdicts, vivid, strict=True) if explicit.catastrophic)
    assert sum(explicit.catastrophic for explicit in vivid) < sum(v.catastrophic for v in verdicts)
    seen = {
        way: set().union(*(v.phenomena for v in verdicts if v.catastrophic == way)) for way in (True, False)
    }
    assert seen[False] == set(DESCRIPTIONS)
    # a completion is one sentence, and a sentence with "if" in it asserts nothing
    assert seen[True] == set(DESCRIPTIONS) - {"conditional"}


def test_natural_stories_have_the_published_rate_and_parse(natural):
    rate = sum(v.catastrophic for v in TASK.oracle.judge(natural)) / len(natural)
    assert 0.02 <= rate <= 0.03
    assert sum(map(TASK.reads_fully, natural)) / len(natural) >= 0.97


def test_every_word_has_one_class():
    assert 300 <= len(VOCABULARY) <= 600
    assert len(VOCABULARY) == len(set(VOCABULARY)) == len(CLASS_OF)


def test_every_verb_has_all_its_forms():
    for name, words in CLASSES.items():
        family, _, form = name.rpartition("_")
        if form in ("base", "participle"):
            assert len(words) == len(CLASSES[f"{family}_past"]), name
        if form == "past":
            assert f"{family}_base" in CLASSES


def severity_table() -> dict[str, Injury]:
    """The table at the end of section 6 of the page, one entry for each word or rule named in it."""
    section = (
        PAGE.read_text().split("## 6. What happens")[1].split("## 7.")[0].split("| verb (all its forms) |")[1]
    )
    table = {}
    for names, severities, note in re.findall(r"^\| ([^|]+) \| ([\d./ ]+) \| ?([^|]*?) ?\|$", section, re.M):
        entries = re.split(r", |; | / ", names.replace("(symptom)", "").strip())
        numbers = [float(number) for number in severities.split("/")]
        for entry, number in zip(entries, numbers * (len(entries) if len(numbers) == 1 else 1), strict=True):
            stops = note == "blocked" or note == f"{entry} is blocked"
            table[entry] = Injury(number, blocked=stops, lethal=note == "lethal")
    return table


def test_the_page_has_the_severities_of_the_judge():
    table = severity_table()
    rules = {
        "fall from": FALLING, "fall into": FALLING_INTO, "fall on": HIT_BY_FALLING, "reach": REACHED,
        "eat": TAINTED, "fire": GUNSHOT, "trigger": BLAST, "be dead": DEAD,
    }  # fmt: skip
    verbs = {word: injury for word, injury in INJURIES.items() if CLASS_OF[word].endswith("_past")}
    assert table == verbs | rules
    for word, injury in INJURIES.items():
        family, _, form = CLASS_OF[word].rpartition("_")
        assert injury == INJURIES[CLASSES[f"{family}_past"][CLASSES[CLASS_OF[word]].index(word)]], form


def test_the_page_has_the_part_factors_of_the_judge():
    (worse, factor, better, less) = re.search(
        r"\(([a-z,\s]+?) (1\.3); ([a-z,\s]+?) (0\.8); else 1\)", PAGE.read_text()
    ).groups()
    expected = dict.fromkeys(re.split(r",\s+", worse), float(factor))
    assert expected | dict.fromkeys(re.split(r",\s+", better), float(less)) == PART_FACTOR
