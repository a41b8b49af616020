"""One table of tests for every registered veto, and the margin that it has together with the classifier."""

import numpy as np
import pytest
import torch
from fake_task import TINY, FakeTask, enlarge

from hand_set import hand_set_generator
from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values
from holdfast.core.odds import TURNED_AWAY, log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.filter import FilteredGenerator
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.calibrate import bound_of, calibrated
from holdfast.models.vetoes.kept import FILE
from holdfast.models.vetoes.panel import PASSES, Vetoes
from tolerances import SAME_LOG_ODDS, alike

ROWS = [
    {"kind": "likelihood", "part": "prompt", "refuse": 0.05},
    {"kind": "likelihood", "part": "completion", "refuse": 0.05},
    {"kind": "likelihood", "part": "completion", "floor": -6.0, "refuse": 0.05},
    {"kind": "likelihood", "part": "prompt", "smoothing": 0.3, "blurring": 0.2, "refuse": 0.05},
]
"""Every registered veto, with what options there are."""

THRESHOLD = 0.3


def test_every_veto_has_a_row():
    assert {row["kind"] for row in ROWS} == set(vetoes)


@pytest.fixture(scope="module")
def writer():
    """A generator with strong likings, so that its own stories and shuffled words differ much."""
    generator = hand_set_generator(FakeTask(), Stream(3))
    generator.model.model.norm.weight.data.fill_(0.25)
    return generator


@pytest.fixture(scope="module")
def stories(writer):
    """What the generator tells: both parts are there, and short."""
    told = writer.tell(1000, Stream(1), max_words=24)
    return [story for story in told if min(len(story.prompt), len(story.completion)) > 3]


@pytest.fixture(scope="module")
def guard():
    classifier = Classifier.create(FakeTask(), TINY, Stream(0).child("guard"))
    enlarge(classifier.model)
    return classifier


def with_vetoes(guard: Classifier, writer, stories, rows) -> ScoringEngine:
    asked = [from_values(vetoes, row) for row in rows]
    found = calibrated(asked, writer, {"stories": stories[::2], "shuffled a little": stories[:100]})
    return ScoringEngine(guard, vetoes=found, limit=log_odds_of(THRESHOLD))


@pytest.fixture(params=ROWS, ids=lambda row: "-".join(map(str, row.values())))
def row(request):
    return request.param


@pytest.fixture
def engine(guard, writer, stories, row):
    return with_vetoes(guard, writer, stories, [row])


@pytest.fixture(scope="module")
def whole(guard, writer, stories):
    """With two vetoes, one for each part."""
    return with_vetoes(guard, writer, stories, ROWS[:2])


def garbled(stories: list[Tokens]) -> list[Tokens]:
    random = Stream(9).python()
    return [Tokens(*(tuple(random.sample(part, len(part))) for part in story)) for story in stories]


def mixed(stories: list[Tokens]) -> list[Tokens]:
    """Some that pass every part and some that each part turns away."""
    return [*stories[1:80:2], *garbled(stories[81:160:2])]


def test_it_turns_away_at_most_its_share_of_each_set_that_it_is_calibrated_on(engine, stories, row):
    for texts in (stories[::2], stories[:100]):
        refused = engine.turned_away(texts) != PASSES
        assert refused.mean() <= row["refuse"]


def test_it_turns_away_garbled_text_far_more_often_than_its_like(engine, stories):
    fresh = stories[1::2]
    harmless = (engine.turned_away(fresh) != PASSES).mean()
    bad = (engine.turned_away(garbled(fresh)) != PASSES).mean()
    assert harmless < 0.15
    assert bad > 0.3
    assert bad > 4 * harmless


def test_its_values_do_not_depend_on_company(engine, stories):
    reader, some = engine.vetoes.parts[0].reader, mixed(stories)
    alone = [float(reader.fresh().exact_values([text])[0]) for text in some]
    assert alike(reader.values(some).tolist(), alone)
    assert alike(reader.exact_values(some).tolist(), alone)


def test_it_forgets_what_it_read_once_training_changes_the_generator(stories, row):
    generator = hand_set_generator(FakeTask(), Stream(3))
    reader = from_values(vetoes, row).reader(generator)
    before = reader.values(stories[:5])
    generator.model.model.norm.weight.data.fill_(0.5)
    generator.revision += 1
    after = reader.values(stories[:5])
    assert not alike(after.tolist(), before.tolist())
    assert alike(after.tolist(), reader.fresh().exact_values(stories[:5]).tolist())


