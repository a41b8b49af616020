"""GGUF files open as ordinary models: the weights that were written, completions, folders that open again."""

import json
from importlib.util import find_spec
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType
from transformers import AutoModelForCausalLM, AutoTokenizer

import holdfast.models.gguf
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.generator import Generator
from holdfast.models.gguf import gguf_file, load_gguf
from real_models import SLOW, smollm2_folder, smollm2_gguf
from tokenizers_made import made_tokenizers, small_causal_lm

WRITTEN_AS = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "model.layers": "blk",
}
"""Names of a Llama's weights here and in the format."""


def interleaved(weight, heads):
    """Rows as the format has them, where the two halves that rotary positions turn alternate."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def write_gguf(path, folder, kind=GGMLQuantizationType.F32):
    """A Llama's folder as a GGUF file, as llama.cpp writes it: matrices of one kind, norms of float32."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config, writer = model.config, gguf.GGUFWriter(path, "llama")
    writer.add_name("small")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    write_tokenizer(writer, folder)
    for name, tensor in model.state_dict().items():
        weight = tensor.numpy()
        if "q_proj" in name:
            weight = interleaved(weight, config.num_attention_heads)
        if "k_proj" in name:
            weight = interleaved(weight, config.num_key_value_heads)
        for here, there in WRITTEN_AS.items():
            name = name.replace(here, there)
        plain = weight.ndim == 1 or kind == GGMLQuantizationType.F32
        data = weight if plain else gguf.quantize(weight, kind)
        writer.add_tensor(name, np.ascontiguousarray(data), raw_dtype=None if plain else kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_tokenizer(writer, folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(sorted(model["vocab"], key=model["vocab"].get))
    writer.add_token_merges([" ".join(merge) for merge in model["merges"]])
    writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An ordinary Llama of random weights."""
    tokenizer = made_tokenizers()["byte_level"]
    return small_causal_lm(tmp_path_factory.mktemp("ordinary") / "model", tokenizer, "llama")


@pytest.fixture(scope="module")
def file(folder):
    return write_gguf(folder.parent / "small.gguf", folder)


def logits(model, tokenizer, text="The sea was grey"):
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt", return_token_type_ids=False)).logits


def test_the_weights_are_those_that_were_written(file, folder):
    model, tokenizer = load_gguf(file, AutoModelForCausalLM)
    ordinary = AutoModelForCausalLM.from_pretrained(folder).eval()
    torch.testing.assert_close(
        logits(model, tokenizer), logits(ordinary, AutoTokenizer.from_pretrained(folder))
    )
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert not model.training


def test_quantised_weights_are_near_those_that_were_quantised(folder, tmp_path):
    file = write_gguf(tmp_path / "small.gguf", folder, GGMLQuantizationType.Q8_0)
    model, _ = load_gguf(file, AutoModelForCausalLM)
    ordinary = AutoModelForCausalLM.from_pretrained(folder).state_dict()
    for name, weight in model.state_dict().items():
        torch.testing.assert_close(
            weight, ordinary[name], rtol=0, atol=0.01 * float(ordinary[name].abs().max())
        )


def check_as_generator(file, tmp_path, prompt, max_words):
    """It completes, and is saved as an ordinary folder that opens without GGUF and gives equal logits."""
    generator = Generator.load(file)
    start = tuple(generator.tokenizer(prompt, add_special_tokens=False)["input_ids"])
    (completion,) = generator.complete([start], Stream(0), max_words=max_words)
    assert 0 < len(completion) <= max_words

    named = generator.save(tmp_path / "saved")
    assert "quantization_config" not in json.loads((tmp_path / "saved" / "config.json").read_text())
    opened = Generator.load(tmp_path / "saved")
    assert opened.hash == named == generator.hash
    torch.testing.assert_close(
        logits(opened.model, opened.tokenizer), logits(generator.model, generator.tokenizer), rtol=0, atol=0
    )
    assert opened.complete([start], Stream(0), max_words=max_words) == [completion]
    return generator.tokenizer.decode(completion)


def test_it_is_a_generator_that_can_be_saved_as_a_folder(file, tmp_path):
    check_as_generator(file, tmp_path, "The sea", 8)


@pytest.mark.slow
@pytest.mark.skipif(not SLOW, reason="SmolLM2's GGUF takes a minute to open: set HOLDFAST_TEST_SLOW=1")
def test_a_real_gguf_is_a_generator_that_can_be_saved_as_a_folder(tmp_path):
    file = smollm2_gguf()
    assert check_as_generator(file, tmp_path, "The capital of France is", 8).isprintable()


@pytest.mark.slow
def test_the_real_model_of_a_gguf_knows_something():
    generator = Generator.load(smollm2_folder())
    found = logits(generator.model, generator.tokenizer, "The capital of France is")
    assert generator.tokenizer.decode(found[0, -1].argmax()) == " Paris"


def test_a_path_means_a_gguf_file_or_an_ordinary_folder(file, folder, tmp_path):
    assert gguf_file(file) == file
    assert gguf_file(folder) is None
    assert gguf_file(tmp_path / "nothing") is None
    only = tmp_path / "only.gguf"
    only.write_bytes(file.read_bytes())
    assert gguf_file(tmp_path) == only


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no GGUF file at"),
        (b"", "is no GGUF file"),
        (b"PK\x03\x04 something else", "is no GGUF file"),
        (b"GGUF\x03\x00\x00\x00", "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line(content, said, tmp_path):
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=said) as caught:
        Generator.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_several_files_in_a_folder_are_refused_by_name(tmp_path):
    for name in ("one.gguf", "other.gguf"):
        (tmp_path / name).write_bytes(b"GGUF")
    with pytest.raises(UserError, match=r"one\.gguf, other\.gguf"):
        Generator.load(tmp_path)


def test_missing_packages_are_named_with_what_installs_them(file, monkeypatch):
    lacks_gguf = lambda name: None if name == "gguf" else find_spec(name)  # noqa: E731
    monkeypatch.setattr(holdfast.models.gguf, "find_spec", lacks_gguf)
    with pytest.raises(UserError, match=r"pip install 'holdfast\[gguf\]'"):
        Generator.load(Path(file))
