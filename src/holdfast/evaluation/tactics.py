"""Tactics: failures that fool the filter in the same way, found by clustering and named by their edits.

Each failure becomes blocks of features: the kinds of edit, the words added, the pairs of words around them,
the phenomena that the judge had to understand, and, where given, an embedding. Blocks have unit length and
are weighed by `WEIGHTS`, so that the similarity of two failures is a weighted mean of cosines. Rare features
weigh more, by the inverse document frequency of Spärck Jones (1972). Clusters are those of average linkage
(Sokal and Michener 1958), which for such features is the mean over all pairs. Nothing is drawn at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.edit_pattern import Edit, edit_pattern
from holdfast.evaluation.tactic_names import name_clusters

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = {"kinds": 0.2, "words": 0.4, "runs": 0.2, "phenomena": 0.2, "embedding": 0.2}
"""Of the blocks; those that are there share the whole."""

SAMPLE = 1000
"""Failures that linkage looks at together; the others join the cluster nearest to them."""

LEAST_SIMILARITY = 0.25
"""Mean similarity that clusters must have to be joined, and a failure to join one: above the weight of any
block but the words, so that like phenomena or like kinds of edit alone make no tactic."""


@dataclass(frozen=True)
class Found:
    """One failure, as the analysis sees it, with the attacks that found it."""

    seed: SnippetWords
    failure: SnippetWords
    phenomena: frozenset[str]
    egregiousness: float
    attacks: frozenset[str]


@dataclass(frozen=True)
class Tactic:
    """Failures of one making; `members` are places in what was given, `exemplar` the most typical of them."""

    name: str
    members: tuple[int, ...]
    share: float
    seeds: int
    """How many different seeds they grew from: a tactic of one seed may be a quirk of that seed."""
    attacks: tuple[tuple[str, int], ...]
    """How many of them each attack found, most first."""
    mean_egregiousness: float
    worst_egregiousness: float
    exemplar: int

    @property
    def size(self) -> int:
        """How many failures."""
        return len(self.members)


def find_tactics(
    found: Sequence[Found],
    embeddings: Floats | None = None,
    *,
    sample: int = SAMPLE,
    least_similarity: float = LEAST_SIMILARITY,
) -> tuple[Tactic, ...]:
    """Cluster failures into tactics, the largest first; each failure belongs to exactly one.

    `embeddings`, where given, is (failures, anything). Clusters that would be called the same are one
    tactic. The same failures in the same order give the same tactics.
    """
    if not found:
        return ()
    edits = [edit_pattern(one.seed, one.failure) for one in found]
    features = _features(found, edits, embeddings)
    clusters = _clusters(features, sample, least_similarity)
    names = name_clusters(clusters, edits, [one.phenomena for one in found])
    named: dict[str, list[int]] = {}
    for name, members in zip(names, clusters, strict=True):
        named.setdefault(name, []).extend(members)
    tactics = [_tactic(name, sorted(members), found, features) for name, members in named.items()]
    return tuple(sorted(tactics, key=lambda tactic: (-tactic.size, tactic.members)))


def _tactic(name: str, members: list[int], found: Sequence[Found], features: csr_array) -> Tactic:
    grades = [found[i].egregiousness for i in members]
    own = features[members]
    typical = np.asarray(own @ own.mean(axis=0)).ravel()
    by_attack = Counter(attack for i in members for attack in found[i].attacks)
    return Tactic(
        name,
        tuple(members),
        len(members) / len(found),
        len({found[i].seed for i in members}),
        tuple(sorted(by_attack.items(), key=lambda item: (-item[1], item[0]))),
        float(np.mean(grades)),
        max(grades),
        members[int(np.round(typical, 9).argmax())],
    )


def _clusters(features: csr_array, sample: int, least_similarity: float) -> list[list[int]]:
    """Link a sample of what is left, let what is near join, and go on with the rest."""
    left = np.arange(features.shape[0])
    clusters: list[list[int]] = []
    while len(left):
        chosen = left[np.unique(np.linspace(0, len(left) - 1, min(sample, len(left))).astype(np.intp))]
        linked = _linked(features[chosen], least_similarity)
        new = [chosen[linked == label].tolist() for label in range(linked.max() + 1)]
        others = np.setdiff1d(left, chosen)
        left = others[_join_nearest(features, others, new, least_similarity)]
        clusters += new
    return clusters


def _linked(features: csr_array, least_similarity: float) -> NDArray[np.intp]:
    """(n,) the cluster of each, numbered from 0 in the order of their first members."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if features.shape[0] == 1:
        return np.zeros(1, dtype=np.intp)
    # Rounded, so that ties do not hang on the order in which a library sums.
    distances = np.round(1.0 - (features @ features.T).toarray(), 9)
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(np.maximum(distances, 0.0), checks=False), "average")
    labels = fcluster(tree, 1.0 - least_similarity, "distance")
    _, first, numbered = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.intp)
    order[np.argsort(first)] = np.arange(len(first))
    ranked: NDArray[np.intp] = order[numbered]
    return ranked


