"""The clock: what one piece of work took, and what many of them took."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """Seconds of the wall clock, and of the processor: of all threads of the process together."""

    seconds: float
    cpu: float


def timed(work: Callable[[], T]) -> tuple[T, Taken]:
    """What the work gives, and what it took in this process."""
    cpu, seconds = time.process_time(), time.perf_counter()
    given = work()
    return given, Taken(time.perf_counter() - seconds, time.process_time() - cpu)


def p50(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return statistics.median(values) if values else None


def p95(values: Sequence[float]) -> float | None:
    """The smallest value that at least 95 of a hundred do not exceed; None of nothing."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1] if values else None


def summary(taken: Sequence[Taken]) -> tuple[float | None, float | None, float | None]:
    """The median and the 95th percentile of the seconds, and the median of those of processors."""
    seconds = [each.seconds for each in taken]
    return p50(seconds), p95(seconds), p50([each.cpu for each in taken])
