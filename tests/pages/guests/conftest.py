"""What the tests of guests share: a store whose shares they open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.state.database import State
from data.store import Store
from tests.pages.conftest import Serve
from tests.support.guests import LEADS
from tests.support.histories import store_of


@pytest.fixture(scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store of two generations, of which the second has a lead more of each team."""
    root = tmp_path_factory.mktemp("shared") / "store"
    store_of(root, LEADS)
    more = [{**LEADS[number], "lead_id": f"M{number}"} for number in (0, 1)]
    store_of(root, [*LEADS, *more])
    yield root
    State.of(root).close()


@pytest.fixture
def store(serve: Serve, _root: Path) -> Store:
    """The pages read it; each test makes shares of its own."""
    return serve(_root)
