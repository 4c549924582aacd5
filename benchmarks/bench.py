"""A run of the benchmark: how much is asked of whom, which every part is handed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.program import Program
from benchmarks.stores import Stores


class Skipped(Exception):
    """A part cannot be measured on this machine; says what it lacks."""


@dataclass(frozen=True)
class Bench:
    """What a run is about."""

    scratch: Path
    """A folder for what is made on the way."""
    leads: int
    """How many leads are made up."""
    runs: int
    """How often each answer is timed."""
    filters: int
    """How many filters are set on each page in the browser."""
    viewers: int
    seconds: float
    """How many look at a server at once, and how long."""
    programs: Sequence[Program]
    """Today's, and another one to compare it with; they take turns."""
    stores: Stores
    say: Callable[[str], None]
    """Tells whoever waits what is being done."""
