"""What calls of the API declare that they need: the workbench, and a member of some role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape, Role

_ROLES: tuple[Role, ...] = ("writer", "reviewer", "manager")


def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


def _at_least(role: Role) -> Callable[[Request], MemberShape]:
    def member(request: Request) -> MemberShape:
        found: MemberShape | None = getattr(request.state, "member", None)
        if found is None:
            raise HTTPException(401, "sign in first")
        if _ROLES.index(found.role) < _ROLES.index(role):
            raise HTTPException(403, f"this is for a {role}; you are signed in as {found.role}")
        return found

    return member


TheBench = Annotated[Workbench, Depends(_bench)]
Writer = Annotated[MemberShape, Depends(_at_least("writer"))]
Reviewer = Annotated[MemberShape, Depends(_at_least("reviewer"))]
Manager = Annotated[MemberShape, Depends(_at_least("manager"))]
