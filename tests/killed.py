"""Loads killed at random moments: `python -m tests.killed [KILLS] [SEED]`.

Each time a large load is killed while it reads, derives, spills or publishes. Then the data from
before has to serve, to a reader that was there all along as to a new one, the next load has to
work, and nothing may be left, neither in the store nor in the folder for temporary files.
"""

import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from data.load.loader import load
from data.store import Store

ROOT = Path(__file__).resolve().parents[1]
LEADS = 20_000
_LOADING = """
import os
import sys
from pathlib import Path
from data import draft
from data.load.loader import load
from data.store import Store

def small(database=":memory:", real=draft.connect):
    con = real(database)
    con.execute("set memory_limit = '56MB'")  # so that it spills
    con.execute("set threads = 2")
    return con

draft.connect = small
print("here", flush=True)
load(Store(Path(sys.argv[1])), [Path(sys.argv[2])], mode="replace")
os._exit(0)
"""


def main(kills: int = 100, seed: int = 1) -> None:
    """Kills so many loads, and says what they were doing."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large, root = _large(folder), folder / "store"
        _add(root, folder, 0)
        watching = Store(root)
        took = _time_of_load(folder, large)
        met: Counter[str] = Counter()
        for turn in range(1, kills + 1):
            before = watching.generation()
            what = _killed(root, folder, large, draw.uniform(0, took))
            if watching.current() != before.number:
                what = "it had published"
                assert _leads(watching) == LEADS, turn
                watching.use(before.number)
            met[what] += 1
            for reader in (watching, Store(root)):
                assert reader.generation() == before, turn
                assert _leads(reader) == turn, turn
            _add(root, folder, turn)
            assert _leads(Store(root)) == turn + 1, turn
            _nothing_is_left(watching, folder)
        print(f"{kills} loads of {LEADS:,} leads, {took:.1f} s each, were killed:")
        for what, times in met.most_common():
            print(f"  {times:4} when {what}")
        print("Each time the data from before served, and the next load worked. Nothing is left.")


def _large(folder: Path) -> Path:
    path = folder / "large.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("lead id,created at,source,company,SQL date,won date\n")
        for number in range(LEADS):
            day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
            company = f"company {number * 7919 % LEADS} {'x' * 40}"
            file.write(f"B{number},{day},seo,{company},{day} 10:00,{day} 11:00\n")
    return path


def _add(root: Path, folder: Path, number: int) -> None:
    """Adds one lead to the store, by a load of its own."""
    path = folder / "small.csv"
    path.write_text(f"lead id,created at\nA{number},2024-01-01\n", encoding="utf-8")
    load(Store(root), [path])


def _started(root: Path, folder: Path, large: Path) -> "subprocess.Popen[str]":
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    loading = subprocess.Popen(
        [sys.executable, "-c", _LOADING, str(root), str(large)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert loading.stdout is not None
    assert loading.stdout.readline() == "here\n"
    return loading


def _time_of_load(folder: Path, large: Path) -> float:
    """How long a load takes that nobody kills."""
    with _started(folder / "other", folder, large) as loading:
        since = time.monotonic()
    assert loading.returncode == 0
    return time.monotonic() - since


def _killed(root: Path, folder: Path, large: Path, after: float) -> str:
    """Kills a load after so many seconds; says what it was doing then."""
    with _started(root, folder, large) as loading:
        time.sleep(after)
        drafts = list(root.glob("unfinished-*/generation.duckdb"))
        spilled = list(root.glob("unfinished-*/spilled/*"))
        loading.send_signal(signal.SIGKILL)
    if spilled:
        return "it had spilled to disk"
    return "it had its draft" if drafts else "it had no draft"


def _leads(store: Store) -> int:
    return int(store.generation().query("select count(*) as n from leads")["n"].iat[0])


def _nothing_is_left(store: Store, folder: Path) -> None:
    finished = {f"{number}.duckdb" for number in store.generations()}
    assert {path.name for path in store.root.iterdir()} == finished | {"CURRENT", "LOCK"}
    assert list((folder / "temporary").iterdir()) == []


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
