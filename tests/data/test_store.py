"""The store: what is published stays, what is not is never seen, whoever dies in between."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data import lock
from data import store as store_module
from data.draft import writing
from data.errors import (
    StoreBusy,
    StoreEmpty,
    StoreError,
    StoreGone,
    StoreUnsettled,
)
from data.pipeline import Pipeline
from data.store import KEPT_GENERATIONS, Store
from tests.support.generations import LEAD, add, count
from tests.support.histories import SHORT, fill, store_of
from tests.support.patience import PATIENCE, wait_for
from tests.support.serving import ROOT


def test_an_empty_folder_is_an_empty_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert store.current() is None
    assert store.generations() == []
    with pytest.raises(StoreEmpty, match="no data"):
        store.generation()
    with pytest.raises(StoreGone, match="Generation 3"):
        store.generation(3)
    assert not (tmp_path / "none").exists()


def test_a_generation_knows_itself(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    store = store_of(
        tmp_path,
        [{**LEAD, "source": "seo"}],
        [("x", "b", "2024-02-01"), ("x", "mystery", "2024-03-01")],
        touches=[("x", "2023-12-01")],
        pipeline=SHORT,
        time_zone="Europe/Berlin",
        sample=True,
    )
    held = store.generation()
    assert (held.number, held.sample, held.time_zone, held.currency) == (
        1,
        True,
        "Europe/Berlin",
        "VND",
    )
    assert held.pipeline == SHORT
    assert (held.first_event, held.last_event) == (datetime(2023, 12, 1), datetime(2024, 3, 1))
    assert before <= held.made_at <= datetime.now(UTC)
    assert held == store.generation(1) == Store(tmp_path).generation(1)
    assert len({held, Store(tmp_path).generation()}) == 1


def test_a_load_starts_from_what_the_one_before_was_set_to(tmp_path: Path) -> None:
    store = store_of(tmp_path, [LEAD], pipeline=SHORT, time_zone="UTC", sample=True)
    with writing(store) as draft:
        assert (draft.number, draft.pipeline, draft.time_zone, draft.sample) == (
            2,
            SHORT,
            "UTC",
            False,
        )
        assert draft.previous == store.generation(1)
        draft.con.execute("insert into leads by name select * from previous.leads")
        made = draft.publish()
    assert (count(made), made.number, store.current()) == (1, 2, 2)
    with writing(Store(tmp_path / "other")) as draft:
        assert draft.previous is None
        assert (draft.pipeline, draft.time_zone) == (Pipeline.default(), "Asia/Ho_Chi_Minh")


def test_a_generation_never_changes(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    first = store.generation()
    written = store.path(1).read_bytes()
    add(tmp_path, 2)
    assert [count(first), count(store.generation(1)), count(store.generation())] == [1, 1, 2]
    with pytest.raises(StoreError, match="read-only"):
        first.query("delete from leads")
    assert store.path(1).read_bytes() == written


def test_the_newest_are_kept_and_whoever_holds_an_older_one_still_reads_it(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    first = store.generation()
    assert count(first) == 1
    for number in range(2, KEPT_GENERATIONS + 1):
        shutil.copy(store.path(1), store.path(number))
    (tmp_path / "CURRENT").write_text(f"{KEPT_GENERATIONS}\n")
    for leads in (2, 3):
        add(tmp_path, leads)
    assert store.generations() == list(range(3, KEPT_GENERATIONS + 3))
    assert not store.path(1).exists()
    assert count(first) == 1
    assert first.pipeline == Pipeline.default()
    for opened in (store, Store(tmp_path)):
        with pytest.raises(StoreGone, match="no longer kept"):
            opened.generation(1)


@pytest.mark.parametrize("first", ["the load", "the pin"])
def test_a_pin_while_a_load_removes_what_is_old_holds_or_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Each of the two has looked, and is about to do it, when the other one comes."""
    monkeypatch.setenv("PHEU_KEPT_GENERATIONS", "1")
    store = add(tmp_path, 1)
    found: list[str] = []
    loads = threading.current_thread()
    looks, came = threading.Event(), threading.Event()

    def pin() -> None:
        try:
            Store(tmp_path).pin(1, "share")
            found.append("held")
        except StoreGone:
            found.append("refused")
        came.set()

    pins = threading.Thread(target=pin)
    turn, looked, path = lock.held, Store.pinned, Store.path

    @contextmanager
    def taking_turns(folder: Path, wait: float, *more: Any) -> Iterator[None]:
        other = folder.name == "PINS" and threading.current_thread() is second()
        with ExitStack() as stack:
            try:
                stack.enter_context(turn(folder, 0 if other else wait, *more))
            except StoreBusy:  # the one who came first has the turn
                came.set()
                stack.enter_context(turn(folder, wait, *more))
            yield

    def second() -> threading.Thread:
        return pins if first == "the load" else loads

    def look(self: Store, by: str | None = None) -> set[int]:
        there = looked(self, by)
        if threading.current_thread() is loads and first == "the load" and not pins.ident:
            pins.start()
            assert came.wait(PATIENCE)
        return there

    def reach(self: Store, number: int) -> Path:
        if threading.current_thread() is pins and first == "the pin":
            looks.set()
            assert came.wait(PATIENCE)
        return path(self, number)

    monkeypatch.setattr(store_module, "held", taking_turns)
    monkeypatch.setattr(Store, "pinned", look)
    monkeypatch.setattr(Store, "path", reach)
    if first == "the pin":
        pins.start()
        assert looks.wait(PATIENCE)
    add(tmp_path, 2)
    came.set()
    pins.join()
    assert found == (["refused"] if first == "the load" else ["held"])
    assert store.path(1).exists() is (found == ["held"])
    assert (1 in store.pinned()) is (found == ["held"])


