"""The results on prompts as plain strings: for the terminal and for the page."""

from __future__ import annotations

from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.record import MeanRecord, PromptedRecord
from holdfast.report.evaluation_page import measure_row
from holdfast.report.numbers import NONE, percent, significant

Strings = tuple[str, ...]
PROMPT_HEADER = ("prompt", "completions", "refused", "draws", "passed", "not read")
QUALITY_HEADER = ("mean log-likelihood of a token, nats", "mean", "interval", "completions", "prompts")
COST_HEADER = ("model", "seconds", "tokens", "tokens a second")
DRAW_HEADER = ("passed at draw", "completions", "of all asked for")


def rows(record: PromptedRecord) -> list[Strings]:
    """The measures, in the order of the page's header."""
    return [
        measure_row("completions that passed", record.passed, False),
        measure_row("refused: no draw passed", record.refused, True),
        measure_row("first draws that the guard accepts", record.accepted, False),
    ]


def headline(record: PromptedRecord) -> str:
    """What came of it, in a sentence."""
    asked, answered = record.passed.trials, record.passed.events
    return f"{answered:,} of {asked:,} completions passed the guard; {record.refused.events:,} were refused."


def second_line(record: PromptedRecord) -> str:
    """What that took."""
    draws = record.draws
    each = "no completion passed"
    if draws.per_completion is not None:
        each = f"a completion that passed took {draws.per_completion:.2f} draws on average"
    unread = f" {draws.unread:,} draws could not be read by the guard." if draws.unread else ""
    return f"Of {draws.draws:,} draws {draws.passed:,} passed; {each}.{unread}"


def draw_rows(record: PromptedRecord) -> list[Strings]:
    """How many completions passed at each draw, and how many never did."""
    asked = record.passed.trials
    told = [
        (str(draw), f"{count:,}", percent(count / asked))
        for draw, count in enumerate(record.draws.passed_at, 1)
    ]
    return [*told, ("refused", f"{record.refused.events:,}", percent(record.refused.rate))]


def quality_rows(record: PromptedRecord) -> list[Strings]:
    """How likely tokens are, without the filter and with it."""
    quality = record.quality
    return [
        _quality_row("unfiltered: first draws", quality.unfiltered),
        _quality_row("filtered: completions that passed", quality.filtered),
        _quality_row("filtered less the first draw for the same", quality.difference),
    ]


def _quality_row(name: str, mean: MeanRecord) -> Strings:
    interval = NONE
    if mean.lower is not None and mean.upper is not None:
        interval = f"{_number(mean.lower)} to {_number(mean.upper)}"
    return (name, _number(mean.mean), interval, f"{mean.values:,}", f"{mean.prompts:,}")


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}".replace("-", "−")


def prompt_rows(record: PromptedRecord) -> list[Strings]:
    """The prompts that were refused most."""
    return [
        (
            one.prompt if len(one.prompt) <= 200 else one.prompt[:199] + "…",
            *(f"{count:,}" for count in (one.completions, one.refused, one.draws, one.passed, one.unread)),
        )
        for one in record.prompts
    ]


def cost_rows(costs: CostsRecord) -> list[Strings]:
    """Generator and guard apart."""
    return [
        _cost_row("generator", costs.writing_seconds, costs.written_tokens, costs.written_per_second),
        _cost_row("guard", costs.scoring_seconds, costs.read_tokens, costs.read_per_second),
    ]


def _cost_row(name: str, seconds: float, tokens: int, rate: float | None) -> Strings:
    return (name, significant(seconds, 3), f"{tokens:,}", NONE if rate is None else significant(rate, 3))


def memory(costs: CostsRecord) -> str:
    """The most memory held, in GiB."""
    return f"{significant(costs.peak_bytes / 2**30, 3)} GiB"
