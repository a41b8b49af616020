"""Signing in and out: by the link that a single user is given, or by name and password."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.logins import Logins
from holdfast.store.workbench.schema import Account
from holdfast.workbench.access.limit import TryLimit
from holdfast.workbench.access.passwords import hashed, matches, outdated
from holdfast.workbench.shapes import MemberShape

LOGIN_DAYS = 7

TRIES_BY_NAME = 5
TRIES_BY_ADDRESS = 20
TRY_SECONDS = 300.0


@dataclass(frozen=True)
class SignedIn:
    """A browser that is signed in, and the token that its changing calls must send."""

    member: MemberShape
    csrf: str
    cookie_hash: str


class TooManyTriesError(Exception):
    """Somebody has tried to sign in too often."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many tries to sign in; wait {max(1, round(seconds))} seconds")
        self.seconds = seconds


class Entry:
    """Lets people in. A team signs in by password; a single user by a link that opens once.

    The next link is made as soon as one is used, and told to `on_link`. A login of the one kind opens nothing
    on a server of the other.
    """

    def __init__(self, store: Store, run: str, *, team: bool) -> None:
        self.team = team
        self.accounts = Accounts(store)
        self.on_link: Callable[[], None] = lambda: None
        # Browsers send cookies to every port of a host, so each run's has a name of its own.
        self.cookie = "holdfast-" + _digest(f"{store.url}\n{run}")[:12]
        self._logins = Logins(store)
        self._token = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._by_name = TryLimit(TRIES_BY_NAME, TRY_SECONDS)
        self._by_address = TryLimit(TRIES_BY_ADDRESS, TRY_SECONDS)

    @property
    def token(self) -> str | None:
        """What the link to sign in with carries; None for a team."""
        return None if self.team else self._token

    def by_link(self, token: str) -> str | None:
        """The cookie for whoever has the link, None if it is not (or no more) the right one."""
        with self._lock:
            right = not self.team and secrets.compare_digest(token.encode(), self._token.encode())
            if right:
                self._token = secrets.token_urlsafe(32)
        if not right:
            return None
        cookie = self._cookie_for(self.accounts.single())
        self.on_link()
        return cookie

    def by_password(self, name: str, password: str, address: str) -> str | None:
        """The cookie for that account, None if name and password do not fit; raises TooManyTriesError."""
        key = name.lower()
        for limit, tried in ((self._by_address, address), (self._by_name, key)):
            if (wait := limit.enter(tried)) is not None:
                raise TooManyTriesError(wait)
        account = self.accounts.named(name) if self.team else None
        right = matches(account.password if account else None, password)
        if account is None or not right or account.disabled:
            return None
        self._by_name.clear(key)
        self._by_address.forgive(address)  # a whole team may come from one address
        if outdated(account.password or ""):
            account = self.accounts.change(account.id, password=hashed(password))
        return self._cookie_for(account)

    def find(self, cookie: str) -> SignedIn | None:
        """Who has that cookie; None once it has expired, or its account may not enter here any more."""
        hash_ = _digest(cookie)
        found = self._logins.find(hash_)
        if found is None or (found[0].password is not None) != self.team:
            return None
        account, login = found
        member = MemberShape.model_validate({"id": account.id, "name": account.name, "role": account.role})
        return SignedIn(member, login.csrf, hash_)

    def leave(self, signed_in: SignedIn) -> None:
        """Sign that browser out."""
        self._logins.remove(signed_in.cookie_hash)

    def _cookie_for(self, account: Account) -> str:
        cookie = secrets.token_urlsafe(32)
        expires = datetime.now(UTC) + timedelta(days=LOGIN_DAYS)
        self._logins.add(
            _digest(cookie),
            account.id,
            secrets.token_urlsafe(32),
            expires.isoformat(timespec="microseconds"),
        )
        return cookie


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
