"""How long a test waits for another: a server, a browser, a run of a page."""

import time
from collections.abc import Callable

PATIENCE = 300
"""Seconds after which something is taken to be stuck.

No test fails by it on a machine that is merely slow or busy: a step takes a second or two, so a
hundred times that is left. Nothing waits any longer for it when all is well.
"""


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits until it is so, and for no longer than PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)
