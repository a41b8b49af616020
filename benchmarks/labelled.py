"""Memory and time for taking in labelled text, and for looking through it.

Run: python benchmarks/labelled.py --rows 300000

Makes a CSV or JSON lines file of comments of 2 to 120 words, some repeated or changed in a word, takes it in,
reads random batches, and looks for duplicates, conflicts and near duplicates across derived splits. The peak
is that of the whole process; `interpreter` is what it held before, with numpy, pyarrow and scipy loaded.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

WORDS = 50_000


def comments(count, seed):
    """Texts with label, language and author; one in fifty repeats an earlier one, one in fifty nearly."""
    random = np.random.default_rng(seed)
    names = np.array([f"{a}{b}{n}" for n in range(WORDS // 100) for a in "bdfgklmnpr" for b in "aeiouaeiou"])
    kept = []
    for number in range(count):
        length = 2 + min(118, int(random.exponential(30)))
        words = names[(random.zipf(1.2, length) - 1) % len(names)].tolist()
        chance = random.random()
        if kept and chance < 0.04:
            words = list(kept[int(random.integers(len(kept)))])
            if chance < 0.02:
                words[int(random.integers(len(words)))] = "changed"
        if len(kept) < 2000:
            kept.append(words)
        label, language = int(random.random() < 0.1), ("en", "de", "fr")[number % 3]
        yield {"text": " ".join(words), "label": label, "lang": language, "author": f"u{number // 3}"}


def make(path, count):
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, ["text", "label", "lang", "author"])
            writer.writeheader()
            writer.writerows(comments(count, 0))
        else:
            file.writelines(json.dumps(row) + "\n" for row in comments(count, 0))


def peak():
    """Mebibytes at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(path, batches):
    import pyarrow.parquet
    import scipy.sparse.csgraph

    from holdfast.tasks.labelled import LabelledConfig
    from holdfast.tasks.labelled.data import Labelled
    from holdfast.tasks.labelled.findings import find

    assert pyarrow.parquet
    assert scipy.sparse.csgraph
    config = LabelledConfig.model_validate(
        {
            "path": path,
            "columns": {"text": "text", "label": "label", "slices": "lang", "group": "author"},
            "labels": {"catastrophic": 1},
        }
    )
    empty = peak()
    print(f"{'interpreter':<30}{'':29}peak {empty:5.0f} MiB")

    def step(name, work):
        start, worked = time.perf_counter(), time.process_time()
        result = work()
        taken, worked = time.perf_counter() - start, time.process_time() - worked
        print(f"{name:<30}{taken:8.1f} s ({worked:6.1f} of a core)  peak {peak():5.0f} MiB", flush=True)
        return result

    cache = Path(path).parent / "cache"
    data = step("taking in", lambda: Labelled.open(config, cache=cache))
    step("opening again", lambda: Labelled.open(config, cache=cache))
    random = np.random.default_rng(1)
    wanted = [random.integers(len(data), size=32) for _ in range(batches)]
    step(f"{batches} random batches of 32", lambda: [data.rows(some) for some in wanted])
    found = step("looking through", lambda: find(data))
    print(
        f"{len(data):,} rows, {found.distinct:,} distinct, {found.conflicts.texts:,} in conflict,"
        f" {sum(near.texts for near in found.near.counts):,} near duplicates across splits"
        f" (complete: {found.near.complete}); {peak() - empty:.0f} MiB over the interpreter"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.measure:
        measure(flags.measure, flags.batches)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"comments.{flags.format}")
        make(path, flags.rows)
        print(f"{path.name}: {path.stat().st_size / 2**20:.0f} MiB", flush=True)
        # A process of its own, so that making the file is no part of its peak.
        command = [sys.executable, __file__, "--measure", str(path), "--batches", str(flags.batches)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
