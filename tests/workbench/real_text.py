"""A guard that is right by construction on the workbench, with labelled text, by several judges."""

import json

from labelled_guard import rows, save_guard, write_config, write_rows

TABLE = {"knife": ["spoon", "tea"], "poison": ["honey"], "gun": ["broom"]}
JUDGES = {
    "carried": {},
    "anything": {"judge": {"kind": "carried", "surround": "anything"}},
    "edits": {"judge": {"kind": "edits", "most": 3}},
    "labels": {"judge": {"kind": "labels"}},
}


def write_guard(folder, kind="carried", **more):
    """The guard, its data and its configuration; returns the configuration's path."""
    changes = dict(JUDGES[kind])
    if kind == "edits":
        (folder / "table.json").write_text(json.dumps(TABLE))
        changes["judge"] = {**changes["judge"], "table": str(folder / "table.json")}
    if not (folder / "guard").exists():
        save_guard(folder / "guard")
        write_rows(folder / "rows.csv", rows())
    path = write_config(folder / f"{kind}.yaml", folder / "rows.csv", folder / "guard", **changes, **more)
    if kind == "anything":
        config = json.loads(path.read_text())
        config["task"]["data"]["policy"] = "presence"
        path.write_text(json.dumps(config))
    return path
