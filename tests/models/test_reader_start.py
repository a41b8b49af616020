"""The first weights of a `reader`: heads that look at neighbours, and heads that match like with like."""

import pytest
import torch

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.encoder import new_encoder
from holdfast.tasks import tasks

SIZE = ModelSize(layers=2, width=64, heads=4, positions=64, architecture="reader")
LENGTH = 40


@pytest.fixture(scope="module")
def attention() -> list[torch.Tensor]:
    """By layer, shape (heads, L, L), for words of which each stands twice, LENGTH / 2 apart."""
    model = new_encoder(SIZE, 200, Stream(1), tasks.get("brackets")())
    model.set_attn_implementation("eager")
    words = torch.arange(10, 10 + LENGTH // 2).repeat(2)[None]
    with torch.inference_mode():
        return [layer[0] for layer in model.model(input_ids=words, output_attentions=True).attentions]


@pytest.mark.parametrize(("layer", "head", "back"), [(0, 0, 1), (0, 1, -1), (1, 0, 1)])
def test_a_neighbour_head_looks_most_at_its_neighbour(attention, layer, head, back):
    most = attention[layer][head].argmax(-1)
    inner = torch.arange(1, LENGTH - 1)
    assert (most[inner] == inner - back).float().mean() > 0.8


@pytest.mark.parametrize("head", [2, 3])
def test_a_matching_head_looks_more_at_the_same_word_than_at_others(attention, head):
    seen = attention[0][head].clone()
    seen.fill_diagonal_(0)
    twin = (torch.arange(LENGTH) + LENGTH // 2) % LENGTH
    ranks = (seen > seen.gather(1, twin[:, None])).sum(-1)
    assert ranks.float().mean() < LENGTH / 8


def test_a_reader_is_an_ordinary_folder_and_its_weights_repeat(tmp_path):
    made = Classifier.create(tasks.get("brackets")(), SIZE, Stream(3))
    made.save(tmp_path / "reader")
    opened = Classifier.load(tmp_path / "reader")
    assert opened.hash == made.hash == Classifier.create(tasks.get("brackets")(), SIZE, Stream(3)).hash
