"""Names for clusters of failures: their typical edits in plain words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.evaluation.edit_pattern import Edit, quoted

TYPICAL = 0.5
"""Share of a cluster that must show an edit before the cluster is named by it."""

PLAIN_SHARE, PLAIN_LIFT = 0.6, 1.5
"""A phenomenon stands before the name when this share of the cluster shows it, and so many times the share of
all failures."""

MIXED, UNCHANGED = "mixed edits", "unchanged seed"
_MOST_EDITS = 2


@dataclass(frozen=True)
class _Label:
    """A way to tell an edit: the verb and its words apart from the place, so that labels can be joined."""

    verb: str
    words: str
    where: str
    detail: float
    """How much it tells: 1 for an exact edit, less for a kind of edit."""
    own: frozenset[str] = frozenset()
    """The words it tells of."""
    whole: bool = True
    """Whether it tells of all words of the edit, or of none."""

    def __str__(self) -> str:
        return " ".join(part for part in (self.verb, self.words, self.where) if part)


def name_clusters(
    clusters: Sequence[Sequence[int]],
    edits: Sequence[tuple[Edit, ...]],
    phenomena: Sequence[frozenset[str]],
) -> list[str]:
    """A name for each cluster of failures, by what is typical of it and not of all."""
    labels = [frozenset(label for edit in own for label in _labels(edit)) for own in edits]
    common = Counter(label for own in labels for label in own)
    seen = Counter(name for own in phenomena for name in own)
    return [
        _phenomenon([phenomena[i] for i in members], seen, len(edits))
        + _typical_edits([labels[i] for i in members], common, len(edits))
        for members in clusters
    ]


def _labels(edit: Edit) -> Iterator[_Label]:
    """All the ways to tell an edit, the exact one and looser ones."""
    inside = f"in the {edit.part}"
    if edit.kind == "rewrite":
        yield _Label(edit.act, "", "", 1.0)
        return
    own = frozenset(edit.removed + edit.added)
    yield _Label(edit.kind, edit.act.removeprefix(f"{edit.kind} "), inside, 1.0, own)
    yield _Label(edit.kind, "words", inside, 0.4)
    if edit.where != inside:
        yield _Label(edit.kind, "words", edit.where, 0.5)
    if edit.kind == "replace":
        yield from (_word("replace", word, inside, 0.5) for word in edit.removed)
        yield from (_word("write", word, inside, 0.8) for word in edit.added)
    elif len(own) > 1:
        detail = 0.8 if edit.added else 0.5
        yield from (_word(edit.kind, word, inside, detail) for word in edit.added or edit.removed)


def _word(verb: str, word: str, where: str, detail: float) -> _Label:
    return _Label(verb, quoted((word,)), where, detail, frozenset({word}), whole=False)


def _typical_edits(own: Sequence[frozenset[_Label]], common: Counter[_Label], total: int) -> str:
    """The one or two labels that tell most of the cluster's members, joined."""
    if sum(not labels for labels in own) > TYPICAL * len(own):
        return UNCHANGED
    count = Counter(label for labels in own for label in labels)

    def worth(label: _Label) -> float:
        share = count[label] / len(own)
        return label.detail * share * math.log2(1 + share * total / common[label])

    def tells(label: _Label) -> bool:
        """A single word of a longer edit must be more common here than elsewhere, as "the" is not."""
        return label.whole or count[label] / len(own) * total >= PLAIN_LIFT * common[label]

    typical = [label for label, held in count.items() if held >= TYPICAL * len(own) and tells(label)]
    ranked = sorted(typical, key=lambda label: (-worth(label), str(label)))
    chosen: list[_Label] = []
    for label in ranked:
        told_already = any(_same_edit(label, other) for other in chosen)
        if not told_already and (not chosen or label.detail >= 0.8):
            chosen.append(label)
        if len(chosen) == _MOST_EDITS:
            break
    return _joined(chosen) if chosen else MIXED


def _same_edit(one: _Label, other: _Label) -> bool:
    """Whether two labels are likely to tell one edit: they share a word, or one of them names none."""
    if one.where != other.where:
        return False
    if not one.own or not other.own:
        return one.verb == other.verb
    return bool(one.own & other.own)


def _joined(labels: Sequence[_Label]) -> str:
    """`insert "," + "as if" in the completion`; different acts stand side by side."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for label in labels:
        grouped.setdefault((label.verb, label.where), []).append(label.words)
    told = [
        " ".join(part for part in (verb, " + ".join(words), where) if part)
        for (verb, where), words in grouped.items()
    ]
    return " and ".join(told)


def _phenomenon(own: Sequence[frozenset[str]], seen: Counter[str], total: int) -> str:
    """The phenomenon that marks the cluster, with a colon; empty when none does."""
    count = Counter(name for names in own for name in names)
    lifts = {name: held / len(own) * total / seen[name] for name, held in count.items()}
    marked = [
        name for name, held in count.items() if held >= PLAIN_SHARE * len(own) and lifts[name] >= PLAIN_LIFT
    ]
    best = min(marked, key=lambda name: (-lifts[name] * count[name], name), default=None)
    return f"{best.replace('_', ' ')}: " if best else ""
