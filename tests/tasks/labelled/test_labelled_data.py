"""`Labelled`: rows by number, split, label and slice; the cache; what is in memory."""

import pickle
import shutil

import numpy as np
import pytest
from labelled_files import as_csv, as_jsonl, config, opened

from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.snippet import Label, Snippet
from holdfast.tasks.labelled import cache
from holdfast.tasks.labelled.data import Labelled

COLUMNS = {"text": "text", "label": "label", "split": "part", "slices": ["lang", "kind"]}
ROWS = [
    {"text": f"{'Same' if n % 5 == 0 else f'text {n}'}", "label": n % 3 % 2, "part": ("train", "test")[n % 2]}
    | {"lang": ("en", "", "de")[n % 3], "kind": n % 4}
    for n in range(50)
]


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "ROWS_A_GROUP", 4)
    return opened(tmp_path, as_csv(ROWS), columns=COLUMNS, splits={"kind": "given"})


def test_rows_come_as_they_are_asked_for(data):
    assert len(data) == 50
    wanted = [49, 0, 7, 7, 23]
    assert [row.snippet for row in data.rows(wanted)] == [Snippet("", ROWS[n]["text"]) for n in wanted]
    assert data.snippets(wanted) == [row.snippet for row in data.rows(wanted)]
    assert data.rows([]) == []
    for outside in ([-1], [50]):
        with pytest.raises(IndexError):
            data.rows(outside)


def test_rows_by_split_label_and_slice(data):
    def those(wanted):
        return [n for n, row in enumerate(ROWS) if wanted(row)]

    assert data.indices("test").tolist() == those(lambda row: row["part"] == "test")
    assert data.indices("validation").tolist() == []
    assert data.indices("train", Label.CATASTROPHIC).tolist() == those(
        lambda row: row["part"] == "train" and row["label"] == 1
    )
    assert data.indices(where={"lang": "de", "kind": "1"}).tolist() == those(
        lambda row: row["lang"] == "de" and row["kind"] == 1
    )
    assert data.indices(where={"lang": "fr"}).tolist() == []
    with pytest.raises(UserError, match="unknown slice 'language'; did you mean 'lang'"):
        data.indices(where={"language": "de"})
    assert data.slices == {"lang": ("en", "", "de"), "kind": ("0", "1", "2", "3")}


def test_distinct_rows_are_the_first_of_each_text(data):
    found = data.indices("test", distinct=True)
    texts = [row.snippet.completion for row in data.rows(found)]
    assert len(set(texts)) == len(texts) == len({row["text"] for row in ROWS if row["part"] == "test"})
    assert found.tolist() == sorted(found.tolist())
    assert 5 in found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Some  text\n", "some text", True),
        ("STRASSE", "straße", True),
        ("text.", "text", False),
        ("te xt", "text", False),
    ],
)
def test_which_texts_are_the_same(one, other, same, tmp_path):
    data = opened(tmp_path, as_jsonl([{"text": t, "label": 1} for t in (one, other)]), "texts.jsonl")
    assert (len(data.indices(distinct=True)) == 1) == same


def test_the_parts_of_a_pair_are_not_mixed_up(tmp_path):
    content = "p,c,label\na b,c,1\na,b c,1\n"
    data = opened(tmp_path, content, columns={"prompt": "p", "completion": "c", "label": "label"})
    assert len(data.indices(distinct=True)) == 2


def test_batches_hold_every_row_once(data):
    batches = list(data.batches("train", 10))
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert [row.line for batch in batches for row in batch] == [n + 2 for n in range(0, 50, 2)]
    assert sum(len(batch) for batch in data.batches()) == 50


def test_the_text_is_exactly_that_of_the_file(tmp_path):
    text = "  Two  spaces,\ttab, ﬁ, e\u0301, 👩‍❤️‍💋‍👩\r\n"
    data = opened(tmp_path, as_csv([{"text": text, "label": 1}]))
    assert data.rows([0])[0].snippet.completion == text


class Counted(Silent):
    """Counts the steps that were started, and the amounts."""

    def __init__(self):
        self.steps, self.done = [], 0

    def start(self, step, total=None, *, weighed=False):
        self.steps.append((step, total))

    def advance(self, amount=1, **figures):
        self.done += amount


def test_a_second_time_comes_from_the_cache(tmp_path):
    opened(tmp_path, as_csv(ROWS))
    again = Counted()
    Labelled.open(config(), base=tmp_path, cache=tmp_path / "cache", progress=again)
    assert again.steps == []


def test_progress_counts_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("holdfast.tasks.labelled.intake._REPORTED", 10)
    content = as_csv(ROWS)
    (tmp_path / "texts.csv").write_bytes(content)
    progress = Counted()
    Labelled.open(config(), base=tmp_path, cache=tmp_path / "cache", progress=progress)
    assert progress.steps == [("reading texts.csv", len(content))]
    assert 0 < progress.done <= len(content)


def test_the_hash_depends_on_content_and_meaning_alone(tmp_path):
    content = as_csv(ROWS)
    first = opened(tmp_path, content)
    (tmp_path / "elsewhere").mkdir()
    assert opened(tmp_path / "elsewhere", content, "moved.csv").hash == first.hash
    assert opened(tmp_path, content, policy="presence").hash == first.hash
    assert opened(tmp_path, content, labels={"catastrophic": 0}).hash != first.hash
    assert opened(tmp_path, content + b"z,1,,,\r\n").hash != first.hash


def test_which_file_is_which_split_is_part_of_the_hash(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na,1\n")
    (tmp_path / "b.csv").write_text("text,label\nb,0\n")

    def hash_of(**paths):
        told = config(path=[], splits={"kind": "given", "paths": paths})
        return Labelled.open(told, base=tmp_path, cache=tmp_path / "cache").hash

    assert hash_of(train="a.csv", test="b.csv") != hash_of(train="b.csv", test="a.csv")


def test_it_travels_to_another_process(data):
    data.rows([0])
    there = pickle.loads(pickle.dumps(data))
    assert there.rows([1, 30]) == data.rows([1, 30])


def test_the_file_is_not_needed_again(data, tmp_path):
    (tmp_path / "texts.csv").unlink()
    assert data.rows([3])[0].snippet.completion == "text 3"


def test_a_cache_that_was_removed_is_made_again(tmp_path):
    first = opened(tmp_path, as_csv(ROWS))
    shutil.rmtree(first.folder)
    assert np.array_equal(opened(tmp_path, as_csv(ROWS)).texts, first.texts)
