"""labelled: text of a user's own, with people's labels and splits.

Files: `config` (what a user writes), `values` (values as text), `faults` (errors of rows, collected),
`readers` (one file a format), `rows` (a record to a row), `label_values` (which value means what), `grouping`
and `splitting` (which rows belong together, and on which side they are), `cache` (the sound rows on disk),
`intake` (file to cache), `data` (the class `Labelled`), `findings` and `near` (what is odd about the data).

Nothing heavy is imported here: a configuration is validated before anything is read.
"""

from __future__ import annotations

from holdfast.tasks.labelled.config import (
    Columns,
    DerivedSplits,
    GivenSplits,
    LabelledConfig,
    LabelValues,
    SplitName,
)

__all__ = ["Columns", "DerivedSplits", "GivenSplits", "LabelValues", "LabelledConfig", "SplitName"]
