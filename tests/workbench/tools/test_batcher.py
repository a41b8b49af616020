"""The batcher: batches change nothing, live work goes first, models change between pieces of work."""

import threading
from concurrent.futures import wait

import pytest
from benches import Bench, bench_of, other_model, texts

from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.snippet import Snippet, Tokens
from holdfast.workbench.tools import batcher as module
from holdfast.workbench.tools.batcher import Batcher
from holdfast.workbench.tools.live import live_score
from holdfast.workbench.tools.menu import Menus
from holdfast.workbench.tools.phrases import phrase_fill
from holdfast.workbench.tools.shapes import MenuRequest, PhraseRequest, ScoreRequest
from holdfast.workbench.tools.work import LogOdds
from tolerances import SAME_LOG_ODDS, SAME_SCORE, alike


@pytest.fixture
def own():
    """A bench of its own, that a test may change."""
    return bench_of("storyworld")


def pieces(bench, count):
    """Different work of all kinds, with the lane of each."""
    menus = Menus(bench)
    for number, text in enumerate(texts(bench, count)):
        said = text.model_dump()
        kind = number % 4
        if kind == 2:
            yield menus.menu(MenuRequest(**said, part="completion", index=0)), "menu"
        elif kind == 3:
            yield phrase_fill(bench, PhraseRequest(**said, part="prompt", start=0, stop=2, most=10)), "menu"
        else:
            yield live_score(bench, ScoreRequest(**said, saliency=kind == 1)), "live"


def plain(result):
    """A result in an order that does not hang on the last bits of scores."""
    shown = result.model_dump()
    if "suggestions" in shown:
        shown["suggestions"] = sorted(
            shown["suggestions"], key=lambda each: (each["prompt"], each["completion"])
        )
    return shown


def test_batching_changes_nothing(own, batching):
    alone, together = [], []
    with batching(own) as batcher:
        for begin, lane in pieces(own, 24):
            alone.append(batcher.submit(begin, lane).result())
    own.served = own.served.followed_by(0, own.served.target.scorer.classifier, 0.5)  # forget all scores
    with batching(own) as batcher:
        waiting = [batcher.submit(begin, lane) for begin, lane in pieces(own, 24)]
        together = [future.result() for future in waiting]
    assert all(alike(plain(one), plain(other)) for one, other in zip(alone, together, strict=True))


def test_one_thread_alone_touches_the_engine_and_takes_many_at_once(own, batching):
    scorer, calls = own.served.target.scorer, []
    ask = scorer.log_odds

    def watched(tokens):
        calls.append((threading.current_thread().name, len(tokens)))
        return ask(tokens)

    scorer.log_odds = watched
    gate = threading.Event()

    def held(served):
        gate.wait()
        yield LogOdds([Tokens((), ())])

    with batching(own) as batcher:
        first = batcher.submit(held)
        waiting = [batcher.submit(live_score(own, ScoreRequest(**t.model_dump()))) for t in texts(own, 20)]
        gate.set()
        wait([first, *waiting])
    assert {name for name, _ in calls} == {"scoring"}
    assert max(count for _, count in calls) >= 20


def test_a_live_score_is_not_stuck_behind_long_work(own, batching):
    """It is answered while the long one, which asked before it, is still under way."""
    begun, asked, order = threading.Event(), threading.Event(), []
    scorer = own.served.target.scorer
    ask = scorer.log_odds

    def once_both_have_asked(tokens):
        asked.wait()
        return ask(tokens)

    scorer.log_odds = once_both_have_asked
    tokens = own.served.target.scorer.codec.encode(
        [Snippet(text.prompt, text.completion) for text in texts(own, 2000)]
    )

    def long(served):
        begun.set()
        yield LogOdds(tokens)

    with batching(own) as batcher:
        slow = batcher.submit(long, "menu")
        slow.add_done_callback(lambda _: order.append("long"))
        begun.wait()
        quick = batcher.submit(live_score(own, ScoreRequest(prompt="Tom sat.", completion="Leo ran.")))
        quick.add_done_callback(lambda _: order.append("live"))
        asked.set()
        wait([slow, quick])
    assert order == ["live", "long"]
    assert len(tokens) > 10 * module.SLICE


