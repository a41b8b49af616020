"""`holdfast tasks`."""

from __future__ import annotations

from typing import Any

from holdfast.cli.options import Json


def tasks(*, json: Json = False) -> None:
    """List the tasks, with one sentence each.

    For example:

        holdfast tasks
        holdfast tasks --json
    """
    from holdfast.cli.output import print_json, print_table
    from holdfast.tasks import tasks as registry
    from holdfast.tasks.labelled.task import LabelledTask

    # A task that is made of a user's data says what it is before it is made.
    made = [registry.get(name) for name in registry.names()]
    found: list[Any] = [each if each is LabelledTask else each() for each in made]
    if json:
        print_json(
            [{"name": t.name, "description": t.description, "phenomena": {**t.phenomena}} for t in found]
        )
        return
    print_table("", ["task", "what it is"], [[t.name, t.description] for t in found], last="what it is")
