"""Every format gives back what was written, and every fault is named with its line, column and reason."""

import codecs
import gzip
import json
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import FORMATS, as_csv, as_jsonl, as_parquet, config, opened

from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.faults import Faults, UnsoundDataError
from holdfast.tasks.labelled.readers import open_reader

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
texts = st.text(characters, min_size=1, max_size=40).filter(lambda text: text.strip())
tricky = st.sampled_from(
    ['say "no"', "a,b", "x\ty", "one\r\ntwo", "one\rtwo", "\n", "\u2028", "\x85 \x1c", "'"]
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.builds(str.__add__, texts, tricky) | texts,
            "label": st.sampled_from(["bad", "fine"]),
            "part": st.sampled_from(["", "a", "β"]),
        }
    ),
    min_size=1,
    max_size=8,
).filter(lambda some: any(row["label"] == "bad" for row in some))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back(name):
    told = config(name, columns={"text": "text", "label": "label", "slices": "part"})

    @settings(max_examples=40)
    @given(rows)
    def read_back(some):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(FORMATS[name](some))
            faults = Faults()
            assert [record.values for record in open_reader(path, told, faults).records()] == some
            assert not faults.total

    read_back()


@settings(max_examples=20)
@given(rows)
def test_what_is_read_is_given_out(some):
    with tempfile.TemporaryDirectory() as folder:
        data = opened(
            Path(folder),
            as_jsonl(some),
            "texts.jsonl",
            columns={"text": "text", "label": "label", "slices": "part"},
            labels={"catastrophic": "bad"},
        )
        found = data.rows(range(len(data)))
    assert [row.snippet for row in found] == [Snippet("", row["text"]) for row in some]
    assert [row.slices["part"] for row in found] == [row["part"] for row in some]
    assert [row.label is Label.CATASTROPHIC for row in found] == [row["label"] == "bad" for row in some]


@pytest.mark.parametrize("name", FORMATS)
def test_a_label_is_the_same_in_every_format(name, tmp_path):
    some = [{"text": "one", "label": 1}, {"text": "two", "label": 0}, {"text": "three", "label": 1}]
    data = opened(tmp_path, FORMATS[name](some), name, labels={"catastrophic": "1"})
    assert data.labels.tolist() == [1, 0, 1]


LINES = [
    # content, the line where each row begins
    ('text,label\n"one\ntwo",1\nthree,0\n', [2, 4]),
    ('text,label\r\n"one\r\ntwo\r\n",1\r\nthree,0', [2, 5]),
    ("text,label\rone,1\rtwo,0\r", [2, 3]),
    ("\ntext,label\n\none,1\n\ntwo,0\n", [4, 6]),
    ("\ufefftext,label\none,1\n", [2]),
]


@pytest.mark.parametrize(("content", "lines"), LINES, ids=range(len(LINES)))
def test_a_row_is_at_the_line_where_it_begins(content, lines, tmp_path):
    data = opened(tmp_path, content)
    assert data.lines.tolist() == lines
    assert data.rows([0])[0].place == f"texts.csv, line {lines[0]}"


def test_lines_of_json(tmp_path):
    lines = '{"text": "a", "label": 1}\n\n{"text": "b", "label": 0}\n'
    assert opened(tmp_path, lines, "texts.jsonl").lines.tolist() == [1, 3]
    document = '[\n {"text": "a",\n  "label": 1},\n\n {"text": "b", "label": 0}]'
    assert opened(tmp_path, document, "texts.json").lines.tolist() == [2, 5]


def test_a_json_file_may_hold_json_lines(tmp_path):
    assert len(opened(tmp_path, as_jsonl([{"text": t, "label": 1} for t in "ab"]), "texts.json")) == 2


@pytest.mark.parametrize(
    ("document", "columns", "found"),
    [
        (["one", "two"], {"text": "text"}, [("one", None), ("two", None)]),
        ({"a": ["one", "two"], "b": [], "c": ["three"]}, {"text": "text", "slices": "key"}, None),
    ],
)
def test_json_of_plain_texts(document, columns, found, tmp_path):
    data = opened(
        tmp_path, json.dumps(document), "texts.json", columns=columns, labels={"every": "catastrophic"}
    )
    read = [(row.snippet.completion, row.slices.get("key")) for row in data.rows(range(len(data)))]
    assert read == (found or [("one", "a"), ("two", "a"), ("three", "c")])


