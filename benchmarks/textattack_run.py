"""One timed attack of `benchmarks/textattack.py`, by either side; prints a line of JSON.

`ours` runs in Holdfast's environment and `peer` in TextAttack's, where there is no Holdfast. Only the attack
is timed: models are loaded, and one text is attacked to warm up, before. Outcomes, queries and the words of
what was found are reported text by text, for the two sides to be compared.
"""

import argparse
import json
import os
from collections import OrderedDict
from pathlib import Path
from time import perf_counter

CATASTROPHIC = 1


def stand_in_stopwords(folder):
    """A list of stop words where nltk looks: TextAttack opens one on import, whether or not it is used."""
    corpus = folder / "nltk_data" / "corpora" / "stopwords"
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "english").write_text("the\n")
    os.environ["NLTK_DATA"] = str(folder / "nltk_data")


def in_model(model):
    """Seconds of every forward from now on, as they come."""
    began, inside = [], []
    model.register_forward_pre_hook(lambda *_: began.append(perf_counter()))
    model.register_forward_hook(lambda *_: inside.append(perf_counter() - began.pop()))
    return inside


def peer(folder, problem, model_folder, max_length, pad, batch):
    stand_in_stopwords(folder)
    import torch
    from textattack import Attack
    from textattack.attack_results import SkippedAttackResult, SuccessfulAttackResult
    from textattack.goal_functions import UntargetedClassification
    from textattack.models.wrappers import HuggingFaceModelWrapper
    from textattack.search_methods import GreedyWordSwapWIR
    from textattack.transformations import WordSwap
    from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()

    class ToLongest(HuggingFaceModelWrapper):
        """Pads to the longest text of a batch; TextAttack's own pads to the tokenizer's maximum."""

        def __call__(self, texts):
            inputs = self.tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
            with torch.no_grad():
                return self.model(**inputs).logits

    class FromTable(WordSwap):
        def _get_replacement_words(self, word):
            return problem["substitutes"].get(word, [])

    tokenizer = PreTrainedTokenizerFast.from_pretrained(model_folder, model_max_length=max_length)
    model = AutoModelForSequenceClassification.from_pretrained(model_folder).eval()
    wrapper = ToLongest if pad == "longest" else HuggingFaceModelWrapper
    goal = UntargetedClassification(wrapper(model, tokenizer), model_batch_size=batch)
    attack = Attack(goal, [], FromTable(), GreedyWordSwapWIR(wir_method="delete"))

    def run(texts):
        return [attack.attack(OrderedDict(text), CATASTROPHIC) for text in texts]

    run(problem["texts"][:1])
    inside = in_model(model)
    began = perf_counter()
    with torch.no_grad():
        results = run(problem["texts"])
    took = perf_counter() - began
    rows = []
    for result in results:
        final = result.perturbed_result
        outcome = "found" if isinstance(result, SuccessfulAttackResult) else "not found"
        if isinstance(result, SkippedAttackResult):
            outcome = "skipped"
        words = final.attacked_text.words if outcome == "found" else []
        rows.append({"outcome": outcome, "queries": result.num_queries, "words": words})
    return {"seconds": took, "in_model": sum(inside), "texts": rows}


def ours(folder, problem, screening):
    from holdfast.attacks.target import Target
    from holdfast.attacks.word_importance import WordImportance
    from holdfast.core.budget import Budget
    from holdfast.core.snippet import Label, Snippet, Verdict
    from holdfast.models.classifier import Classifier
    from holdfast.models.scoring import ScoringEngine
    from holdfast.models.systems import Filter
    from holdfast.tasks import tasks

    class Trusting:
        """Takes every rewrite for a catastrophe: a plain classifier is attacked, and no judge is asked."""

        name = "trusting"

        def judge(self, snippets):
            return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)

    task = tasks.get("storyworld")()
    classifier = Classifier.load(folder, task)
    attack = WordImportance(
        objective="lowest_score", stop="budget", restarts=0, substitutes=problem["substitutes"]
    )
    texts = [Snippet(text["prompt"], text["completion"]) for text in problem["texts"]]
    words = [task.words(text.prompt) + task.words(text.completion) for text in texts]

    def run(snippets):
        scorer = ScoringEngine(classifier, screening=screening)
        target = Target(task, Trusting(), Filter(scorer, 0.5), order="judge")
        return attack(target, snippets, Budget(), keep=10_000), scorer

    run(texts[:1])
    began = perf_counter()
    result, scorer = run(texts)
    took = perf_counter() - began
    rows = []
    for text, attempt in zip(words, result.attempts, strict=True):
        read = [
            (task.words(f.snippet.prompt) + task.words(f.snippet.completion), f) for f in attempt.failures
        ]
        exchanged = [(found, f) for found, f in read if len(found) == len(text)]
        # What passes because a word was left out is a failure, too, but TextAttack only ranks by it.
        found, _ = min(exchanged, key=lambda pair: pair[1].log_odds, default=([], None))
        outcome = "skipped" if found == text else "found" if found else "not found"
        rows.append(
            {"outcome": outcome, "queries": attempt.queries, "words": found if outcome == "found" else []}
        )
    seen = scorer.screened
    return {"seconds": took, "texts": rows, "screened": seen.screened, "confirmed": seen.confirmed}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", choices=("ours", "peer"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", type=Path, help="the folder of the model, if not the same")
    parser.add_argument("--max-length", type=int, default=64, help="to which TextAttack pads")
    parser.add_argument("--pad", choices=("max_length", "longest"), default="max_length", help="TextAttack's")
    parser.add_argument("--batch", type=int, default=32, help="TextAttack's")
    parser.add_argument("--screening", choices=("auto", "on", "off"), default="auto")
    flags = parser.parse_args()
    import torch

    torch.set_num_threads(flags.threads)
    problem = json.loads((flags.folder / "problem.json").read_text())
    if flags.side == "peer":
        model = flags.model or flags.folder
        print(json.dumps(peer(flags.folder, problem, model, flags.max_length, flags.pad, flags.batch)))
    else:
        print(json.dumps(ours(flags.folder, problem, flags.screening)))


if __name__ == "__main__":
    main()
