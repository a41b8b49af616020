"""The calls of the API for managers: figures of the work, and the export."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from holdfast.store.workbench.work import Works
from holdfast.workbench.dependencies import Manager, TheBench
from holdfast.workbench.manager import export, overview, survival, tactics, tools
from holdfast.workbench.manager.shapes import Overview, SurvivalShape, TacticsShape, ToolsShape

router = APIRouter(prefix="/api/manager", tags=["manager"])

REPORT = "/report/report.html"


@router.get("/overview")
def manager_overview(bench: TheBench, manager: Manager) -> Overview:
    """The project at a glance: failures per active hour, egregiousness, and each writer's work."""
    written = (bench.store.run_folder(bench.run) / "report.html").is_file()
    return overview.overview(Works(bench.store, bench.run).all(), REPORT if written else None)


@router.get("/survival")
def manager_survival(bench: TheBench, manager: Manager) -> SurvivalShape:
    """Time to failure in active minutes, by model, by writer and by tool condition."""
    return survival.survival(Works(bench.store, bench.run).all())


@router.get("/tactics")
def manager_tactics(bench: TheBench, manager: Manager) -> TacticsShape:
    """Clusters of similar failures, their share by round, and how many still pass the served model."""
    found = Works(bench.store, bench.run).failures()
    return tactics.tactics(found, bench.served, bench.desk.rescored)


@router.get("/tools")
def manager_tools(bench: TheBench, manager: Manager) -> ToolsShape:
    """How much faster writers find failures with all tools than under each other condition."""
    return tools.tools(Works(bench.store, bench.run).all())


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {} for kind in export.MEDIA_TYPES.values()}}},
)
def manager_export(bench: TheBench, manager: Manager, format: export.Format = "jsonl") -> StreamingResponse:
    """Every submission with its labels, its draft and its condition, as a file."""
    pieces = export.exported(Works(bench.store, bench.run), format)
    name = f"{bench.run}-submissions.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=export.MEDIA_TYPES[format], headers=headers)
