"""What stands in for the searching process in tests: one that does not listen, and one that dies."""

import os
import time

from holdfast.workbench.tools.shapes import SearchStep


def step(queries):
    return SearchStep(prompt="a", completion="better", queries=queries, score=0.5, verdict=None, failure=None)


def deaf(connection):
    """Tells a step, and then hears nothing."""
    connection.recv()
    connection.recv()
    connection.send(step(7))
    time.sleep(600)


def dying(connection):
    """Tells a step, and dies."""
    connection.recv()
    connection.recv()
    connection.send(step(3))
    os._exit(1)
