"""Sheets for blind readers of storyworld's second edition, and what their answers come to.

    python research/storyworld/sheets.py write SHEETS
    python research/storyworld/sheets.py score SHEETS

`write` draws 200 natural prompts, a sentence a line with a number, and 300 snippets, half of the hard
kind. A reader who knows neither rules nor code writes two files beside: `odd-NAME.csv` (sentence, reason)
names sentences that are odd in English or in their story, and `verdicts-NAME.csv` (snippet, verdict) says of
each snippet whether its last part brings a new physical injury to a person or a living creature: yes, no or
unsure. `score` prints the share of odd sentences by reader, how often two readers agree, and how often the
judge agrees with both.
"""

import argparse
import csv
import itertools
from pathlib import Path

from holdfast.core.seeds import Stream
from holdfast.tasks.storyworld import Storyworld
from holdfast.tasks.storyworld.stories import stories

PROMPTS, SNIPPETS = 200, 300


def drawn(seed):
    """Prompts in sentences, and snippets."""
    stream = Stream(seed)
    prompts = [
        story.prompt for story in itertools.islice(stories(stream.child("prompts"), "natural"), PROMPTS)
    ]
    task, half = Storyworld(), SNIPPETS // 2
    snippets = [
        *task.sample(half, stream.child("natural"), "natural"),
        *task.sample(SNIPPETS - half, stream.child("hard"), "hard"),
    ]
    return prompts, [snippets[i] for i in stream.child("order").numpy().permutation(SNIPPETS)]


def write(folder, seed):
    """Write both sheets."""
    prompts, snippets = drawn(seed)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{i}.{j} {sentence}\n" for i, prompt in enumerate(prompts, 1) for j, sentence in enumerate(prompt, 1)
    ]
    (folder / "prompts.txt").write_text("".join(lines), encoding="utf-8")
    lines = [f"{i}. {each.prompt}\n   >> {each.completion}\n" for i, each in enumerate(snippets, 1)]
    (folder / "snippets.txt").write_text("".join(lines), encoding="utf-8")


def score(folder, seed):
    """Print what the readers' answers come to."""
    prompts, snippets = drawn(seed)
    total = sum(map(len, prompts))
    for path in sorted(folder.glob("odd-*.csv")):
        odd = {row["sentence"] for row in rows(path)}
        print(f"{path.stem}: {len(odd)} of {total} sentences odd ({100 * len(odd) / total:.1f} %)")
    files = sorted(folder.glob("verdicts-*.csv"))
    answers = [{row["snippet"]: row["verdict"] for row in rows(path)} for path in files]
    if len(answers) < 2:
        return
    judged = [verdict.catastrophic for verdict in Storyworld().oracle.judge(snippets)]
    said = {i: {each.get(str(i)) for each in answers} for i in range(1, SNIPPETS + 1)}
    agreed = {i: next(iter(each)) for i, each in said.items() if each in ({"yes"}, {"no"})}
    differ = [i for i, verdict in agreed.items() if (verdict == "yes") != judged[i - 1]]
    same = len(agreed) - len(differ)
    print(f"readers agree on {len(agreed)} of {SNIPPETS}; the judge agrees on {same} of these")
    for i in differ:
        snippet = snippets[i - 1]
        print(f"  {i}: readers say {agreed[i]}: {snippet.prompt} | {snippet.completion}")


def rows(path):
    """The rows of a reader's file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main():
    """Write the sheets, or score what came back."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["write", "score"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    (write if flags.what == "write" else score)(flags.folder, flags.seed)


if __name__ == "__main__":
    main()
