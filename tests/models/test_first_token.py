"""The last layer for the first token alone: the same scores and gradients as the library's own forward."""

import copy
import pickle

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from holdfast.models.first_token import every_token_read, read_first_token_only
from tolerances import SAME_LOG_ODDS

KINDS = [(BertConfig, BertForSequenceClassification), (RobertaConfig, RobertaForSequenceClassification)]


@pytest.fixture(params=KINDS, ids=["bert", "roberta"])
def pair(request):
    """The library's model, and a copy that saves work."""
    configuration, kind = request.param
    config = configuration(
        vocab_size=60,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=40,
        initializer_range=0.3,
        hidden_dropout_prob=0.2,
    )
    torch.manual_seed(0)
    model = kind._from_config(config, attn_implementation="sdpa").eval()
    quick = copy.deepcopy(model)
    read_first_token_only(quick)
    return model, quick


def batch(padded):
    ids = torch.randint(5, 60, (6, 20), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    if padded:
        mask[1, 12:] = 0
        mask[4, 3:] = 0
    return {"input_ids": ids, "attention_mask": mask} if padded else {"input_ids": ids}


@pytest.mark.parametrize("padded", [False, True])
def test_the_logits_are_the_same(pair, padded):
    expected, found = (model(**batch(padded)).logits for model in pair)
    torch.testing.assert_close(found, expected, atol=SAME_LOG_ODDS, rtol=0)


def test_the_gradients_are_the_same(pair):
    gradients = []
    for model in pair:
        model(**batch(True)).logits.square().sum().backward()
        gradients.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], expected, atol=1e-4, rtol=1e-4)


def test_less_is_worked_out(pair):
    _, quick = pair
    assert quick(**batch(False), output_hidden_states=True).hidden_states[-1].shape == (6, 1, 32)


def test_all_states_can_be_had_and_the_short_way_comes_back(pair):
    expected, found = pair
    with every_token_read(found):
        states = found(**batch(True), output_hidden_states=True).hidden_states[-1]
    known = expected(**batch(True), output_hidden_states=True).hidden_states[-1]
    torch.testing.assert_close(states, known, atol=SAME_LOG_ODDS, rtol=0)
    test_less_is_worked_out(pair)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_stands_on_its_own_weights(pair, copied):
    model, quick = pair
    twin = copied(quick)
    with torch.no_grad():
        for weight in quick.parameters():
            weight.zero_()
    torch.testing.assert_close(
        twin(**batch(True)).logits, model(**batch(True)).logits, atol=SAME_LOG_ODDS, rtol=0
    )


def test_it_still_drops_out_in_training(pair):
    _, quick = pair
    quick.train()
    assert not torch.equal(quick(**batch(False)).logits, quick(**batch(False)).logits)


def test_a_saved_model_is_the_librarys_own(pair, tmp_path):
    model, quick = pair
    quick.save_pretrained(tmp_path)
    opened = type(model).from_pretrained(tmp_path).eval()
    torch.testing.assert_close(
        opened(**batch(True)).logits, model(**batch(True)).logits, atol=SAME_LOG_ODDS, rtol=0
    )


def test_a_model_that_reads_all_its_tokens_is_left_alone():
    config = ModernBertConfig(
        vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        pad_token_id=0, bos_token_id=1, cls_token_id=1, eos_token_id=2, sep_token_id=2,
        classifier_pooling="mean",
    )  # fmt: skip
    model = ModernBertForSequenceClassification(config).eval()
    expected = model(**batch(True)).logits
    read_first_token_only(model)
    torch.testing.assert_close(model(**batch(True)).logits, expected)
