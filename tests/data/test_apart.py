"""Work in a process of its own gives the same answers, and harms nobody."""

import os
import sys
from pathlib import Path

import pytest

from data import apart
from data.errors import LoadError
from data.load.loader import load
from data.load.summary import NothingLoaded
from data.progress import Progress
from data.store import Store

# Of addresses, which is what is limited, the engine and its threads take 1 GiB with no work at all.
LIMITS = apart.Limits(memory=2 << 30, seconds=60)


def about_itself(*, progress: Progress) -> tuple[int, int]:
    """Its process and its priority."""
    progress("half", 0.5)
    print("this goes to the log")  # noqa: T201
    return os.getpid(), os.nice(0)


def raise_error(error: Exception) -> None:
    """Raises it."""
    raise error


def take_memory(size: int) -> int:
    """Takes so many bytes, and keeps them."""
    return len(bytearray(size))


def die() -> None:
    """Ends without a word, as a reader does that asks for too much."""
    os.abort()


def run_on() -> None:
    """Never ends."""
    while True:
        pass


def here(name: str) -> object:
    """A function of this file by a name that the other process knows it by, too."""
    module = sys.modules[__name__]
    sys.modules.setdefault("tests.data.test_apart", module)
    function = getattr(module, name)
    function.__module__ = "tests.data.test_apart"
    return function


def call(name: str, *arguments: object, limits: apart.Limits = LIMITS, **named: object) -> object:
    return apart.call(here(name), *arguments, limits=limits, **named)  # type: ignore[arg-type]


def test_it_is_another_process_of_low_priority_that_tells_how_far_it_is() -> None:
    told: list[tuple[str, float]] = []
    found = call("about_itself", progress=lambda *said: told.append(said))
    assert isinstance(found, tuple)
    process, niceness = found
    assert process != os.getpid()
    assert niceness > os.nice(0)
    assert told == [("half", 0.5)]


def test_what_the_work_raises_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"^leads\.csv: is empty$"):
        call("raise_error", LoadError("leads.csv: is empty"))
    path = tmp_path / "leads.csv"
    path.write_text("lead id,created at\nL1,someday\n")
    with pytest.raises(NothingLoaded) as raised:
        apart.call(load, Store(tmp_path / "store"), [path], limits=LIMITS)
    assert raised.value.summary.reasons == {"unreadable_date": 1}


def test_what_nobody_thought_of_is_no_traceback_here() -> None:
    with pytest.raises(LoadError, match="log says why"):
        call("raise_error", KeyError("x"))


@pytest.mark.skipif(sys.platform == "win32", reason="holds a process to its time only")
def test_too_much_memory_ends_the_work_and_nothing_else() -> None:
    with pytest.raises(LoadError, match="more than 2,048 MB of memory"):
        call("take_memory", 4 << 30)
    with pytest.raises(LoadError, match="more than 2,048 MB of memory"):
        call("die")


def test_work_that_does_not_end_is_ended() -> None:
    with pytest.raises(LoadError, match="longer than"):
        call("run_on", limits=apart.Limits(memory=1 << 30, seconds=1))


def test_who_stops_waiting_stops_the_work() -> None:
    class Gone(Exception):
        pass

    def leave(*_said: object) -> None:
        raise Gone

    with pytest.raises(Gone):
        call("about_itself", progress=leave)


def test_the_limits_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_LOAD_MEMORY_MB", "3000")
    monkeypatch.setenv("PHEU_LOAD_MINUTES", "5")
    assert apart.allowed(60) == apart.Limits(memory=3_000 << 20, seconds=300)
    monkeypatch.delenv("PHEU_LOAD_MEMORY_MB")
    monkeypatch.delenv("PHEU_LOAD_MINUTES")
    assert apart.allowed(60).seconds == 60
    assert apart.allowed(60).memory >= 1 << 30
