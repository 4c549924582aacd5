"""Meanwhile: what is needed later is found beside what is needed now, while there are idle cores.

One reader seldom keeps two of them busy: Python waits for the engine, and the engine for Python.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import BoundedSemaphore
from typing import TypeVar

R = TypeVar("R")

_CORES = os.cpu_count() or 1
free = BoundedSemaphore(_CORES)
"""Has a place for each that may be begun beside the rest; tests take them all away."""


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_CORES, thread_name_prefix="meanwhile")


def meanwhile(ask: Callable[[], R]) -> Callable[[], R]:
    """Begins with `ask`, and returns what then waits for its answer, or raises what it raised.

    It is to be called once. Where as many are begun as there are cores, whoever calls it asks then:
    nobody waits for their turn behind what others began.
    """
    if not free.acquire(blocking=False):
        return ask
    return _helpers().submit(_asked, ask).result


def _asked(ask: Callable[[], R]) -> R:
    try:
        return ask()
    finally:
        free.release()
