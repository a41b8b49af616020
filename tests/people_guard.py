"""A guard right by construction, and labelled text of all splits, in rounds that people judge."""

import json
import re

from labelled_guard import rows, save_guard, write_config, write_rows

PEOPLE = {
    "judge": {"kind": "people", "candidates": 2, "most": 4},
    "rounds": 1,
    "attacks": [{"attack": {"kind": "random_rewrite", "width": 6}, "seeds": 8, "queries_per_seed": 24}],
    "held_out": [{"kind": "word_importance", "words": 6}],
    "retraining": {
        "recipe": {"learning_rate": 1e-2, "batch_size": 16},
        "examples": 64,
        "steps": 4,
        "candidates": 30,
    },
    "evaluation": {"attack_seeds": 4, "queries_per_seed": 24},
}


def texts():
    """Rows of all four splits."""
    validation = [{**row, "split": "validation"} for row in rows(seed=1, each=(14, 0, 0))]
    made = rows(each=(16, 20, 24))
    known = {row["text"] for row in made}
    return [*made, *(row for row in validation if row["text"] not in known)]


def write_people_guard(folder):
    """The guard and its data."""
    save_guard(folder / "guard")
    write_rows(folder / "texts.csv", texts())


def write_people(folder, **changes):
    """A configuration of them; returns its path."""
    return write_config(folder / "people.yaml", "texts.csv", "guard", **{**PEOPLE, **changes})


def told(record):
    """All that a run says but for the clock, its name, and where it lies."""
    plain = record.model_dump(mode="json", exclude={"run", "started", "finished", "config"})
    return re.sub(r'"seconds": [0-9.e+-]+', "", json.dumps(plain))