def test_work_that_asks_much_gets_all_of_it_in_order(own, batching):
    tokens = own.served.target.scorer.codec.encode(
        [Snippet(text.prompt, text.completion) for text in texts(own, 300)]
    )

    def work(served):
        return (yield LogOdds(tokens))

    with batching(own) as batcher:
        found = batcher.submit(work, "menu").result()
    assert found == pytest.approx(own.served.target.scorer.exact_log_odds(tokens), abs=SAME_LOG_ODDS)


def test_another_model_comes_in_between_two_pieces_of_work(own, batching):
    """Whatever is answered is wholly the model's that it names."""
    models = {0: own.served} | {round_: other_model(own, round_) for round_ in (1, 2, 3)}
    work = list(pieces(own, 80))
    with batching(own) as batcher:
        waiting = []
        for number, (begin, lane) in enumerate(work):
            waiting.append(batcher.submit(begin, lane))
            if number % 20 == 19:
                wait(waiting[-3:-2])
                own.served = models[min(3, number // 20 + 1)]
        results = [future.result() for future in waiting]
    assert {result.model_round for result in results} == {0, 1, 2, 3}
    for result in results:
        scorer = models[result.model_round].target.scorer
        for each in getattr(result, "suggestions", ()):
            (exact,) = scorer.score([Snippet(each.prompt, each.completion)])
            assert each.score == pytest.approx(exact, abs=SAME_SCORE)
    for text, result in zip(texts(own, 80)[::4], results[::4], strict=True):
        scorer = models[result.model_round].target.scorer
        assert result.score == pytest.approx(
            scorer.score([Snippet(text.prompt, text.completion)])[0], abs=SAME_SCORE
        )
        assert result.model_hash == scorer.classifier.hash


def test_what_fails_spoils_nothing_else(own, batching):
    def broken(served):
        yield LogOdds([Tokens((999_999,), (5,))])  # no such word: the model itself fails

    def raising(served):
        raise UserError("no")
        yield

    with batching(own) as batcher:
        good = live_score(own, ScoreRequest(prompt="Tom sat.", completion="Leo ran."))
        futures = [batcher.submit(each) for each in (good, broken, good, raising, good)]
        wait(futures)
    assert [future.exception() is None for future in futures] == [True, False, True, False, True]
    with pytest.raises(UserError, match="no"):
        futures[3].result()


def test_work_that_nobody_waits_for_is_not_begun(own, batching):
    gate, begun = threading.Event(), []

    def held(served):
        gate.wait()
        yield LogOdds([Tokens((), ())])

    def unwanted(served):
        begun.append(True)
        yield LogOdds([Tokens((), ())])

    with batching(own) as batcher:
        first, second = batcher.submit(held), batcher.submit(unwanted)
        assert second.cancel()
        gate.set()
        first.result()
        batcher.submit(live_score(own, ScoreRequest(prompt="", completion=""))).result()
    assert not begun


def test_too_many_are_turned_away(own, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    batcher = Batcher(own)
    for _ in range(2):
        batcher.submit(live_score(own, ScoreRequest(prompt="", completion="")))
    with pytest.raises(HoldfastError, match="more people ask"):
        batcher.submit(live_score(own, ScoreRequest(prompt="", completion="")))


def test_closing_ends_what_waits_and_may_be_done_twice(own):
    batcher = Batcher(own)
    batcher.start()
    gate, held_up = threading.Event(), threading.Event()

    def held(served):
        held_up.set()
        gate.wait()
        yield LogOdds([Tokens((), ())])

    first, second = batcher.submit(held), batcher.submit(held)
    held_up.wait()
    threading.Timer(0.1, gate.set).start()
    batcher.close()
    batcher.close()
    assert first.done()
    assert second.done()
    with pytest.raises(HoldfastError, match="closing"):
        batcher.submit(held)


def test_it_answers_coroutines_too(own, batching):
    import asyncio

    async def ask(batcher):
        return await asyncio.gather(*(batcher.run(begin, lane) for begin, lane in pieces(own, 8)))

    with batching(own) as batcher:
        assert len(asyncio.run(ask(batcher))) == 8
    assert isinstance(own, Bench)


PACES = [
    # seconds a snippet, and how many are scored before the live lane is looked at
    (0.0, module.SLICE),
    (0.0001, module.SLICE),
    (0.01, 25),
    (10.0, module.LEAST_SLICE),
]


@pytest.mark.parametrize(("pace", "size"), PACES)
def test_a_slow_filter_is_asked_in_smaller_slices(pace, size):
    assert module.slice_at(pace) == size
