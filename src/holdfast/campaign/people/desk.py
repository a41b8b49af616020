"""The desk of a configuration whose judge is people: what they have said, and what they are asked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from holdfast.campaign.config import RunConfig
from holdfast.campaign.guard_runs import guard_name, keep_guard
from holdfast.campaign.history import open_store, runs_folder
from holdfast.campaign.people.queue import Guarded, Question, Queue
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.judges.people import People
from holdfast.store.store import Store
from holdfast.store.workbench.benches import Benches
from holdfast.store.workbench.reviews import Reviews
from holdfast.store.workbench.schema import Submission

if TYPE_CHECKING:
    from holdfast.attacks.results import Failure
    from holdfast.attacks.target import Target


class PeopleDesk:
    """Questions and verdicts of one configuration; its queue is the workbench that `holdfast serve -c` opens.

    Verdicts are by exact text, and serve every attack and every round of the configuration.
    """

    def __init__(self, config: RunConfig, store: Store) -> None:
        self._config = config
        self.store = store

    @cached_property
    def run(self) -> str:
        """The run whose workbench has the queue; begun, and set so that people judge, if it is new."""
        run = keep_guard(self.store, self._config)
        kept = Benches(self.store)
        settings = {**(kept.settings(run) or {}), **people_settings(self._config)}
        kept.keep(run, settings)
        return run

    @property
    def reviewers(self) -> int:
        """How many people judge each text."""
        return people_of(self._config).reviewers

    @property
    def serve(self) -> str:
        """The command that opens the queue."""
        return f"holdfast serve {self.run}" + (" --team" if self.reviewers > 1 else "")

    def knowing(self, judge: People) -> People:
        """The judge who knows what people have said so far."""
        return judge.knowing(self.verdicts())

    def verdicts(self) -> dict[Snippet, Verdict]:
        """What people have said, by text."""
        # Where nobody was asked there is no run, and to look is no reason to begin one.
        decided = Reviews(self.store, guard_name(self._config)).decided()
        return {Snippet(row.prompt, row.completion): verdict_of(row) for row in decided}

    def ask(self, questions: Iterable[Question]) -> list[str]:
        """Queue what is not queued yet; the keys of all that people have still to decide, each once."""
        asked = [(question.key, question) for question in questions]
        rows = Queue(self.store, self.run, self.reviewers).ask(asked)
        return list(dict.fromkeys(row.key for row in rows if row.status == "pending"))

    def undecided(self, keys: Sequence[str]) -> list[str]:
        """Those of some questions that people have still to decide."""
        account = Queue(self.store, self.run, self.reviewers).account
        waiting = Reviews(self.store, self.run).waiting_keys(account)
        return [key for key in keys if key in waiting]


def people_settings(config: RunConfig) -> dict[str, object]:
    """How the workbench of such a configuration is set."""
    return {"judge": "people", "labels_per_item": people_of(config).reviewers}


def people_of(config: RunConfig) -> People:
    """The people whom a configuration names, who have said nothing yet."""
    from holdfast.campaign.choices import build_judge, build_task

    judge = build_judge(config.judge_choice, build_task(config.task))
    assert isinstance(judge, People)
    return judge


def verdict_of(row: Submission) -> Verdict:
    """What people have said of a submission that they have decided."""
    assert row.label is not None
    return Verdict(Label(row.label), row.egregiousness or 0.0, row.why or "people said so")


def default_desk(config: RunConfig) -> PeopleDesk | None:
    """The desk in the folder of all runs; None where there is no run yet, and nobody has said anything."""
    folder = runs_folder()
    if not os.environ.get("HOLDFAST_DATABASE") and not (folder / "holdfast.db").exists():
        return None
    return PeopleDesk(config, open_store(folder))


def questions_of(
    pending: Iterable[tuple[Snippet, Failure]], target: Target, round_: int = 0
) -> list[Question]:
    """What attacks on a target leave for people, each rewrite with its seed."""
    known = target.system.identity.hash if target.filter is None else target.scorer.classifier.hash
    guard = Guarded(known, target.threshold, round_)
    return [
        Question(failure.snippet, seed, failure.log_odds, guard, failure.verdict.egregiousness)
        for seed, failure in pending
    ]


def questions_on(texts: Sequence[tuple[Snippet, Snippet]], target: Target, round_: int = 0) -> list[Question]:
    """Texts for people, each with what it was made of, as the target's guard scores them.

    Raises UserError for a text that the guard cannot read.
    """
    scorer, guard = target.scorer, Guarded(target.scorer.classifier.hash, target.threshold, round_)
    snippets = [text for _, text in texts]
    log_odds = scorer.exact_log_odds(scorer.codec.encode(snippets)).tolist() if snippets else []
    return [Question(text, seed, odds, guard) for (seed, text), odds in zip(texts, log_odds, strict=True)]
