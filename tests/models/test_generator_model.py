"""The generator: drawing, likelihoods, saving; against slow loops without batches or cache."""

import numpy as np
import pytest
import torch
from fake_task import close
from scipy.stats import chisquare

from hand_set import hand_set_generator
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models import decoding
from holdfast.models.generator import Generator
from tolerances import SAME_LOG_ODDS

SEPARATOR = 3


def slow_continuation(generator, start, uniforms, stops, temperature=1.0):
    """One row, the whole sequence read again at each step, no cache, no padding."""
    ids, found = list(start), []
    for uniform in uniforms:
        with torch.no_grad():
            logits = generator.model(torch.tensor([ids]), use_cache=False).logits[0, -1].double().numpy()
        weights = np.exp((logits - logits.max()) / temperature)
        weights[[0, 1, 2, 4]] = 0
        word = int((np.cumsum(weights / weights.sum()) <= uniform).sum())
        if word == SEPARATOR:
            stops -= 1
            if stops == 0:
                break
        found.append(word)
        ids.append(word)
    return tuple(found)


@pytest.fixture(scope="session")
def prompts(tokens):
    return [t.prompt for t in tokens[:60]]


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_completions_equal_a_slow_loop_without_cache(generator, prompts, temperature):
    drawn = generator.complete(prompts, Stream(7), temperature=temperature, max_words=12)
    uniforms = Stream(7).numpy().random((len(prompts), 12))
    expected = [
        slow_continuation(generator, (2, *p, 3), u, stops=1, temperature=temperature)
        for p, u in zip(prompts, uniforms, strict=True)
    ]
    assert drawn == expected
    assert len({len(ids) for ids in drawn}) > 3  # some end early, so rows do leave the batch


def test_completions_do_not_depend_on_batch_composition(generator, prompts, monkeypatch):
    whole = generator.complete(prompts, Stream(8), max_words=9)
    assert generator.complete(prompts[:13], Stream(8), max_words=9) == whole[:13]
    monkeypatch.setattr(decoding, "_ROWS_PER_BATCH", 7)
    assert generator.complete(prompts, Stream(8), max_words=9) == whole


def test_many_draws_for_one_prompt_are_different_and_independent_of_sharing(generator, prompts):
    drawn = generator.complete([prompts[0]] * 50, Stream(9), max_words=9)
    uniforms = Stream(9).numpy().random((50, 9))
    assert len(set(drawn)) > 10
    assert drawn[17] == slow_continuation(generator, (2, *prompts[0], 3), uniforms[17], stops=1)


def test_first_words_follow_the_models_distribution(generator, prompts):
    drawn = generator.complete([prompts[3]] * 4000, Stream(10), max_words=1)
    table = np.exp(generator.word_log_probs([Tokens(prompts[3], ())])[0][-1].astype(float))
    table[[0, 1, 2, 4]] = 0
    counts = np.bincount([ids[0] if ids else SEPARATOR for ids in drawn], minlength=len(table))
    likely = table * 4000 / table.sum() >= 5
    expected = table[likely] / table[likely].sum() * counts[likely].sum()
    assert chisquare(counts[likely], expected).pvalue > 1e-4


def test_no_special_tokens_and_no_more_words_than_allowed(generator, prompts):
    for ids in generator.complete(prompts, Stream(11), max_words=4):
        assert len(ids) <= 4
        assert all(i >= 5 for i in ids)


def test_no_prompts_give_no_completions(generator):
    assert generator.complete([], Stream(1), max_words=4) == []


def test_stories_equal_a_slow_loop(generator):
    told = generator.tell(12, Stream(12))
    limit = generator.positions - 3 + 1
    uniforms = Stream(12).numpy().random((12, limit))
    for story, row in zip(told, uniforms, strict=True):
        ids = slow_continuation(generator, (2,), row, stops=2)
        joined = (*story.prompt, *((SEPARATOR, *story.completion) if SEPARATOR in ids else ()))
        assert joined == (ids if SEPARATOR in ids else ids[: limit - 1])


def test_a_story_that_never_comes_to_its_completion_is_cut_to_what_the_model_reads(task):
    generator = hand_set_generator(task, Stream(2), positions=32)
    told = generator.tell(40, Stream(12))
    generator.layout.pack(told, generator.positions)
    assert max(len(story) for story in told) == generator.positions - generator.layout.specials


def test_word_log_probs_stand_where_the_docstring_says(generator, tokens):
    for snippet, table in zip(tokens[:8], generator.word_log_probs(tokens[:8]), strict=True):
        prompt, completion = snippet
        assert table.shape == (len(snippet) + 1, generator.codec.vocabulary_size)
        for place in range(len(snippet) + 1):
            if place < len(prompt):
                left = [2, *prompt[:place]]
            else:
                left = [2, *prompt, 3, *completion[: place - len(prompt)]]
            with torch.no_grad():
                logits = generator.model(torch.tensor([left])).logits[0, -1]
            assert close(table[place], torch.log_softmax(logits, -1).numpy(), 1e-4)


def test_log_prob_is_the_sum_over_the_completion_and_its_end(generator, tokens):
    for snippet, found in zip(tokens[:8], generator.log_prob(tokens[:8]), strict=True):
        ids = torch.tensor([[2, *snippet.prompt, 3, *snippet.completion, 3]])
        with torch.no_grad():
            log_probs = torch.log_softmax(generator.model(ids).logits[0].double(), -1)
        start = len(snippet.prompt) + 2
        expected = sum(float(log_probs[i - 1, ids[0, i]]) for i in range(start, ids.shape[1]))
        assert found == pytest.approx(expected, abs=SAME_LOG_ODDS)


def test_save_and_load_keep_draws_and_hash(generator, prompts, task, tmp_path):
    written = generator.save(tmp_path / "generator")
    opened = Generator.load(tmp_path / "generator", task)
    assert written == generator.hash == opened.hash
    assert opened.complete(prompts, Stream(1), max_words=6) == generator.complete(
        prompts, Stream(1), max_words=6
    )


def test_a_classifiers_folder_is_no_generator(classifier, tmp_path):
    classifier.save(tmp_path / "model")
    with pytest.raises(UserError) as caught:
        Generator.load(tmp_path / "model")
    assert "\n" not in str(caught.value)
