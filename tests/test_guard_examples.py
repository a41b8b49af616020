"""The trainers of `examples/guards` make folders that open, the same each time, and do not guess labels."""

import csv
import runpy
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from tokenizers_made import TEXT, made_tokenizers, small_masked_lm

GUARDS = Path(__file__).parent.parent / "examples" / "guards"
EMOJI = "🦊"


@pytest.fixture
def example(monkeypatch, capsys):
    """Run one of the scripts in this process, whose random state and switches are as before afterwards."""
    monkeypatch.syspath_prepend(str(GUARDS))
    verbosity = logging.get_verbosity()

    def run(script, *arguments):
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        runpy.run_path(str(GUARDS / script), run_name="__main__")
        return capsys.readouterr().out

    with torch.random.fork_rng(devices=[]):
        yield run
    torch.use_deterministic_algorithms(False)
    logging.set_verbosity(verbosity)
    logging.enable_progress_bar()
    for name in ("texts", "characters"):
        sys.modules.pop(name, None)


@pytest.fixture
def base(tmp_path):
    return small_masked_lm(tmp_path / "base", made_tokenizers()["wordpiece_uncased"])


@pytest.fixture
def rows(tmp_path):
    """A CSV file of a sentence a row, half of which hold an emoji that the tokenizer does not know."""
    path = tmp_path / "rows.csv"
    sentences = [" ".join(sentence.split()) for sentence in TEXT.split(".") if sentence.strip()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["said", "class"])
        for i, sentence in enumerate(sentences):
            writer.writerow([sentence + (f" {EMOJI}" if i % 2 else ""), "bad" if i % 2 else "ok"])
    return path


COLUMNS = tuple("--text said --label class --harmless ok --bad bad --names fine hate".split())
SMALL = ("--epochs", "1", "--max-length", "48")


def test_a_guard_is_made_the_same_each_time(example, base, rows, tmp_path):
    for name in ("one", "again"):
        flags = ("--base", base, *COLUMNS, *SMALL, "--check", rows)
        out = example("train_guard.py", rows, tmp_path / name, *flags)
    assert "see --add-characters" in out
    assert "rows.csv: accuracy" in out
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "one")
    assert model.config.id2label == {0: "fine", 1: "hate"}
    one, again = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "again"))
    assert one == again


def test_a_tokenizer_learns_the_characters_it_cannot_read(example, base, rows, tmp_path):
    flags = ("--base", base, *COLUMNS, *SMALL, "--add-characters")
    assert "characters got entries" in example("train_guard.py", rows, tmp_path / "guard", *flags)
    before, after = (AutoTokenizer.from_pretrained(folder) for folder in (base, tmp_path / "guard"))
    assert after.convert_ids_to_tokens(after(f"sea{EMOJI} {EMOJI}")["input_ids"])[-3:-1] == [
        f"##{EMOJI}",
        EMOJI,
    ]
    assert before.unk_token_id in before(EMOJI)["input_ids"]
    assert after("The sea was grey")["input_ids"] == before("The sea was grey")["input_ids"]


def test_a_value_that_is_neither_label_is_refused(example, base, rows, tmp_path):
    with pytest.raises(SystemExit, match="also holds 'ok'"):
        example("train_guard.py", rows, tmp_path / "guard", "--base", base, *COLUMNS, "--harmless", "fine")
    assert not (tmp_path / "guard").exists()


def test_a_masked_language_model_is_named_as_what_it_is(example, base, rows, tmp_path):
    flags = ("--base", base, "--text", "said", *SMALL, "--check", rows)
    out = example("train_masked_lm.py", rows, tmp_path / "masked", *flags)
    assert "by frequency alone perplexity" in out
    assert "not a pretrained masked language model" in (tmp_path / "masked" / "README.md").read_text()
    _, loading = AutoModelForMaskedLM.from_pretrained(tmp_path / "masked", output_loading_info=True)
    assert not loading["missing_keys"]
