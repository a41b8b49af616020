"""`holdfast score`."""

from __future__ import annotations

from pathlib import Path

from holdfast.cli.options import ClassifierPath, Json


def score(
    file: Path | None = None,
    /,
    *,
    classifier: ClassifierPath,
    task: str | None = None,
    prompt: str | None = None,
    completion: str | None = None,
    json: Json = False,
) -> None:
    """Score snippets with a classifier.

    A score is the probability of catastrophe that the classifier assigns to a
    snippet.

    Reads one snippet from --prompt and --completion, or JSON lines from a file
    or standard input.

    For example:

        holdfast score --classifier MODEL --prompt "((" --completion ")"
        holdfast score snippets.jsonl --classifier MODEL --json

    Args:
        file: JSON lines with "prompt" and "completion"; standard input if not given.
        task: The task whose words the classifier reads, if its tokenizer does not know how to separate
            them.
        prompt: The text given.
        completion: The text that continues it.
    """
    from holdfast import task as find_task
    from holdfast.cli.output import print_json_lines, print_text, snippet_text
    from holdfast.cli.snippets import read_snippets
    from holdfast.models.classifier import Classifier
    from holdfast.models.scoring import ScoringEngine

    snippets = read_snippets(prompt, completion, file)
    model = Classifier.load(classifier, find_task(task) if task else None)
    scores = ScoringEngine(model).score(snippets).tolist()
    if json:
        print_json_lines(
            [
                {"prompt": snippet.prompt, "completion": snippet.completion, "score": value}
                for snippet, value in zip(snippets, scores, strict=True)
            ]
        )
        return
    for snippet, value in zip(snippets, scores, strict=True):
        print(f"{value:.4%}  ", end="")
        print_text(snippet_text(snippet))
