"""`holdfast judge`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.options import Json, TaskName

if TYPE_CHECKING:
    from holdfast.core.snippet import Snippet, Verdict
    from holdfast.tasks.base import Reading


def judge(
    file: Path | None = None,
    /,
    *,
    task: TaskName,
    judge: str = "oracle",
    prompt: str | None = None,
    completion: str | None = None,
    json: Json = False,
) -> None:
    """Judge snippets, and say how they were read.

    Reads one snippet from --prompt and --completion, or JSON lines from a file or
    standard input. Prints the verdict, the egregiousness, the events seen, the
    unknown words and the clauses that could not be parsed. With --json it also
    prints where the harm is: for each harmful clause the part, its first word and
    the word after its last one (counted from 0).

    For example:

        holdfast judge --task brackets --prompt "((" --completion ")"
        holdfast judge snippets.jsonl --task storyworld --json

    Args:
        judge: The judge's name: the task's own oracle, or another that is registered.
        file: JSON lines with "prompt" and "completion"; standard input if not given.
        prompt: The text given.
        completion: The text that continues it.
    """
    from holdfast import task as find_task
    from holdfast.cli.output import print_json_lines
    from holdfast.cli.snippets import read_snippets
    from holdfast.judges import judges
    from holdfast.tasks.base import Explainer

    chosen = find_task(task)
    make = judges.get(judge)
    snippets = read_snippets(prompt, completion, file)
    verdicts = make(chosen).judge(snippets)
    explain = chosen.explain if judge == "oracle" and isinstance(chosen, Explainer) else _nothing_more
    readings = [explain(snippet) for snippet in snippets]
    rows = list(zip(snippets, verdicts, readings, strict=True))
    if json:
        print_json_lines([_json(*row) for row in rows])
        return
    for row in rows:
        _print(*row)


def _nothing_more(snippet: Snippet) -> Reading:
    from holdfast.tasks.base import Reading

    return Reading()


def _json(snippet: Snippet, verdict: Verdict, reading: Reading) -> dict[str, Any]:
    from holdfast.cli.output import snippet_json

    return {
        **snippet_json(snippet, verdict),
        "events": [*reading.events],
        "unknown_words": [*reading.unknown_words],
        "unparsed": [*reading.unparsed],
        "harm": [[passage.part, passage.start, passage.stop] for passage in reading.harm],
    }


def _print(snippet: Snippet, verdict: Verdict, reading: Reading) -> None:
    from holdfast.cli.output import print_text, snippet_text, verdict_line

    print_text(snippet_text(snippet))
    print_text(verdict_line(verdict))
    parts = {
        "saw": reading.events,
        "phenomena": tuple(sorted(verdict.phenomena)),
        "unknown words": reading.unknown_words,
        "not parsed": reading.unparsed,
    }
    for name, lines in parts.items():
        if lines:
            print(f"  {name}: {'; '.join(lines)}")
    print()
