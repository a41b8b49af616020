"""What calls of the API declare that they need: the workbench, and a member of some role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import MemberShape, Role

_ROLES: tuple[Role, ...] = ("writer", "reviewer", "manager")


def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


@dataclass(frozen=True)
class AtLeast:
    """A dependency: whoever calls must be signed in, in this role or one above it."""

    role: Role

    def __call__(self, request: Request) -> MemberShape:
        """The member who calls; answers 401 or 403 otherwise."""
        found: MemberShape | None = getattr(request.state, "member", None)
        if found is None:
            raise HTTPException(401, "sign in first")
        if _ROLES.index(found.role) < _ROLES.index(self.role):
            raise HTTPException(403, f"this is for a {self.role}; you are signed in as {found.role}")
        return found


TheBench = Annotated[Workbench, Depends(_bench)]
Writer = Annotated[MemberShape, Depends(AtLeast("writer"))]
Reviewer = Annotated[MemberShape, Depends(AtLeast("reviewer"))]
Manager = Annotated[MemberShape, Depends(AtLeast("manager"))]
