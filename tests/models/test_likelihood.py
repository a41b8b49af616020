"""The likelihood engine: equal to an unbatched forward, whatever is shared; gradients against differences."""

import copy

import numpy as np
import pytest
import torch
from fake_task import TINY, FakeTask, close, enlarge
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models import reading
from holdfast.models.activations import TanhGelu
from holdfast.models.branching import branch_logits
from holdfast.models.generator import Generator
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.models.memories import Memories
from holdfast.models.prefixes import shared_beginnings
from holdfast.models.tokenizer import word_tokenizer
from holdfast.training.generator import train_generator
from holdfast.training.recipes import GeneratorRecipe
from tolerances import SAME_LOG_ODDS

WORDS = range(5, 5 + len(FakeTask.vocabulary))


def gpt2(tokenizer) -> torch.nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    size = {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 64}
    return GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), bos_token_id=2, eos_token_id=3, **size))


def grouped(tokenizer) -> torch.nn.Module:
    """With two heads that share their keys and values."""
    from transformers import LlamaConfig, LlamaForCausalLM

    size = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
    heads = {"num_key_value_heads": 2, "max_position_embeddings": 64}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **size, **heads))


def eager(tokenizer) -> torch.nn.Module:
    model = gpt2(tokenizer)
    model.set_attn_implementation("eager")
    return model


def mistral(tokenizer) -> torch.nn.Module:
    """With a window of six words, so that nothing can be remembered of a long beginning."""
    from transformers import MistralConfig, MistralForCausalLM

    size = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
    heads = {"num_key_value_heads": 1, "sliding_window": 6, "max_position_embeddings": 64}
    return MistralForCausalLM(MistralConfig(vocab_size=len(tokenizer), **size, **heads))


def mamba(tokenizer) -> torch.nn.Module:
    from transformers import MambaConfig, MambaForCausalLM

    size = {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 4}
    return MambaForCausalLM(MambaConfig(vocab_size=len(tokenizer), **size))


@pytest.fixture(scope="module", params=["llama", "grouped", "gpt2", "eager", "mistral"])
def generator(request) -> Generator:
    torch.set_num_threads(1)
    task = FakeTask()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        if request.param == "llama":
            made = Generator.create(task, TINY, Stream(0).child("generator"))
        else:
            tokenizer = word_tokenizer(task, 64)
            made = Generator(globals()[request.param](tokenizer), tokenizer, task)
    enlarge(made.model)
    return made


def unbatched(generator: Generator, tokens: Tokens, ended: bool) -> float:
    ids = [2, *tokens.prompt, 3, *tokens.completion, *([3] if ended else [])]
    with torch.no_grad():
        log_probs = torch.log_softmax(generator.model(torch.tensor([ids])).logits[0].double(), -1)
    start = len(tokens.prompt) + 2
    return sum(float(log_probs[i - 1, ids[i]]) for i in range(start, len(ids)))


def pool() -> list[Tokens]:
    """Neighbours of two seeds, as searches make them, among unrelated snippets and odd ones."""
    draw = Stream(3).numpy()

    def words(count):
        return tuple(draw.integers(WORDS.start, WORDS.stop, count).tolist())

    found = [Tokens((), ()), Tokens((), words(3)), Tokens(words(4), ()), Tokens(words(1), words(1))]
    for length, completion in ((25, words(6)), (14, words(3))):
        base = words(length)
        found.append(Tokens(base, completion))
        for _ in range(20):
            place = int(draw.integers(length))
            found.append(Tokens((*base[:place], *words(1), *base[place + 1 :]), completion))
            found.append(Tokens(base[:place], completion))
            found.append(Tokens(base, words(int(draw.integers(1, 8)))))
    return found + [Tokens(words(int(draw.integers(20))), words(int(draw.integers(8)))) for _ in range(20)]


POOL = pool()


@pytest.fixture(scope="module")
def expected(generator) -> dict[bool, np.ndarray]:
    return {ended: np.array([unbatched(generator, t, ended) for t in POOL]) for ended in (False, True)}


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("tokens_per_batch", [1, 60, 1024])
def test_likelihoods_equal_an_unbatched_forward(generator, expected, tokens_per_batch, ended):
    engine = LikelihoodEngine(generator, tokens_per_batch=tokens_per_batch)
    assert expected[ended].std() > 1
    for found in (engine.log_prob(POOL, ended=ended), engine.exact_log_prob(POOL, ended=ended)):
        assert found.dtype == np.float64
        assert close(found, expected[ended], 1e-4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.integers(0, len(POOL) - 1), max_size=40), ended=st.booleans(), size=st.integers(0, 9))
