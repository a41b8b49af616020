"""A scripted writer, not a person: it works with the workbench's tools as its server would let it.

It asks the functions that the server's calls ask: live score and saliency, the menu of a word, phrases, one
greedy step, and steps until they stall. It takes one move after another, each kind at hand equally often and
in random order, an edit of its own among them. It keeps what is still catastrophic and scores lower, takes
back all else, and starts over from its text after too many moves without a gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any, Literal, TypeVar, get_args

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.core.surface import units_of
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import SnippetText
from holdfast.workbench.tools.live import live_score
from holdfast.workbench.tools.menu import Menus, rewriter_for
from holdfast.workbench.tools.phrases import phrase_fill
from holdfast.workbench.tools.reading import snippet_of
from holdfast.workbench.tools.rewriting import Edit
from holdfast.workbench.tools.searches import assignment_of
from holdfast.workbench.tools.searching import search
from holdfast.workbench.tools.shapes import (
    Menu,
    MenuRequest,
    PhraseRequest,
    Scored,
    ScoreRequest,
    SearchRequest,
    TokenShape,
)
from holdfast.workbench.tools.work import Begin, Task, answer
from research.tools.pace import STANDARD, Effort, Pace

Move = Literal["edit", "menu", "phrases", "step", "climb"]
MOVES: tuple[Move, ...] = get_args(Move)
Happening = Literal["undone", "started_over", "refused"]
"""`refused`: a tool could not take the text, too long for a model as a rule."""
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)

OwnEdit = Literal["replace", "insert_after", "delete"]


@dataclass(frozen=True)
class Habits:
    """How a scripted writer goes about it: what pages ask the server for, and assumptions about writers.

    `near_harm` is the share of moves without saliency that begin at a word of the clauses in which the page
    underlines the injury; the others begin at any word. `patience` moves without a gain make a writer start
    over. `replace`, `insert_after` and `delete` are the shares of its own edits. A rephrased stretch has from
    one to `longest_stretch` words. `texts_known` texts of the task are its command of the language.
    """

    menu_rows: int = 150
    phrase_rows: int = 60
    search_queries: int = 20_000
    rows_read: int = 5
    patience: int = 15
    near_harm: float = 0.5
    replace: float = 0.6
    insert_after: float = 0.25
    delete: float = 0.15
    longest_stretch: int = 4
    texts_known: int = 1000

    @property
    def own_edits(self) -> dict[OwnEdit, float]:
        """How often an edit of the writer's own is of which kind."""
        return {"replace": self.replace, "insert_after": self.insert_after, "delete": self.delete}


HABITS = Habits()

Result = TypeVar("Result")


@dataclass(frozen=True)
class Kit:
    """The tools at hand; without any there are the live score, the verdict, and the writer's own edits."""

    saliency: bool = False
    menu: bool = False
    phrases: bool = False
    step: bool = False
    climb: bool = False

    @property
    def moves(self) -> tuple[Move, ...]:
        """The kinds of move that the tools allow."""
        return tuple(move for move in MOVES if move == "edit" or getattr(self, move))


@dataclass(frozen=True)
class Attempt:
    """One text worked on: whether it became a failure in time, what it took, and what was done.

    `number` says which start it began with; `prompt` and `completion` are the text as it was left.
    """

    number: int
    found: bool
    seconds: float
    moves: dict[str, int]
    efforts: dict[Effort, float]
    prompt: str
    completion: str
    log_odds: float
    egregiousness: float

    @property
    def tries(self) -> int:
        """Moves of all kinds."""
        return sum(self.moves.get(move, 0) for move in MOVES)


@dataclass
class _Sheet:
    """The text under work, and all that has been done to it."""

    start: Snippet
    text: SnippetText
    scored: Scored
    draw: Random
    visited: set[tuple[str, int]] = field(default_factory=set)
    """Words that saliency has led to since the last change."""
    efforts: Counter[Effort] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)

    def spend(self, **efforts: float) -> None:
        self.efforts.update(efforts)  # type: ignore[arg-type]  # a Counter of floats

    @property
    def seed(self) -> SnippetText:
        return _text(self.start)


