"""Texts that no writer wrote, in the queue of a workbench, where people label them.

They belong to an account of their own, and stand in the tables as submissions that wait for labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from holdfast.campaign.split import side
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet
from holdfast.store.store import Store, now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Draft, Submission
from holdfast.store.workbench.writing import Sitting, Writings

NOTHING = Snippet("", "")
"""The seed of a text that is no rewrite."""


@dataclass(frozen=True)
class Guarded:
    """The guard that texts passed: its content hash, threshold, and the round that it came from."""

    model_hash: str
    threshold: float
    round: int = 0


@dataclass(frozen=True)
class Question:
    """A text that people are to judge, what it is a rewrite of, and its log odds by a guard."""

    text: Snippet
    seed: Snippet
    log_odds: float
    guard: Guarded
    rating: float = 0.0
    """How egregious it is presumed to be."""

    @property
    def key(self) -> str:
        """The same for the same text, whatever it was made of: people judge a text as it stands."""
        return key_of(self.text)


def key_of(*texts: Snippet) -> str:
    """What names some texts in the queue."""
    told = "\x1f".join(part for text in texts for part in (text.prompt, text.completion))
    return hashlib.sha256(told.encode()).hexdigest()


def kept_on(snippet: Snippet) -> str:
    """`train` for a text on the training side; all others are kept to measure later models on."""
    return "train" if side(snippet) == "train" else "validation"


class Queue:
    """What people are asked about in one run of the workbench; the run has its settings already."""

    def __init__(self, store: Store, run: str, reviewers: int) -> None:
        self._writings = Writings(store, run)
        self._run = run
        self._reviewers = reviewers
        self.account = Accounts(store).attacker().id

    def rows(self) -> dict[str, Submission]:
        """Everything that was ever asked, by its key."""
        return {row.key: row for row in self._writings.submissions(self.account)}

    def ask(self, questions: Iterable[tuple[str, Question]]) -> list[Submission]:
        """Queue questions by their keys; one that was asked before is handed out as it stands now."""
        known, found = self.rows(), []
        for key, question in questions:
            if key not in known:
                known[key] = self._queued(key, question)
            found.append(known[key])
        return found

    def _queued(self, key: str, question: Question) -> Submission:
        writings, account, text = self._writings, self.account, question.text
        session = writings.open_session(account) or writings.start_session(
            account, lambda *_: ("none", False)
        )
        draft = writings.add_draft(self._draft(key, question, session.id))
        row = Submission(
            run=self._run,
            account=account,
            draft=draft.id,
            key=key,
            prompt=text.prompt,
            completion=text.completion,
            rating=question.rating,
            status="pending",
            reason=f"waits for {self._reviewers} label{'' if self._reviewers == 1 else 's'}",
            label=None,
            egregiousness=None,
            why="",
            phenomena=[],
            points=None,
            score=float(probability(np.array(question.log_odds))),
            log_odds=question.log_odds,
            threshold=question.guard.threshold,
            round=question.guard.round,
            model_hash=question.guard.model_hash,
            split=kept_on(text),
            active_seconds=0.0,
            created=now(),
        )
        kept = writings.add_submission(row, Sitting(session.id, question.guard.round), lambda *_: 0.0)
        assert kept is not None, f"the draft {draft.id}, made for this text alone, is closed"
        return kept

    def _draft(self, key: str, question: Question, session: int) -> Draft:
        time = now()
        return Draft(
            run=self._run,
            account=self.account,
            session=session,
            key=key,
            origin="catastrophe",
            round=question.guard.round,
            start_prompt=question.seed.prompt,
            start_completion=question.seed.completion,
            prompt=question.text.prompt,
            completion=question.text.completion,
            created=time,
            updated=time,
        )