def test_they_do_not_depend_on_order_repeats_or_the_cache(generator, expected, rows, ended, size):
    engine = LikelihoodEngine(generator, tokens_per_batch=200, cache_size=size)
    for _ in range(2):
        found = engine.log_prob([POOL[i] for i in rows], ended=ended)
        assert close(np.append(found, 0), np.append(expected[ended][rows], 0), 1e-4)


def test_a_common_beginning_is_read_once(task, generator):
    engine = LikelihoodEngine(generator)
    prompt = tuple(WORDS)[:20]
    candidates = [Tokens((*prompt[:15], word, *prompt[16:]), (7, 8)) for word in WORDS]
    engine.log_prob(candidates)
    cost = generator.flops_per_token
    whole = sum(1 + 20 + 1 + 2 - 1 for _ in candidates)
    left = 16 + sum(whole // len(candidates) - 16 for _ in candidates)
    expected = whole if generator.model.config.model_type == "mistral" else left
    assert engine.spend.forward_flops == cost * expected


def test_branches_attend_to_one_trunk_where_the_attention_can_be_exchanged(generator, expected, monkeypatch):
    """Whichever way the trunk is remembered, the answers are the same."""
    branched = []

    def watched(model, branches):
        branched.append(len(branches.positions))
        return branch_logits(model, branches)

    monkeypatch.setattr(reading, "branch_logits", watched)
    usual = generator.model.config._attn_implementation
    found = LikelihoodEngine(generator).log_prob(POOL)
    assert close(found, expected[False], 1e-4)
    can = usual == "sdpa" and generator.model.config.model_type != "mistral"
    assert bool(branched) == can
    assert generator.model.config._attn_implementation == usual
    branched.clear()
    monkeypatch.setattr(reading, "can_branch", lambda _: False)
    assert close(LikelihoodEngine(generator).log_prob(POOL), found, 1e-4)
    assert not branched


def test_what_was_asked_once_costs_nothing_again(generator):
    engine = LikelihoodEngine(generator)
    engine.log_prob(POOL)
    once = engine.spend
    engine.log_prob(POOL[::-1])
    assert engine.spend == once
    engine.log_prob(POOL[:1], ended=True)
    assert engine.spend.forward_flops > once.forward_flops


def test_training_empties_the_cache():
    generator = Generator.create(FakeTask(), TINY, Stream(1))
    engine = LikelihoodEngine(generator)
    before = engine.log_prob(POOL)
    train_generator(generator, POOL[40:60], GeneratorRecipe(learning_rate=1e-2), 3, Stream(2))
    after = engine.log_prob(POOL)
    assert not close(before, after, 1e-2)
    assert close(after, [unbatched(generator, t, False) for t in POOL], 1e-4)


def test_training_makes_it_forget_what_it_read():
    generator = Generator.create(FakeTask(), TINY, Stream(1))
    engine = LikelihoodEngine(generator)
    asked = [t for t in POOL if t.prompt and t.completion][:5]
    lasts = [len(t.prompt) - 1 for t in asked]
    engine.gradients(asked)
    train_generator(generator, POOL[40:60], GeneratorRecipe(learning_rate=1e-2), 3, Stream(2))
    found = [gradients.log_prob for gradients in engine.gradients(asked, first=lasts)]
    assert close(found, [unbatched(generator, t, False) for t in asked], 1e-4)


def test_gradients_agree_with_finite_differences(generator):
    """Along random directions. Norms may compute in float32, whatever they are asked, hence the long step."""
    exact = copy.deepcopy(generator.model).double()
    draw = torch.Generator().manual_seed(1)
    asked = [t for t in POOL if len(t.prompt) and len(t.completion)][:12]
    for ended in (False, True):
        for tokens, found in zip(
            asked, LikelihoodEngine(generator).gradients(asked, ended=ended), strict=True
        ):
            ids = torch.tensor([[2, *tokens.prompt, 3, *tokens.completion, *([3] if ended else [])]])
            count, length = len(tokens.completion) + ended, len(tokens.prompt)
            embedded = exact.get_input_embeddings()(ids).detach()

            def log_prob(shift, embedded=embedded, ids=ids, count=count, length=length):
                moved = embedded.clone()
                moved[0, 1 : 1 + length] += shift
                logits = exact(inputs_embeds=moved).logits[0, -count - 1 : -1]
                return float(torch.log_softmax(logits.detach(), -1).gather(1, ids[0, -count:, None]).sum())

            direction = torch.randn((length, 32), generator=draw, dtype=torch.float64)
            direction /= direction.norm()
            slope = (log_prob(1e-3 * direction) - log_prob(-1e-3 * direction)) / 2e-3
            assert found.prompt.shape == direction.shape
            along = float((torch.from_numpy(found.prompt) * direction).sum())
            assert along == pytest.approx(slope, rel=1e-2, abs=1e-2)
            assert found.log_prob == pytest.approx(log_prob(0 * direction), abs=SAME_LOG_ODDS)


def test_gradients_come_in_the_order_asked_whatever_the_batch(generator):
    together = LikelihoodEngine(generator, tokens_per_batch=100).gradients(POOL)
    for tokens, found in zip(POOL, together, strict=True):
        (alone,) = LikelihoodEngine(generator).gradients([tokens])
        assert found.prompt.shape == (len(tokens.prompt), 32)
        assert close(np.append(found.prompt, 0), np.append(alone.prompt, 0), 1e-3)
        assert np.isfinite(found.prompt).all()
    assert LikelihoodEngine(generator).gradients([]) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(
        st.lists(st.tuples(st.integers(0, len(POOL) - 1), st.floats(0, 1)), min_size=1, max_size=6),
        max_size=4,
    ),
    remembered=st.sampled_from([0, 40, 8192]),
)
def test_gradients_from_a_position_on_do_not_depend_on_what_is_remembered(generator, asked, remembered):
    engine, plain = LikelihoodEngine(generator), LikelihoodEngine(generator)
    engine._reader._memories = Memories(remembered)
    for request in asked:
        tokens = [POOL[i] for i, _ in request]
        firsts = [int(share * len(t.prompt)) for t, (_, share) in zip(tokens, request, strict=True)]
        found = engine.gradients(tokens, first=firsts)
        for snippet, first, own in zip(tokens, firsts, found, strict=True):
            (whole,) = plain.gradients([snippet])
            assert own.prompt.shape == whole.prompt.shape
            assert close(np.append(own.prompt[first:], 0), np.append(whole.prompt[first:], 0), 1e-3)
            # A model that reads every line whole may tell more than was asked.
            assert not own.prompt[:first].any() or generator.model.config.model_type == "mistral"
            assert own.log_prob == pytest.approx(whole.log_prob, abs=SAME_LOG_ODDS)
        assert close(engine.log_prob(tokens), [g.log_prob for g in plain.gradients(tokens)], 1e-4)


