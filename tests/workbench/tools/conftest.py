from contextlib import contextmanager

import benches
import pytest

from holdfast.workbench.tools.batcher import Batcher
from waiting import PATIENCE


@contextmanager
def batching(bench):
    batcher = Batcher(bench)
    batcher.start()
    try:
        yield batcher
    finally:
        batcher.close()


@pytest.fixture(name="batching")
def batching_as_fixture():
    """`with batching(bench) as batcher:`."""
    return batching


@pytest.fixture(scope="session", params=["storyworld", "brackets"])
def bench(request):
    """One of each task, shared: change nothing of it."""
    return benches.bench_of(request.param)


@pytest.fixture(scope="session")
def stories():
    return benches.bench_of("storyworld")


@pytest.fixture(scope="session")
def run(bench):
    """Does a piece of work on the bench, and returns its result."""
    with batching(bench) as batcher:
        yield lambda begin, lane="live": batcher.submit(begin, lane).result(timeout=PATIENCE)


@pytest.fixture(scope="session")
def tell(stories):
    """The same on the bench of stories."""
    with batching(stories) as batcher:
        yield lambda begin, lane="live": batcher.submit(begin, lane).result(timeout=PATIENCE)
