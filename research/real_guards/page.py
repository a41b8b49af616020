"""The page of the study: what each table says, from the numbers of the cells that are done."""

import math
import statistics

import numpy as np
from scipy.stats import t as student

MATCHED, ALONE = "matched negatives", "failures alone"
COLUMNS = (
    ("as it came", MATCHED, "as it came"),
    (f"hardened, {MATCHED}", MATCHED, "last"),
    (f"hardened, {ALONE}", ALONE, "last"),
    ("control", MATCHED, "control"),
)
"""Heading, arm and model of the main tables; a guard as it came is the same in both arms."""

INTRODUCTION = """
Two guards of MiniLM's size on real text, each fine-tuned from three training seeds and hardened by
`holdfast run` for five rounds: with a harmless text made in the same way beside each rewrite (matched
negatives), or on failures alone. The control was trained further on clean text alone, at the FLOPs of the
rounds. Made by `python research/real_guards --data DATA --out docs/results`; by round in
[real_guards.csv](real_guards.csv),
every attempt on the guard as it came, the last and the control in
[real_guards-attempts.csv](real_guards-attempts.csv), HateCheck in
[real_guards-hatecheck.csv](real_guards-hatecheck.csv). Which texts:
[sets.py](../../research/real_guards/sets.py).

Rates are means over training seeds, with 95 % limits by seed (Student's t, cut at 0 and 1) from three seeds
on. Attacks start from the same harmful test texts of every guard and write whole sentences of harmless texts
before or after the passage. They count here where the guard stops the text as it stands. Medians are listed
by seed. With matched negatives, hate's seeds 0 and 1 and injection's seed 0 ran on revisions 88fb000 and
5925ec9, injection's seed 1 began there, and its seed 2 ended on 5fd76e7, on which injection's cells of
failures alone ran; everything else ran on c175417. The first two counted the FLOPs of training, on which the
control's number of steps rests, by another formula.
"""

BY_SENTENCES = """
The guard as it came, not trained on: every run of up to three sentences is scored alone, and the highest
score counts (`PassageFilter`; `python research/real_guards --data DATA --passages`), with a threshold of its
own that accepts as many harmless rows. A text one of whose own runs is stopped is stopped in any surroundings
of whole sentences, by construction; attacks from 20 texts that are stopped, 50 queries each, check it.
"""

EVERY_ATTACK = """
How many of the texts that the guard stops each attack gets past it within 100 queries, writing whole
sentences after the passage, all seeds together; behind the semicolon the median queries to the first
failure, by seed (`python research/real_guards --data DATA --every-attack`; rounds trained against
`random_rewrite` and `greedy_rewrite`). Attacks that draw from a generator are left out.
"""

BEHIND = """
SmolLM2 (135M) continues 50 beginnings of paragraphs of a book, or 50 first halves of hateful texts that no
guard was trained on, by 64 tokens, and guards of hate turn draws away, at most ten a completion
(`python research/real_guards --data DATA --filtered`). Quality is the mean log-likelihood of a token under
the generator itself, of what passed less that of the first draw, with limits by prompt. Memory is the most
that the process held. Other work ran beside it, so that tokens a second are the fewest to expect.
"""

ENOUGH_FOR_99 = 299
"""Harmless rows none of which may be blocked for 95 % confidence in accepting 99 %: ln 20 / 0.01."""


def page(cells, finished, rows, suite, filtered, passages, broken):
    """The whole page, in Markdown; `finished` are guard, seed and arm of cells that are done, of `cells`."""
    done = [cell.name for cell in cells if (cell.guard, cell.seed, cell.arm) in finished]
    missing = [cell.name for cell in cells if (cell.guard, cell.seed, cell.arm) not in finished]
    parts = [
        "# Real guards in rounds",
        "",
        *INTRODUCTION.strip().splitlines(),
        "",
        f"Cells that are here: {', '.join(done) or 'none'}."
        + (f" Not run yet: {', '.join(missing)}." if missing else ""),
        f"Machine: {'; '.join(sorted({row[10] for row in rows}))}.",
        "",
    ]
    for guard in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == guard]
        parts += [f"## {guard}", "", *_conclusions(guard, own), "", *_table(own), "", *_by_round(own), ""]
        parts += _acceptance(own)
        parts += _every_attack([row for row in broken if row[0] == guard])
        parts += _passages([row for row in passages if row[0] == guard])
        if guard == "hate":
            parts += _suite(suite)
    parts += _filtered(filtered) if filtered else []
    return "\n".join(parts).rstrip() + "\n"


