"""Models by their name on the hub, from a stand-in for it: fetched once, pinned, and refused in words."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from planted_guard import save
from stand_in_hub import stand_in_hub
from waiting import LONG_PATIENCE

NOWHERE = "http://127.0.0.1:9"
"""Where no hub can be reached: nothing listens there."""

WEIGHTS = "model.safetensors"
READ = {"config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json"}

FETCH = """
import sys
from holdfast.core.errors import UserError
from holdfast.models.located import located
try:
    print(located(sys.argv[1]))
except UserError as error:
    sys.exit(f"refused: {error}")
"""


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    """A guard's folder, with what hubs have beside: other formats, code, and other runtimes' files."""
    folder = save(tmp_path_factory.mktemp("guard"))
    for name in (
        "pytorch_model.bin",
        "modeling_guard.py",
        "onnx/model.safetensors",
        "checkpoint-5/config.json",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"never fetched")
    return folder


@pytest.fixture
def hub(guard):
    with stand_in_hub() as served:
        served.add("owner/guard", guard, "main", "v1")
        yield served


@dataclass
class Fetched:
    """What came of it: the folder's files, or what was said."""

    files: dict[str, bytes]
    said: str


@pytest.fixture
def fetch(hub, tmp_path, monkeypatch):
    """Locate a model in a process of its own, which reads HF_ENDPOINT as it begins."""

    def run(name, endpoint=None):
        for key, value in {"HF_ENDPOINT": endpoint or hub.url, "HF_HOME": str(tmp_path / "home")}.items():
            monkeypatch.setenv(key, value)
        hub.asked.clear()
        command = [sys.executable, "-c", FETCH, name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONG_PATIENCE, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        if done.returncode:
            return Fetched({}, done.stderr.partition("refused: ")[2].strip())
        folder = Path(done.stdout.strip())
        return Fetched({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}, "")

    return run


def contents(folder):
    return {name: (folder / name).read_bytes() for name in READ}


def test_it_is_fetched_once_without_pickles_code_and_other_folders(hub, fetch, guard):
    assert fetch("owner/guard").files == contents(guard)
    assert set(hub.files_sent()) == READ
    assert fetch("owner/guard").files == contents(guard)
    assert hub.files_sent() == []


def test_without_a_network_what_was_fetched_is_used(fetch, guard):
    assert fetch("owner/guard").files == contents(guard)
    assert fetch("owner/guard", NOWHERE).files == contents(guard)


def test_a_revision_stays_what_it_was_when_the_branch_moves(hub, fetch, guard, tmp_path):
    first = hub.names["owner/guard"]["main"]
    other = save(tmp_path / "other")
    (other / "config.json").write_text((other / "config.json").read_text() + "\n")
    second = hub.add("owner/guard", other, "main")
    assert first != second
    for pinned in (first, "v1"):
        assert fetch(f"owner/guard@{pinned}").files == contents(guard)
    assert fetch("owner/guard").files == contents(other)
    assert fetch(f"owner/guard@{first}", NOWHERE).files == contents(guard), "a commit needs no network"


REFUSED = [
    # the name, how the hub answers for it, what is said
    ("owner/none", None, "it knows no owner/none, or hides it; check the name"),
    (
        "owner/guard@v9",
        None,
        "owner/guard has no revision 'v9'; name a branch, a tag or a commit after the @",
    ),
    ("owner/guard", (401, "RepoNotFound"), r"it knows no owner/guard, or hides it.*HF_TOKEN"),
    ("owner/guard", (401, ""), r"it refuses to give owner/guard \(status 401\); sign in"),
    (
        "owner/guard",
        (403, "GatedRepo"),
        r"consent; give it on the page of owner/guard, and sign in.*HF_TOKEN",
    ),
    ("owner/guard", (403, ""), r"it refuses to give owner/guard \(status 403\); sign in"),
    ("owner/guard", (500, ""), "Internal Server Error.*; try again"),
]


@pytest.mark.parametrize(("name", "answer", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_what_the_hub_does_not_give_is_said_in_words(hub, fetch, name, answer, said):
    if answer:
        hub.refused["owner/guard"] = answer
    found = fetch(name).said
    assert found.startswith(
        f"there is no folder '{name}' here, and the hub did not give a model of that name: "
    )
    assert "\n" not in found
    assert re.search(said, found)


def test_without_a_network_and_without_a_copy_it_says_so(fetch):
    assert "it cannot be reached, and nothing was fetched before" in fetch("owner/guard", NOWHERE).said


@pytest.mark.slow
def test_half_a_download_is_no_model_and_is_gone_on_with(hub, fetch, guard):
    hub.cut = WEIGHTS
    assert "try again, what was fetched is kept" in fetch("owner/guard").said
    assert (
        "what was fetched before is not whole; try again with a network" in fetch("owner/guard", NOWHERE).said
    )
    hub.cut = None
    assert fetch("owner/guard").files == contents(guard)
    assert hub.files_sent() == [WEIGHTS], "the other files were there"


TEXT = json.dumps({"prompt": "", "completion": "they all burn"})


def test_a_command_ends_as_with_any_mistake_of_its_user(holdfast, hub, tmp_path, monkeypatch):
    """In this process, where HF_ENDPOINT was read long ago."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    (tmp_path / "texts.jsonl").write_text(TEXT)
    refused = holdfast("score", tmp_path / "texts.jsonl", "--classifier", "owner/none")
    assert refused.code == 2
    assert "it knows no owner/none" in refused.err
    assert len(refused.err.strip().splitlines()) == 1


@pytest.mark.slow
def test_a_command_fetches_its_model(shell, hub, tmp_path):
    environment = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home")}
    commit = hub.names["owner/guard"]["main"]
    done = shell("score", "--classifier", f"owner/guard@{commit}", "--json", typed=f"{TEXT}\n", **environment)
    assert done.code == 0, done.err
    assert json.loads(done.out)["score"] == pytest.approx(0.5)
