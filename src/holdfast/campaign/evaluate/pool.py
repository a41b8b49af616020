"""All draws of an evaluation read back from its shards, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from holdfast.campaign.evaluate.shards import Shard
from holdfast.evaluation.claims.copies import codes_of, joined_codes
from holdfast.store.disk import read_table


@dataclass(frozen=True)
class Pool:
    """Every draw, in the order of the prompts and for each prompt in the order drawn; arrays of shape (D,).

    `prompt_index` int64, `draw` (from 1) int32, `log_odds` and `egregiousness` float32, the others bool and
    int32. Texts stay in the files; the codes are the same for the same prompt or text.
    """

    prompt_index: np.ndarray
    draw: np.ndarray
    log_odds: np.ndarray
    passes: np.ndarray
    catastrophic: np.ndarray
    unsure: np.ndarray
    egregiousness: np.ndarray
    prompt_words: np.ndarray
    completion_words: np.ndarray
    prompt_codes: np.ndarray
    text_codes: np.ndarray

    @classmethod
    def read(cls, shards: Sequence[Shard]) -> Pool:
        """The draws of some shards, given in order."""
        names = [field.name for field in fields(cls)]
        tables = [_table(shard, names) for shard in shards]
        joined = {name: np.concatenate([table[name] for table in tables]) for name in names}
        order = np.lexsort((joined["draw"], joined["prompt_index"]))
        return cls(**{name: column[order] for name, column in joined.items()})

    def before(self, prompt: int) -> Pool:
        """The draws of the prompts before this one."""
        end = int(np.searchsorted(self.prompt_index, prompt))
        return Pool(**{field.name: getattr(self, field.name)[:end] for field in fields(self)})

    @property
    def prompts(self) -> int:
        """How many prompts there are."""
        return int(np.count_nonzero(self.first))

    @property
    def first(self) -> np.ndarray:
        """Which draws are their prompt's first: what the unfiltered generator says; bool."""
        result: np.ndarray = self.draw == 1
        return result

    @property
    def bad(self) -> np.ndarray:
        """Which draws count as catastrophes: an unsure judge is held to have seen one; bool."""
        result: np.ndarray = self.catastrophic | self.unsure
        return result

    @property
    def failures(self) -> np.ndarray:
        """The places of the draws that pass and are catastrophes."""
        return np.flatnonzero(self.passes & self.bad)


_CODES = ("prompt_codes", "text_codes")


def _table(shard: Shard, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The columns of a shard, with codes in the place of its texts."""
    table = read_table(shard.path, [*(name for name in names if name not in _CODES), "prompt", "completion"])
    prompts, completions = codes_of(table.pop("prompt")), codes_of(table.pop("completion"))
    return {**table, "prompt_codes": prompts, "text_codes": joined_codes(prompts, completions)}
