"""Seeds: texts that a writer may start from, others each time, and none started from before."""

from __future__ import annotations

from holdfast.core.odds import probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.store.workbench.writing import Writings
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape
from holdfast.workbench.tools.reading import verdict_shape
from holdfast.workbench.writing.shapes import Seed, SeedKind


def seeds(bench: Workbench, member: MemberShape, kind: SeedKind, count: int) -> list[Seed]:
    """So many texts of a kind; fewer where the task has no more that the writer has not used."""
    import numpy as np

    used = Writings(bench.store, bench.run).starts(member.id)
    stream = Stream(bench.config.seed).child("workbench", "seeds")
    without = frozenset(Snippet(prompt, completion) for prompt, completion in used)
    drawn = bench.desk.pools.draw(bench.served.target, stream, kind, count, without)
    scores = probability(np.array([one.log_odds for one in drawn]))
    return [
        Seed(
            prompt=one.snippet.prompt,
            completion=one.snippet.completion,
            origin=kind,
            score=float(score),
            verdict=None if bench.judged_by_people else verdict_shape(one.verdict),
        )
        for one, score in zip(drawn, scores, strict=True)
    ]
