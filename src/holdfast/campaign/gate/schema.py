"""The JSON schema of a gate's result: `python -m holdfast.campaign.gate.schema FILE` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from holdfast.campaign.gate.record import GateRecord
from holdfast.core.files import write_text


def gate_schema() -> str:
    """The schema as JSON text."""
    schema = GateRecord.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_text(Path(sys.argv[1]), gate_schema())
