"""Word substitution on a guard of MiniLM's size: ours beside TextAttack 0.3.11, on the same texts and table.

`benchmarks/textattack.py` says how TextAttack's environment is made. The guard and the texts are yours:

    python examples/guards/train_guard.py TRAIN.csv GUARD --names nothate hate ...
    python benchmarks/textattack_guard.py --peer-python FOLDER/bin/python --guard GUARD --texts TEXTS.csv

From each text the words are taken, runs of letters in lower case with one space between, so that both sides
cut it alike; texts of a given length that the guard blocks are attacked. A word's substitutes are those whose
embeddings in the guard lie nearest. Both search greedily, the words first whose omission matters most:
TextAttack by `GreedyWordSwapWIR` (`delete`) without constraints, its caches on, its wrapper made to pad to
the longest text of a batch; ours is `word_importance`. Every run is a process of its own, in turn, with as
many threads, and times the attack alone. Rows: TextAttack; ours in full precision alone; ours with screening
in bf16, where `--screening` asks for it.
"""

import argparse
import csv
import json
import re
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from side_by_side import process
from textattack import disagreements

PEER, OURS = (Path(__file__).with_name(name) for name in ("textattack_run.py", "textattack_guard_run.py"))
WORD = re.compile("[a-z]+")


def plain_texts(flags):
    """The words of each text of the file, for texts of a wanted length; each text once."""
    with flags.texts.open(encoding="utf-8-sig", newline="") as file:
        rows = [row[flags.column] for row in csv.DictReader(file)]
    words = (tuple(WORD.findall(text.lower())) for text in rows)
    kept = dict.fromkeys(found for found in words if flags.least <= len(found) <= flags.most)
    return [" ".join(found) for found in kept]


def blocked(classifier, texts, count, score):
    """The first texts that the guard gives such a score or more."""
    from holdfast.core.snippet import Snippet
    from holdfast.models.scoring import ScoringEngine

    scores = ScoringEngine(classifier).score([Snippet("", text) for text in texts])
    return [text for text, found in zip(texts, scores, strict=True) if found >= score][:count]


def nearest_words(classifier, words, count):
    """For each word the nearest whole words of the guard's vocabulary, by the cosine of their embeddings."""
    table = classifier.model.get_input_embeddings().weight.detach().numpy()
    table = table / np.linalg.norm(table, axis=1, keepdims=True).clip(1e-9)
    vocabulary = classifier.tokenizer.get_vocab()
    whole = sorted(word for word in vocabulary if len(word) > 2 and WORD.fullmatch(word))
    rows = table[[vocabulary[word] for word in whole]]
    found = {}
    for word in words:
        pieces = classifier.tokenizer(word, add_special_tokens=False)["input_ids"]
        order = np.argsort(-(rows @ table[pieces].mean(axis=0)), kind="stable")
        found[word] = [whole[i] for i in order[: count + 1] if whole[i] != word][:count]
    return found


def make_problem(folder, flags):
    """The texts and the table of substitutes, as a file for both sides."""
    from holdfast.models.classifier import Classifier
    from holdfast.models.guard_format import GuardFormat

    classifier = Classifier.load(flags.guard, format=GuardFormat(bad=flags.bad))
    texts = blocked(classifier, plain_texts(flags), flags.count, flags.score)
    if len(texts) < flags.count:
        sys.exit(
            f"only {len(texts)} texts of {flags.least} to {flags.most} words score {flags.score} or more"
        )
    words = sorted({word for text in texts for word in text.split()})
    problem = {
        "texts": [{"text": text} for text in texts],
        "substitutes": nearest_words(classifier, words, flags.substitutes),
    }
    (folder / "problem.json").write_text(json.dumps(problem), encoding="utf-8")
    return median(len(text.split()) for text in texts)


def report(runs, flags, words):
    peer, mine = runs["TextAttack, tuned"], runs["holdfast"]
    setting = f"{flags.count} texts of {words:.0f} words (median), {flags.substitutes} substitutes a word, "
    print(f"| {setting}{flags.threads} threads | seconds | in the model | ms a query | TextAttack / this |")
    print("|---|---:|---:|---:|---:|")
    for row, found in runs.items():
        ratio = median(a["seconds"] / b["seconds"] for a, b in zip(peer, found, strict=True))
        took = median(run["seconds"] for run in found)
        inside = median(run["in_model"] / run["seconds"] for run in found)
        queries = sum(text["queries"] for text in found[0]["texts"])
        print(f"| {row} | {took:.2f} | {inside:.1%} | {1000 * took / queries:.2f} | {ratio:.2f} |")
    for row, found in runs.items():
        outcomes = [text["outcome"] for text in found[0]["texts"]]
        counts = ", ".join(f"{outcomes.count(o)} {o}" for o in ("found", "not found", "skipped"))
        print(f"{row}: {counts}; {sum(text['queries'] for text in found[0]['texts'])} queries")
        for key, texts in disagreements(peer[0], found[0]).items():
            if texts:
                print(f"{row}: other {key} than TextAttack in {len(texts)} texts: {texts}")
        if found[0].get("screened"):
            print(f"{row}: {found[0]['screened']} screened, {found[0]['confirmed']} of them confirmed")
    if not all(run["texts"] == mine[0]["texts"] for run in mine):
        print("holdfast: its own runs differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="the Python of TextAttack's environment")
    parser.add_argument("--guard", type=Path, required=True, help="a folder of a classifier of two labels")
    parser.add_argument("--bad", default="hate", help="the guard's bad label, which has index 1")
    parser.add_argument("--texts", type=Path, required=True, help="a CSV file of texts")
    parser.add_argument("--column", default="text", help="the column of texts")
    parser.add_argument("--count", type=int, default=60, help="texts to attack")
    parser.add_argument("--least", type=int, default=8, help="words of a text")
    parser.add_argument("--most", type=int, default=40, help="words of a text")
    parser.add_argument(
        "--score", type=float, default=0.5, help="of a text, at least; the guard blocks at 0.5"
    )
    parser.add_argument("--substitutes", type=int, default=12, help="of each word")
    parser.add_argument("--peer-batch", type=int, default=32, help="TextAttack's batches (its default: 32)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each row")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--screening", choices=("auto", "on"), help="a third row: ours with screening")
    parser.add_argument("--out", type=Path, help="where to write every run, as JSON")
    flags = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        words = make_problem(Path(name), flags)
        shared = [name, "--model", str(flags.guard), "--threads", str(flags.threads)]
        tuned = ["--max-length", "512", "--pad", "longest", "--batch", str(flags.peer_batch)]
        mine = [*shared, "--bad", flags.bad, "--screening"]
        sides = {
            "TextAttack, tuned": (flags.peer_python, PEER, ["peer", *shared, *tuned]),
            "holdfast": (sys.executable, OURS, [*mine, "off"]),
        }
        if flags.screening:
            sides[f"holdfast, screening {flags.screening}"] = (
                sys.executable,
                OURS,
                [*mine, flags.screening],
            )
        runs = {row: [] for row in sides}
        for _ in range(flags.repeats):
            for row, (python, script, arguments) in sides.items():
                runs[row].append(process(python, script, arguments, flags.threads))
                print(f"{row}: {runs[row][-1]['seconds']:.2f} s", file=sys.stderr)
    report(runs, flags, words)
    if flags.out:
        flags.out.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