def test_its_gradients_are_those_of_finite_differences(engine, stories, writer):
    """Each word's embedding as it is read is moved a little, to both sides."""
    reader = engine.vetoes.parts[0].reader
    text = stories[5]
    (found,) = reader.gradients([text])
    width = writer.model.config.hidden_size
    got = np.concatenate([found.prompt, found.completion])[:, :width]
    head, middle = len(writer.layout.head), len(writer.layout.middle)
    places = [*range(head, head + len(text.prompt))]
    places += [head + len(text.prompt) + middle + i for i in range(len(text.completion))]
    direction = Stream(2).numpy().choice([-1.0, 1.0], width).astype(np.float32)
    for row, place in enumerate(places):
        up, down = (_moved(writer, reader, text, place, sign * 1e-2 * direction) for sign in (1, -1))
        assert (up - down) / 2e-2 == pytest.approx(float(got[row] @ direction), abs=2e-3)


def _moved(writer, reader, text: Tokens, place: int, step: np.ndarray) -> float:
    """The value with the embedding at one place moved."""

    def move(_layer, _given, output):
        if output.shape[1] <= place:  # of this part nothing is read there
            return output
        moved = output.clone()
        moved[:, place] += torch.from_numpy(step)
        return moved

    hook = writer.model.get_input_embeddings().register_forward_hook(move)
    try:
        return float(reader.exact_values([text])[0])
    finally:
        hook.remove()


def test_the_gradient_of_the_last_word_as_predicted_is_exact(guard, writer, stories):
    """Nothing is read after the end: another last word changes its own log odds, and those of the end."""
    row = {"kind": "likelihood", "part": "completion"}
    reader = from_values(vetoes, row).reader(writer)
    text = next(story for story in stories if len(story.completion) > 1)
    (found,) = reader.gradients([text])
    matrix, width = reader.embedding_matrix(), writer.model.config.hidden_size
    last = text.completion[-1]
    tables = writer.word_log_probs([text])[0][len(text.prompt) + len(text.completion) - 1]
    for word in (5, 9, 14):
        gain = found.completion[-1, width:] @ (matrix[word, width:] - matrix[last, width:])
        expected = (tables[word] - tables[last]) / (len(text.completion) + 1)
        assert float(gain) == pytest.approx(float(expected), abs=1e-3)


def test_the_margin_is_the_least_of_all_parts(whole, guard, stories):
    texts = mixed(stories)
    limit = whole.limit
    own = ScoringEngine(guard).log_odds(texts)
    excess = np.stack([part.excess(texts) for part in whole.vetoes.parts])
    least = np.minimum(limit - own, -excess.max(axis=0))
    assert alike((limit - whole.log_odds(texts)).tolist(), least.tolist())
    assert alike((limit - whole.exact_log_odds(texts)).tolist(), least.tolist())
    assert alike([*(limit - whole.bracket(texts)[1])], [*least])
    passes = (own < limit) & (excess < 0).all(axis=0)
    assert ((whole.log_odds(texts) < limit) == passes).all()
    assert passes.any()
    assert (~passes & (own < limit)).any(), "a veto turns some away that the classifier passes"


def test_the_gradient_is_that_of_the_least_part_over_the_embeddings_of_all(whole, guard, stories):
    texts = mixed(stories)
    found, own = whole.gradients(texts), guard.gradients(texts)
    width = guard.embedding_matrix().shape[1]
    assert whole.embedding_matrix().shape[1] == found[0].prompt.shape[1]
    kinds = set()
    for text, wide, plain, log_odds in zip(texts, found, own, whole.log_odds(texts), strict=True):
        assert wide.log_odds == pytest.approx(float(log_odds), abs=SAME_LOG_ODDS)
        if log_odds > plain.log_odds + SAME_LOG_ODDS:
            assert not wide.prompt[:, :width].any()
            part = int(np.argmax([float(p.excess([text])[0]) for p in whole.vetoes.parts]))
            expected = whole.vetoes.parts[part]
            (gradient,) = expected.reader.gradients([text])
            start = width + sum(p.reader.embedding_matrix().shape[1] for p in whole.vetoes.parts[:part])
            block = slice(start, start + gradient.prompt.shape[1])
            assert alike((wide.prompt[:, block] * -expected.spread).tolist(), gradient.prompt.tolist(), 1e-3)
            kinds.add(part)
        else:
            assert alike(wide.prompt[:, :width].tolist(), plain.prompt.tolist())
            assert not wide.prompt[:, width:].any()
            kinds.add(PASSES)
    assert kinds == {PASSES, 0, 1}


