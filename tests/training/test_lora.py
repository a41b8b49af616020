"""Low-rank adapters: what is trained, what is merged, what it costs, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch.utils.flop_counter import FlopCounterMode

from guards import DECODERS, FAMILIES, TEXT, model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.folder import load_folder
from holdfast.training.adapters import adapted, adapted_layers, adapter_size, head_size
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.flops import TokenCost
from holdfast.training.recipes import LoraRecipe
from real_models import minilm_folder
from tolerances import SAME_LOG_ODDS

LORA = LoraRecipe(rank=2, alpha=4.0)
RECIPE = ClassifierRecipe(learning_rate=3e-3, batch_size=8)
BOTH = ("bert", "qwen2")
"""An encoder with a pooler, and a decoder whose last token counts."""
HEADS = {
    "bert": {"bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"},
    "qwen2": {"score.weight"},
    "modernbert": {"head.dense.weight", "head.norm.weight", "classifier.weight", "classifier.bias"},
}


def guard(family):
    return Classifier(model(family), tokenizer(FAMILIES[family][0]))


def data(classifier, count=24):
    words = TEXT.split()
    texts = [" ".join(words[start : start + 6]) for start in range(count)]
    labels = np.arange(count, dtype=np.float32) % 2
    return LabelledTokens(classifier.codec.encode([Snippet("", text) for text in texts]), labels, labels * 5)


class Watching(Silent):
    """Keeps what is trained as it was after the last step, before it is merged."""

    def __init__(self, watched):
        self.watched, self.trained, self.seen = watched, {}, 0

    def advance(self, amount=1, **figures):
        named = dict(self.watched.named_parameters())
        self.trained = {name: w.detach().clone() for name, w in named.items() if w.requires_grad}
        self.seen = sum(weight.numel() for weight in named.values())


def merged_by_peft(family, trained, recipe):
    """The same guard with adapters of the same values, put together and merged by PEFT's own means."""
    fresh = model(family)
    names = list(adapted_layers(fresh, recipe))
    asked = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules=names)
    wrapped = get_peft_model(fresh, asked)
    values = {f"base_model.model.{name}": value for name, value in trained.items()}
    assert not wrapped.load_state_dict(values, strict=False).unexpected_keys
    return Classifier(wrapped.merge_and_unload(), tokenizer(FAMILIES[family][0]))


@pytest.mark.parametrize(
    "family", [f if f in BOTH else pytest.param(f, marks=pytest.mark.slow) for f in FAMILIES]
)
def test_it_is_what_peft_merges_and_nothing_else_changes(family):
    classifier = guard(family)
    examples = data(classifier)
    before = {name: value.clone() for name, value in classifier.model.state_dict().items()}
    score = classifier.log_odds(examples.tokens)
    watching = Watching(classifier.model)
    report = train_classifier(classifier, examples, RECIPE, 6, Stream(1), watching, LORA)
    expected = merged_by_peft(family, watching.trained, LORA).log_odds(examples.tokens)
    found = classifier.log_odds(examples.tokens)
    assert np.allclose(found, expected, rtol=1e-4, atol=SAME_LOG_ODDS)
    assert not np.allclose(found, score, rtol=1e-2)
    after = classifier.model.state_dict()
    assert set(after) == set(before)
    layers = {f"{name}.weight" for name in adapted_layers(classifier.model, LORA)}
    head = {name for name in watching.trained if "lora_" not in name}
    assert {name for name in after if not torch.equal(after[name], before[name])} <= layers | head
    assert report.trained == sum(weight.numel() for weight in watching.trained.values())
    assert all(weight.requires_grad for weight in classifier.model.parameters())


@pytest.mark.parametrize("family", HEADS)
def test_the_head_is_trained_in_full_and_counts_are_known_before(family):
    classifier = guard(family)
    total = classifier.parameters_count
    beside, head = adapter_size(classifier.model, LORA), head_size(classifier.model)
    watching = Watching(classifier.model)
    report = train_classifier(classifier, data(classifier), RECIPE, 1, Stream(1), watching, LORA)
    assert {name for name in watching.trained if "lora_" not in name} == HEADS[family]
    assert watching.seen == total + beside
    assert report.trained == beside + head < total / 4
    assert TokenCost.of(classifier.model, LORA) == TokenCost(total + beside, beside + head)


