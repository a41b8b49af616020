"""Passwords, kept as argon2id hashes with the parameters of RFC 9106 for little memory."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to keep; takes some 0.05 seconds and 64 MiB, so never call it on the event loop."""
    return _hasher.hash(password)


def matches(hash_: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; without a hash it takes as long, and says no."""
    try:
        return _hasher.verify(hash_ or _of_nobody(), password) and hash_ is not None
    except (Argon2Error, InvalidHashError):
        return False


def outdated(hash_: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return _hasher.check_needs_rehash(hash_)


@cache
def _of_nobody() -> str:
    return hashed("nobody has this password")
