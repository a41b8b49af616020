"""One timed attack of `benchmarks/nanogcg.py`, by either side; prints a line of JSON.

`ours` runs in Holdfast's environment and `peer` in nanoGCG's, where there is no Holdfast.
"""

import argparse
import gc
import json
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time


@dataclass
class Stopwatch:
    """Seconds spent in a model's forwards and in backwards."""

    seconds: float = 0.0

    def over(self, call):
        def timed(*arguments, **named):
            began = perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds += perf_counter() - began

        return timed

    def watch(self, model):
        import torch

        model.forward = self.over(model.forward)
        torch.autograd.grad = self.over(torch.autograd.grad)


@dataclass
class Run:
    """What one attack is timed by."""

    losses: list[float] = field(default_factory=list)
    candidates: int = 0
    watching: bool = False
    watch: Stopwatch = field(default_factory=Stopwatch)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def timed(self, attack):
        """Run it once, and forget all that went before."""
        self.losses.clear()
        self.candidates, self.watch.seconds = 0, 0.0
        began, cpu_began = perf_counter(), process_time()
        attack()
        self.seconds, self.cpu_seconds = perf_counter() - began, process_time() - cpu_began

    def report(self):
        return {
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "in_model": self.watch.seconds,
            "candidates": self.candidates,
            "losses": self.losses,
        }


def peer(folder, problem, seed, collect):
    import nanogcg.gcg
    from nanogcg import GCGConfig
    from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

    run = Run()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    run.watch.watch(model)
    if not collect:
        gc.collect = lambda *_: 0
    filter_ids = nanogcg.gcg.filter_ids

    def counted(*arguments):
        kept = filter_ids(*arguments)
        run.candidates += len(kept)
        return kept

    nanogcg.gcg.filter_ids = counted

    def attack(steps):
        config = GCGConfig(
            num_steps=steps,
            search_width=problem["width"],
            topk=problem["top_k"],
            optim_str_init=problem["suffix"],
            seed=seed,
            verbosity="ERROR",
        )
        searcher = nanogcg.gcg.GCG(model, tokenizer, config)
        return lambda: run.losses.extend(
            searcher.run(problem["prefix"] + " {optim_str} ", problem["target"]).losses
        )

    run.timed(attack(1))
    run.timed(attack(problem["steps"]))
    return run.report()


def ours(folder, problem, seed, collect):
    from holdfast import Budget, attacks
    from holdfast.attacks.constraints import Constraints
    from holdfast.attacks.target import Target
    from holdfast.core.seeds import Stream
    from holdfast.core.snippet import Label, Snippet, Verdict
    from holdfast.models.classifier import Classifier
    from holdfast.models.encoder import new_encoder
    from holdfast.models.generator import Generator
    from holdfast.models.likelihood import LikelihoodEngine
    from holdfast.models.scoring import ScoringEngine
    from holdfast.models.size import ModelSize
    from holdfast.models.systems import Filter
    from holdfast.tasks.base import Limits

    class AnyWords:
        """Words of the tokenizer's vocabulary between spaces; every snippet is a catastrophe."""

        name, description, phenomena = "any_words", "", {}
        limits = Limits(prompt_words=200, completion_words=100)

        def __init__(self, vocabulary):
            self.vocabulary = vocabulary
            self.oracle = self

        def words(self, text):
            return text.split()

        def text(self, words):
            return " ".join(words)

        def sample(self, count, stream, focus="natural"):
            return []

        def judge(self, snippets):
            return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)

    run = Run()
    generator = Generator.load(folder)
    special = set(generator.tokenizer.all_special_tokens)
    task = AnyWords(tuple(word for word in generator.tokenizer.get_vocab() if word not in special))
    generator = Generator(generator.model, generator.tokenizer, task)
    encoder = new_encoder(ModelSize(1, 16, 1, positions=256), len(generator.tokenizer), Stream(0))
    classifier = Classifier(encoder, generator.tokenizer, task)
    run.watch.watch(generator.model)
    likeliest = LikelihoodEngine.likeliest
    target_words = len(problem["target"].split())

    def counted(engine, groups, **options):
        found = likeliest(engine, groups, **options)
        if run.watching:
            run.candidates += sum(map(len, groups))
            run.losses.extend(-value / target_words for _, value in found)
        run.watching = True  # the first request is for the seed alone
        return found

    LikelihoodEngine.likeliest = counted
    prefix = len(problem["prefix"].split())
    seed_snippet = Snippet(f"{problem['prefix']} {problem['suffix']}", problem["target"])
    attack = attacks.GCG(
        loss="likelihood",
        width=problem["width"],
        top_k=problem["top_k"],
        swaps=1,
        patience=problem["steps"] + 1,
        restarts=0,
        stop="budget",
        constraints=Constraints(spans=((0, prefix),)),
    )

    def attack_once(steps):
        target = Target(task, task, Filter(ScoringEngine(classifier), 0.5), generator, order="judge")
        run.watching = False
        budget = Budget(queries_per_seed=steps + 1)  # the seed and each step's best are scored
        return lambda: attack(target, [seed_snippet], budget, Stream(seed))

    run.timed(attack_once(1))
    run.timed(attack_once(problem["steps"]))
    return run.report()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", choices=("ours", "peer"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-collect", action="store_true", help="stub out gc.collect")
    flags = parser.parse_args()
    import torch

    torch.set_num_threads(flags.threads)
    problem = json.loads((flags.folder / "problem.json").read_text())
    side = {"ours": ours, "peer": peer}[flags.side]
    print(json.dumps(side(flags.folder, problem, flags.seed, not flags.no_collect)))


if __name__ == "__main__":
    main()