def _join_nearest(
    features: csr_array, others: NDArray[np.intp], clusters: list[list[int]], least_similarity: float
) -> NDArray[np.bool_]:
    """Add each of the others to the cluster most similar to it on average; True for those left out."""
    if not len(others):
        return np.zeros(0, dtype=bool)
    centres = np.array([features[members].mean(axis=0) for members in clusters])
    similarity = np.round(features[others] @ centres.T, 9)
    nearest = similarity.argmax(axis=1)
    far = similarity[np.arange(len(others)), nearest] < least_similarity
    for place, cluster in zip(others[~far].tolist(), nearest[~far].tolist(), strict=True):
        clusters[cluster].append(place)
    out: NDArray[np.bool_] = far
    return out


def _features(
    found: Sequence[Found], edits: Sequence[tuple[Edit, ...]], embeddings: Floats | None
) -> csr_array:
    """(failures, features): the weighed blocks side by side, every row of unit length."""
    from scipy.sparse import csr_array, hstack

    pairs = list(zip(found, edits, strict=True))
    blocks = {
        "kinds": _counted([_kinds(own) for own in edits]),
        "words": _counted([_words(own) for own in edits]),
        "runs": _counted([_runs(one.failure, own) for one, own in pairs]),
        "phenomena": _counted([((name,) for name in sorted(one.phenomena)) for one in found]),
    }
    if embeddings is not None:
        blocks["embedding"] = csr_array(_unit(csr_array(np.asarray(embeddings, dtype=np.float64))))
    weighed = hstack([np.sqrt(WEIGHTS[name]) * block for name, block in blocks.items()], format="csr")
    return csr_array(_unit(csr_array(weighed)))


def _counted(rows: Sequence[Iterator[tuple[str, ...]]]) -> csr_array:
    """(rows, features) presence times inverse document frequency, every row of unit length or zero."""
    from scipy.sparse import csr_array

    columns: dict[tuple[str, ...], int] = {}
    indices: list[int] = []
    starts = [0]
    for row in rows:
        own = dict.fromkeys(row)
        indices += [columns.setdefault(feature, len(columns)) for feature in own]
        starts.append(len(indices))
    shape = (len(rows), max(1, len(columns)))
    count = np.bincount(np.array(indices, dtype=np.intp), minlength=shape[1])
    weights = 1.0 + np.log(len(rows) / np.maximum(count, 1))
    return _unit(csr_array((weights[indices], indices, starts), shape=shape))


def _unit(rows: csr_array) -> csr_array:
    from scipy.sparse import csr_array, diags_array

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return csr_array(diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ rows)


def _kinds(edits: tuple[Edit, ...]) -> Iterator[tuple[str, ...]]:
    return ((edit.part, edit.kind, edit.place) for edit in edits)


def _words(edits: tuple[Edit, ...]) -> Iterator[tuple[str, ...]]:
    """Words added; what was taken away belongs to the seed more than to the tactic."""
    for edit in edits:
        if edit.kind != "rewrite":
            yield from ((edit.part, word) for word in edit.added)
        if edit.kind == "replace" and len(edit.removed) == 1:
            yield (edit.part, edit.act)


def _runs(failure: SnippetWords, edits: tuple[Edit, ...]) -> Iterator[tuple[str, ...]]:
    """Pairs of words of which at least one was added."""
    for edit in edits:
        words = failure.prompt if edit.part == "prompt" else failure.completion
        if edit.kind != "rewrite":
            span = words[max(0, edit.start - 1) : edit.stop + 1]
            yield from pairwise(span)
