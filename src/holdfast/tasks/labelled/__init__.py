"""labelled: text of a user's own, with people's labels and splits.

`config` is what a user writes. `readers` (one file a format) make records of files, `rows`, `values` and
`passages` make rows of records, and `faults` collects what is wrong. `label_values` says which value means
what, `grouping` and `splitting` which rows belong together and on which side they are. `intake` does all that
and leaves the rows to `cache`; `data` has the class `Labelled`, which gives them out. `findings`, `near` and
`characters` look for what is odd, and `results` is what they found.

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
