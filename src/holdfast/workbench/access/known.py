"""Browsers that an account has signed in from: nobody else's wrong passwords stand in their way.

Such a browser keeps a mark, and its tries are counted apart from those of its address. Whoever guesses at a
colleague's password from the same network has no such mark, and uses up the tries of strangers alone. The
mark is made with the account's password hash, so that it is kept nowhere here and ends with the password.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from holdfast.store.workbench.schema import Account

DAYS = 180


def mark(account: Account) -> str:
    """A mark for a browser that has just signed in."""
    name = secrets.token_urlsafe(12)
    return f"{name}.{_signed(account, name)}"


def bears(account: Account, given: str) -> bool:
    """Whether a mark is one that this account's browsers were given, since its password is this one."""
    name, _, signature = given.partition(".")
    return secrets.compare_digest(signature.encode(), _signed(account, name).encode())


def _signed(account: Account, name: str) -> str:
    key = (account.password or secrets.token_hex()).encode()
    return hmac.new(key, f"{account.id}:{name}".encode(), hashlib.sha256).hexdigest()
