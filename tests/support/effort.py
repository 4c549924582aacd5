"""What a piece of work costs, on whatever machine and beside whatever else runs on it."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_ROUNDS = 300_000


def effort(work: Callable[[], T]) -> tuple[float, T]:
    """The processor time of some work, in units of a plain loop on this machine, and its outcome.

    The loop is timed before and after the work, so that a slow machine, or a busy one, slows both.
    A unit is some 10 ms on a laptop.
    """
    before = _unit()
    began = time.process_time()
    outcome = work()
    spent = time.process_time() - began
    return spent / max(before, _unit()), outcome


def _unit() -> float:
    began = time.process_time()
    total = 0
    for number in range(_ROUNDS):
        total += number
    return time.process_time() - began
