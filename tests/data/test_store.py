"""The store: what is published stays, what is not is never seen, whoever dies in between."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data import lock
from data import store as store_module
from data.draft import writing
from data.errors import (
    StoreBusy,
    StoreEmpty,
    StoreError,
    StoreGone,
    StoreRefused,
    StoreUnsettled,
)
from data.pipeline import Pipeline
from data.session import Session
from data.store import KEPT_GENERATIONS, Generation, Store
from tests.support.histories import SHORT, fill, store_of
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
LEAD = {"lead_id": "x", "created_at": "2024-01-01"}


def add(root: Path, leads: int) -> Store:
    """One more generation in the store, with so many leads."""
    return store_of(root, [{**LEAD, "lead_id": f"{n}"} for n in range(leads)])


def count(generation: Generation) -> int:
    return int(generation.query("select count(*) as n from leads")["n"].iat[0])


def files(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


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


def test_what_is_not_published_leaves_no_trace(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    before = files(tmp_path)
    with writing(store) as draft:
        fill(draft, [LEAD])
    with pytest.raises(ZeroDivisionError), writing(store) as draft:
        fill(draft, [{**LEAD, "amount": 1 / 0}])
    with writing(store) as draft, pytest.raises(StoreError, match="not one lead"):
        draft.publish()
    with pytest.raises(StoreError, match="not one lead"), writing(store) as draft:
        draft.publish()
    assert files(tmp_path) == before
    assert (store.current(), count(store.generation())) == (1, 1)
    assert count(add(tmp_path, 3).generation()) == 3


def test_what_an_abandoned_load_left_open_does_not_hinder_the_next(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    with writing(store) as draft:
        fill(draft, [LEAD])
        kept_open = draft.con.cursor()
    with writing(store) as draft:
        fill(draft, [LEAD, {**LEAD, "lead_id": "y"}])
        draft.publish()
    kept_open.close()
    assert count(store.generation()) == 2
    assert count(Store(tmp_path).generation()) == 2


def test_a_load_that_cannot_be_derived_changes_nothing(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    with writing(store) as draft:
        fill(draft, [LEAD])
        draft.con.execute("create table reaches (a integer)")
        with pytest.raises(duckdb.Error, match="reaches"):
            draft.publish()
    assert (store.current(), files(tmp_path)) == (1, {"1.duckdb", "CURRENT", "LOCK"})


def test_progress_runs_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    with writing(Store(tmp_path)) as draft:
        fill(draft, [LEAD])
        draft.publish(lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[-1] == ("done", 1.0)


def test_loads_take_turns(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    waiting = threading.Event()
    told: list[str] = []

    def second() -> None:
        def tell(holder: str) -> None:
            told.append(holder)
            waiting.set()

        with writing(Store(tmp_path), wait=PATIENCE, on_wait=tell) as draft:
            assert draft.number == 3
            fill(draft, [LEAD])
            draft.publish()

    other = threading.Thread(target=second)
    with writing(store) as draft:
        other.start()
        assert waiting.wait(30)
        fill(draft, [LEAD])
        draft.publish()
    other.join(30)
    assert store.generations() == [1, 2, 3]
    assert len(told) == 1
    assert f"process {os.getpid()} on " in told[0]


def test_who_does_not_want_to_wait_hears_who_is_loading(tmp_path: Path) -> None:
    store = add(tmp_path, 1)
    with writing(store):
        busy = pytest.raises(StoreBusy, match=f"process {os.getpid()} on .* since 20")
        with busy, writing(Store(tmp_path), wait=0):
            pytest.fail("two loads at once")
        assert count(Store(tmp_path).generation()) == 1
    add(tmp_path, 2)


LOADING = """
import sys, time
from pathlib import Path
import data.store as module
from data.draft import writing
from data.store import Store

def stop(*_):
    print("here", flush=True)
    time.sleep(60)

with writing(Store(Path(sys.argv[1]))) as draft:
    draft.con.execute(
        "insert into leads (lead_id, created_at) "
        "select cast(range as varchar), timestamp '2024-01-01' from range(5000)"
    )
    {stop}
    draft.publish({progress})
    stop()
