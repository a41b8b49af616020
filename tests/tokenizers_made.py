"""Ten tokenizers of other kinds than Holdfast's own, made here in a second, and small random models for them.

Each is of the kind of a well-known family, with its special tokens and its habits with case, accents and
spaces. They are made from the text below alone, the same in every run. `made_tokenizers` has them all;
`small_classifier`, `small_causal_lm` and `small_masked_lm` save folders of random weights.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoConfig, PreTrainedTokenizerFast

POSITIONS = 64

TEXT = """
The old ferry left the harbour before sunrise, and nobody on board said a word. Anna had packed two
coats, three books and a letter that she did not want to open. "You'll be fine," her brother told her;
she wasn't so sure. Why would anybody travel to an island where it rained for 300 days a year? The
captain, Mr. Müller, laughed at that. He'd made the crossing 4,218 times, he claimed, and only once had
the ferry turned back: in 1987, when a whale slept across the channel. Nobody believed him. The children
ran up and down the stairs, shouting, singing, counting gulls.

On the island there was a café, a school, a lighthouse and a shop that sold everything: rope, bread,
newspapers from last week, re-used bottles, candles, soap. The owner spoke Français and a little Español;
"¿Qué tal?" she asked everyone who came in, and "déjà vu!" when they came back. Her naïve cat slept in
the window. Prices were written by hand (€2.50 for coffee, £3 for cake) and nobody ever argued. THE SHOP
IS CLOSED ON SUNDAYS, said a sign, but the door was never locked. Anna bought a map, an apple and a pair
of gloves; it was colder than she'd expected.

She walked along the beach until the path ended. The sea was grey, the sky was greyer, and the wind took
her hat twice. At the lighthouse she opened the letter at last. It said: "Dear Anna, if you read this,
you have gone after all. Don't hate me. I hid the key under the third stone. Do what you like with the
house 🙂. Yours, O." She read it again. Then she laughed, and then she cried, and then she looked for the
stone. It wasn't there!

What happened next is told in many ways. Some say that she stayed, painted the house blue and kept bees;
others that she took the next ferry home and never spoke of it. The captain says that he saw her in the
spring, on the beach, with a dog. He is not a liar, he says, he only tells better stories than other
people. Straße, Łódź, Ελλάδα, Москва, 東京: she sent cards from everywhere, he says, and he keeps them all
in a box under his bed 🔑❤️.
"""
"""What the tokenizers are made from: some hundred words, with case, accents, digits and other scripts."""

SPACE = "▁"


@cache
def made_tokenizers() -> Mapping[str, PreTrainedTokenizerFast]:
    """A tokenizer of each kind, by name; the kind's habits are in its maker's first line."""
    makers = (
        wordpiece_uncased,
        wordpiece_cased,
        byte_level,
        byte_level_prefix_space,
        bpe_word_ends,
        byte_fallback,
        unigram_end,
        unigram_uncased,
        word_level,
        characters,
    )
    return {maker.__name__: maker() for maker in makers}


def wordpiece_uncased() -> PreTrainedTokenizerFast:
    """BERT: lower case, accents taken off, `##` within words; [CLS] A [SEP] B [SEP] with token types."""
    return wordpiece(normalizers.BertNormalizer(lowercase=True, strip_accents=True))


def wordpiece_cased() -> PreTrainedTokenizerFast:
    """BERT cased: case and accents are kept."""
    return wordpiece(normalizers.BertNormalizer(lowercase=False, strip_accents=False))


def wordpiece(normalizer: Any) -> PreTrainedTokenizerFast:
    special = {name: f"[{name}]" for name in ("PAD", "UNK", "CLS", "SEP", "MASK")}
    split = pre_tokenizers.BertPreTokenizer()
    words = [
        tuple(("##" if i else "") + character for i, character in enumerate(word))
        for word, _ in split.pre_tokenize_str(normalizer.normalize_str(TEXT))
    ]
    pieces, merges = learnt_merges(words, lambda one, other: one + other.removeprefix("##"))
    vocabulary = [*special.values(), *pieces, *(joined for _, _, joined in merges)]
    inner = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(vocabulary)}, unk_token="[UNK]"))
    inner.add_special_tokens([*special.values()])
    inner.normalizer, inner.pre_tokenizer, inner.decoder = normalizer, split, decoders.WordPiece()
    surround(inner, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    names = ["input_ids", "token_type_ids", "attention_mask"]
    return fast(inner, names, **{f"{name.lower()}_token": token for name, token in special.items()})


def learnt_merges(
    words: Sequence[tuple[str, ...]], join: Callable[[str, str], str], count: int = 200
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Single symbols, and merges of the most frequent pair of neighbours, ties by name (`trainers` break them
    otherwise in each run)."""
    counts = Counter(words)
    symbols = sorted({symbol for word in counts for symbol in word})
    merges: list[tuple[str, str, str]] = []
    made = set(symbols)
    while len(merges) < count:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in counts.items():
            for pair in pairwise(word):
                pairs[pair] += times
        one, other = max(pairs, key=lambda pair: (pairs[pair], pair))
        joined = join(one, other)
        counts = Counter({merged(word, one, other, joined): times for word, times in counts.items()})
        if joined not in made:
            merges.append((one, other, joined))
            made.add(joined)
    return symbols, merges


