"""The counting of `research/storyworld/variety.py`, and its command on a small book."""

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "research" / "storyworld" / "variety.py"
SPEC = importlib.util.spec_from_file_location("storyworld_variety", PATH)
variety = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = variety  # where dataclasses look for their module
SPEC.loader.exec_module(variety)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom ran. Ana didn't!", [["tom", "ran"], ["ana", "didn't"]]),
        ("“Wait,” said Tom. “Why?”", [["wait", "said", "tom"], ["why"]]),
        ("Mr. Holmes paid 12 pounds -- twice.", [["mr", "holmes", "paid", "pounds", "twice"]]),
        ("It’s late … ?", [["it's", "late"]]),
        ("", []),
    ],
)
def test_sentences_are_words_in_lower_case(text, expected):
    assert list(variety.sentences(text)) == expected


def test_stretches_are_disjoint_and_equally_long():
    running = [["a", "b", "c"], ["d"], ["e", "f", "g", "h", "i"], ["j"]]
    assert list(variety.stretches(running, 4)) == [
        [["a", "b", "c"], ["d"]],
        [["e", "f", "g", "h"]],
    ]
    assert list(variety.stretches([list("abcdefg")], 3)) == [[["a", "b", "c"]], [["d", "e", "f"]]]


def test_types_bigrams_and_lengths_are_counted_within_stretches_and_sentences():
    figures = variety.counted("x", [[["a", "b", "a", "b"], ["a"]], [["a", "b", "c"], ["d", "e"]]])
    assert (figures.words, figures.stretches) == (5, 2)
    assert figures.types == pytest.approx((2 + 5) / 2)
    assert figures.type_token_ratio == pytest.approx(3.5 / 5)
    assert figures.bigrams == pytest.approx(
        (2 + 3) / 2
    )  # ab, ba; ab, bc, de: none from one sentence to the next
    assert figures.words_a_sentence == pytest.approx(2.5)


def test_the_command_counts_the_book_without_what_stands_around_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(variety, "WHOLE_STORIES", 20)
    book = (
        "Licence licence.\n*** START OF THE BOOK ***\n"
        + "The dog saw a cat. " * 400
        + "\n*** END OF THE BOOK ***\nend"
    )
    (tmp_path / "fiction").mkdir()
    (tmp_path / "fiction" / "book.txt").write_text(book, encoding="utf-8")
    variety.main(["--data", str(tmp_path), "--out", str(tmp_path / "variety.csv")])
    with (tmp_path / "variety.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["source"], row["words"], row["stretches"]) for row in rows[:2]] == [
        ("storyworld", "1000", "2"),
        ("fiction", "1000", "2"),
    ]
    assert (float(rows[1]["types"]), float(rows[1]["bigrams"])) == (5, 4)
    assert float(rows[0]["types"]) > 200
    assert "fiction" in capsys.readouterr().out


def test_a_folder_without_fiction_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        variety.main(["--data", str(tmp_path)])
    assert ended.value.code == 2
    assert "fewer than 1,000 words" in capsys.readouterr().err