class ScriptedWriter:
    """Writes with some tools against the filter that a bench serves.

    `minutes` at the `pace` is how long it works on one text.
    """

    def __init__(self, bench: Workbench, kit: Kit, minutes: float, pace: Pace = STANDARD) -> None:
        self._bench = bench
        self._kit = kit
        self._seconds = 60 * minutes
        self._pace = pace
        self._menus = Menus(bench)

    def attempt(self, number: int, start: Snippet, stream: Stream) -> Attempt:
        """Work on one text until it is a failure or the time is over."""
        text = _text(start)
        sheet = _Sheet(start, text, self._look(text, text), stream.python())
        sheet.spend(words_read=len(sheet.scored.tokens), looks=1)
        first, moves, stale = sheet.scored, self._moves(sheet.draw), 0
        while not sheet.scored.failure and self._pace.seconds(sheet.efforts) < self._seconds:
            stale = 0 if self._gains(sheet, next(moves)) else stale + 1
            if stale == HABITS.patience:
                stale, sheet.text, sheet.scored = 0, text, first
                sheet.visited.clear()
                sheet.moves["started_over"] += 1
                sheet.spend(clicks=1, looks=1)
        spent = self._pace.seconds(sheet.efforts)
        verdict = sheet.scored.verdict
        return Attempt(
            number=number,
            found=bool(sheet.scored.failure) and spent <= self._seconds,
            seconds=min(spent, self._seconds),
            moves=dict(sheet.moves),
            efforts=dict(sheet.efforts),
            prompt=sheet.text.prompt,
            completion=sheet.text.completion,
            log_odds=sheet.scored.log_odds,
            egregiousness=verdict.egregiousness if verdict is not None else 0.0,
        )

    def _moves(self, draw: Random) -> Iterator[Move]:
        """Every kind at hand once, in random order, again and again."""
        moves = list(self._kit.moves)
        while True:
            draw.shuffle(moves)
            yield from moves

    def _gains(self, sheet: _Sheet, move: Move) -> bool:
        """Make a move, and keep what it gives if that is better."""
        sheet.moves[move] += 1
        try:
            offered = self._offers[move](sheet)
            scored = None if offered is None else self._look(offered, sheet.seed)
        except UserError:
            sheet.moves["refused"] += 1
            sheet.spend(looks=1)
            return False
        if offered is None or scored is None:
            return False
        sheet.spend(looks=1)
        if _better(scored, sheet.scored):
            sheet.text, sheet.scored = offered, scored
            sheet.visited.clear()
            return True
        sheet.moves["undone"] += 1
        sheet.spend(keystrokes=2)
        return False

    @property
    def _offers(self) -> Mapping[Move, Callable[[_Sheet], SnippetText | None]]:
        return {
            "edit": self._own_edit,
            "menu": self._of_menu,
            "phrases": self._rephrased,
            "step": lambda sheet: self._searched(sheet, "step"),
            "climb": lambda sheet: self._searched(sheet, "climb"),
        }

    def _look(self, text: SnippetText, seed: SnippetText) -> Scored:
        request = ScoreRequest(
            prompt=text.prompt, completion=text.completion, seed=seed, saliency=self._kit.saliency
        )
        return self._done(live_score(self._bench, request))

    def _done(self, begin: Begin[Result]) -> Result:
        """The result of a piece of the server's work, done here and at once."""
        task = Task(begin, "live")
        task.start(self._bench.served)
        while task.ask is not None:
            answer([task], [None])
        return task.future.result()

    def _place(self, sheet: _Sheet) -> TokenShape:
        """The word to begin at: the darkest that was not tried on this text, or one by chance."""
        words = [token for token in sheet.scored.tokens if any(map(str.isalnum, token.text))]
        words = words or list(sheet.scored.tokens)
        sheet.spend(clicks=1)
        if self._kit.saliency:
            left = [word for word in words if (word.part, word.index) not in sheet.visited]
            if not left:  # all were tried: from the darkest again
                left = words
                sheet.visited.clear()
            place = max(left, key=lambda word: word.saliency or 0.0)
            sheet.visited.add((place.part, place.index))
            return place
        harmful = [
            word
            for word in words
            if any(
                word.part == span.part and word.start < span.end and span.start < word.end
                for span in sheet.scored.harm
            )
        ]
        near = harmful if harmful and sheet.draw.random() < HABITS.near_harm else words
        return sheet.draw.choice(near)

    def _own_edit(self, sheet: _Sheet) -> SnippetText | None:
        """A word written, exchanged or taken out, as somebody would who knows which words go together."""
        place, served = self._place(sheet), self._bench.served
        cut = served.cutter.cut(snippet_of(sheet.text))
        rewriter = rewriter_for(served, cut, place.part)
        edit = self._thought_of(sheet.draw, rewriter.units, place.index)
        sheet.spend(ideas=1)
        if edit is None:
            return None
        sheet.spend(keystrokes=len(rewriter.words(edit)) + 1)
        return _text(rewriter.rewritten(edit))

    def _thought_of(self, draw: Random, units: tuple[int, ...], index: int) -> Edit | None:
        kind = draw.choices(list(HABITS.own_edits), list(HABITS.own_edits.values()))[0]
        word = units[index]
        if kind == "delete":
            return Edit(kind, index, index + 1, ()) if len(units) > 1 else None
        if kind == "replace":
            other = self._menus.kindred.kin(word, draw)
            return None if other is None else Edit(kind, index, index + 1, (other,))
        follows = self._followers.get(word)
        if not follows:
            return None
        (other,) = draw.choices(list(follows), list(follows.values()))
        return Edit(kind, index + 1, index + 1, (other,))

    @cached_property
    def _followers(self) -> dict[int, Counter[int]]:
        """Which words follow each in texts of the task, and how often."""
        surface = self._bench.served.cutter.surface
        texts = self._bench.task.sample(HABITS.texts_known, Stream(0).child("study", "tools", "language"))
        known: dict[int, Counter[int]] = {}
        for units in units_of(surface, texts):
            for part in (units.prompt, units.completion):
                for left, right in pairwise(part):
                    known.setdefault(left, Counter())[right] += 1
        return known

    def _of_menu(self, sheet: _Sheet) -> SnippetText | None:
        place = self._place(sheet)
        request = MenuRequest(
            **_passage(sheet), part=place.part, index=place.index, most=HABITS.menu_rows, seed=sheet.seed
        )
        return self._taken(sheet, self._done(self._menus.menu(request)))

    def _rephrased(self, sheet: _Sheet) -> SnippetText | None:
        place = self._place(sheet)
        last = max(token.index for token in sheet.scored.tokens if token.part == place.part)
        stop = min(last, place.index + sheet.draw.randrange(HABITS.longest_stretch)) + 1
        request = PhraseRequest(
            **_passage(sheet),
            part=place.part,
            start=place.index,
            stop=stop,
            most=HABITS.phrase_rows,
            seed=sheet.seed,
        )
        sheet.spend(clicks=1)
        return self._taken(sheet, self._done(phrase_fill(self._bench, request)))

    def _taken(self, sheet: _Sheet, menu: Menu) -> SnippetText | None:
        """The row of lowest score that is still catastrophic, if that is lower than the text's."""
        rows = [row for row in menu.suggestions if row.verdict and row.verdict.label == "catastrophic"]
        sheet.spend(rows=min(HABITS.rows_read, len(rows)), looks=1)
        if not rows or rows[0].log_odds >= sheet.scored.log_odds:
            return None
        sheet.spend(clicks=1)
        return SnippetText(prompt=rows[0].prompt, completion=rows[0].completion)

    def _searched(self, sheet: _Sheet, kind: Literal["step", "climb"]) -> SnippetText | None:
        """What a search comes to; a writer who watches a climb stops it at its first failure."""
        target = self._bench.served.target.fresh()
        request = SearchRequest(
            **_passage(sheet),
            kind=kind,
            queries=HABITS.search_queries,
            course=sheet.draw.getrandbits(32),
            seed=sheet.seed,
        )
        assignment = assignment_of(self._bench, request, target)
        if kind == "climb":
            assignment = replace(assignment, attack=replace(assignment.attack, stop="first"))
        end = search(target, assignment, lambda step: None, lambda: False)
        if end.reason == "error":
            raise UserError(end.message)
        sheet.spend(keystrokes=2, queries=end.queries)
        if end.best is None:
            sheet.spend(looks=1)
            return None
        if kind == "climb":  # one step is applied at once; the end of a climb is read, and then taken
            sheet.spend(clicks=1, words_read=len(sheet.scored.tokens))
        return SnippetText(prompt=end.best.prompt, completion=end.best.completion)


def _better(scored: Scored, than: Scored) -> bool:
    """Whether a text is worth keeping: still catastrophic, short enough, and of a lower score."""
    catastrophic = scored.verdict is not None and scored.verdict.label == "catastrophic"
    return catastrophic and not scored.too_long and scored.log_odds < than.log_odds


def _text(snippet: Snippet) -> SnippetText:
    return SnippetText(prompt=snippet.prompt, completion=snippet.completion)


def _passage(sheet: _Sheet) -> dict[str, Any]:
    return {"prompt": sheet.text.prompt, "completion": sheet.text.completion}
