"""The word-level tokenizer that a task's classifier and generator share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.tasks.base import FIRST_WORD, Task, surface_of
from holdfast.tasks.editions import edition_of, ordinal

if TYPE_CHECKING:
    from tokenizers import normalizers
    from transformers import PreTrainedTokenizerFast

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""Ids 0 to 4; word `i` of the task's vocabulary has the id `FIRST_WORD + i`."""
assert len(SPECIAL_TOKENS) == FIRST_WORD
PAD, UNK, CLS, SEP, MASK = range(len(SPECIAL_TOKENS))

SPACE = "\\s\\x1c-\\x1f"
"""White space, inside a character class. Python counts U+001C to U+001F as such, the tokenizer does not."""

WORD_PATTERN = rf"o'clock|[a-z]+(?=n't(?![a-z]))|n't(?![a-z])|'(?:s|d|ll)(?![a-z])|[a-z]+|[^{SPACE}a-z]"
"""What was contracted or a possessive, a run of letters, or any other single character, in lower case."""

_APOSTROPHE = "(?<=[a-z])’(?=[a-z])"
"""A curly one within a word, which is read as a straight one."""

CHARACTER_PATTERN = rf"[^{SPACE}]"
SPACED_PATTERN = rf"[^{SPACE}]+"
PROGRAM_PATTERN = rf"[a-z]+|[0-9]+|[^{SPACE}a-z0-9]"
"""A run of letters or of digits, or any other single character, in lower case."""


@dataclass(frozen=True)
class Cut:
    """One way to cut text into words: what a word is, whether capitals are read as small letters, and curly
    apostrophes within words as straight ones."""

    pattern: str
    lowercase: bool = False
    straightens: bool = False

    def words(self, text: str) -> list[str]:
        """The words of a text, as the saved tokenizer cuts them."""
        read = text.lower() if self.lowercase else text
        return re.findall(self.pattern, re.sub(_APOSTROPHE, "'", read) if self.straightens else read)

    @property
    def normalizers(self) -> list[normalizers.Normalizer]:
        """What the saved tokenizer does to a text before it cuts it."""
        from tokenizers import Regex, normalizers

        found: list[normalizers.Normalizer] = [normalizers.Lowercase()] if self.lowercase else []
        return found + ([normalizers.Replace(Regex(_APOSTROPHE), "'")] if self.straightens else [])


CUTS = (
    Cut(WORD_PATTERN, lowercase=True, straightens=True),
    Cut(CHARACTER_PATTERN),
    Cut(SPACED_PATTERN),
    Cut(PROGRAM_PATTERN, lowercase=True),
)
"""The ways that a saved tokenizer knows. A task that cuts in another one is read right only with the task."""

_PROBE = "Tom’s cup: he didn't (say) --- so."
"""A text that each way cuts differently."""

_SPECIAL_ARGUMENTS = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")


def word_tokenizer(
    task: Task, positions: int | None = None, *, token_types: bool = True
) -> PreTrainedTokenizerFast:
    """A tokenizer over the closed vocabulary of a task, in the ordinary `tokenizer.json` form.

    Saved by `save_pretrained`, it opens with `AutoTokenizer` without Holdfast, and cuts text as the task does
    where that is one of `CUTS`. A pair is laid out as
    `[CLS] prompt [SEP] completion [SEP]`, with token types 0 and 1 for models that take them.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = (*SPECIAL_TOKENS, *task.vocabulary)
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    cut = _cut_of(task)
    inner.normalizer = normalizers.Sequence(cut.normalizers) if cut.normalizers else None
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(cut.pattern), behavior="isolated"),
            pre_tokenizers.Split(Regex(f"[{SPACE}]+"), behavior="removed"),
        ]
    )
    inner.decoder = decoders.Fuse() if cut.pattern == CHARACTER_PATTERN else None
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=positions,
        model_input_names=["input_ids", *(["token_type_ids"] if token_types else []), "attention_mask"],
        **dict(zip(_SPECIAL_ARGUMENTS, SPECIAL_TOKENS, strict=True)),
    )


def is_word_level(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Whether it reads whole words of a closed vocabulary."""
    return type(tokenizer.backend_tokenizer.model).__name__ == "WordLevel"


def is_made_here(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Whether it looks like one of `word_tokenizer`, whatever its task."""
    vocabulary = tokenizer.get_vocab() if is_word_level(tokenizer) else {}
    return all(vocabulary.get(token) == i for i, token in enumerate(SPECIAL_TOKENS))


def check_words(tokenizer: PreTrainedTokenizerFast, task: Task | None, path: Path) -> None:
    """Raise UserError for a model made here whose closed vocabulary is not that of the task's own text.

    It would read a word that it never met as unknown, and score what nobody wrote.
    """
    if task is None or not surface_of(task).closed or not is_made_here(tokenizer):
        return
    known = tokenizer.get_vocab()
    missing = [word for word in task.vocabulary if word not in known]
    if missing:
        edition = ordinal(edition_of(task))
        raise UserError(
            f"the model in {path} lacks {len(missing):,} of the {len(task.vocabulary):,} words of {task.name}"
            f" ({edition} edition), such as '{missing[0]}': it was made for another task or another edition;"
            f" give one made on this edition, as `holdfast run {task.name}` makes them"
        )


def _cut_of(task: Task) -> Cut:
    """The way in which a task cuts text; that of words in plain English where it is none of them."""
    told = task.words(_PROBE)
    return next((cut for cut in CUTS if cut.words(_PROBE) == told), CUTS[0])