"""


@pytest.mark.parametrize(
    ("stop", "progress", "after"),
    [
        pytest.param("stop()", "None", 1, id="while it is filled"),
        pytest.param("", "lambda what, _: what == 'reaches' and stop()", 1, id="while it derives"),
        pytest.param("", "lambda what, _: what == 'writing' and stop()", 1, id="before its end"),
        pytest.param("module._sync = stop", "None", 1, id="before it has its name"),
        pytest.param("Store._point_to = stop", "None", 1, id="before CURRENT"),
        pytest.param("Path.replace = stop", "None", 1, id="with half of CURRENT"),
        pytest.param("", "None", 2, id="after CURRENT"),
    ],
)
def test_killed_at_any_moment(tmp_path: Path, stop: str, progress: str, after: int) -> None:
    store = add(tmp_path, 1)
    watching = store.generation()
    script = LOADING.format(stop=stop, progress=progress)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as load:
        assert load.stdout is not None
        assert load.stdout.readline() == "here\n"
        assert files(tmp_path) > {"1.duckdb", "CURRENT"}
        with pytest.raises(StoreBusy, match=f"process {load.pid} "), writing(store, wait=0):
            pytest.fail("two loads at once")
        load.send_signal(signal.SIGKILL)
    assert load.returncode == -signal.SIGKILL
    assert store.current() == after
    assert count(watching) == 1
    assert count(Store(tmp_path).generation()) == {1: 1, 2: 5000}[after]
    made = add(tmp_path, 7).generation()
    assert count(made) == 7
    assert made.number > after
    # What was finished stays, also when it had no time to become the current one.
    finished = {f"{number}.duckdb" for number in store.generations()}
    assert files(tmp_path) == finished | {"CURRENT", "LOCK"}


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_draft_keeps_no_log_of_what_it_writes(tmp_path: Path) -> None:
    """Nothing is mended from one: what is not finished counts for nothing."""
    store = Store(tmp_path)
    with writing(store) as draft:
        fill(draft, [LEAD])
        draft.con.execute("create table further as select 1 as one")
        written = {path.name for path in draft.scratch.iterdir()}
        generation = draft.publish()
    assert "generation.duckdb" in written
    assert not [name for name in written if name.endswith(".wal")]
    assert count(generation) == 1


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


def test_killed_whenever(tmp_path: Path) -> None:
    """No hook in the load: it is killed as soon as its file shows."""
    store = add(tmp_path, 1)
    script = LOADING.format(stop="", progress="None").replace("range(5000)", "range(2000000)")
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL
    ) as load:
        wait_for(lambda: bool(list(tmp_path.glob("unfinished-*/generation.duckdb"))))
        load.kill()
    assert (store.current(), count(store.generation())) == (1, 1)
    assert count(add(tmp_path, 2).generation()) == 2


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


def test_what_a_session_makes_is_its_own_and_goes_with_it(tmp_path: Path) -> None:
    rows = [{"lead_id": each, "created_at": "2024-01-01"} for each in ("x", "y")]
    generation = store_of(tmp_path, rows, pipeline=SHORT).generation()
    asked = "select lead_id from leads where lead_id = $wanted"
    with generation.session() as one, generation.session() as other:
        for session, wanted in ((one, "x"), (other, "y")):
            session.make("mine", asked, {"wanted": wanted, "unused": 1})
            session.show("seen", "select lead_id as seen from mine")
            session.put("put", pd.DataFrame({"number": [1, 2]}))
        assert one.query("select * from seen")["seen"].tolist() == ["x"]
        assert other.query("select * from seen")["seen"].tolist() == ["y"]
        assert one.query("select sum(number) as total from put")["total"].tolist() == [3]
        one.drop("mine")
        with pytest.raises(duckdb.CatalogException):
            one.query("select * from mine")
    with pytest.raises(StoreError, match="mine"):
        generation.query("select * from mine")


def test_a_session_apart_knows_no_store() -> None:
    with Session.apart() as session:
        assert session.query("select $a + 1 as b", {"a": 1})["b"].tolist() == [2]
        with pytest.raises(duckdb.CatalogException):
            session.query("select * from leads")


def _open(store: Store) -> list[int]:
    """The generations that are open in this process, the one that was read last at the end."""
    return [int(name.partition("_")[0].removeprefix("g")) for name in store._engine._attached]


def test_no_more_generations_stay_open_than_are_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(6):
        with writing(store) as draft:
            draft.con.execute(
                "insert into leads (lead_id, created_at) values ('A', timestamp '2026-01-01')"
            )
            draft.publish()
    # A process that answers, as the server does.
    read = Store(tmp_path)
    with read.generation(1).session() as session:
        for number in (2, 3, 4, 5, 6, 2):
            assert len(read.generation(number).query("select * from leads")) == 1
        assert len(session.query("select * from leads")) == 1  # still open for who reads it
        assert _open(read) == [1, 5, 6, 2]
    assert len(read.generation(6).query("select * from leads")) == 1
    assert _open(read) == [5, 2, 6]


def test_who_reads_while_the_engine_is_begun_with_anew_is_not_counted_there(tmp_path: Path) -> None:
    for number in range(1, 7):
        add(tmp_path, number)
    store = Store(tmp_path)
    first = store.generation(1)
    with first.session():
        with pytest.raises(StoreRefused), store.cursor(first):
            raise duckdb.FatalException("the database has been invalidated")
        count(first)
    with first.session() as session:
        for number in (2, 3, 4, 5):
            count(store.generation(number))
        assert len(session.query("select * from leads")) == 1  # still open for who reads it
    for number in (2, 3, 4, 5):
        count(store.generation(number))
    assert _open(store) == [3, 4, 5]
