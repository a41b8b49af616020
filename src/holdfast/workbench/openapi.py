"""Writes the API's schema for the front end: `python -m holdfast.workbench.openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from holdfast.core.files import write_text

SCHEMA = Path(__file__).parent / "web" / "openapi.json"


def schema() -> str:
    """The OpenAPI schema as JSON text; no model is loaded."""
    from holdfast.workbench.app import calls

    return json.dumps(calls().openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    write_text(SCHEMA, schema())
