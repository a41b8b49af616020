"""A few labelled rows, as a task: what judges of labelled text are tried on."""

import json

from holdfast.tasks.labelled.task import LabelledTask

CATASTROPHIC = ("Ann stabs Bob.", "they all burn", "Hello there. Ann burns the door. Bye!")
HARMLESS = ("Ann greets Bob.", "The cat sat. It was red.", "no end mark", "What a day!")


def rows_task(folder, policy="speech_act", marked=True) -> LabelledTask:
    """Rows of both kinds, all for training and for measuring; the third row marks its middle sentence."""
    passages = [None, None, [[13, 21]]] if marked else [None] * 3
    rows = [{"text": t, "label": "bad", "marks": p} for t, p in zip(CATASTROPHIC, passages, strict=True)]
    rows += [{"text": text, "label": "fine", "marks": None} for text in HARMLESS]
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return LabelledTask(
        {
            "path": str(path),
            "policy": policy,
            "columns": {"text": "text", "label": "label", "passages": "marks"},
            "labels": {"catastrophic": "bad"},
            "splits": {"kind": "derived", "shares": {"train": 1.0}},
        }
    )
