"""The archive of elites: the best of every niche, and parents from where little was tried."""

import random
from collections import Counter
from dataclasses import replace

from holdfast import attacks
from holdfast.attacks.engine.niche import Niche, niche_of, tactic_of
from holdfast.attacks.engine.requests import Candidate
from holdfast.attacks.map_elites import Archive
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units

PLAIN, OTHER = (Niche(frozenset({name}), 1, "same same") for name in ("plain", "negation"))


def candidate(word: int, value: float) -> Candidate:
    return Candidate(Units((word,), (word,)), value)


def test_a_niche_keeps_its_best():
    archive = Archive(candidate(0, 0.0))
    assert archive.offer(PLAIN, candidate(1, 2.0))
    assert not archive.offer(PLAIN, candidate(2, 1.0))
    assert not archive.offer(PLAIN, candidate(3, 2.0))
    assert archive.offer(OTHER, candidate(4, -5.0))
    assert archive.offer(PLAIN, candidate(5, 3.0))
    assert len(archive) == 3
    parents = {archive.parent(random.Random(i)).units.prompt[0] for i in range(200)}
    assert parents == {0, 4, 5}


def test_cells_that_had_few_children_come_first():
    archive = Archive(candidate(0, 0.0))
    archive.offer(PLAIN, candidate(1, 0.0))
    draw = random.Random(1)
    for _ in range(30):
        archive.parent(draw)
    archive.offer(OTHER, candidate(2, 0.0))
    drawn = Counter(archive.parent(draw).units.prompt[0] for _ in range(5))
    assert drawn.most_common(1)[0][0] == 2


def test_a_tactic_says_what_became_of_each_part():
    seed = Units((1, 2, 3), (4, 5, 6))
    assert tactic_of(seed, seed) == "same same"
    assert tactic_of(seed, Units((1, 9, 3), (4, 5, 6, 7))) == "reworded longer"
    assert tactic_of(seed, Units((7, 8, 9), (5, 6))) == "replaced shorter"


def test_it_finds_more_kinds_of_failures_than_a_climb(target, seeds):
    def kinds(attack):
        result = attack(target, seeds, Budget(queries_per_seed=300), Stream(11), keep=1000)
        (origins,) = [target.scorer.codec.encode(seeds)]
        return len({niche_of(origins[f.seed_index], f.units, f.verdict) for f in result.failures})

    climb = attacks.GreedyRewrite(stop="budget")
    assert kinds(attacks.MapElites(stop="budget", donors=64)) > kinds(climb)
    assert kinds(replace(climb, objective="diverse")) > 0
