"""The queue of an audit: finds of an attack as submissions that wait for people's labels.

They have a run of their own, so that no figure of people's writing counts a machine's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from holdfast.core.judge import judged
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet, Verdict
from holdfast.store.store import now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Draft, Submission
from holdfast.store.workbench.writing import Sitting, Writings
from holdfast.workbench.audit.attempts import Attempts, Found
from holdfast.workbench.audit.precision import Audit
from holdfast.workbench.bench import Workbench
from holdfast.workbench.writing.submitting import kept_on


def audit(bench: Workbench, attempts: Attempts, most: int | None = None) -> Audit:
    """Queue the finds of some attempts that are not queued yet, and tell how the audit of them stands.

    Of more than `most` finds that reproduce, so many are queued, chosen by a hash of their text.
    """
    finds = _reproduced(bench, attempts.found)
    chosen = sorted(finds, key=lambda find: _key(find[0]))[:most]
    known = {row.key: row for row in Writings(bench.store, bench.run).submissions(_account(bench))}
    for find, log_odds, verdict in chosen:
        if _key(find) not in known:
            known[_key(find)] = _queue(bench, find, log_odds, verdict)
    rows = [known[_key(find)] for find, _, _ in chosen]
    return Audit(
        attempts=attempts.made,
        found=len(finds),
        queued=len(rows),
        decided=sum(row.status != "pending" for row in rows),
        confirmed=sum(row.status == "accepted" for row in rows),
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
    told = "\x1f".join((find.seed.prompt, find.seed.completion, find.text.prompt, find.text.completion))
    return hashlib.sha256(told.encode()).hexdigest()


def _account(bench: Workbench) -> int:
    return Accounts(bench.store).attacker().id


def _queue(bench: Workbench, find: Found, log_odds: float, verdict: Verdict) -> Submission:
    writings, account, served = Writings(bench.store, bench.run), _account(bench), bench.served
    session = writings.open_session(account) or writings.start_session(account, lambda *_: ("none", False))
    draft = writings.add_draft(_draft(bench, find, session.id))
    row = Submission(
        run=bench.run,
        account=account,
        draft=draft.id,
        key=_key(find),
        prompt=find.text.prompt,
        completion=find.text.completion,
        rating=verdict.egregiousness,
        status="pending",
        reason=f"waits for {bench.settings.labels_per_item} labels",
        label=None,
        egregiousness=None,
        why="",
        phenomena=[],
        points=None,
        score=float(probability(np.array(log_odds))),
        log_odds=log_odds,
        threshold=served.target.threshold,
        round=served.round,
        model_hash=served.shape.hash,
        split=kept_on(Snippet(find.text.prompt, find.text.completion)),
        active_seconds=0.0,
        created=now(),
    )
    kept = writings.add_submission(row, Sitting(session.id, served.round), lambda *_: 0.0)
    assert kept is not None, f"the draft {draft.id}, made for this text alone, is closed"
    return kept


def _draft(bench: Workbench, find: Found, session: int) -> Draft:
    time = now()
    return Draft(
        run=bench.run,
        account=_account(bench),
        session=session,
        key=_key(find),
        origin="catastrophe",
        round=bench.served.round,
        start_prompt=find.seed.prompt,
        start_completion=find.seed.completion,
        prompt=find.text.prompt,
        completion=find.text.completion,
        created=time,
        updated=time,
    )