def test_what_was_read_for_a_gradient_serves_the_candidates_after_it(generator):
    engine = LikelihoodEngine(generator)
    base = Tokens(tuple(WORDS)[:20], (7, 8))
    candidates = [Tokens((*base.prompt[:15], word, *base.prompt[16:]), (7, 8)) for word in WORDS[:8]]
    engine.gradients([base])
    before = engine.spend.forward_flops
    engine.log_prob(candidates)
    left = (engine.spend.forward_flops - before) / generator.flops_per_token
    whole = len(candidates) * (1 + 20 + 1 + 2 - 1)
    reads_whole = generator.model.config.model_type == "mistral"
    assert left == (whole if reads_whole else whole - len(candidates) * 16)


TEXTS = st.lists(st.integers(0, 1), min_size=1, max_size=6).map(tuple)


@given(st.lists(TEXTS, max_size=20), st.lists(TEXTS, max_size=10), st.integers(0, 25))
def test_memories_recall_the_latest_texts_and_their_beginnings(kept, asked, room):
    memories = Memories(room)
    for number, text in enumerate(kept):
        states = torch.full((1, 1, len(text), 1), float(number))
        memories.keep(text, [(states, states)])
    latest, left = [], room
    for text in dict.fromkeys(reversed(kept)):
        left -= len(text)
        if left < 0:
            break
        latest.append(text)
    for beginning in asked:
        found = memories.recall(beginning)
        holders = [text for text in latest if text[: len(beginning)] == beginning]
        assert (found is None) == (not holders)
        if found is not None:
            assert found[0][0].shape[2] == len(beginning)
            number = max(i for i, text in enumerate(kept) if text in holders)
            assert float(found[0][1][0, 0, 0, 0]) == number


