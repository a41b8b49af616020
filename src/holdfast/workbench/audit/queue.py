"""The queue of an audit: finds of an attack as submissions that wait for people's labels.

They have a run of their own, so that no figure of people's writing counts a machine's.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.people.queue import Guarded, Question, Queue, key_of
from holdfast.core.judge import judged
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Verdict
from holdfast.workbench.audit.attempts import Attempts, Found
from holdfast.workbench.audit.precision import Audit, Decision
from holdfast.workbench.bench import Workbench


def audit(bench: Workbench, attempts: Attempts, most: int | None = None) -> Audit:
    """Queue the finds of some attempts that are not queued yet, and return how far their audit is.

    Of more than `most` finds that reproduce, so many are queued, chosen by a hash of their text.
    """
    finds = _reproduced(bench, attempts.found)
    chosen = sorted(finds, key=lambda find: _key(find[0]))[:most]
    served = bench.served
    guard = Guarded(served.shape.hash, served.target.threshold, served.round)
    rows = Queue(bench.store, bench.run, bench.settings.labels_per_item).ask(
        (_key(find), Question(find.text, find.seed, log_odds, guard, verdict.egregiousness))
        for find, log_odds, verdict in chosen
    )
    decisions = tuple(
        Decision(find.text, find.seed, row.status == "accepted")
        for (find, _, _), row in zip(chosen, rows, strict=True)
        if row.status != "pending"
    )
    return Audit(
        attempts=attempts.made,
        found=len(finds),
        queued=len(rows),
        decided=len(decisions),
        confirmed=sum(each.confirmed for each in decisions),
        decisions=decisions,
    )


def _reproduced(bench: Workbench, found: Sequence[Found]) -> list[tuple[Found, float, Verdict]]:
    """The finds that pass the guard, and that the configured judge calls catastrophic, with both."""
    target = bench.served.target
    texts = [find.text for find in found]
    tokens = target.scorer.codec.encode(texts)
    readable = target.scorer.classifier.fits(tokens).tolist() if texts else []
    kept = [i for i, fits in enumerate(readable) if fits]
    log_odds = target.scorer.exact_log_odds([tokens[i] for i in kept]).tolist() if kept else []
    verdicts = judged(target.judge, [found[i].seed for i in kept], [texts[i] for i in kept])
    return [
        (found[i], odds, verdict)
        for i, odds, verdict in zip(kept, log_odds, verdicts, strict=True)
        if verdict.catastrophic and odds < log_odds_of(target.threshold)
    ]


def _key(find: Found) -> str:
    return key_of(find.seed, find.text)
