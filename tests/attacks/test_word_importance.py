"""Word importance against a plain reading of TextFooler's search, and its tables."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from tavern import Tavern

from holdfast import attacks
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Tokens, Verdict
from tolerances import SAME_LOG_ODDS

THRESHOLD = 0.2
TABLE = {
    word: tuple(other for other in Tavern.vocabulary if other != word)[i % 3 :: 3]
    for i, word in enumerate(Tavern.vocabulary)
}


@dataclass(frozen=True)
class Trusting:
    """Takes every rewrite for a catastrophe, as attacks on plain classifiers do."""

    name = "trusting"

    def judge(self, snippets):
        return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)


@pytest.fixture
def trusting(target):
    return replace(target, judge=Trusting())


def plain_search(classifier, seed: Tokens) -> tuple[Tokens, float]:
    """Where the search of arXiv 1907.11932 ends: one place after another, the most important first."""
    words = {word: 5 + i for i, word in enumerate(Tavern.vocabulary)}
    names = {i: word for word, i in words.items()}

    def score(flat):
        return float(classifier.log_odds([Tokens(flat[:cut], flat[cut:])])[0])

    cut, current = len(seed.prompt), (*seed.prompt, *seed.completion)
    without = []
    for i in range(len(current)):
        shorter = (*current[:i], *current[i + 1 :])
        at = cut - 1 if i < cut else cut
        without.append(float(classifier.log_odds([Tokens(shorter[:at], shorter[at:])])[0]))
    best = score(current)
    for i in np.argsort(without, kind="stable").tolist():
        if best < log_odds_of(THRESHOLD):
            break
        tried = [(*current[:i], words[w], *current[i + 1 :]) for w in sorted(TABLE[names[current[i]]])]
        scores = [score(flat) for flat in tried]
        if min(scores) < best:
            best, current = min(scores), tried[int(np.argmin(scores))]
    return Tokens(current[:cut], current[cut:]), best


@pytest.mark.parametrize("screening", ["on", "off"])
def test_it_ends_where_a_plain_reading_of_the_paper_ends(trusting, seeds, classifier, screening):
    scorer = type(trusting.scorer)(classifier, screening=screening)
    attack = attacks.WordImportance(objective="lowest_score", stop="budget", restarts=0, substitutes=TABLE)
    result = attack(replace(trusting, scorer=scorer), seeds, Budget(), Stream(0), keep=10_000)
    codec = scorer.codec
    for seed, attempt in zip(codec.encode(seeds), result.attempts, strict=True):
        final, log_odds = plain_search(classifier, seed)
        exchanged = [f for f in attempt.failures if len(f.tokens) == len(seed)]
        assert bool(exchanged) == (log_odds < log_odds_of(THRESHOLD))
        if exchanged:
            best = min(exchanged, key=lambda failure: failure.log_odds)
            assert best.tokens == final
            assert best.log_odds == pytest.approx(log_odds, abs=SAME_LOG_ODDS)


def test_a_table_may_be_a_file(trusting, seeds, tmp_path):
    path = tmp_path / "substitutes.json"
    path.write_text(json.dumps(TABLE), encoding="utf-8")
    given, read = (
        attacks.WordImportance(substitutes=s)(trusting, seeds[:3]).attempts for s in (TABLE, str(path))
    )
    assert given == read


def test_words_that_nobody_knows_are_left_out(trusting, seeds):
    table = {"unheard": ("of",), "stabs": ("unheard", "greets", "stabs")}
    attack = attacks.WordImportance(substitutes=table, stop="budget", restarts=0)
    result = attack(trusting, seeds[:2], Budget(), Stream(0))
    for attempt in result.attempts:
        length = len(Tavern().words(attempt.seed.prompt)) + len(Tavern().words(attempt.seed.completion))
        stabs = (attempt.seed.prompt + " " + attempt.seed.completion).split().count("stabs")
        assert attempt.queries <= 1 + length + stabs


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot read the substitutes"),
        ("{", "cannot read the substitutes"),
        ('["a"]', "no table"),
        ('{"a": "b"}', "no table"),
    ],
)
def test_a_bad_table_is_the_users_mistake(trusting, seeds, tmp_path, content, complaint):
    path = tmp_path / "substitutes.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=complaint):
        attacks.WordImportance(substitutes=str(path))(trusting, seeds[:1])
