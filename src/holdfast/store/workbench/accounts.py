"""Who may sign in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from holdfast.core.errors import UserError, unknown
from holdfast.core.lookalikes import skeleton
from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Account, Login

SINGLE_USER = "you"
"""The name of the one account of a single user; it has no password, so no team can sign in by it."""

ATTACKER = "attacks"
"""The name of the account that what attacks found belongs to; nobody signs in by it."""


class Accounts:
    """The accounts of all runs of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Account]:
        """Every account that a team may sign in by, by name."""
        query = select(Account).where(Account.password.is_not(None)).order_by(func.lower(Account.name))
        with self._store.reading() as session:
            return list(session.scalars(query))

    def named(self, name: str) -> Account | None:
        """The account of that name, or the one whose name alone looks like it; None without one."""
        with self._store.reading() as session:
            return _named(session, name)

    def by_name(self, name: str) -> Account:
        """The account of that name; raises UserError with the nearest name if there is none."""
        found = self.named(name)
        if found is None or found.password is None:
            raise unknown("account", name, (account.name for account in self.all()))
        return found

    def get(self, account: int) -> Account | None:
        """The account with that number, None without one."""
        with self._store.reading() as session:
            return session.get(Account, account)

    def single(self) -> Account:
        """The one account of a single user, made on first use."""
        return self._without_password(SINGLE_USER, "manager", "a single user's is; use --team")

    def attacker(self) -> Account:
        """The account that what attacks found belongs to, made on first use."""
        return self._without_password(ATTACKER, "writer", "that of attacks is; disable it, and use another")

    def _without_password(self, name: str, role: str, whose: str) -> Account:
        with self._store.writing() as session:
            found = _named(session, name)
            if found is None:
                found = _added(session, name, role, None)
            elif found.password is not None:
                raise UserError(f"an account of a team is named '{name}', which {whose}")
            return found

    def add(self, name: str, role: str, password: str) -> Account:
        """Add an account with a hashed password; raises UserError if the name cannot be had."""
        looks = skeleton(name)
        if looks == skeleton(SINGLE_USER):
            raise UserError(
                f"the name '{SINGLE_USER}' is kept for the workbench of a single user; take another"
            )
        if looks == skeleton(ATTACKER):
            raise UserError(f"the name '{ATTACKER}' is kept for what attacks have found; take another")
        if not any(each.isalnum() for each in looks):
            raise UserError("a name needs a letter or a digit; this one has none that can be seen")
        with self._store.writing() as session:
            if taken := _alike(session, name):
                raise UserError(_taken(taken[0].name, name))
            return _added(session, name, role, password)

    def change(
        self,
        account: int,
        *,
        role: str | None = None,
        disabled: bool | None = None,
        password: str | None = None,
        sparing: str | None = None,
    ) -> Account:
        """Change what is given; raises UserError without the account, or if no manager would be left.

        Whoever is disabled or gets a new password loses every login, but for the one with the cookie hash
        `sparing`.
        """
        with self._store.writing() as session:
            found = session.get(Account, account)
            if found is None or found.password is None:
                raise UserError(f"there is no account with the number {account}")
            given: dict[str, Any] = {"role": role, "disabled": disabled, "password": password}
            for name, value in given.items():
                if value is not None:
                    setattr(found, name, value)
            session.flush()
            if (role or disabled) and not _managers(session):
                raise UserError(f"{found.name} is the last manager; make another first")
            if disabled or password:
                session.execute(
                    delete(Login).where(Login.account == account, Login.cookie_hash != (sparing or ""))
                )
            return found

    def has_manager(self) -> bool:
        """Whether somebody can sign in as a manager."""
        with self._store.reading() as session:
            return _managers(session) > 0


def _named(session: Session, name: str) -> Account | None:
    """The account of that very name, else of the same but for case, else the only one that looks like it."""
    alike = _alike(session, name)
    for same in (lambda one: one == name, lambda one: one.casefold() == name.casefold(), lambda one: True):
        found = [account for account in alike if same(account.name)]
        if len(found) == 1:
            return found[0]
    return None


def _alike(session: Session, name: str) -> list[Account]:
    """The accounts whose names look like this one; databases compare case in ASCII alone."""
    looks = skeleton(name)
    return [
        one for one in session.scalars(select(Account).order_by(Account.id)) if skeleton(one.name) == looks
    ]


def _taken(name: str, asked: str) -> str:
    if name.casefold() == asked.casefold():
        return f"there is an account named '{name}' already; choose another name"
    return f"there is an account named '{name}' already, which looks like '{asked}'; choose another name"


def _added(session: Session, name: str, role: str, password: str | None) -> Account:
    account = Account(name=name, role=role, password=password, created=now())
    session.add(account)
    session.flush()
    return account


def _managers(session: Session) -> int:
    able = (Account.role == "manager") & Account.password.is_not(None) & Account.disabled.is_(False)
    return session.scalar(select(func.count()).select_from(Account).where(able)) or 0
