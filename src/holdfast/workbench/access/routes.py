"""Sessions, news, accounts and settings."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from holdfast.store.workbench.schema import Account
from holdfast.workbench.access import known
from holdfast.workbench.access.entry import LOGIN_DAYS, Entry, SignedIn, TooManyTriesError
from holdfast.workbench.access.passwords import hashed
from holdfast.workbench.access.project import project_shape
from holdfast.workbench.access.streams import RoomForAStream
from holdfast.workbench.bench import Workbench
from holdfast.workbench.bulletin import News
from holdfast.workbench.dependencies import Anyone, Manager, TheBench, Writer
from holdfast.workbench.manager.shapes import AccountChange, AccountShape, NewAccount
from holdfast.workbench.opening import keep_settings
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.shapes import Credentials, PasswordChange, SessionShape

router = APIRouter(prefix="/api", tags=["access"])

_RETRY_MILLISECONDS = 1000

# A hash takes 64 MiB and some of a core: so many at once, however many try.
_passwords = CapacityLimiter(2)


async def _entry(request: Request) -> Entry:
    entry: Entry = request.app.state.entry
    return entry


async def _team_entry(request: Request) -> Entry:
    entry = await _entry(request)
    if not entry.team:
        raise HTTPException(409, "a single user's workbench has no accounts; start it with --team")
    return entry


TheEntry = Annotated[Entry, Depends(_entry)]
TeamEntry = Annotated[Entry, Depends(_team_entry)]


@router.get("/session", dependencies=[Anyone])
def read_session(request: Request, bench: TheBench) -> SessionShape:
    """Who is signed in, and what for."""
    return _session(bench, request.state.signed_in)


@router.post("/session", dependencies=[Anyone])
async def sign_in(
    credentials: Credentials, request: Request, response: Response, bench: TheBench, entry: TheEntry
) -> SessionShape:
    """Sign in by name and password; a single user has a link instead."""
    if not entry.team:
        raise HTTPException(409, "a single user signs in with the link that the terminal shows")
    address = request.client.host if request.client else ""
    mark = request.cookies.get(entry.mark_cookie, "")
    try:
        admitted = await run_sync(
            entry.by_password, credentials.name, credentials.password, address, mark, limiter=_passwords
        )
    except TooManyTriesError as error:
        raise _too_many(error) from None
    if admitted is None:
        raise HTTPException(401, "wrong name or password")
    set_cookie(response, request, entry, admitted.cookie)
    _set_mark(response, request, entry, admitted.mark)
    return await run_sync(lambda: _session(bench, entry.find(admitted.cookie)))


@router.post("/session/password", status_code=204)
async def change_own_password(
    change: PasswordChange,
    request: Request,
    response: Response,
    bench: TheBench,
    entry: TeamEntry,
    member: Writer,
) -> None:
    """Change one's own password; every other browser of the account is signed out at once."""
    signed_in: SignedIn = request.state.signed_in
    try:
        mark = await run_sync(entry.change_password, signed_in, change.old, change.new, limiter=_passwords)
    except TooManyTriesError as error:
        raise _too_many(error) from None
    if mark is None:
        raise HTTPException(422, "the old password is wrong")
    _set_mark(response, request, entry, mark)
    bench.bulletin.dismiss(member.id)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, entry: TheEntry, member: Writer) -> None:
    """Sign this browser out."""
    entry.leave(request.state.signed_in)
    response.delete_cookie(entry.cookie, httponly=True, samesite="strict")


@router.get("/events", response_class=EventSourceResponse)
async def events(
    request: Request, bench: TheBench, entry: TheEntry, member: Writer, room: RoomForAStream
) -> AsyncIterator[ServerSentEvent]:
    """News as server-sent events, named by their kind, until the login ends; a comment now and then."""
    cookie = request.cookies[entry.cookie]
    yield ServerSentEvent(comment="listening", retry=_RETRY_MILLISECONDS)
    async for news in bench.bulletin.listen(member.id):
        if await run_sync(entry.find, cookie) is None:
            return
        yield ServerSentEvent(event=news.kind, data=news.data)


@router.get("/accounts")
def list_accounts(entry: TeamEntry, member: Manager) -> list[AccountShape]:
    """Every account of the team."""
    return [_account(account) for account in entry.accounts.all()]


@router.post("/accounts", status_code=201)
async def add_account(new: NewAccount, entry: TeamEntry, member: Manager) -> AccountShape:
    """Add an account."""
    password = await run_sync(hashed, new.password, limiter=_passwords)
    return _account(await run_sync(entry.accounts.add, new.name, new.role, password))


@router.patch("/accounts/{id}")
async def change_account(
    account: Annotated[int, Path(alias="id", ge=1, le=2**63 - 1)],
    change: AccountChange,
    request: Request,
    bench: TheBench,
    entry: TeamEntry,
    member: Manager,
) -> AccountShape:
    """Change an account; one that is disabled or gets another password is signed out everywhere at once."""
    if await run_sync(entry.accounts.get, account) is None:
        raise HTTPException(404, f"there is no account with the number {account}")
    password = await run_sync(hashed, change.password, limiter=_passwords) if change.password else None
    changed = await run_sync(
        lambda: entry.accounts.change(
            account,
            role=change.role,
            disabled=change.disabled,
            password=password,
            sparing=request.state.signed_in.cookie_hash,
        )
    )
    if change.disabled or change.password:
        bench.bulletin.dismiss(account)
    return _account(changed)


@router.get("/settings")
def read_settings(bench: TheBench, member: Manager) -> WorkbenchSettings:
    """How the workbench is set."""
    return bench.settings


@router.put("/settings")
def change_settings(settings: WorkbenchSettings, bench: TheBench, member: Manager) -> WorkbenchSettings:
    """Set the workbench so from now on."""
    keep_settings(bench, settings)
    bench.bulletin.post(News("settings", {}))
    return bench.settings


def set_cookie(response: Response, request: Request, entry: Entry, cookie: str) -> None:
    """Have the browser keep the cookie, out of its scripts' reach and for calls of its own pages alone."""
    _keep(response, request, entry.cookie, cookie, LOGIN_DAYS)


def _set_mark(response: Response, request: Request, entry: Entry, mark: str) -> None:
    _keep(response, request, entry.mark_cookie, mark, known.DAYS)


def _keep(response: Response, request: Request, name: str, value: str, days: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=days * 86_400,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _too_many(error: TooManyTriesError) -> HTTPException:
    return HTTPException(429, str(error), {"Retry-After": str(math.ceil(error.seconds))})


def _session(bench: Workbench, signed_in: SignedIn | None) -> SessionShape:
    if signed_in is None:
        return SessionShape(member=None, team=bench.team, csrf=None, project=None)
    return SessionShape(
        member=signed_in.member, team=bench.team, csrf=signed_in.csrf, project=project_shape(bench)
    )


def _account(account: Account) -> AccountShape:
    return AccountShape.model_validate(
        {name: getattr(account, name) for name in ("id", "name", "role", "disabled", "created")}
    )
