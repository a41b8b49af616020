"""Tables as CSV that any reader reads back."""

import csv
import io

import pytest

from holdfast.core.csv_text import csv_text

ODD = ["a\rb", "\n", "\r\n", 'say "so", he said', "", " ", "=1+1", "é\u202e"]


@pytest.mark.parametrize("text", ODD)
def test_every_text_comes_back(text):
    written = csv_text(("text", "other"), [(text, "x"), ("y", text)])
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read == [["text", "other"], [text, "x"], ["y", text]]


def test_rows_end_with_line_feeds_and_cells_are_plain():
    assert csv_text(("a", "b", "c", "d"), [(True, None, 0.1, 3)]) == "a,b,c,d\ntrue,,0.1,3\n"
