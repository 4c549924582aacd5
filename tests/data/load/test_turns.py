"""Loads take turns, and one that was killed was never there."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.draft import writing
from data.errors import StoreBusy
from data.load.loader import load
from data.store import Store
from tests.support.desk import LEADS, NOW, Desk

KILLED = """
import os, signal, sys
from pathlib import Path
from data.load.loader import load
from data.store import Store

def progress(what, share):
    if what == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

load(Store(Path(sys.argv[1])), [Path(sys.argv[2])], progress=progress)
"""


@pytest.mark.parametrize("moment", ["reading leads.csv", "putting together", "reaches", "writing"])
def test_a_load_that_is_killed_was_never_there(desk: Desk, moment: str) -> None:
    desk.load(leads=LEADS)
    (desk.folder / "leads.csv").write_text(LEADS + "L3,2024-01-03,Email\n")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, desk.store.root, desk.folder / "leads.csv", moment],
        cwd=Path(__file__).parents[3],
        env=os.environ,
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert list(desk.store.root.glob("unfinished-*"))
    assert Store(desk.store.root).current() == 1
    assert desk.rows("select count(*) from leads") == [(2,)]
    assert load(desk.store, [desk.folder / "leads.csv"], now=NOW).leads == 3
    assert list(desk.store.root.glob("unfinished-*")) == []


def test_the_second_of_two_loads_waits(desk: Desk) -> None:
    desk.load(leads=LEADS)
    (desk.folder / "leads.csv").write_text(LEADS + "L3,2024-01-03,Email\n")
    (desk.folder / "more.csv").write_text(LEADS + "L4,2024-01-03,Email\n")
    waiting, holders, second = threading.Event(), [], []

    def on_wait(holder: str) -> None:
        holders.append(holder)
        waiting.set()

    def other() -> None:
        store = Store(desk.store.root)
        second.append(load(store, [desk.folder / "more.csv"], now=NOW, on_wait=on_wait))

    thread = threading.Thread(target=other)

    def progress(what: str, _share: float) -> None:
        if what == "putting together":
            thread.start()
            assert waiting.wait(20)

    load(desk.store, [desk.folder / "leads.csv"], now=NOW, progress=progress)
    thread.join(20)
    assert str(os.getpid()) in holders[0]
    assert second[0].generation == 3
    assert desk.rows("select count(*) from leads") == [(4,)]


def test_a_load_can_refuse_to_wait(desk: Desk) -> None:
    desk.load(leads=LEADS)
    with writing(desk.store), pytest.raises(StoreBusy):
        load(Store(desk.store.root), [desk.folder / "leads.csv"], now=NOW, wait=0)
