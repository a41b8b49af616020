"""The shards that claims rest on: all of a plan, or as many as its monitor needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.shards import Shard
from holdfast.evaluation.monitor import Monitor, Standing


@dataclass(frozen=True)
class Watched:
    """The shards that count, in order, and the monitor that watched them, if there was one."""

    shards: list[Shard]
    monitor: Monitor | None

    @property
    def certified(self) -> bool:
        """Whether the monitor reached its target."""
        return self.monitor is not None and self.monitor.standing is Standing.CERTIFIED

    def pool(self) -> Pool:
        """The draws, up to the completion at which the monitor decided."""
        pool = Pool.read(self.shards)
        if self.monitor is None or self.monitor.standing is Standing.UNDECIDED:
            return pool
        last = np.flatnonzero(pool.passes)[self.monitor.trials - 1]
        return pool.before(int(pool.prompt_index[last]) + 1)


def watch(plan: EvaluationPlan, drawn: Iterable[Shard]) -> Watched:
    """The shards of a plan as they come: all, or with a monitor those up to its verdict."""
    monitor = Monitor(plan.monitor, plan.monitor_confidence) if plan.monitor else None
    shards: list[Shard] = []
    for shard in drawn:
        shards.append(shard)
        if monitor is not None:
            pool = Pool.read([shard])
            # Whether each filtered completion is a failure, in the order drawn.
            monitor = monitor.observe(pool.bad[pool.passes])
            if monitor.standing is not Standing.UNDECIDED:
                break
    return Watched(shards, monitor)
