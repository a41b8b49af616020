"""Word substitution by importance: ours beside TextAttack 0.3.11, on the same model, texts and substitutes.

TextAttack needs an environment of its own, in a folder of your choice:

    python -m venv FOLDER
    FOLDER/bin/pip install torch==2.13.0
    FOLDER/bin/pip install textattack==0.3.11 'transformers<5' 'datasets>=3'

Run: python benchmarks/textattack.py --peer-python FOLDER/bin/python --repeats 5

Both attack one BERT (4 x 128), briefly trained to tell texts of more pleasant than unpleasant words (each
word has a fixed random valence), saved once and opened by both. TextAttack's `GreedyWordSwapWIR` ranks words
by leaving them out (`wir_method="delete"`), with a local table of substitutes as its transformation and no
constraint; ours is `word_importance` with the same table. Every run is a process of its own, in turn, with as
many threads, and times the attack alone. `tuned` pads to 64 tokens, `default` to 512 as TextAttack does where
a tokenizer names no length. `benchmarks/textattack_run.py` is one such process.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from side_by_side import process

RUN = Path(__file__).with_name("textattack_run.py")
POSITIONS = 512


def make_problem(folder, flags):
    """A trained model, texts with prompt and completion, and a table of substitutes, as files for both."""
    import torch

    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Snippet
    from holdfast.models.classifier import Classifier
    from holdfast.models.size import ModelSize
    from holdfast.tasks import tasks
    from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier

    torch.set_num_threads(flags.threads)
    task, draw = tasks.get("storyworld")(), Stream(0).numpy()
    words = [word for word in task.vocabulary if word.isalpha() and word.isascii()]
    valence = dict(zip(words, draw.normal(size=len(words)), strict=True))

    def text():
        length = int(draw.integers(15, 41))
        drawn = draw.choice(words, size=length, replace=False).tolist()
        cut = max(1, length * 2 // 3)
        return drawn[:cut], drawn[cut:]

    def pleasure(parts):
        return sum(valence[word] for part in parts for word in part)

    texts = [text() for _ in range(flags.examples)]
    size = ModelSize(flags.layers, flags.width, flags.heads, positions=POSITIONS, architecture="bert")
    classifier = Classifier.create(task, size, Stream(1))
    tokens = classifier.codec.encode([Snippet(" ".join(p), " ".join(c)) for p, c in texts])
    labels = np.array([pleasure(parts) > 0 for parts in texts], dtype=np.float32)
    data = LabelledTokens(tokens, labels, labels, None)
    train_classifier(
        classifier, data, ClassifierRecipe(batch_size=64, learning_rate=3e-4), flags.steps, Stream(2)
    )
    classifier.save(folder)

    wanted = [
        parts for parts in (text() for _ in range(20 * flags.texts)) if pleasure(parts) > flags.pleasure
    ]
    table = {}
    for word in words:
        near = sorted(words, key=lambda other: abs(valence[other] - valence[word]))[1 : flags.near]
        table[word] = sorted(draw.choice(near, size=flags.substitutes, replace=False).tolist())
    problem = {
        "texts": [{"prompt": " ".join(p), "completion": " ".join(c)} for p, c in wanted[: flags.texts]],
        "substitutes": table,
    }
    (folder / "problem.json").write_text(json.dumps(problem))


def disagreements(one, other):
    """The texts on which two runs differ, by what they differ in."""
    pairs = list(zip(one["texts"], other["texts"], strict=True))
    return {key: [i for i, (a, b) in enumerate(pairs) if a[key] != b[key]] for key in pairs[0][0]}


def report(runs, flags):
    mine = runs["holdfast"]
    setting = f"{flags.texts} texts, BERT {flags.layers} x {flags.width}, {flags.threads} thread(s)"
    print(f"| {setting} | seconds | times ours |")
    print("|---|---:|---:|")
    for row, found in runs.items():
        ratio = median(a["seconds"] / b["seconds"] for a, b in zip(found, mine, strict=False))
        print(f"| {row} | {median(run['seconds'] for run in found):.2f} | {ratio:.2f} |")
    first = next(found[0] for row, found in runs.items() if row.startswith("TextAttack"))
    for side, run in (("TextAttack", first), ("holdfast", mine[0])):
        outcomes = [text["outcome"] for text in run["texts"]]
        counts = ", ".join(f"{outcomes.count(o)} {o}" for o in ("found", "not found", "skipped"))
        print(f"{side}: {counts}; {sum(text['queries'] for text in run['texts'])} queries")
    for row, found in runs.items():
        for key, texts in disagreements(first, found[0]).items():
            if texts:
                print(f"{row}: other {key} than TextAttack in {len(texts)} texts: {texts}")
    if "screened" in mine[0]:
        print(f"holdfast: {mine[0]['screened']} screened, {mine[0]['confirmed']} of them confirmed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="the Python of TextAttack's environment")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each row")
    parser.add_argument("--default-repeats", type=int, default=1, help="runs of TextAttack padding to 512")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--substitutes", type=int, default=12, help="of each word")
    parser.add_argument(
        "--near", type=int, default=150, help="words near in valence to draw substitutes from"
    )
    parser.add_argument("--pleasure", type=float, default=1.0, help="the least sum of valences of a text")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--examples", type=int, default=12_000, help="texts to train on")
    parser.add_argument("--steps", type=int, default=300, help="steps of training")
    parser.add_argument("--screening", choices=("auto", "on", "off"), default="auto")
    parser.add_argument("--out", type=Path, help="where to write every run, as JSON")
    flags = parser.parse_args()

    runs = {"TextAttack, tuned": [], "TextAttack, default": [], "holdfast": []}
    with tempfile.TemporaryDirectory() as name:
        make_problem(Path(name), flags)
        shared = [name, "--threads", str(flags.threads)]
        sides = {
            "TextAttack, tuned": (flags.peer_python, ["peer", *shared, "--max-length", "64"]),
            "TextAttack, default": (flags.peer_python, ["peer", *shared, "--max-length", "512"]),
            "holdfast": (sys.executable, ["ours", *shared, "--screening", flags.screening]),
        }
        for repeat in range(flags.repeats):
            for row, (python, arguments) in sides.items():
                if row.endswith("default") and repeat >= flags.default_repeats:
                    continue
                runs[row].append(process(python, RUN, arguments, flags.threads))
                print(f"{row}: {runs[row][-1]['seconds']:.2f} s", file=sys.stderr)
    report({row: found for row, found in runs.items() if found}, flags)
    if flags.out:
        flags.out.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
