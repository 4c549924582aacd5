"""What tests of data share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.state.database import State
from data.store import Store
from tests.support.histories import store_of


@pytest.fixture
def store(tmp_path: Path, state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with one generation, and its state on either engine."""
    monkeypatch.setenv("PHEU_STATE_URL", state_url)
    yield store_of(tmp_path / "store", [{"lead_id": "x", "created_at": "2024-01-01"}])
    State.of(tmp_path / "store").close()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    """A state with nothing in it, on either engine."""
    found = State(state_url)
    yield found
    found.close()
