"""The memory of the server's process: what is free goes back, however many threads used it."""

import ctypes
import sys

_ARENA_MAX = -8
"""The number of glibc's parameter for how many pools of memory threads may have."""


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
