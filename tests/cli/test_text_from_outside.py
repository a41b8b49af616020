"""Text from files, pipes and arguments: a byte order mark is dropped, what is no text is refused by its line.

Each command reads alike, so each row of a table is asked of every reader.
"""

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.loop import Campaign
from holdfast.campaign.outcome_files import read_outcomes
from holdfast.campaign.prompted.prompts import read_prompts
from holdfast.campaign.yamlfile import ConfigFile
from holdfast.cli.campaigns import place_of
from holdfast.cli.outcomes import OutcomeReader
from holdfast.cli.snippets import read_snippets
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.substitutes import Substitutes
from holdfast.core.unicode_text import check_text, decoded_lines, impurity

BOM, BAD = b"\xef\xbb\xbf", b"\xff"
SNIPPET = b'{"prompt": "a%s", "completion": "b"}\n'


def json_outcomes(path):
    return read_outcomes([path])


def watched(path):
    with path.open("rb") as source:
        return [piece.values.tolist() for piece in OutcomeReader(source, str(path), "failure").pieces()]


def audited(path):
    from holdfast.workbench.audit.attempts import read_attempts

    return read_attempts(path)


ATTEMPTS = (
    b"outcome,clean_miss,seed_prompt,seed_completion,failure_prompt,failure_completion\n"
    b"broken,false,a%s,b,c,d\n"
)
READERS = {
    # what reads, the file's name, its text with a place for what is put in, the line of that place
    "snippets": (lambda path: read_snippets(None, None, path), "a.jsonl", SNIPPET * 2, 2),
    "prompts": (lambda path: read_prompts(path, "prompt"), "a.txt", b"x\na%s\n", 2),
    "prompts in JSON": (lambda path: read_prompts(path, "prompt"), "a.jsonl", b'{"prompt": "a%s"}\n', 1),
    "prompts in CSV": (lambda path: read_prompts(path, "prompt"), "a.csv", b"prompt\na%s\n", 2),
    "configuration": (ConfigFile.read, "a.yaml", b"seed: 1\ntask: a%s\n", 2),
    "substitutes": (Substitutes.read, "a.json", b'{"x":\n ["a%s"]}\n', 2),
    "attempts": (audited, "attempts.csv", ATTEMPTS, 2),
    "outcomes to watch": (watched, "a.jsonl", b'{"failure": false, "why": "a%s"}\n', 1),
}


def filled(text: bytes, with_: bytes) -> bytes:
    """The text with something in its last place."""
    before, _, after = text.rpartition(b"%s")
    return before.replace(b"%s", b"") + with_ + after


@pytest.fixture(params=READERS, ids=lambda name: name.replace(" ", "-"))
def reader(request, tmp_path):
    """Reads some bytes as that reader, and says on which line the odd ones stand."""
    read, name, text, line = READERS[request.param]

    def reads(mark: bytes, with_: bytes):
        path = tmp_path / name
        path.write_bytes(mark + filled(text, with_))
        return read(path)

    reads.line, reads.name = line, request.param
    return reads


def test_a_byte_order_mark_changes_nothing(reader):
    plain, marked = reader(b"", "é".encode()), reader(BOM, "é".encode())
    if reader.name in ("configuration", "substitutes"):
        plain, marked = vars_of(plain), vars_of(marked)
    assert plain == marked


def vars_of(read):
    return read.value if isinstance(read, ConfigFile) else read.every()


def test_bytes_that_are_no_text_are_refused_by_their_line(reader):
    with pytest.raises(UserError) as refused:
        reader(b"", BAD)
    if reader.name != "outcomes to watch":  # which names the line, and what it expects there
        assert "0xff" in str(refused.value)
    assert f"line {reader.line}" in str(refused.value)


LONE = ["snippets", "prompts in JSON"]


@pytest.mark.parametrize("name", LONE)
def test_half_a_surrogate_pair_is_refused_by_its_line(name, tmp_path):
    read, file, text, line = READERS[name]
    path = tmp_path / file
    path.write_bytes(filled(text, rb"\ud800"))
    with pytest.raises(UserError, match=rf"line {line}[^0-9].*U\+D800"):
        read(path)


def test_half_a_surrogate_pair_in_a_file_of_settings_is_refused(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b'seed: 1\ntask: "a\\ud800"\n')
    with pytest.raises(UserError, match=r"line 2: .*U\+D800"):
        ConfigFile.read(path)
    path.write_bytes(b'{"x": ["\\ud800"]}')
    with pytest.raises(UserError, match=r"a\.yaml: .*U\+D800"):
        Substitutes.read(path)


