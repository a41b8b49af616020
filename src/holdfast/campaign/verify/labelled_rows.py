"""Whether the rows of a claim on labelled text are fit for one: of the split `test`, different, and apart."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.verify.check import Check
from holdfast.core.snippet import Snippet
from holdfast.evaluation.claims import Outcomes
from holdfast.tasks.labelled.config import SPLITS
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.values import text_key


def fit_rows(outcomes: Outcomes, data: Labelled) -> Check:
    """Each text of the outcomes (for attempts: each seed) against the rows of the data."""
    texts = _texts(outcomes)
    keys = np.array([text_key(text.prompt, text.completion) for text in texts], dtype=np.uint64)
    wrong = _wrong(keys, data)
    if wrong:
        return Check("uses", False, wrong)
    told = f"{len(keys):,} different texts of the split test, of as many groups, that no other split shares"
    return Check("uses", True, told)


def _texts(outcomes: Outcomes) -> list[Snippet]:
    prompts, completions = outcomes.prompts, outcomes.completions
    if outcomes.seed_prompts is not None and outcomes.seed_completions is not None:
        prompts, completions = outcomes.seed_prompts, outcomes.seed_completions
    return [Snippet(*pair) for pair in zip(prompts.tolist(), completions.tolist(), strict=True)]


def _wrong(keys: np.ndarray, data: Labelled) -> str | None:
    """The first thing that is wrong, in words."""
    if len(np.unique(keys)) < len(keys):
        return "the rows hold the same text twice; an outcome may be counted once"
    strange = ~np.isin(keys, data.texts)
    if strange.any():
        return f"{int(strange.sum()):,} texts are no rows of the data"
    inside = data.split_codes == SPLITS.index("test")
    own = np.isin(data.texts, keys)
    groups = data.groups[own & inside]
    if (own & ~inside).any() or np.isin(data.groups[~inside], groups).any():
        return "some texts, or rows of their groups, are in another split, which trained or chose with them"
    first = {int(key): int(group) for key, group in zip(data.texts[own], data.groups[own], strict=True)}
    if len(set(first.values())) < len(keys):
        return "several texts are of one group, and so no independent trials"
    return None