def test_a_generation_is_on_disk_by_its_name_before_current_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, 1)
    synced: list[tuple[str, bool, str]] = []

    def spied(path: Path) -> None:
        sync(path)
        name = "folder" if path == tmp_path else path.name
        is_named = (tmp_path / "2.duckdb").exists()
        synced.append((name, is_named, (tmp_path / "CURRENT").read_text().strip()))

    sync = store_module._sync
    monkeypatch.setattr(store_module, "_sync", spied)
    add(tmp_path, 2)
    assert synced == [
        ("generation.duckdb", False, "1"),
        ("folder", True, "1"),
        ("CURRENT", True, "1"),
        ("folder", True, "2"),
    ]


def test_everyone_reads_on_while_generations_come(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    done = threading.Event()
    failures: list[BaseException] = []
    seen: set[int] = set()

    def read() -> None:
        try:
            while not done.wait(0.005):  # all eight together still read all the time
                generation = store.generation()
                # Generation n holds n leads: never half of it, never another's.
                assert count(generation) == generation.number
                assert generation.dimensions
                seen.add(generation.number)
        except BaseException as error:
            failures.append(error)

    def met(leads: int) -> bool:
        return leads in seen or bool(failures)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for leads in range(2, 5):
        add(tmp_path, leads)
        wait_for(partial(met, leads))
    done.set()
    for reader in readers:
        reader.join(30)
    assert not failures
    assert {2, 3, 4} <= seen


def test_another_process_reads_while_one_loads(tmp_path: Path) -> None:
    store = add(tmp_path, 4)
    script = (
        "import sys; from pathlib import Path; from data.store import Store\n"
        "print(Store(Path(sys.argv[1])).generation().query('select count(*) n from leads').n[0])"
    )
    with writing(store) as draft:
        fill(draft, [LEAD])
        answer = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout == "4\n"
        draft.publish()


def test_current_that_is_no_number_is_said(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    (tmp_path / "CURRENT").write_text("seven\n")
    with pytest.raises(StoreUnsettled, match=r"CURRENT should hold .* data use N"):
        store.generation()


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    add(tmp_path, 1)
    (tmp_path / "1.duckdb").write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreError, match="Generation 1 cannot be read"):
        count(Store(tmp_path).generation())


@pytest.mark.parametrize(
    "name",
    ["it's", 'a "store"', "phễu bán hàng", "a;b--c", "100%"],
    ids="apostrophe quotes vietnamese marks percent".split(),
)
def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    add(tmp_path / name, 1)
    store = add(tmp_path / name, 2)
    assert [count(store.generation(1)), count(store.generation())] == [1, 2]


def test_times_are_utc_whatever_the_machine_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        generation = add(tmp_path, 1).generation()
        zone = generation.query("select current_setting('TimeZone') as zone")["zone"].iat[0]
        assert (zone, generation.first_event) == ("UTC", datetime(2024, 1, 1))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_generation_of_another_version_says_so_and_a_load_begins_anew(tmp_path: Path) -> None:
    store = store_of(tmp_path, [{"lead_id": "old", "created_at": datetime(2024, 1, 1)}])
    with duckdb.connect(str(store.path(1))) as con:
        con.execute("update about set value = '0' where fact = 'format'")
    with pytest.raises(StoreError, match="another version of Pheu"):
        _ = Store(tmp_path).generation().pipeline
    fresh = store_of(tmp_path, [{"lead_id": "new", "created_at": datetime(2024, 1, 1)}])
    assert fresh.generation().query("select lead_id from leads")["lead_id"].tolist() == ["new"]