def merged(word: tuple[str, ...], one: str, other: str, joined: str) -> tuple[str, ...]:
    out: list[str] = []
    for symbol in word:
        if out and out[-1] == one and symbol == other:
            out[-1] = joined
        else:
            out.append(symbol)
    return tuple(out)


def byte_level() -> PreTrainedTokenizerFast:
    """GPT-2: bytes, spaces kept with the word that follows; no BOS, no EOS, no padding token."""
    end = "<|endoftext|>"
    return fast(byte_level_bpe([end], prefix_space=False), bos_token=end, eos_token=end, unk_token=end)


def byte_level_prefix_space() -> PreTrainedTokenizerFast:
    """RoBERTa: bytes, a space put before the text; <s> A </s></s> B </s>."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    inner = byte_level_bpe(special, prefix_space=True)
    inner.post_processor = processors.RobertaProcessing(
        ("</s>", inner.token_to_id("</s>")), ("<s>", inner.token_to_id("<s>")), add_prefix_space=True
    )
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    return fast(inner, **names, unk_token="<unk>", pad_token="<pad>", mask_token="<mask>")


def byte_level_bpe(special: list[str], prefix_space: bool) -> Tokenizer:
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    inner.decoder, inner.post_processor = decoders.ByteLevel(), processors.ByteLevel(trim_offsets=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    inner.train_from_iterator(TEXT.splitlines(), trainer)
    return inner


def bpe_word_ends() -> PreTrainedTokenizerFast:
    """GPT-1: BPE on characters, `</w>` where a word ends, lower case; EOS after the text."""
    special = ["<unk>", "<pad>", "</s>"]
    normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    split = pre_tokenizers.BertPreTokenizer()
    words = [
        (*word[:-1], word[-1] + "</w>") for word, _ in split.pre_tokenize_str(normalizer.normalize_str(TEXT))
    ]
    pieces, merges = learnt_merges(words, lambda one, other: one + other)
    vocabulary = {piece: i for i, piece in enumerate([*special, *pieces, *(joined for *_, joined in merges)])}
    pairs = [(one, other) for one, other, _ in merges]
    inner = Tokenizer(models.BPE(vocabulary, pairs, unk_token="<unk>", end_of_word_suffix="</w>"))
    inner.add_special_tokens(special)
    inner.normalizer, inner.pre_tokenizer, inner.decoder = normalizer, split, decoders.BPEDecoder()
    surround(inner, "$A </s>", "$A </s> $B </s>")
    return fast(inner, unk_token="<unk>", pad_token="<pad>", eos_token="</s>")


def byte_fallback() -> PreTrainedTokenizerFast:
    """Llama: BPE, `▁` for spaces and before the text, unknown characters as bytes; BOS, no padding."""
    special = ["<unk>", "<s>", "</s>"]
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(vocab_size=450, special_tokens=special, show_progress=False)
    learner.train_from_iterator([TEXT.encode("ascii", "ignore").decode()], trainer)
    vocabulary, merges = bpe_parts(learner)
    for byte in range(256):
        vocabulary.setdefault(f"<0x{byte:02X}>", len(vocabulary))
    inner = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    inner.add_special_tokens(special)
    inner.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    inner.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    surround(inner, "<s> $A", "<s> $A <s>:1 $B:1")
    return fast(inner, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def unigram_end() -> PreTrainedTokenizerFast:
    """T5: Unigram, `▁` before each word, compatibility characters made plain; EOS after each text."""
    inner = unigram(["<pad>", "</s>", "<unk>"], "<unk>", normalizers.NFKC())
    surround(inner, "$A </s>", "$A </s> $B </s>")
    return fast(inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def unigram_uncased() -> PreTrainedTokenizerFast:
    """ALBERT: Unigram, lower case, accents taken off; [CLS] A [SEP] B [SEP] with token types."""
    steps = [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    special = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
    inner = unigram(special, "<unk>", normalizers.Sequence(steps))
    surround(inner, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    tokens = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return fast(inner, ["input_ids", "token_type_ids", "attention_mask"], **tokens, mask_token="[MASK]")


def unigram(special: list[str], unknown: str, normalizer: Any) -> Tokenizer:
    """Every word of the text, beginnings and ends of words, characters; likelier where more frequent."""
    marked = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=True)
    counts: Counter[str] = Counter()
    for word, _ in marked.pre_tokenize_str(" ".join(normalizer.normalize_str(TEXT).split())):
        counts.update(word)
        counts.update(word[:stop] for stop in range(2, len(word) + 1))
        counts.update(word[start:] for start in range(2, len(word) - 1))
    kept = sorted(
        (piece for piece, n in counts.items() if n > 1 or len(piece) == 1), key=lambda p: (-counts[p], p)
    )
    total = sum(counts.values())
    pieces = [(token, 0.0) for token in special] + [(piece, log(counts[piece] / total)) for piece in kept]
    inner = Tokenizer(models.Unigram(pieces, unk_id=special.index(unknown), byte_fallback=False))
    inner.add_special_tokens(special)
    inner.normalizer, inner.pre_tokenizer = normalizer, marked
    inner.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always", split=True)
    return inner


def word_level() -> PreTrainedTokenizerFast:
    """Whole words and punctuation in lower case, all else unknown; no BOS, no EOS."""
    inner = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    inner.normalizer, inner.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(special_tokens=["[PAD]", "[UNK]"], show_progress=False)
    inner.train_from_iterator(TEXT.splitlines(), trainer)
    return fast(inner, pad_token="[PAD]", unk_token="[UNK]")


def characters() -> PreTrainedTokenizerFast:
    """CANINE in spirit: one token a character, spaces too; [CLS] A [SEP] B [SEP]."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate([*special, *sorted(set(TEXT))])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    inner.add_special_tokens(special)
    inner.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated")
    inner.decoder = decoders.Fuse()
    surround(inner, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]")
    tokens = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return fast(inner, **tokens, mask_token="[MASK]")


