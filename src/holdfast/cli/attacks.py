"""`holdfast attacks`."""

from __future__ import annotations

import inspect

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

    rows = []
    for name in registry.names():
        factory = registry.get(name)
        # One attack a file: the file's first sentence says what the attack is.
        paragraph = (inspect.getdoc(inspect.getmodule(factory)) or "").partition("\n\n")[0]
        sentence = " ".join(paragraph.split()).partition(". ")[0].rstrip(".")
        rows.append({"name": name, "description": sentence, "call": repr(factory())})
    if json:
        print_json(rows)
        return
    print_table(
        "", ["attack", "what it does"], [[r["name"], r["description"]] for r in rows], last="what it does"
    )
