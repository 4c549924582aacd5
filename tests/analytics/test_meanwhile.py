"""Meanwhile: what is begun beside the rest gives what it would give by itself."""

from collections.abc import Iterator
from threading import Barrier, BoundedSemaphore, current_thread

import pytest

from analytics import meanwhile as module
from analytics.meanwhile import meanwhile


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Two cores that nobody else has begun anything on."""
    monkeypatch.setattr(module, "free", BoundedSemaphore(2))
    monkeypatch.setattr(module, "_CORES", 2)
    module._helpers.cache_clear()
    yield 2
    module._helpers().shutdown()
    module._helpers.cache_clear()


def test_it_goes_on_beside_the_rest(cores: int) -> None:
    met = Barrier(2, timeout=60)

    def ask() -> str:
        met.wait()  # which the asker has to come to as well
        return current_thread().name

    answer = meanwhile(ask)
    met.wait()
    assert answer() != current_thread().name


def test_what_went_wrong_is_told_to_the_asker(cores: int) -> None:
    answer = meanwhile(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        answer()


def test_beyond_the_cores_the_asker_does_it(cores: int) -> None:
    met = Barrier(cores + 1, timeout=60)
    begun = [meanwhile(met.wait) for _ in range(cores)]
    asked = meanwhile(current_thread)
    assert asked() is current_thread()
    met.wait()
    for each in begun:
        each()
    # Those that are done leave their place to others.
    assert meanwhile(current_thread)() is not current_thread()
