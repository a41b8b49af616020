"""Our side of `benchmarks/textattack_guard.py`: one timed attack; prints a line of JSON.

Only the attack is timed: the guard is loaded, and one text is attacked to warm up, before. TextAttack's side
is `benchmarks/textattack_run.py peer`, whose line has the same fields.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter

import torch

from holdfast.attacks.target import Target
from holdfast.attacks.word_importance import WordImportance
from holdfast.core.budget import Budget
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.core.surface import Limits
from holdfast.core.text_surface import TextSurface
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter

THRESHOLD = 0.5
WORDS = 512


class Trusting:
    """Takes every rewrite for a catastrophe: a plain classifier is attacked, and no judge is asked."""

    name = "trusting"

    def judge(self, snippets):
        return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)


class PlainText:
    """Any text, cut into words."""

    name, description = "plain_text", "any text"
    limits, phenomena, vocabulary = Limits(0, WORDS), {}, ()
    oracle = Trusting()

    def __init__(self):
        self.surface = TextSurface(self.limits)

    def words(self, text):
        return self.surface.words(self.surface.split(text))

    def text(self, words):
        return " ".join(words)

    def sample(self, count, stream, focus="natural"):
        raise NotImplementedError("texts are given")


def attacked(classifier, problem, screening):
    """What one attack on all texts found, and how long it took."""
    attack = WordImportance(
        objective="lowest_score", stop="budget", restarts=0, substitutes=problem["substitutes"]
    )
    task = PlainText()

    def run(texts):
        scorer = ScoringEngine(classifier, screening=screening)
        target = Target(task, Trusting(), Filter(scorer, THRESHOLD), order="judge")
        return attack(target, [Snippet("", text) for text in texts], Budget(), keep=10_000), scorer

    texts = [text["text"] for text in problem["texts"]]
    run(texts[:1])
    inside = in_model(classifier.model)
    began = perf_counter()
    result, scorer = run(texts)
    took = perf_counter() - began
    rows = [row(task, text, attempt) for text, attempt in zip(texts, result.attempts, strict=True)]
    seen = scorer.screened
    return {
        "seconds": took,
        "in_model": sum(inside),
        "texts": rows,
        "screened": seen.screened,
        "confirmed": seen.confirmed,
    }


def in_model(model):
    """Seconds of every forward from now on, as they come; a copy made for screening has the same hooks."""
    began, inside = [], []
    model.register_forward_pre_hook(lambda *_: began.append(perf_counter()))
    model.register_forward_hook(lambda *_: inside.append(perf_counter() - began.pop()))
    return inside


def row(task, text, attempt):
    """How the attempt on one text ended, as TextAttack would tell it."""
    words = task.words(text)
    read = [(task.words(failure.snippet.completion), failure) for failure in attempt.failures]
    # What passes because a word was left out is a failure, too, but TextAttack only ranks by it.
    exchanged = [pair for pair in read if len(pair[0]) == len(words)]
    found, _ = min(exchanged, key=lambda pair: pair[1].log_odds, default=([], None))
    outcome = "skipped" if found == words else "found" if found else "not found"
    return {
        "outcome": outcome,
        "queries": attempt.queries,
        "words": found if outcome == "found" else [],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where problem.json is")
    parser.add_argument("--model", type=Path, required=True, help="the guard's folder")
    parser.add_argument("--bad", default="hate", help="the guard's bad label")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--screening", choices=("auto", "on", "off"), default="off")
    flags = parser.parse_args()

    torch.set_num_threads(flags.threads)
    problem = json.loads((flags.folder / "problem.json").read_text(encoding="utf-8"))
    classifier = Classifier.load(flags.model, format=GuardFormat(bad=flags.bad))
    print(json.dumps(attacked(classifier, problem, flags.screening)))


if __name__ == "__main__":
    main()