def test_long_json_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("holdfast.tasks.labelled.readers.textfile._CHUNK", 7)
    some = [{"text": f"{'ü' * n}\\\n{n}", "label": 1} for n in range(20)]
    data = opened(tmp_path, json.dumps(some, ensure_ascii=False), "texts.json")
    assert [row.snippet.completion for row in data.rows(range(20))] == [row["text"] for row in some]


@pytest.mark.parametrize("name", ["texts.csv", "texts.jsonl", "texts.json"])
@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("cp1252", b"")]
)
def test_encodings_and_marks(name, encoding, mark, tmp_path):
    text = FORMATS[name]([{"text": "café €", "label": 1}, {"text": "b", "label": 0}]).decode()
    told = "utf-16" if encoding == "utf-16-le" else encoding
    data = opened(tmp_path, mark + text.encode(encoding), name, encoding=told)
    assert data.rows([0])[0].snippet.completion == "café €"
    assert data.summary.marks == bool(mark)


GOOD = '{"text": "fine", "label": 0}\n'
DIGITS = "9" * 5000
FAULTS = [
    ("t.json", f'[{{"text": "a",\n"label": {DIGITS}}}]', 1, None, "not valid JSON"),
    ("t.jsonl", GOOD + f'{{"text": "a", "label": {DIGITS}}}', 2, None, "not valid JSON"),
    # file, content, line, column, what the reason and the detail hold
    (
        "t.jsonl",
        GOOD + '{"text": "a", "label": }\n',
        2,
        None,
        "not valid JSON (expecting value at character 24)",
    ),
    ("t.jsonl", GOOD + "[1]\n", 2, None, "no object"),
    ("t.jsonl", GOOD + '{"text": "a", "text": "b", "label": 1}\n', 2, "text", "the key comes twice"),
    ("t.jsonl", GOOD + '{"label": 1}\n', 2, "text", "there is no text"),
    ("t.jsonl", GOOD + '{"text": null, "label": 1}\n', 2, "text", "there is no text"),
    ("t.jsonl", GOOD + '{"text": 5, "label": 1}\n', 2, "text", "it is no text (it is a number)"),
    ("t.jsonl", GOOD + '{"text": ["a"], "label": 1}\n', 2, "text", "it is no text (it is a list)"),
    ("t.jsonl", GOOD + '{"text": " \\n", "label": 1}\n', 2, "text", "the text is empty"),
    ("t.jsonl", GOOD + '{"text": "a\\u0000", "label": 1}\n', 2, "text", "no character (NUL at character 2)"),
    ("t.jsonl", GOOD + '{"text": "a\\ud83d", "label": 1}\n', 2, "text", "(U+D83D alone at character 2)"),
    ("t.jsonl", GOOD + '{"text": "a", "label": "\\ud83d"}\n', 2, "label", "(U+D83D alone at character 1)"),
    ("t.jsonl", GOOD + '{"text": "a"}\n', 2, "label", "there is no label"),
    ("t.jsonl", GOOD + '{"text": "a", "label": "  "}\n', 2, "label", "there is no label"),
    (
        "t.jsonl",
        GOOD.encode() + b'{"text": "caf\xe9", "label": 1}\n',
        2,
        None,
        "byte 0xe9 at byte 14 of the line",
    ),
    ("t.json", '[{"text": "a", "label": 1},\n {"text": "b" "label": 0}]', 2, None, "expecting ',' delimiter"),
    ("t.json", '[{"text": "a", "label": 1}\n {"text": "b", "label": 0}]', 2, None, "'{' where , should be"),
    ("t.json", '[{"text": "a", "label": 1},\n]', 2, None, "a comma before ]"),
    ("t.json", '[{"text": "a", "label": 1}\n\n', 3, None, "the end of the file where , should be"),
    ("t.json", '[{"text": "a", "label": 1},\n5]', 2, None, "neither an object nor text"),
    ("t.json", '[{"text": "a", "label": 1}]\n[]', 2, None, "there is more after the document"),
    ("t.json", '[{"text": "a", "text": "b", "label": 1}]', 1, None, "the key 'text' comes twice"),
    (
        "t.json",
        b'[{"text": "a", "label": 1},\n {"text": "\xff", "label": 1}]',
        2,
        None,
        "byte 0xff at byte 12",
    ),
    (
        "t.csv",
        "text,label\na,1\nb,0,5\n",
        3,
        None,
        "another number of fields than the header (3 instead of 2)",
    ),
    (
        "t.csv",
        'text,label\na,1\n"b,0\nc,1\n',
        3,
        None,
        "quotation marks cannot be read (unexpected end of data",
    ),
    ("t.csv", 'text,label\na,1\n"b"c,0\n', 3, None, "quotation marks cannot be read"),
    ("t.csv", "text,label\na,1\n   ,0\n", 3, "text", "the text is empty"),
    ("t.csv", "text,label\na,1\nb\x00,0\n", 3, "text", "NUL at character 2"),
    ("t.csv", "text,label\na,1\nb,\n", 3, "label", "there is no label"),
    ("t.csv", b"text,label\na,1\n\xff\xfe,0\n", 3, None, "byte 0xff at byte 1 of the line, read as utf-8"),
    ("t.csv", b'text,label\na,1\n"b\nc\xe9",0\n', 4, None, "byte 0xe9 at byte 2 of the line"),
    (
        "t.parquet",
        as_parquet([{"text": "a", "label": 1}, {"text": None, "label": 0}]),
        2,
        "text",
        "there is no text",
    ),
    (
        "t.parquet",
        as_parquet([{"text": "a", "label": 1}, {"text": "b", "label": None}]),
        2,
        "label",
        "no label",
    ),
]


