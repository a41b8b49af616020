"""Opens the workbench of a run: its settings, kept between runs of the server, and its newest filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from holdfast.campaign.config import LABELLED, resolve
from holdfast.core.errors import UserError
from holdfast.store.store import Store
from holdfast.store.workbench.benches import Benches
from holdfast.workbench.bench import Workbench
from holdfast.workbench.served import first_served
from holdfast.workbench.settings import WorkbenchSettings


def open_workbench(
    store: Store, run: str, *, team: bool = False, changes: Mapping[str, Any] | None = None
) -> Workbench:
    """The workbench of a run, set as it was kept, with some settings changed, and these kept.

    Raises UserError without the run or a finished round of it, and for settings that cannot be.
    """
    config = resolve(store.run(run).config)
    kept = Benches(store).settings(run) or {}
    try:
        settings = WorkbenchSettings.model_validate({**kept, **(changes or {})})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"the workbench's setting {place}: {first['msg'].lower()}") from None
    bench = Workbench(store, run, config, team, settings, trains=config.task_kind != LABELLED)
    keep_settings(bench, settings)
    bench.serve(first_served(store, run, config))
    return bench


def keep_settings(bench: Workbench, settings: WorkbenchSettings) -> None:
    """Set the workbench so from now on; raises UserError for settings that cannot be."""
    if settings.judge == "people" and settings.labels_per_item > 0 and not bench.team:
        raise UserError(
            "nobody reviews their own texts, so people judge in a team alone: add --team, or let the "
            "writer's own word count with --labels 0, or go back to --judge oracle"
        )
    Benches(bench.store).keep(bench.run, settings.model_dump(mode="json"))
    bench.settings = settings