def test_a_model_that_remembers_states_and_not_tokens_is_read_whole(task):
    tokenizer = word_tokenizer(task, 64)
    generator = Generator(mamba(tokenizer), tokenizer, task)
    found = LikelihoodEngine(generator, tokens_per_batch=1).log_prob(POOL)
    assert close(found, [unbatched(generator, t, False) for t in POOL], 1e-4)


def test_a_tokenizer_without_separators_gives_prompt_and_target_in_one_piece(task):
    """As causal models are tokenized: a beginning, then prompt and completion, with nothing between."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.WordLevel({"<s>": 0, **{w: i + 1 for i, w in enumerate(task.vocabulary)}}))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 0)]
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, bos_token="<s>", eos_token="<s>")
    generator = Generator(gpt2(tokenizer), tokenizer)
    snippet = Tokens((3, 4, 5), (6, 7))
    ids = torch.tensor([[0, 3, 4, 5, 6, 7]])
    with torch.no_grad():
        log_probs = torch.log_softmax(generator.model(ids).logits[0], -1)
    expected = float(log_probs[3, 6] + log_probs[4, 7])
    assert LikelihoodEngine(generator).log_prob([snippet])[0] == pytest.approx(expected, abs=SAME_LOG_ODDS)


def test_a_snippet_too_long_is_the_users_mistake(generator):
    engine = LikelihoodEngine(generator)
    for ask in (engine.log_prob, engine.gradients):
        with pytest.raises(UserError, match="does not fit the model"):
            ask([Tokens((5,) * 70, (6,))])
    assert len(engine.log_prob(POOL)) == len(POOL)


def test_the_embedding_matrix_is_the_models(generator):
    matrix = LikelihoodEngine(generator).embedding_matrix()
    assert matrix.shape == (generator.codec.vocabulary_size, 32)


@pytest.mark.parametrize("grad", [False, True])
def test_the_faster_gelu_is_the_same_function(grad):
    x = torch.linspace(-12, 12, 5001, dtype=torch.float32).view(3, -1).requires_grad_(grad)
    found, expected = TanhGelu()(x), torch.nn.functional.gelu(x, approximate="tanh")
    assert close(found.detach(), expected.detach(), 1e-6)
    if grad:
        one, other = (torch.autograd.grad(y.sum(), x)[0] for y in (found, expected))
        assert close(one, other, 1e-6)


def test_a_generator_has_it_where_its_model_has_the_slow_one(generator):
    kinds = {type(module) for module in generator.model.modules()}
    assert (TanhGelu in kinds) == (generator.model.config.model_type == "gpt2")


SEQUENCES = st.lists(
    st.tuples(st.lists(st.integers(0, 2), max_size=25).map(tuple), st.integers(0, 25)), max_size=40
)


@given(SEQUENCES)
def test_a_sequence_shares_no_more_than_it_has_in_common_with_its_trunk(drawn):
    sequences = [(9, 9, 9, 9, 9, *words) for words, _ in drawn]
    limits = np.array(
        [min(limit, len(s)) for s, (_, limit) in zip(sequences, drawn, strict=True)], dtype=np.int64
    )
    sharing = shared_beginnings(sequences, limits)
    needed = sharing.trunks()
    for i, (trunk, shared) in enumerate(zip(sharing.trunk, sharing.shared, strict=True)):
        assert shared <= limits[i]
        assert (trunk < 0) == (shared == 0)
        assert trunk < 0 or sequences[i][:shared] == sequences[trunk][:shared]
        assert trunk < 0 or shared <= needed[trunk] <= len(sequences[trunk])
    # What is read is never more than without sharing.
    assert sum(needed.values()) <= sharing.shared.sum()


def test_neighbours_of_one_seed_share_all_that_stands_before_the_change():
    base = tuple(range(100, 130))
    sequences = [(*base[:place], word, *base[place + 1 :]) for place in range(30) for word in (1, 2, 3)]
    limits = np.full(len(sequences), 30)
    shared = shared_beginnings(sequences, limits).shared.reshape(30, 3)
    # Below the shortest beginning worth sharing nothing is; the last places' own words may differ.
    assert (shared[4:29] >= np.arange(4, 29)[:, None]).all()
