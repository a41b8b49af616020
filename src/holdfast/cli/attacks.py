"""`holdfast attacks`."""

from __future__ import annotations

import inspect
from typing import Any

from holdfast.cli.options import Json


def attacks(*, json: Json = False) -> None:
    """List the attacks, with one sentence each.

    With --json also the call that makes each with its defaults.

    For example:

        holdfast attacks
        holdfast attacks --json
    """
    from holdfast.attacks import attacks as registry
    from holdfast.cli.output import print_json, print_table

    rows = [_row(name, registry.get(name)) for name in registry.names()]
    if json:
        print_json(rows)
        return
    print_table(
        "", ["attack", "what it does"], [[r["name"], r["description"]] for r in rows], last="what it does"
    )


def _row(name: str, factory: Any) -> dict[str, str]:
    from dataclasses import MISSING, fields

    needed = [field.name for field in fields(factory) if field.default is MISSING]
    # One attack a file: the file's first sentence says what it is. Attacks made of others share a file.
    told = factory if needed else inspect.getmodule(factory)
    paragraph = (inspect.getdoc(told) or "").partition("\n\n")[0]
    sentence = " ".join(paragraph.split()).partition(". ")[0].rstrip(".")
    call = f"{factory.__name__}({', '.join(f'{name}=...' for name in needed)})" if needed else repr(factory())
    return {"name": name, "description": sentence, "call": call}
