"""Opens the workbench of a run: its settings, kept between runs of the server, and its newest filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from holdfast.campaign.config import LABELLED
from holdfast.campaign.editions import usable_config
from holdfast.campaign.people.desk import people_settings
from holdfast.core.errors import UserError
from holdfast.store.store import Store
from holdfast.store.workbench.benches import Benches
from holdfast.workbench.bench import Workbench
from holdfast.workbench.served import first_served
from holdfast.workbench.settings import WorkbenchSettings, out_of_range, within_range


def open_workbench(
    store: Store, run: str, *, team: bool = False, changes: Mapping[str, Any] | None = None
) -> Workbench:
    """The workbench of a run, set as it was kept, with some settings changed, and these kept.

    Raises UserError without the run or a finished round of it, and for settings that cannot be.
    """
    config = usable_config(store.run(run))
    _ = config.reader  # writers work against a filter
    kept = within_range(Benches(store).settings(run) or {})
    judged = people_settings(config) if config.asks_people else {}
    try:
        settings = WorkbenchSettings.model_validate({**kept, **judged, **(changes or {})})
    except ValidationError as error:
        first = error.errors()[0]
        if (words := out_of_range(first)) is not None:
            raise UserError(f"the workbench's settings: {words}") from None
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"the workbench's setting {place}: {first['msg'].lower()}") from None
    bench = Workbench(store, run, config, team, settings, trains=config.task_kind != LABELLED)
    keep_settings(bench, settings)
    bench.serve(first_served(store, run, config))
    return bench


def keep_settings(bench: Workbench, settings: WorkbenchSettings) -> None:
    """Set the workbench so from now on; raises UserError for settings that cannot be."""
    asked = people_settings(bench.config) if bench.config.asks_people else {}
    for name, value in asked.items():
        if getattr(settings, name) != value:
            raise UserError(
                f"the configuration has `judge: people` with `reviewers: {asked['labels_per_item']}`, which"
                " the workbench keeps to; change it there"
            )
    if asked and settings.labels_per_item > 1 and not bench.team:
        raise UserError(
            f"{settings.labels_per_item} people judge each text, by the configuration's `reviewers`: add"
            " --team, so that each signs in by name, or write `reviewers: 1`"
        )
    if not asked and settings.judge == "people" and settings.labels_per_item > 0 and not bench.team:
        raise UserError(
            "nobody reviews their own texts, so people judge in a team alone: add --team, or let the "
            "writer's own word count with --labels 0, or go back to --judge oracle"
        )
    Benches(bench.store).keep(bench.run, settings.model_dump(mode="json"))
    bench.settings = settings
