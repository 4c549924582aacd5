"""The memory of the server's process: what is free goes back, however many threads used it."""

import ctypes
import gc
import sys

_ARENA_MAX = -8
"""The number of glibc's parameter for how many pools of memory threads may have."""

_MADE_BEFORE_LOOKING = 5_000
"""How many objects are made, beyond those that went, before Python looks which are of no use."""


def share_pools() -> None:
    """Has all threads share two pools of memory, where the system's library knows such a thing.

    Every run of a page is a thread of its own. By default glibc has 8 pools a core for them, each
    of which grows to the most that a thread ever needed in it and gives little of that back.

    Source:
        glibc manual, Memory Allocation Tunables: `mallopt(M_ARENA_MAX)`.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # musl has no pools
        library.mallopt(_ARENA_MAX, 2)


def collect_less() -> None:
    """Has Python look for what is of no use less often, and no more among what is there now.

    A run of a page makes some two thousand objects that the session keeps until the next one, so
    that by default every few runs all that sessions and caches hold is gone through: a seventh of
    what a run took. Called when all is imported.
    """
    gc.set_threshold(_MADE_BEFORE_LOOKING)
    gc.collect()
    gc.freeze()