@pytest.mark.parametrize("adapter", [None, LORA], ids=["all weights", "lora"])
def test_the_optimiser_remembers_what_is_trained_alone(monkeypatch, adapter):
    made = []

    class Kept(torch.optim.AdamW):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            made.append(self)

    monkeypatch.setattr(torch.optim, "AdamW", Kept)
    classifier = guard("bert")
    report = train_classifier(classifier, data(classifier), RECIPE, 2, Stream(1), adapter=adapter)
    (optimiser,) = made
    for moment in ("exp_avg", "exp_avg_sq"):
        assert sum(state[moment].numel() for state in optimiser.state.values()) == report.trained


def test_the_spend_follows_the_formula():
    classifier = guard("bert")
    total = classifier.parameters_count
    beside, head = adapter_size(classifier.model, LORA), head_size(classifier.model)
    one_batch = data(classifier, 8)
    tokens = 3 * int(classifier.layout.lengths(one_batch.tokens).sum())
    spend = train_classifier(classifier, one_batch, RECIPE, 3, Stream(1), adapter=LORA).spend
    assert spend.forward_flops == 2 * (total + beside) * tokens
    assert spend.backward_flops == (2 * (total + beside) + 2 * (beside + head)) * tokens


@pytest.mark.parametrize("adapter", [None, LORA], ids=["all weights", "lora"])
def test_the_formula_is_what_torch_counts(adapter):
    """Of weights that are multiplied; the first layer passes no gradient on, which the formula ignores."""
    made = model("qwen2", num_hidden_layers=6, hidden_size=64, intermediate_size=128)
    cost, table = TokenCost.of(made, adapter), made.get_input_embeddings().weight.numel()
    ids = torch.arange(5, 37).reshape(8, 4)
    with adapted(made, adapter, Stream(0)):
        with FlopCounterMode(display=False) as forward:
            scores = made(input_ids=ids, use_cache=False).logits
        with FlopCounterMode(display=False) as backward:
            scores.sum().backward()
    looked_up = 1 if adapter else 2
    expected = cost.spend(ids.numel())
    assert forward.get_total_flops() == pytest.approx(
        expected.forward_flops - 2 * table * ids.numel(), rel=0.1
    )
    assert backward.get_total_flops() == pytest.approx(
        expected.backward_flops - 2 * looked_up * table * ids.numel(), rel=0.1
    )


