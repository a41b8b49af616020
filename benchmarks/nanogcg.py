"""Greedy coordinate gradient against a generator: ours beside nanoGCG 0.3.0, at equal settings.

nanoGCG is pinned to an old transformers and needs an environment of its own, in a folder of your choice:

    python -m venv FOLDER
    FOLDER/bin/pip install torch==2.13.0 transformers==4.47.1 nanogcg==0.3.0

Run: python benchmarks/nanogcg.py --peer-python FOLDER/bin/python --repeats 5 --threads 2

Both attack the same GPT-2 of random weights (4 x 256, 4,096 words, saved once and loaded by both) with the
same prompt, target and first suffix: 20 steps, each with the 256 most promising words at every position, 128
candidates, and a move to the best of them, better or not. Each run is a process of its own, in turn (A B C
A B C ...), and times the attack alone, after a warm-up of one step. Candidates are drawn at random on either
side, so that losses are compared over several seeds. `benchmarks/nanogcg_run.py` is one such process.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from statistics import median

from side_by_side import process

RUN = Path(__file__).with_name("nanogcg_run.py")
ROWS = {
    "nanoGCG, stock": ("peer", []),
    "nanoGCG, gc.collect stubbed out": ("peer", ["--no-collect"]),
    "holdfast": ("ours", []),
}
NUMBERS = ("seconds", "cpu_seconds", "in_model")
SPECIAL = ("<s>", "<unk>")
POSITIONS = 256


def make_problem(folder: Path, flags: argparse.Namespace) -> None:
    """A model, its tokenizer, and the texts, as files that either side can open."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = [f"w{i}" for i in range(flags.vocabulary - len(SPECIAL))]
    ids = {word: i for i, word in enumerate((*SPECIAL, *words))}
    inner = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 0)]
    )
    specials = {"bos_token": "<s>", "eos_token": "<s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=inner, **specials).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"n_layer": flags.layers, "n_embd": flags.width, "n_head": flags.width // 64}
    ends = {"bos_token_id": 0, "eos_token_id": 0}
    config = GPT2Config(vocab_size=flags.vocabulary, n_positions=POSITIONS, **size, **ends)
    GPT2LMHeadModel(config).save_pretrained(folder)
    draw = random.Random(1)
    texts = {
        "prefix": draw.choices(words, k=flags.prompt - flags.suffix),
        "suffix": draw.choices(words, k=flags.suffix),
        "target": draw.choices(words, k=flags.target),
    }
    problem = {name: " ".join(text) for name, text in texts.items()}
    settings = {"steps": flags.steps, "width": flags.candidates, "top_k": flags.top_k}
    (folder / "problem.json").write_text(json.dumps({**problem, **settings}))


def one_run(row: str, folder: Path, seed: int, flags: argparse.Namespace) -> dict:
    """One process, and what it reports."""
    side, more = ROWS[row]
    python = flags.peer_python if side == "peer" else sys.executable
    arguments = [side, str(folder), "--seed", str(seed), "--threads", str(flags.threads), *more]
    return process(python, RUN, arguments, flags.threads)


def table(runs: dict[str, list[dict]]) -> str:
    """Medians over the runs of each row, and how many times as long a candidate takes as with holdfast."""
    lines = [
        "| | seconds | CPU seconds | ms a candidate | times ours | in the model | first loss | best loss |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    each = {row: [run["seconds"] / run["candidates"] for run in found] for row, found in runs.items()}
    for row, found in runs.items():
        middle = {key: median(run[key] for run in found) for key in NUMBERS}
        first, best = [run["losses"][0] for run in found], [min(run["losses"]) for run in found]
        ratio = median(a / b for a, b in zip(each[row], each["holdfast"], strict=True))
        lines.append(
            f"| {row} | {middle['seconds']:.2f} | {middle['cpu_seconds']:.2f} "
            f"| {1000 * median(each[row]):.2f} | {ratio:.2f} "
            f"| {middle['in_model'] / middle['seconds']:.0%} "
            f"| {median(first):.4f} | {median(best):.4f} ({min(best):.4f} to {max(best):.4f}) |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="the Python of nanoGCG's environment")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each row, each with its own seed")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--prompt", type=int, default=120, help="tokens of the prompt, its suffix included")
    parser.add_argument("--suffix", type=int, default=20, help="tokens to optimise, at the prompt's end")
    parser.add_argument("--target", type=int, default=12, help="tokens of the target")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--candidates", type=int, default=128, help="candidates a step")
    parser.add_argument("--top-k", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--vocabulary", type=int, default=4096)
    parser.add_argument("--out", type=Path, help="where to write every run, as JSON")
    flags = parser.parse_args()

    runs: dict[str, list[dict]] = {row: [] for row in ROWS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_problem(folder, flags)
        for seed in range(flags.repeats):
            for row, found in runs.items():
                found.append(one_run(row, folder, seed, flags))
                print(f"seed {seed}, {row}: {found[-1]['seconds']:.2f} s", file=sys.stderr)
    print(table(runs))
    if flags.out:
        settings = {key: value for key, value in vars(flags).items() if key not in ("out", "peer_python")}
        flags.out.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
