"""A generation in the making: it is taken in whole or not at all, whoever dies in between."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from data.draft import writing
from data.errors import (
    StoreBusy,
    StoreError,
)
from data.store import Store
from tests.support.generations import LEAD, add, count
from tests.support.histories import fill
from tests.support.patience import PATIENCE, wait_for
from tests.support.serving import ROOT


def files(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


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
