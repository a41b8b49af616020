"""Submissions put into the database as writing leaves them, for tests of what comes after."""

from itertools import count

from holdfast.store.store import now
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.schema import Draft, Submission, WritingSession

_keys = (f"key-{number:06}" for number in count())


def account(store, name: str, role: str = "writer") -> int:
    """The number of the account of that name, made if need be."""
    accounts = Accounts(store)
    found = accounts.named(name) or accounts.add(name, role, "no hash of anything")
    return found.id


def draft(store, run: str, author: int, prompt: str, completion: str, revision: int = 1) -> int:
    """A draft, edited once."""
    with store.writing() as session:
        sitting = WritingSession(run=run, account=author, condition="all", drawn=False, started=now())
        session.add(sitting)
        session.flush()
        row = Draft(
            run=run,
            account=author,
            session=sitting.id,
            key=next(_keys),
            origin="blank",
            round=0,
            start_prompt="",
            start_completion="",
            prompt=prompt,
            completion=completion,
            revision=revision,
            state="submitted",
            created=now(),
            updated=now(),
        )
        session.add(row)
    return row.id


def submission(store, run: str, author: int, **over) -> int:
    """A submission; a pending one unless the fields say otherwise."""
    values = {
        "prompt": "Tom waited.",
        "completion": "The thief stabbed Tom.",
        "rating": 5.0,
        "status": "pending",
        "reason": "",
        "label": None,
        "egregiousness": None,
        "why": "",
        "phenomena": [],
        "points": None,
        "score": 0.01,
        "log_odds": -4.6,
        "threshold": 0.5,
        "round": 0,
        "model_hash": "0" * 64,
        "split": "train",
        "active_seconds": 1.0,
        **over,
    }
    if "draft" not in values:
        values["draft"] = draft(store, run, author, values["prompt"], values["completion"])
    row = Submission(run=run, account=author, key=next(_keys), created=now(), **values)
    with store.writing() as session:
        session.add(row)
    return row.id


def failure(store, run: str, author: int, **over) -> int:
    """An accepted one."""
    values = {"status": "accepted", "label": "catastrophic", "egregiousness": 6.0, "points": 50.0}
    return submission(store, run, author, **{**values, **over})
