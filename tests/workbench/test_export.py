"""The export: the same rows in both forms, whole, in order, and nothing of how people sign in."""

import io
import json

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from submitted import account, failure, submission

from holdfast.store.store import now
from holdfast.store.workbench.schema import Account, Login, Review
from holdfast.store.workbench.work import Works
from holdfast.workbench.manager import export

ODD = 'a "quoted", =SUM(A1)\nline \u2028 é 漢 \\ end'


def labelled(store, number, reviewer, **over):
    fields = {"label": "catastrophic", "egregiousness": 4.0, "reason": "because", "adjudication": False}
    with store.writing() as session:
        session.add(Review(submission=number, account=reviewer, created=now(), **{**fields, **over}))


@pytest.fixture
def kept(workbench, store):
    """A failure with three labels, one submission of odd text, and several plain ones."""
    ann, rex, sue = (account(store, name) for name in ("ann", "rex", "sue"))
    first = failure(store, workbench.run, ann, phenomena=["negation", "passive"], trained=2)
    for reviewer, over in ((rex, {}), (sue, {"label": "unsure"}), (ann, {"adjudication": True})):
        labelled(store, first, reviewer, **over)
    submission(store, workbench.run, rex, prompt=ODD, completion=ODD, reason=ODD)
    for _ in range(5):
        submission(store, workbench.run, ann, status="rejected", label="harmless", egregiousness=0.0)
    return Works(store, workbench.run)


def lines(data: bytes) -> list[dict]:
    return [json.loads(line) for line in data.decode().split("\n") if line]


def both(works, batch=500):
    """The rows of either form, read by its own reader."""
    batches = works.submitted
    works.submitted = lambda: batches(batch)
    jsonl = lines(b"".join(export.exported(works, "jsonl")))
    parquet = pq.read_table(io.BytesIO(b"".join(export.exported(works, "parquet")))).to_pylist()
    return jsonl, parquet


@pytest.mark.parametrize("batch", [1, 3, 7, 500])
def test_both_forms_hold_the_same_rows_in_order(kept, batch):
    jsonl, parquet = both(kept, batch)
    assert len(jsonl) == 7
    assert jsonl == parquet
    assert [row["submission"] for row in jsonl] == sorted(row["submission"] for row in jsonl)
    assert [list(row) for row in jsonl] == [export.schema().names] * 7


def test_a_row_tells_text_labels_draft_and_condition(kept):
    first, odd, *_ = both(kept)[0]
    assert (odd["prompt"], odd["completion"], odd["reason"]) == (ODD, ODD, ODD)
    assert first["phenomena"] == ["negation", "passive"]
    assert (first["writer"], first["condition"], first["trained_in_round"]) == ("ann", None, 2)
    assert (first["draft_origin"], first["draft_model_round"]) == ("blank", 0)
    told = [(label["reviewer"], label["label"], label["adjudication"]) for label in first["labels"]]
    assert told == [("rex", "catastrophic", False), ("sue", "unsure", False), ("ann", "catastrophic", True)]
    assert odd["labels"] == []


def test_without_submissions_there_are_no_rows_but_columns(workbench, store):
    works = Works(store, workbench.run)
    assert b"".join(export.exported(works, "jsonl")) == b""
    table = pq.read_table(io.BytesIO(b"".join(export.exported(works, "parquet"))))
    assert (table.num_rows, table.column_names) == (0, export.schema().names)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_the_first_rows_are_handed_on_before_the_last_are_read(kept, form):
    read = []
    batches = kept.submitted

    def noted():
        for batch in batches(2):
            read.append(len(batch))
            yield batch

    kept.submitted = noted
    pieces = export.exported(kept, form)
    first = next(pieces)
    assert first
    assert read == [2]
    assert len(first) < len(b"".join([first, *pieces]))
    assert sum(read) == 7


@pytest.mark.parametrize(
    ("form", "kind"), [("jsonl", "application/x-ndjson"), ("parquet", "application/vnd.apache.parquet")]
)
def test_a_manager_downloads_it_as_a_file(kept, client, workbench, form, kind):
    answer = client.get("/api/manager/export", params={"format": form})
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f'attachment; filename="tiny-submissions.{form}"'
    rows = lines(answer.content) if form == "jsonl" else pq.read_table(io.BytesIO(answer.content)).to_pylist()
    assert rows == both(kept)[0]


def test_an_unknown_form_is_refused(client):
    assert client.get("/api/manager/export", params={"format": "csv"}).status_code == 422


def test_nothing_of_passwords_or_logins_is_in_it(kept, store, client):
    data = b"".join(export.exported(kept, "jsonl"))
    with store.reading() as session:
        secrets = [*session.scalars(select(Account.password)), *session.scalars(select(Login.csrf))]
        secrets += session.scalars(select(Login.cookie_hash))
    assert len([secret for secret in secrets if secret]) >= 3
    assert not any(secret.encode() in data for secret in secrets if secret)
