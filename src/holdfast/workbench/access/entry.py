"""Signing in and out: by the link that a single user is given, or by name and password."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from holdfast.core.lookalikes import skeleton
from holdfast.store.store import Store
from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.logins import Logins
from holdfast.store.workbench.schema import Account
from holdfast.workbench.access import known
from holdfast.workbench.access.limit import TryLimit
from holdfast.workbench.access.passwords import hashed, matches, outdated
from holdfast.workbench.shapes import MemberShape

LOGIN_DAYS = 7

TRIES = 5
"""At one account from one address, or from one browser that has signed in to it before."""
TRIES_BY_ADDRESS = 20
TRY_SECONDS = 300.0


@dataclass(frozen=True)
class SignedIn:
    """A browser that is signed in, and the token that its changing calls must send."""

    member: MemberShape
    csrf: str
    cookie_hash: str


@dataclass(frozen=True)
class Admission:
    """What a browser that was let in is given: its cookie, and the mark by which it is known later."""

    cookie: str
    mark: str


class TooManyTriesError(Exception):
    """Somebody has tried passwords too often."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong passwords; wait {max(1, round(seconds))} seconds")
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
        self.mark_cookie = f"{self.cookie}-known"
        self._by_account = TryLimit(TRIES, TRY_SECONDS)
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

    def by_password(self, name: str, password: str, address: str, mark: str = "") -> Admission | None:
        """Lets an account in, None if name and password do not fit; raises TooManyTriesError.

        Tries count by account and address together, so that nobody can lock an account for everybody. A
        browser whose mark says that it has signed in to the account before has tries of its own.
        """
        account = self.accounts.named(name) if self.team else None
        known_here = account is not None and known.bears(account, mark)
        if not known_here:
            _count(self._by_address, address)
        key = f"{skeleton(name)}\n{mark if known_here else address}"
        _count(self._by_account, key)
        right = matches(account.password if account else None, password)
        if account is None or not right or account.disabled:
            return None
        self._by_account.clear(key)
        if not known_here:
            self._by_address.forgive(address)  # a whole team may come from one address
        if outdated(account.password or ""):
            account = self.accounts.change(account.id, password=hashed(password))
        return Admission(self._cookie_for(account), known.mark(account))

    def change_password(self, signed_in: SignedIn, old: str, new: str) -> str | None:
        """Change one's own password; the mark for this browser, None if the old one is not right.

        All other browsers of the account are signed out. Raises TooManyTriesError.
        """
        account, key = self.accounts.get(signed_in.member.id), f"own\n{signed_in.member.id}"
        _count(self._by_account, key)
        if account is None or not matches(account.password, old):
            return None
        self._by_account.clear(key)
        changed = self.accounts.change(account.id, password=hashed(new), sparing=signed_in.cookie_hash)
        return known.mark(changed)

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


def _count(limit: TryLimit, key: str) -> None:
    if (wait := limit.enter(key)) is not None:
        raise TooManyTriesError(wait)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
