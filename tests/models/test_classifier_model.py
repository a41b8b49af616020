"""The classifier: gradients, labels, saving and loading."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from fake_task import TINY, close

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier, ModelSize


def test_the_same_stream_makes_the_same_weights(task):
    made = [Classifier.create(task, TINY, Stream(seed)).hash for seed in (5, 5, 6)]
    assert made[0] == made[1] != made[2]


def test_creating_one_leaves_the_global_generator_alone(task):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    Classifier.create(task, TINY, Stream(5))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("width", [33, 0])
def test_an_impossible_size_is_the_users_mistake(width):
    with pytest.raises(UserError):
        ModelSize(layers=1, width=width, heads=2)


def test_gradients_equal_those_of_one_snippet_alone(classifier, tokens):
    """The reference is autograd through a hook on the embedding layer, with the tokenizer's own inputs."""
    batch = tokens[:6]
    for snippet, batched in zip(batch, classifier.gradients(batch), strict=True):
        ids = [2, *snippet.prompt, 3, *snippet.completion, 3]
        types = [0] * (len(snippet.prompt) + 2) + [1] * (len(snippet.completion) + 1)
        seen = []
        hook = classifier.model.get_input_embeddings().register_forward_hook(
            lambda _m, _i, output, seen=seen: (output.retain_grad(), seen.append(output))[-1]
        )
        logits = classifier.model(torch.tensor([ids]), token_type_ids=torch.tensor([types])).logits
        hook.remove()
        (logits[0, 1] - logits[0, 0]).backward()
        classifier.model.zero_grad()
        expected = seen[0].grad[0].numpy()
        prompt, completion = slice(1, 1 + len(snippet.prompt)), slice(2 + len(snippet.prompt), -1)
        assert close(batched.prompt, expected[prompt])
        assert close(batched.completion, expected[completion])
        assert close(batched.log_odds, (logits[0, 1] - logits[0, 0]).item())


def test_gradients_equal_finite_differences_of_the_embedding_table(task):
    """In float64, by moving the embedding of a word that stands once in the snippet."""
    classifier = Classifier.create(task, TINY, Stream(3))
    classifier.model.double()
    (snippet,) = classifier.codec.encode([Snippet("the old girl ran", "a boy fell .")])
    word = snippet.completion[2]
    table = classifier.model.get_input_embeddings().weight
    (found,) = classifier.gradients([snippet])

    def log_odds() -> float:
        packed = classifier.layout.pack([snippet])
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], True)
        with torch.no_grad():
            return float(classifier.forward_log_odds(inputs))

    for place in (0, 7, 31):
        step, ends = 1e-5, []
        for sign in (1, -1):
            table.data[word, place] += sign * step
            ends.append(log_odds())
            table.data[word, place] -= sign * step
        assert found.completion[2, place] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)


def test_saliency_is_the_norm_of_the_gradients(classifier, tokens):
    for gradient, saliency in zip(
        classifier.gradients(tokens[:3]), classifier.saliency(tokens[:3]), strict=True
    ):
        np.testing.assert_allclose(saliency.prompt, np.sqrt((gradient.prompt**2).sum(-1)), rtol=1e-5)
        np.testing.assert_allclose(saliency.completion, np.sqrt((gradient.completion**2).sum(-1)), rtol=1e-5)


def test_asking_for_gradients_leaves_none_on_the_weights(classifier, tokens):
    classifier.gradients(tokens[:3])
    assert all(weight.grad is None for weight in classifier.model.parameters())


def test_save_and_load_keep_scores_and_hash(classifier, tokens, task, tmp_path):
    written = classifier.save(tmp_path / "model")
    opened = Classifier.load(tmp_path / "model", task)
    assert written == classifier.hash == opened.hash
    np.testing.assert_array_equal(opened.log_odds(tokens), classifier.log_odds(tokens))


def test_saving_over_a_model_replaces_it(classifier, task, tmp_path):
    Classifier.create(task, TINY, Stream(9)).save(tmp_path / "model")
    written = classifier.save(tmp_path / "model")
    assert Classifier.load(tmp_path / "model").hash == written
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_others_open_the_folder_without_holdfast(classifier, snippets, tmp_path):
    classifier.save(tmp_path / "model")
    script = """
import sys
from dataclasses import replace
from transformers import AutoModelForSequenceClassification, AutoTokenizer
folder, prompt, completion = sys.argv[1:]
model = AutoModelForSequenceClassification.from_pretrained(folder)
logits = model(**AutoTokenizer.from_pretrained(folder)(prompt, completion, return_tensors="pt")).logits[0]
assert "holdfast" not in sys.modules
print(model.config.id2label[1], float(logits[1] - logits[0]))
"""
    snippet = snippets[0]
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "model"), snippet.prompt, snippet.completion],
        capture_output=True,
        text=True,
        check=True,
    )
    label, log_odds = run.stdout.split()
    assert label == "catastrophic"
    assert close(float(log_odds), classifier.log_odds(classifier.codec.encode([snippet])))


def _truncate(folder):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _drop_a_layer(folder):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    weights.pop("classifier.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda f: (f / "config.json").unlink(), "config.json is missing"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "model.safetensors").unlink(), "no \\*.safetensors weights"),
        (lambda f: (f / "tokenizer.json").write_text("[]"), "cannot be read"),
        (_truncate, "cannot be read"),
        (_drop_a_layer, "lacks weights"),
    ],
    ids=["no config", "bad config", "no weights", "bad tokenizer", "cut weights", "missing weights"],
)
def test_a_damaged_folder_is_one_line_for_the_user(classifier, tmp_path, damage, words):
    classifier.save(tmp_path / "model")
    damage(tmp_path / "model")
    with pytest.raises(UserError, match=words) as caught:
        Classifier.load(tmp_path / "model")
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_the_users_mistake(tmp_path):
    with pytest.raises(UserError, match="there is no model folder at"):
        Classifier.load(tmp_path / "nowhere")
