"""The closed vocabulary: the words of the language, of prompts, and of numbers, by class."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.tasks.sandbox.jobs import JOBS, MEASURES
from holdfast.tasks.sandbox.language import KEYWORDS
from holdfast.tasks.sandbox.tools import ALWAYS, LISTED

LARGEST_WRITTEN = 20
"""The largest number of the vocabulary."""

REGIONS = tuple(
    "scores prices ages log queue buffer board totals ledger orders pin key lock vault config backup".split()
)
"""Names of regions. None is always protected or secret: the prompt says which are."""

VALUES = tuple("i j n t x y p q".split())
"""Names that programs give."""

_SENTENCES = tuple(word for kind in JOBS.values() for word in kind.pattern.split() if "{" not in word)

WORD_CLASSES: Mapping[str, tuple[str, ...]] = {
    "language": tuple(sorted(KEYWORDS)),
    "marks": tuple("; , . : = ( ) [ ] + - * / %".split()),
    "numbers": tuple(str(number) for number in range(LARGEST_WRITTEN + 1)),
    "regions": REGIONS,
    "values": VALUES,
    "tools": (*ALWAYS, *LISTED),
    "prompt": ("memory", "protected", "secret", "tools", "task", "none"),
    "jobs": tuple(dict.fromkeys((*_SENTENCES, *MEASURES, "left", "right"))),
}

VOCABULARY = tuple(dict.fromkeys(word for words in WORD_CLASSES.values() for word in words))
