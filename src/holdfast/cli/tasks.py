"""`holdfast tasks`."""

from __future__ import annotations

from holdfast.cli.options import Json


def tasks(*, json: Json = False) -> None:
    """List the tasks, with one sentence each.

    For example:

        holdfast tasks
        holdfast tasks --json
    """
    from holdfast.cli.output import print_json, print_table
    from holdfast.tasks import tasks as registry

    found = [registry.get(name)() for name in registry.names()]
    if json:
        print_json(
            [{"name": t.name, "description": t.description, "phenomena": {**t.phenomena}} for t in found]
        )
        return
    print_table("", ["task", "what it is"], [[t.name, t.description] for t in found], last="what it is")