@pytest.mark.parametrize(
    "change",
    [
        ({}, {}),
        ({"ema_decay": 0.9}, {"dropout": 0.5}),
        ({"egregiousness_weight": 1.0}, {"targets": ("query", "value")}),
        ({"precision": "bf16"}, {"targets": "query"}),
    ],
    ids=str,
)
def test_it_repeats_exactly_and_depends_on_the_stream(change):
    recipe, adapter = replace(RECIPE, **change[0]), replace(LORA, **change[1])
    hashes = []
    for seed in (1, 1, 2):
        classifier = guard("bert")
        torch.manual_seed(0)
        state = torch.get_rng_state()
        train_classifier(classifier, data(classifier), recipe, 3, Stream(seed), adapter=adapter)
        assert torch.equal(state, torch.get_rng_state())
        hashes.append(classifier.hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_targets_name_layers_by_their_ends():
    made = model("qwen2")
    everything = adapted_layers(made, LORA)
    assert {name.rpartition(".")[2] for name in everything} == {
        *("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    }
    chosen = adapted_layers(made, replace(LORA, targets=("q_proj", "layers.1.mlp.up_proj")))
    assert set(chosen) == {
        *("model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj", "model.layers.1.mlp.up_proj")
    }
    assert chosen.keys() < everything.keys()


REFUSED = [
    # what is asked for, what is said
    ({"rank": 0}, "rank must be at least 1, not 0"),
    ({"alpha": 0.0}, "alpha must be a number above 0"),
    ({"alpha": float("nan")}, "alpha must be a number above 0, not nan"),
    ({"dropout": 1.0}, "dropout must be at least 0 and below 1"),
    ({"targets": ()}, "needs targets: names of linear layers, or all-linear"),
    ({"targets": ("query", "q_proj")}, r"'q_proj' names no linear layer.*dense, key, query, value"),
    ({"targets": "classifier"}, "beside its head, which is trained in full"),
    ({"targets": "uery"}, "'uery' names no linear layer"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_makes_no_adapter_is_refused_in_words(asked, said):
    classifier = guard("bert")
    before = classifier.hash
    with pytest.raises(UserError, match=said):
        train_classifier(classifier, data(classifier), RECIPE, 1, Stream(1), adapter=replace(LORA, **asked))
    assert classifier.hash == before


def test_without_peft_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setattr("holdfast.training.adapters.find_spec", lambda name: None)
    classifier = guard("bert")
    with pytest.raises(UserError, match=r"pip install 'holdfast\[lora\]'"):
        train_classifier(classifier, data(classifier), RECIPE, 1, Stream(1), adapter=LORA)


@pytest.mark.parametrize("family", BOTH)
def test_one_that_diverges_leaves_the_guard_as_it_was(family):
    classifier = guard(family)
    before = classifier.hash, set(classifier.model.state_dict())
    wild = replace(RECIPE, learning_rate=1e30, warmup_share=0.0)
    with pytest.raises(UserError, match="diverged"):
        train_classifier(classifier, data(classifier), wild, 4, Stream(1), adapter=LORA)
    assert (classifier.hash, set(classifier.model.state_dict())) == before
    assert all(weight.requires_grad for weight in classifier.model.parameters())
    train_classifier(classifier, data(classifier), RECIPE, 1, Stream(1), adapter=LORA)
    assert classifier.hash != before[0]


@pytest.mark.parametrize("family", [DECODERS[0], "bert"])
def test_what_is_saved_is_an_ordinary_folder(family, tmp_path):
    classifier = guard(family)
    train_classifier(classifier, data(classifier), RECIPE, 3, Stream(1), adapter=LORA)
    classifier.save(tmp_path / "guard")
    assert not list((tmp_path / "guard").glob("adapter*"))
    assert Classifier.load(tmp_path / "guard").hash == classifier.hash


def test_a_folder_of_an_adapter_alone_is_refused(tmp_path):
    from transformers import AutoModelForSequenceClassification

    get_peft_model(model("bert"), LoraConfig(r=2, target_modules=["query"])).save_pretrained(tmp_path)
    with pytest.raises(UserError, match="holds an adapter, which is no model by itself"):
        load_folder(tmp_path, AutoModelForSequenceClassification)


@pytest.mark.slow
def test_minilm_learns_by_it():
    """The real encoder learns whether a text speaks of water, its own weights frozen."""
    from holdfast.models.guard_format import GuardFormat

    classifier = Classifier.load_to_tune(minilm_folder(), None, GuardFormat(), Stream(0))
    wet, dry = (
        ("river", "sea", "rain", "lake", "flood", "wave"),
        ("desk", "road", "fire", "sand", "tower", "engine"),
    )
    frames = (
        "We saw the {} at noon.",
        "A {} was all that he wrote about.",
        "Nobody minded the {}.",
        "The {}!",
    )
    texts = [frame.format(word) for word in (*wet, *dry) for frame in frames]
    labels = np.repeat([1.0, 0.0], len(texts) // 2).astype(np.float32)
    examples = LabelledTokens(classifier.codec.encode([Snippet("", text) for text in texts]), labels, labels)
    lora, recipe = LoraRecipe(), replace(RECIPE, learning_rate=1e-3, batch_size=16)
    report = train_classifier(classifier, examples, recipe, 40, Stream(1), adapter=lora)
    assert report.final_loss < report.losses[0] / 2
    assert report.trained < classifier.parameters_count / 20
    assert ((classifier.log_odds(examples.tokens) > 0) == (labels > 0.5)).mean() > 0.95
