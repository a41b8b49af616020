"""What calls of the API declare that they need: the workbench, and a member of some role.

Every call declares who it is for, `Anyone` or a role; one that does not keeps the server from being made.
None of these blocks: as coroutines they spare each call a hop to another thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape, Role

_ROLES: tuple[Role, ...] = ("writer", "reviewer", "manager")


async def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


@dataclass(frozen=True)
class AtLeast:
    """A dependency: whoever calls must be signed in, in this role or one above it."""

    role: Role

    async def __call__(self, request: Request) -> MemberShape:
        """The member who calls; answers 401 or 403 otherwise."""
        found: MemberShape | None = getattr(request.state, "member", None)
        if found is None:
            raise HTTPException(401, "sign in first")
        if _ROLES.index(found.role) < _ROLES.index(self.role):
            raise HTTPException(403, f"this is for a {self.role}; you are signed in as {found.role}")
        return found


async def anyone() -> None:
    """A dependency: whoever calls need not be signed in."""


def declared_role(route: APIRoute) -> Role | Literal["anyone"]:
    """The role that a call is for; raises ValueError if it declares none."""
    calls = [dependant.call for dependant in _all(route.dependant)]
    roles = [call.role for call in calls if isinstance(call, AtLeast)]
    if roles:
        return max(roles, key=_ROLES.index)
    if anyone not in calls:
        raise ValueError(f"{route.path} does not declare whom it is for; see workbench/dependencies.py")
    return "anyone"


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _all(below)


Anyone = Depends(anyone)
TheBench = Annotated[Workbench, Depends(_bench)]
Writer = Annotated[MemberShape, Depends(AtLeast("writer"))]
Reviewer = Annotated[MemberShape, Depends(AtLeast("reviewer"))]
Manager = Annotated[MemberShape, Depends(AtLeast("manager"))]