def surround(inner: Tokenizer, single: str, pair: str) -> None:
    """Put special tokens around one text and around two, by a template."""
    tokens = {part.split(":")[0] for part in pair.split() if not part.startswith("$")}
    inner.post_processor = processors.TemplateProcessing(
        single=single,
        pair=pair,
        special_tokens=[(token, inner.token_to_id(token)) for token in sorted(tokens)],
    )


def fast(inner: Tokenizer, inputs: list[str] | None = None, **special: str) -> PreTrainedTokenizerFast:
    names = inputs or ["input_ids", "attention_mask"]
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, model_input_names=names, clean_up_tokenization_spaces=False, **special
    )


def bpe_parts(inner: Tokenizer) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The vocabulary and the merges of a BPE tokenizer, in their order."""
    model = json.loads(inner.to_str())["model"]
    return dict(model["vocab"]), [tuple(merge) for merge in model["merges"]]


FAMILIES: Mapping[str, Mapping[str, Any]] = {
    "bert": {},
    "roberta": {},
    "xlm-roberta": {},
    "distilbert": {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2},
    "electra": {"embedding_size": 32},
    "albert": {"embedding_size": 16},
    "deberta-v2": {
        "relative_attention": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_buckets": 16,
        "pooler_hidden_size": 32,
    },
    "modernbert": {"global_attn_every_n_layers": 2, "local_attention": 16},
    "xlnet": {"d_model": 32, "n_layer": 2, "n_head": 2, "d_inner": 64, "max_position_embeddings": ...},
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": POSITIONS},
    "gpt_neox": {"rotary_pct": 1.0},
    "llama": {"num_key_value_heads": 1},
    "mistral": {"num_key_value_heads": 1, "sliding_window": None},
    "qwen2": {"num_key_value_heads": 1},
    "bart": {
        "d_model": 32,
        **{f"{side}_layers": 1 for side in ("encoder", "decoder")},
        **{f"{side}_attention_heads": 2 for side in ("encoder", "decoder")},
        **{f"{side}_ffn_dim": 64 for side in ("encoder", "decoder")},
    },
    "t5": {
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 1,
        "num_decoder_layers": 1,
        "num_heads": 2,
        "decoder_start_token_id": 0,
    },
}
"""The families that a small model can be made of; what their configurations call things, or lack (`...`)."""

DECODERS = ("gpt2", "gpt_neox", "llama", "mistral", "qwen2")
"""Those whose sequence classifiers read the last token.