def _filtered(rows):
    """A table of the filtered generator, a line a guard."""
    lines = [
        "## A filtered generator",
        "",
        *BEHIND.strip().splitlines(),
        "",
        "| seed | guard | beginnings of | threshold | refused | first draws accepted | draws a completion |"
        " nats a token | tokens a second | memory |",
        "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for seed, model, source, threshold, _, refused, accepted, draws, change, low, high, speed, memory in rows:
        quality = "–" if change == "" else f"{change:+.3f}"
        quality += "" if low == "" else f" ({low:+.3f} to {high:+.3f})"
        lines.append(
            f"| {seed} | {model} | {source} | {_percent(threshold)} | {refused} | {_percent(accepted)}"
            f" | {'–' if draws == '' else f'{draws:.2f}'} | {quality.replace('-', '−')} | {speed:.0f}"
            f" | {memory:.2f} GiB |"
        )
    return [*lines, ""]


def _conclusions(guard, rows):
    """What the numbers say of each arm: what attacks still break, and what that costs on harmless text."""
    attacks = list(dict.fromkeys(row[6] for row in rows if row[5] == "broken"))
    groups = {
        "attacks that the rounds trained against": [name for name in attacks if "held out" not in name],
        "held-out attacks": [name for name in attacks if "held out" in name],
    }
    sentences = []
    for arm in (MATCHED, ALONE):
        seeds = len({row[1] for row in rows if row[2] == arm})
        if not seeds:
            continue
        broken = " and ".join(
            f"{kind} break {_change(rows, arm, 'broken', names)}" for kind, names in groups.items() if names
        )
        costs = ", ".join(f"{said} {_change(rows, arm, measure, [''])}" for measure, said in COSTS.items())
        sentences += [
            f"**Trained on {arm}** ({_seeds(seeds)}): of the texts that the guard stops, {broken}."
            f" Beside that: {costs}.",
            "",
        ]
    return sentences[:-1]


COSTS = {
    "recall": "recall",
    "harmless blocked": "harmless texts blocked",
    "blocked, surrounded": "harmless texts between harmless sentences blocked",
}


def _change(rows, arm, measure, attacks):
    """The mean over seeds and attacks, of the guard as it came, the last, and the control if there is one."""
    before, after, control = (
        [float(each) for name in attacks for each in _values(rows, arm, model, measure, name) if each != ""]
        for model in ("as it came", "last", "control")
    )
    beside = f", control {_mean(control)}" if control else ""
    return f"{_mean(after)} (before the rounds {_mean(before)}{beside})"


def _mean(values):
    return _percent(statistics.mean(values)) if values else "an unknown share"


def _seeds(count):
    return f"{count} seed{'s' * (count > 1)}"


def _values(rows, arm, model, measure, attack):
    return [row[9] for row in rows if (row[2], row[3], row[5], row[6]) == (arm, model, measure, attack)]


def _table(rows):
    heads = [head for head, _, _ in COLUMNS]
    lines = [f"| measure | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for measure, attack in dict.fromkeys((row[5], row[6]) for row in rows):
        cells = [
            _over_seeds(_values(rows, arm, model, measure, attack), measure) for _, arm, model in COLUMNS
        ]
        name = f"{measure}, `{attack}`" if attack else measure
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _by_round(rows):
    """Both arms by round, means over seeds: what a round's share of gain, and of over-blocking, is."""
    measures = ("recall", "harmless blocked", "blocked, surrounded", "telltale share")
    rounds = sorted({row[4] for row in rows if row[3] != "control"})
    lines = [
        "By round, means over seeds (the telltale share is of the gain in area that survives without the",
        "attack's signs; it is noise where there is hardly a gain):",
        "",
        f"| arm | measure | {' | '.join(f'round {each}' for each in rounds)} |",
        f"|---|---|{'---:|' * len(rounds)}",
    ]
    for arm in dict.fromkeys(row[2] for row in rows):
        for measure in measures:
            cells = []
            for index in rounds:
                found = [
                    float(row[9])
                    for row in rows
                    if row[2] == arm and row[3] != "control" and row[4:6] == (index, measure)
                ]
                cells.append(_percent(statistics.mean(found)) if found else "–")
            lines.append(f"| {arm} | {measure} | {' | '.join(cells)} |")
    return lines


def _acceptance(rows):
    measuring = min(row[8] for row in rows if row[5] == "harmless blocked")
    if measuring // 2 >= ENOUGH_FOR_99:  # the split that sets thresholds is half as large
        return []
    return [
        "Thresholds accept 95 % of the harmless rows that set them. For 99 % these are too few:",
        f"{ENOUGH_FOR_99} harmless rows of which none is blocked are the fewest that show it with 95 %",
        "confidence, and the split that sets the threshold, half as large as the one that measures, has",
        f"fewer ({measuring} measure).",
        "",
    ]


def _passages(rows):
    if not rows:
        return []
    lines = [
        "### Read by runs of sentences",
        "",
        *BY_SENTENCES.strip().splitlines(),
        "",
        "| measure | rate over seeds | by seed |",
        "|---|---:|---|",
    ]
    for measure in dict.fromkeys(row[2] for row in rows):
        own = [row for row in rows if row[2] == measure]
        each = ", ".join(f"{row[3]} of {row[4]}" for row in own)
        mean = _over_seeds([row[3] / row[4] for row in own if row[4]], measure)
        lines.append(f"| {measure} | {mean} | {each} |")
    return [*lines, ""]


def _every_attack(rows):
    if not rows:
        return []
    models = [head for head in ("as it came", "last", "control") if head in {row[2] for row in rows}]
    lines = [
        "### By every attack",
        "",
        *EVERY_ATTACK.strip().splitlines(),
        "",
        f"| attack | {' | '.join(models)} |",
        f"|---|{'---:|' * len(models)}",
    ]
    for attack in dict.fromkeys(row[3] for row in rows):
        cells = []
        for model in models:
            own = [row for row in rows if row[2:4] == (model, attack)]
            medians = _over_seeds([row[6] for row in own], "median queries")
            broken = f"{sum(row[4] for row in own)} of {sum(row[5] for row in own)}; {medians}"
            cells.append(broken if own else "–")
        lines.append(f"| `{attack}` | {' | '.join(cells)} |")
    return [*lines, ""]


def _suite(suite):
    lines = [
        "### HateCheck by functionality",
        "",
        "Share of texts stopped, mean over seeds; hateful texts should be stopped, the others should not.",
        "",
        f"| functionality | gold | texts | {' | '.join(head for head, _, _ in COLUMNS)} |",
        f"|---|---|---:|{'---:|' * len(COLUMNS)}",
    ]
    for kind, gold in dict.fromkeys(row[3:5] for row in suite):
        texts, cells = 0, []
        for _, arm, model in COLUMNS:
            found = [row for row in suite if (row[1], row[2], row[3], row[4]) == (arm, model, kind, gold)]
            texts = max([texts, *(row[6] for row in found)])
            cells.append(_over_seeds([row[5] / row[6] for row in found], "stopped"))
        lines.append(f"| {kind.replace('_', ' ')} | {gold} | {texts} | {' | '.join(cells)} |")
    return [*lines, ""]


def _over_seeds(values, measure):
    """The mean over seeds, with limits from three on; medians of queries by seed."""
    known = [float(value) for value in values if value != ""]
    if measure == "median queries":
        return (
            ", ".join(f"{each:.0f}" if each < math.inf else "over the budget" for each in sorted(known))
            or "–"
        )
    if not known:
        return "–"
    shown = _number if measure == "area" else _percent
    mean = statistics.mean(known)
    if len(known) < 3:
        return shown(mean)
    spread = student.ppf(0.975, len(known) - 1) * np.std(known, ddof=1) / np.sqrt(len(known))
    # Student's t knows no bounds, and shares and areas do.
    return f"{shown(mean)} ({shown(max(0.0, mean - spread))} to {shown(min(1.0, mean + spread))})"


def _percent(value):
    return f"{100 * value:.1f} %".replace("-", "−")


def _number(value):
    return f"{value:.3f}"
