"""`holdfast check`: what it finds out, what it writes, and what it refuses in one line."""

import json
import warnings
from pathlib import Path

import pytest

from guard_texts import kind, rows, vile, write
from holdfast.campaign.checking.records import CheckRecord
from holdfast.campaign.config import load_config
from holdfast.core.errors import HoldfastWarning
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from planted_guard import save


@pytest.fixture(scope="session")
def guards(tmp_path_factory):
    """Guards that differ in what they call their labels."""
    folder = tmp_path_factory.mktemp("guards")
    save(folder / "named")
    save(folder / "unnamed", labels=("LABEL_0", "LABEL_1"))
    save(folder / "of-the-data", labels=("greeting", "insult"))
    save(folder / "three", labels=("plain", "rude", "hate"))
    save(folder / "single", labels=("LABEL_0",))
    save(folder / "headless", head=False)
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch, guards):
    """A folder with a guard and texts, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    for name in ("named", "unnamed", "of-the-data", "three", "single", "headless"):
        (tmp_path / name).symlink_to(guards / name)
    write(tmp_path / "texts.csv", rows())
    return tmp_path


COLUMNS = ("--text", "text", "--label", "label", "--bad", "hate")
PLAIN = ("named", "--data", "texts.csv", *COLUMNS)
SPLIT = (*PLAIN, "--split", "split", "--slices", "place")


def test_it_writes_a_configuration_that_reads_back(holdfast, here):
    done = holdfast("check", *SPLIT, "--accept", "0.8", "--json")
    assert done.code == 0, done.err
    config = load_config(Path("holdfast.yaml"))
    record = CheckRecord.model_validate_json(done.out)
    assert config.model_dump(mode="json") == record.config
    assert config.classifier.bad == ("hate",)
    assert config.classifier.layout == "single"
    assert config.threshold.accept == 0.8
    assert config.judge == {"kind": "carried"}


def test_the_file_is_short_and_explains_its_keys(holdfast, here):
    holdfast("check", *PLAIN)
    lines = Path("holdfast.yaml").read_text().splitlines()
    assert lines[0].startswith("# Made by `holdfast check`")
    assert len(lines) < 40
    keys = [i for i, line in enumerate(lines) if line and line[0].isalpha()]
    assert [lines[i].partition(":")[0] for i in keys] == ["classifier", "task", "judge", "threshold"]
    assert all(lines[i - 1].startswith("# ") for i in keys)


@pytest.mark.parametrize("out", ["deep/down/guard.yaml", "../beside.yaml"])
def test_paths_in_the_file_are_as_seen_from_it(holdfast, here, out):
    (here / "inside").mkdir()
    (here / "inside" / "named").symlink_to(here / "named")
    write(here / "inside" / "texts.csv", rows())
    here_before = Path.cwd()
    import os

    os.chdir(here / "inside")
    assert holdfast("check", *PLAIN, "--out", out).code == 0
    path = (here / "inside" / out).resolve()
    os.chdir(here_before)
    config = load_config(path)
    (data,) = config.task["data"].path
    assert data.resolve() == (here / "inside" / "texts.csv").resolve()
    assert Path(config.classifier.path).samefile(here / "named")
    assert "/tmp" not in path.read_text()


def test_checking_twice_leaves_the_same_file(holdfast, here):
    assert holdfast("check", *PLAIN).code == 0
    first = Path("holdfast.yaml").read_bytes()
    assert holdfast("check", *PLAIN).code == 0
    assert Path("holdfast.yaml").read_bytes() == first


def test_another_file_is_replaced_only_when_forced(holdfast, here):
    Path("holdfast.yaml").write_text("mine: true\n")
    done = holdfast("check", *PLAIN)
    assert done.code == 2
    assert "holdfast.yaml is there already" in done.err
    assert Path("holdfast.yaml").read_text() == "mine: true\n"
    assert holdfast("check", *PLAIN, "--force").code == 0
    assert load_config(Path("holdfast.yaml")).classifier.bad == ("hate",)


def test_the_summary_begins_with_the_verdict(holdfast, here):
    done = holdfast("check", *SPLIT, "--report", "check.html")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0].startswith("This guard can be attacked as it is")
    assert "hate (by the names of the labels)" in done.out
    assert "written: check.html" in done.out
    assert (here / "check.html").is_file()
    assert (here / "check-data" / "slices.csv").is_file()


KNOWN = {
    "by its name": ((), "named", ["hate"], "by the names of the labels"),
    "as given": (("--guard-bad", "HATE"), "named", ["hate"], "you said so"),
    "as given by index": (("--guard-bad", "1"), "unnamed", ["LABEL_1"], "you said so"),
    "several": (
        ("--guard-bad", "rude,hate", "--activation", "softmax"),
        "three",
        ["rude", "hate"],
        "you said so",
    ),
    "a single output": (("--guard-bad", "0"), "single", ["LABEL_0"], "you said so"),
}


@pytest.mark.parametrize(("options", "guard", "bad", "known"), KNOWN.values(), ids=KNOWN)
def test_which_label_is_bad_and_how_that_is_known(holdfast, here, options, guard, bad, known):
    done = holdfast("check", guard, *PLAIN[1:], *options, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)["guard"]
    assert (found["bad"], found["bad_known"]) == (bad, known)


def test_labels_that_are_values_of_the_data_are_known_by_them(holdfast, here):
    content = [{**row, "label": {"hate": "insult", "nothate": "greeting"}[row["label"]]} for row in rows()]
    write(here / "texts.csv", content)
    done = holdfast("check", "of-the-data", *PLAIN[1:-1], "insult", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)["guard"]
    assert (found["bad"], found["bad_known"]) == (["insult"], "the labels' names are values of the data")


ASKED = {
    "two labels": ("unnamed", (), "--guard-bad LABEL_1"),
    "one output": ("single", (), "--guard-bad LABEL_0"),
}


@pytest.mark.parametrize(("guard", "options", "option"), ASKED.values(), ids=ASKED)
def test_labels_without_a_meaning_are_measured_and_asked_for(holdfast, here, guard, options, option):
    asked = holdfast("check", guard, *PLAIN[1:], *options)
    assert asked.code == 2
    assert f"Write {option}" in asked.err
    assert "AUC" in asked.err
    assert not Path("holdfast.yaml").exists()
    assert holdfast("check", guard, *PLAIN[1:], *options, *option.split()).code == 0


REFUSED = {
    "a column that is not there": ((*PLAIN[:3], "--text", "txt", *COLUMNS[2:]), "did you mean 'text'?"),
    "a value that never occurs": ((*PLAIN[:-1], "hat"), "did you mean 'hate'?"),
    "no text": (("named", "--data", "texts.csv", "--label", "label", "--bad", "hate"), "--text"),
    "no label": (("named", "--data", "texts.csv", "--text", "text", "--bad", "hate"), "--label"),
    "no bad values": (PLAIN[:-2], "--bad"),
    "text and prompt": ((*PLAIN, "--prompt", "text"), "--prompt"),
    "the guard's labels the wrong way round": ((*PLAIN, "--guard-bad", "nothate"), "looks inverted"),
    "the data's values the wrong way round": ((*PLAIN[:-1], "nothate"), "looks inverted"),
    "a label that the guard lacks": ((*PLAIN, "--guard-bad", "toxic"), "no label 'toxic'"),
    "labels without a meaning": (("unnamed", *PLAIN[1:]), "do not say which are bad"),
    "how to read three labels": (("three", *PLAIN[1:]), "--activation softmax"),
    "no folder": (("nowhere", *PLAIN[1:]), "no model folder at nowhere"),
    "a folder without a head": (("headless", *PLAIN[1:]), "without a classification head"),
    "no file": (("named", "--data", "none.csv", *COLUMNS), "there is no file none.csv"),
    "more positions than there are": ((*PLAIN, "--positions", "99"), "more than this model reads"),
    "two rules": ((*PLAIN, "--accept", "0.9", "--threshold", "0.4"), "--threshold and --accept"),
    "a rule without its split": (
        ("named", "--data", "test=texts.csv", *COLUMNS, "--accept", "0.9"),
        "--data threshold=FILE",
    ),
    "some files without a split": (
        ("named", "--data", "test=texts.csv", "--data", "texts.csv", *COLUMNS),
        "each one its split",
    ),
    "harmless values twice": (
        (*PLAIN, "--harmless", "nothate", "--others-harmless"),
        "not both",
    ),
    "a value of the split without a meaning": ((*PLAIN, "--split", "place"), "--split-values"),
    "surroundings that need a policy": ((*PLAIN, "--surround", "anything"), "--policy presence"),
    "a judge without surroundings": ((*PLAIN, "--judge", "labels", "--surround", "harmless"), "--surround"),
    "a threshold that is no number": ((*PLAIN, "--threshold", "nan"), "threshold"),
    "a cost without end": ((*PLAIN, "--miss-cost", "inf"), "miss"),
    "a folder as the file": ((*PLAIN, "--out", "named"), "is a folder"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_left(holdfast, here, arguments, said):
    done = holdfast("check", *arguments)
    assert done.code == 2
    (line,) = [one for one in done.err.splitlines() if one.startswith("holdfast: ")]
    assert said in line
    assert done.err.splitlines()[-1] == line
    assert not list(here.glob("*.yaml"))


SPOILT = {
    "empty": ("", "text"),
    "a header alone": ("text,label\n", "there are no rows"),
    "a label missing": (
        "text,label\nhello,hate\nyou,\nwe,nothate\n",
        "labels.missing: unsure, harmless or drop (--missing)",
    ),
    "several other values": (
        "text,label\na,hate\nb,fine\nc,good\n",
        "(--harmless, --unsure) for them",
    ),
    "a byte that is no text": (b"text,label\na,hate\n\xff,nothate\n", "line 3"),
}


@pytest.mark.parametrize(("content", "said"), SPOILT.values(), ids=SPOILT)
def test_data_that_are_not_sound_are_refused(holdfast, here, content, said):
    (here / "texts.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = holdfast("check", *PLAIN)
    assert done.code == 2
    assert said in done.err.splitlines()[-1]
    assert not Path("holdfast.yaml").exists()


def test_what_a_guard_s_folder_says_is_taken_and_may_be_contradicted(holdfast, here):
    said = GuardFormat(bad=(1,), overflow="tail")
    Classifier.load("unnamed", format=said).save("kept")
    done = holdfast("check", "kept", *PLAIN[1:], "--json")
    assert done.code == 0, done.err
    guard = json.loads(done.out)["guard"]
    assert (guard["bad"], guard["bad_known"]) == (["LABEL_1"], "its holdfast-guard.json says so")
    assert guard["overflow"] == "tail"
    assert load_config(Path("holdfast.yaml")).classifier.overflow == "tail"
    with pytest.warns(HoldfastWarning, match="overflow: 'tail', but you say overflow: 'refuse'") as caught:
        assert holdfast("check", "kept", *PLAIN[1:], "--overflow", "refuse", "--force").code == 0
    said_as = warnings.formatwarning(caught[0].message, HoldfastWarning, "a.py", 1)
    assert said_as == f"holdfast: warning: {caught[0].message}\n"
    assert load_config(Path("holdfast.yaml")).classifier.format.told["overflow"] == "refuse"


LONG = "You are " + "good " * 40 + "vermin."


@pytest.mark.parametrize("overflow", ["refuse", "tail", "window"])
def test_texts_that_are_too_long_are_asked_about(holdfast, here, overflow):
    write(here / "texts.csv", [*rows(), {"text": LONG, "label": "hate", "split": "test", "place": "street"}])
    asked = holdfast("check", *SPLIT)
    assert asked.code == 2
    assert "1 of 121 texts are longer than the 24 tokens" in asked.err
    assert "first texts.csv, line 122" in asked.err
    assert "--overflow head or tail" in asked.err
    done = holdfast("check", *SPLIT, "--overflow", overflow, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["reading"]["too_long"] == 1
    assert found["reading"]["long_slices"] == [
        {"slice": "place", "value": "street", "rows": 61, "too_long": 1}
    ]
    skipped = found["measure"]["catastrophic"]["taken"] - found["measure"]["catastrophic"]["scored"]
    assert skipped == (overflow == "refuse")
    kept = {"refuse": None, "window": 1.0}
    if overflow in kept:
        assert found["reading"]["kept"] == kept[overflow]
    else:
        assert 0 < found["reading"]["kept"] < 1
    assert load_config(Path("holdfast.yaml")).classifier.overflow == overflow


def test_sure_lets_an_inverted_guard_through_with_a_warning(holdfast, here):
    done = holdfast("check", *PLAIN, "--guard-bad", "nothate", "--sure", "--json")
    assert done.code == 0, done.err
    assert any("you stated with --sure" in one["what"] for one in json.loads(done.out)["cautions"])


def test_files_may_be_splits_and_pairs_may_have_prompts(holdfast, here):
    content = [{"prompt": "the old", "completion": row["text"], "label": row["label"]} for row in rows()]
    write(here / "a.csv", content[:60])
    write(here / "b.csv", content[60:])
    columns = ("--prompt", "prompt", "--completion", "completion", *COLUMNS[2:])
    done = holdfast("check", "named", "--data", "train=a.csv,test=b.csv", *columns, "--json")
    assert done.code == 0, done.err
    record = json.loads(done.out)
    assert record["measure"]["split"] == "test"
    assert any("one text, with a space between" in one["what"] for one in record["cautions"])
    config = load_config(Path("holdfast.yaml"))
    assert [split for _, split in config.task["data"].files] == ["train", "test"]


def test_values_with_commas_between_them_are_several(holdfast, here):
    content = [{"tweet": vile(i), "class": i % 2} for i in range(20)]
    content += [{"tweet": kind(i), "class": 2} for i in range(20)]
    write(here / "texts.csv", content)
    done = holdfast(
        "check",
        "named",
        "--data",
        "texts.csv",
        "--text",
        "tweet",
        "--label",
        "class",
        "--bad",
        "0,1",
        "--json",
    )
    assert done.code == 0, done.err
    labels = json.loads(done.out)["data"]["labels"]
    assert {value: meaning[0] for value, meaning in labels.items()} == {
        "0": "catastrophic", "1": "catastrophic", "2": "harmless",
    }  # fmt: skip