transformers opens qwen2's folder with a tokenizer of its own class, which keeps the vocabulary alone.
"""

ENCODER_DECODERS = ("bart", "t5")
"""Those whose sequence classifiers read the last EOS, so that they go with tokenizers that write one."""


def small_classifier(
    folder: Path, tokenizer: PreTrainedTokenizerFast, family: str = "bert", *, seed: int = 0, **config: Any
) -> Path:
    """Save a sequence classifier of random weights and its tokenizer; `config` adds to the configuration.

    Its labels are 0, "harmless", and 1, "bad", unless `config` has `id2label` or `num_labels`.
    """
    from transformers import AutoModelForSequenceClassification

    if not config.keys() & {"id2label", "num_labels"}:
        config |= {"id2label": {0: "harmless", 1: "bad"}, "label2id": {"harmless": 0, "bad": 1}}
    return small_model(
        folder, tokenizer, family, AutoModelForSequenceClassification.from_config, seed, config
    )


def small_causal_lm(
    folder: Path, tokenizer: PreTrainedTokenizerFast, family: str = "llama", *, seed: int = 0, **config: Any
) -> Path:
    """The same for a causal language model."""
    from transformers import AutoModelForCausalLM

    return small_model(folder, tokenizer, family, AutoModelForCausalLM.from_config, seed, config)


def small_masked_lm(
    folder: Path, tokenizer: PreTrainedTokenizerFast, family: str = "bert", *, seed: int = 0, **config: Any
) -> Path:
    """The same for a masked language model."""
    from transformers import AutoModelForMaskedLM

    return small_model(folder, tokenizer, family, AutoModelForMaskedLM.from_config, seed, config)


def small_model(
    folder: Path,
    tokenizer: PreTrainedTokenizerFast,
    family: str,
    make: Callable[[Any], torch.nn.Module],
    seed: int,
    config: Mapping[str, Any],
) -> Path:
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("bos", "eos", "pad")}
    if ids["pad_token_id"] is None and family not in DECODERS:
        ids["pad_token_id"] = 1  # encoders cannot do without
    size = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
    }
    shape = {**size, **FAMILIES[family], **ids, **config}
    shape = {field: value for field, value in shape.items() if value is not ...}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make(AutoConfig.for_model(family, vocab_size=len(tokenizer), **shape))
        spread_weights(model)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@torch.no_grad()
def spread_weights(model: torch.nn.Module) -> None:
    """Make weights so large that the scores of two texts differ plainly; ordinary ones start nearly equal."""
    for parameter in model.parameters():
        if parameter.ndim >= 2:
            parameter.normal_(std=1.5 / sqrt(parameter.shape[-1]))
