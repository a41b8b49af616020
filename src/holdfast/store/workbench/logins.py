"""Signed-in browsers; a login is kept as a hash, so that the database lets nobody in who reads it."""

from __future__ import annotations

from sqlalchemy import delete, select

from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Account, Login


class Logins:
    """The logins of all accounts of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, cookie_hash: str, account: int, csrf: str, expires: str) -> None:
        """Keep a login; those that have expired go."""
        began = now()
        with self._store.writing() as session:
            session.execute(delete(Login).where(Login.expires <= began))
            session.add(
                Login(cookie_hash=cookie_hash, account=account, csrf=csrf, created=began, expires=expires)
            )

    def find(self, cookie_hash: str) -> tuple[Account, Login] | None:
        """The login and its account; None if it has expired or the account is disabled."""
        query = (
            select(Account, Login)
            .join(Login, Login.account == Account.id)
            .where(Login.cookie_hash == cookie_hash, Login.expires > now(), Account.disabled.is_(False))
        )
        with self._store.reading() as session:
            row = session.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])

    def remove(self, cookie_hash: str) -> None:
        """Sign that browser out."""
        with self._store.writing() as session:
            session.execute(delete(Login).where(Login.cookie_hash == cookie_hash))