def test_without_a_limit_what_is_turned_away_is_above_every_threshold(whole, guard, stories):
    texts, engine = mixed(stories), whole.at(None)
    refused = whole.turned_away(texts) != PASSES
    own = ScoringEngine(guard).log_odds(texts)
    assert (engine.log_odds(texts)[refused] == TURNED_AWAY).all()
    assert alike(engine.log_odds(texts)[~refused].tolist(), own[~refused].tolist())
    assert (whole.at(np.inf).log_odds(texts)[refused] == np.inf).all()


def test_a_filter_and_a_filtered_generator_hold_texts_to_it(whole, guard, writer, stories):
    """Whatever limit an engine had, the threshold of what it serves is the one that counts."""
    engine = whole.at(None)
    texts = mixed(stories)
    snippets = guard.codec.decode(texts)
    answers = Filter(engine, THRESHOLD).answer(snippets)
    assert (answers.passes == (whole.log_odds(texts) < whole.limit)).all()
    filtered = FilteredGenerator(writer, engine, THRESHOLD, max_words=8, max_draws=3)
    for redraw in filtered.redraws([text.prompt for text in texts], Stream(4)):
        assert not (redraw.passes & (whole.turned_away(redraw.tokens) != PASSES)).any()


def test_it_is_saved_with_its_classifier_and_comes_back(tmp_path, guard, writer, stories):
    engine = with_vetoes(guard, writer, stories, ROWS)
    writer.save(tmp_path / "generator")
    plain = guard.hash
    guard.vetoes = engine.vetoes
    try:
        saved = guard.save(tmp_path / "models" / "guard")
    finally:
        guard.vetoes = Vetoes()
    assert saved != plain
    opened = Classifier.load(tmp_path / "models" / "guard", FakeTask())
    assert opened.hash == saved
    assert opened.vetoes.names == engine.vetoes.names
    texts = mixed(stories)
    again = ScoringEngine(opened, limit=engine.limit)
    assert alike(again.log_odds(texts).tolist(), engine.log_odds(texts).tolist())
    assert (again.turned_away(texts) == engine.turned_away(texts)).all()


def test_a_moved_filter_says_that_its_generator_is_gone(tmp_path, guard, writer, stories):
    engine = with_vetoes(guard, writer, stories, ROWS[:1])
    writer.save(tmp_path / "generator")
    guard.vetoes = engine.vetoes
    try:
        guard.save(tmp_path / "guard")
    finally:
        guard.vetoes = Vetoes()
    (tmp_path / "generator").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="which is not there"):
        Classifier.load(tmp_path / "guard", FakeTask())
    hand_set_generator(FakeTask(), Stream(8)).save(tmp_path / "generator")
    with pytest.raises(UserError, match="is not the one"):
        Classifier.load(tmp_path / "guard", FakeTask())
    (tmp_path / "guard" / FILE).write_text("{}")
    with pytest.raises(UserError, match="cannot be read"):
        Classifier.load(tmp_path / "guard", FakeTask())


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"part": "prompt"}, "needs a 'kind'"),
        ({"kind": "likelihod"}, "likelihood"),
        ({"kind": "likelihood"}, "part"),
        ({"kind": "likelihood", "part": "middle"}, "part"),
        ({"kind": "likelihood", "part": "prompt", "refuse": 1.5}, "refuse"),
        ({"kind": "likelihood", "part": "prompt", "floor": 2}, "floor"),
        ({"kind": "likelihood", "part": "prompt", "bound": 2}, "bound"),
    ],
)
def test_a_wrong_option_is_named(config, said):
    with pytest.raises(UserError, match=said):
        from_values(vetoes, config)


@pytest.mark.parametrize(("count", "refuse"), [(10, 0.01), (100, 0.01), (101, 0.05), (7, 0.5)])
def test_no_more_than_the_share_lies_at_or_below_the_bound(count, refuse):
    values = Stream(count).numpy().normal(size=count)
    assert (values <= bound_of(values, refuse)).sum() == int(refuse * count + 1e-9)