def test_outcomes_of_a_claim_are_text_too(tmp_path):
    row = {"prompt": "\ud800", "completion": "b", "catastrophic": False, "passes": True}
    path = tmp_path / "outcomes.jsonl"
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(UserError, match=r"line 1, 'prompt': .*U\+D800"):
        read_outcomes([path])


PIPED = [(BOM + SNIPPET % b"", 0), (SNIPPET % BAD, 2), (SNIPPET % rb"\ud800", 2), (b"\xff\xfea\x00", 2)]


@pytest.mark.parametrize(("text", "code"), PIPED)
def test_a_pipe_is_read_as_a_file_is(text, code, holdfast, monkeypatch, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(text)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    piped, read = holdfast("judge", "--task", "brackets"), holdfast("judge", path, "--task", "brackets")
    assert (piped.code, read.code, piped.out) == (code, code, read.out), piped.err + read.err
    assert piped.err.replace("standard input", "") == read.err.replace(str(path), "")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_whatever_utf8_can_write_is_taken(text):
    assert check_text(text, "here") == text
    lines = text.encode().splitlines(keepends=True)
    assert "".join(decoded_lines(lines, "here")) == text.removeprefix("\ufeff")


@given(st.text(), st.integers(0xD800, 0xDFFF), st.text())
def test_a_lone_surrogate_is_found_wherever_it_stands(before, code, after):
    assert impurity(before.replace("\x00", "") + chr(code) + after) is not None


REFUSED = [
    # arguments, what the line says
    (["sample", "--task", "brackets", "--seed", "-1"], "--seed"),
    (["attack", "--task", "brackets", "--classifier", "x", "--seed", "-1"], "--seed"),
    (["run", "brackets", "--name", ""], "--name is empty"),
    (["run", "brackets", "--name="], "--name is empty"),
    (["run", "brackets", "--name", "./trial"], "'./trial' is a path"),
    (["run", "brackets", "--runs", ""], "--runs is empty"),
    (["run", ""], "an argument is empty"),
    (["attack", "--task", "brackets", "--classifier", ""], "--classifier is empty"),
    (["judge", "--task", "brackets", "--prompt", "\udcff", "--completion", ")"], r"'\xff' is not text"),
    (["report", "\udcff"], r"'\xff' is not text"),
]


@pytest.mark.parametrize(("arguments", "says"), REFUSED, ids=lambda value: ascii(value)[:50])
def test_odd_arguments_are_refused_in_words(arguments, says, holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = holdfast(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert os.listdir(tmp_path) == []


def test_an_empty_text_is_a_text(holdfast):
    assert holdfast("judge", "--task", "brackets", "--prompt", "", "--completion", "()").code == 0


BUDGETS = [
    ("1.2.3q", "'1.2.3q' is no number with a unit"),
    ("100q,200q", "gives 'q' twice"),
    ("5s,1g,7s", "gives 's' twice"),
    ("0q", "a whole number above 0 of 'q'"),
    ("2.5q/seed", "a whole number above 0 of 'q/seed'"),
    ("0s", "a number above 0 of 's'"),
    ("1e999q", "is no number"),
    ("-5q", "is no number"),
    ("q", "is no number"),
    ("", "is no number"),
    ("100q,", "is no number"),
]


@pytest.mark.parametrize(("text", "says"), BUDGETS)
def test_odd_budgets_are_refused_in_words(text, says):
    with pytest.raises(UserError, match=says.replace("(", r"\(")):
        Budget.parse(text)


def test_budgets_that_mean_something_are_read():
    assert Budget.parse("1e3q, 0.5s,2e12flops,3g,10q/seed") == Budget(1000, 10, 3, 0.5, 2e12)


NAMES = [
    # what names a run, in which folder it lies and what it is called
    ("trial", ("runs", "trial")),
    ("./trial", (".", "trial")),
    ("trial/", (".", "trial")),
    ("../trial", ("..", "trial")),
    ("elsewhere/trial", ("elsewhere", "trial")),
    ("/there/trial", ("/there", "trial")),
]


@pytest.mark.parametrize(("named", "place"), NAMES)
def test_a_path_names_a_folder_and_a_name_a_run(named, place, monkeypatch):
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    folder, name = place_of(named, None)
    assert (folder, name) == (Path(place[0]), place[1])


def test_a_run_in_this_folder_is_found_by_its_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"there are no runs in \."):
        Campaign.begun("./trial")
    with pytest.raises(UserError, match="there are no runs in runs"):
        Campaign.begun("trial")