@pytest.mark.parametrize(("name", "content", "line", "column", "reason"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_named_with_its_place(name, content, line, column, reason, tmp_path):
    with pytest.raises(UnsoundDataError) as refused:
        opened(tmp_path, content, name)
    (fault,) = refused.value.errors
    assert (fault.line, fault.column) == (line, column)
    assert reason in str(fault)
    assert f"{name}, {'row' if 'parquet' in name else 'line'} {line}" in str(refused.value)
    assert list((tmp_path / "cache").glob("*")) == []


def test_all_faults_are_counted_and_the_first_are_shown(tmp_path):
    content = as_jsonl([{"text": "", "label": 1}] * 30 + [{"text": "a"}] * 5 + [{"text": "b", "label": 1}])
    with pytest.raises(UnsoundDataError) as refused:
        opened(tmp_path, content, "texts.jsonl")
    assert refused.value.counts == {"the text is empty": 30, "there is no label": 5}
    assert [fault.line for fault in refused.value.errors] == list(range(1, 21))
    assert "the text is empty (30), there is no label (5)" in str(refused.value)
    assert "labels.missing" in str(refused.value)


def test_bytes_of_a_parquet_file_that_are_no_text(tmp_path):
    bad = pa.array([b"a", b"\xff", b"c"]).view(pa.binary()).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": bad, "label": [1, 0, 1]}), tmp_path / "texts.parquet")
    with pytest.raises(UnsoundDataError, match=r"row 2, column 'text': it is not text .*byte 0xff at byte 1"):
        opened(tmp_path, (tmp_path / "texts.parquet").read_bytes(), "texts.parquet")


WHOLE = [
    # file, content, what is configured, what the message says
    ("t.csv", "Tweet,label\na,1\n", {"columns": {"text": "tweet", "label": "label"}}, "did you mean 'Tweet'"),
    ("t.csv", "a,b\n1,2\n", {}, "no column 'text'; there are: 'a', 'b'"),
    ("t.csv", "text,text,label\na,b,1\n", {}, "the column 'text' twice"),
    ("t.csv", "", {}, "no column 'text'; there are: none"),
    ("t.csv", "text,label\n", {}, "there are no rows"),
    ("t.jsonl", "", {}, "there are no rows"),
    ("t.jsonl", '{"txt": "a", "label": 1}\n', {}, "no column 'text'; did you mean 'txt'"),
    ("t.parquet", as_parquet([{"txt": "a", "label": 1}]), {}, "no column 'text'; did you mean 'txt'"),
    ("t.parquet", b"PAR1", {}, "no Parquet file"),
    ("t.txt", "a", {}, "does not say its format"),
    ("t.csv", codecs.BOM_UTF16_LE + "text,label\n".encode("utf-16-le"), {}, "write encoding: utf-16"),
    ("t.jsonl.gz", gzip.compress(b'{"text": "a", "label": 1}\n' * 99)[:-12], {}, "damaged or cut short"),
    ("t.csv", "text,label\na,1\n", {"format": "datasets"}, "is a folder made by save_to_disk"),
]


@pytest.mark.parametrize(("name", "content", "told", "message"), WHOLE, ids=range(len(WHOLE)))
def test_what_is_wrong_with_a_whole_file(name, content, told, message, tmp_path):
    with pytest.raises(UserError, match=message):
        opened(tmp_path, content, name, **told)


def test_a_file_or_folder_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"there is no file .*none\.csv"):
        Labelled.open(config("none.csv"), base=tmp_path, cache=tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="is a folder, but not one that `datasets` saved"):
        Labelled.open(config("folder"), base=tmp_path, cache=tmp_path)


def test_the_wrong_format_says_which_is_right(tmp_path):
    with pytest.raises(UnsoundDataError, match="write format: json"):
        opened(tmp_path, '[{"text": "a", "label": 1}]', "texts.jsonl")
    with pytest.raises(UnsoundDataError, match="write format: jsonl"):
        opened(tmp_path, '{"text": "a", "label": 1}', "texts.json")


@pytest.mark.parametrize("name", FORMATS)
def test_a_column_may_have_any_name(name, tmp_path):
    columns = {"text": "a.text", "label": "", "slices": ["a", "größe, cm"]}
    some = [
        {"a.text": "one", "": 1, "a": "x", "größe, cm": 3},
        {"a.text": "two", "": 0, "a": "y", "größe, cm": 4},
    ]
    data = opened(tmp_path, FORMATS[name](some), name, columns=columns)
    assert [(row.snippet.completion, *row.slices.values()) for row in data.rows([0, 1])] == [
        ("one", "x", "3"),
        ("two", "y", "4"),
    ]


def test_quotation_marks_may_be_plain_text(tmp_path):
    content = 'text\tlabel\n"no\t1\nsay "hi"\t0\n'
    with pytest.raises(UnsoundDataError, match="write quotes: false"):
        opened(tmp_path, content, "texts.tsv")
    data = opened(tmp_path, content, "texts.tsv", quotes=False)
    assert [row.snippet.completion for row in data.rows([0, 1])] == ['"no', 'say "hi"']


def test_another_delimiter(tmp_path):
    data = opened(tmp_path, as_csv([{"text": "a, b", "label": 1}], ";"), delimiter=";")
    assert data.rows([0])[0].snippet.completion == "a, b"


def test_a_file_of_another_name_is_read_as_told(tmp_path):
    assert len(opened(tmp_path, as_jsonl([{"text": "a", "label": 1}]), "texts.txt", format="jsonl")) == 1


def test_a_folder_of_datasets_without_the_package(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "dataset_info.json").write_text("{}")
    with pytest.raises(UserError, match=r"pip install 'holdfast\[data\]'"):
        Labelled.open(config("saved"), base=tmp_path, cache=tmp_path / "cache")


def test_a_folder_that_datasets_saved(tmp_path):
    datasets = pytest.importorskip("datasets", reason="the extra holdfast[data] is not installed")
    classes = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["ok", "bad"])}
    )
    parts = {
        "train": datasets.Dataset.from_list([{"text": "a", "label": 1}, {"text": "b", "label": 0}], classes),
        "held": datasets.Dataset.from_list([{"text": "c", "label": 1}], classes),
    }
    datasets.DatasetDict(parts).save_to_disk(str(tmp_path / "saved"))
    told = config(
        "saved",
        columns={"text": "text", "label": "label", "split": "split"},
        labels={"catastrophic": "bad"},
        splits={"kind": "given", "values": {"train": "train", "held": "test"}},
    )
    data = Labelled.open(told, base=tmp_path, cache=tmp_path / "cache")
    assert [(row.snippet.completion, row.split, row.place) for row in data.rows(range(3))] == [
        ("a", "train", "saved, row 1"),
        ("b", "train", "saved, row 2"),
        ("c", "test", "saved, row 3"),
    ]
