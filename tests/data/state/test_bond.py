"""The bond of a store and a database elsewhere: no other comes between, and it is not forgotten."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data import shares
from data.__main__ import app
from data.errors import StateOfAnother
from data.shares import Share
from data.state import bond, database
from data.state.database import State
from data.store import Store
from tests.support.histories import store_of

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
FROZEN = Share("funnel", {"v": "1", "data": "1-0a1b2c3d"})


@pytest.fixture
def stores(
    tmp_path: Path, state_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, Store]]:
    """Two stores, and one database that is named for both."""
    monkeypatch.setenv("PHEU_STATE_URL", state_url)
    stores = store_of(tmp_path / "one", [LEAD]), store_of(tmp_path / "other", [LEAD])
    yield stores
    for store in stores:
        database._state(state_url, store.root).close()


def as_another_process(store: Store, url: str) -> None:
    """What comes next knows nothing of what this process has asked of the database."""
    database._state(url, store.root).close()
    database._state.cache_clear()


def test_a_database_is_of_the_store_that_came_first(stores: tuple[Store, Store]) -> None:
    one, other = stores
    token = shares.make(one, FROZEN)
    other.pin(1, "share")  # as a share of its own database would
    for ask in (shares.listed, lambda store: shares.found(store, token)):
        with pytest.raises(StateOfAnother, match="another store"):
            ask(other)
    with pytest.raises(StateOfAnother):
        shares.make(other, FROZEN)
    with pytest.raises(StateOfAnother):
        shares.revoke(other, token)
    assert other.pinned() == {1}
    assert shares.found(one, token).share == FROZEN


def test_it_stays_so_where_the_store_goes_and_processes_begin_anew(
    stores: tuple[Store, Store], state_url: str
) -> None:
    one, _other = stores
    token = shares.make(one, FROZEN)
    for turn in range(2):
        as_another_process(one, state_url)
        moved = one.root.with_name(f"moved {turn}")
        shutil.move(one.root, moved)
        one = Store(moved)
        assert shares.found(one, token).share == FROZEN
    as_another_process(one, state_url)


def test_without_its_name_nothing_is_looked_for_elsewhere_and_nothing_is_let_go_of(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = stores
    shares.make(one, FROZEN)
    monkeypatch.delenv("PHEU_STATE_URL")
    for ask in (shares.listed, lambda store: shares.make(store, FROZEN)):
        with pytest.raises(StateOfAnother, match="PHEU_STATE_URL"):
            ask(one)
    said = CliRunner().invoke(app, ["shares", "--store", str(one.root)])
    assert (said.exit_code, said.stdout) == (1, "")
    assert "PHEU_STATE_URL" in said.stderr
    with pytest.raises(StateOfAnother):
        database.require(one.root)
    assert one.pinned() == {1}
    assert shares.listed(other) == []  # whose state has always been beside it
    State.of(other.root).close()


def test_a_new_database_is_taken_and_the_one_before_is_another_from_then_on(
    tmp_path: Path, stores: tuple[Store, Store], state_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = stores
    shares.make(one, FROZEN)
    monkeypatch.setenv("PHEU_STATE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert shares.listed(one) == []
    shares.make(one, FROZEN)
    State.of(one.root).close()
    monkeypatch.setenv("PHEU_STATE_URL", state_url)
    as_another_process(one, state_url)
    with pytest.raises(StateOfAnother):
        shares.listed(one)


def test_for_a_store_that_is_not_there_yet_nothing_is_made_and_nothing_taken(
    tmp_path: Path, stores: tuple[Store, Store]
) -> None:
    one, _other = stores
    none = Store(tmp_path / "none")
    assert shares.listed(none) == []
    assert not none.root.exists()
    shares.make(one, FROZEN)
    with pytest.raises(StateOfAnother):
        shares.listed(none)
    State.of(none.root).close()
    assert (one.root / bond.FILE).is_file()
