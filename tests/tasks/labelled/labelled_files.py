"""Small files of labelled text, in every format, and data opened from them."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.tasks.labelled import LabelledConfig
from holdfast.tasks.labelled.data import Labelled

TEXT_AND_LABEL = {"text": "text", "label": "label"}
ONE_IS_BAD = {"catastrophic": 1}


def config(path="texts.csv", columns=TEXT_AND_LABEL, labels=ONE_IS_BAD, **more):
    return LabelledConfig.model_validate({"path": path, "columns": columns, "labels": labels, **more})


def opened(folder, content, name="texts.csv", **more):
    """The data of a file of that name, with the content as text or bytes."""
    content = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(content)
    return Labelled.open(config(name, **more), base=folder, cache=folder / "cache")


def as_jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_json(rows):
    return json.dumps(rows, indent=1, ensure_ascii=False).encode()


def as_csv(rows, delimiter=",", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_parquet(rows):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, row_group_size=2)
    return out.getvalue()


FORMATS = {
    "texts.jsonl": as_jsonl,
    "texts.jsonl.gz": lambda rows: gzip.compress(as_jsonl(rows)),
    "texts.json": as_json,
    "texts.csv": as_csv,
    "texts.tsv": lambda rows: as_csv(rows, "\t", "\n", csv.QUOTE_ALL),
    "texts.csv.gz": lambda rows: gzip.compress(as_csv(rows)),
    "texts.parquet": as_parquet,
}
"""For each name how rows are written under it."""
