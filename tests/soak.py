"""A soak: a server that many look at for long while data is loaded; does its memory stay flat?

`python -m tests.soak` makes a store of a small sample, serves it, and lets viewers look at it: each
opens a page as a browser does, over Streamlit's websocket, changes its filters every few seconds,
no two of them alike, takes a file of a long list now and then, and leaves after a while for the
next one to come. New data is loaded beside the server. It prints one line of JSON:

    memory_mb       of the server and its children, by minute
    off_percent     how far the minutes of the last two thirds are from their mean, at most
    flat            whether that is within 5 %: not before every page was drawn many times and the
                    room for answers is full, which a small PHEU_CACHE_MB brings forward
    reruns, files   how often a page was drawn, and a file taken; p50_s, p95_s: how long that took
    loads, errors   how often new data was loaded; what went wrong, which should be nothing
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data.sample import generate
from data.store import Store
from tests.support.serving import ROOT, Server, serving

PAGES = (
    "",
    "funnel",
    "time_in_stage",
    "sources",
    "bottlenecks",
    "quality",
    "handover",
    "to_do",
    "leads",
    "response",
    "data",
)
SOURCES = ("facebook_ads", "google_ads", "website", "zalo", "seo")
FIRST = date(2024, 11, 1)
DAYS = 640
"""The sample begins on FIRST and has about so many days."""
FILE_EVERY = 25
"""A viewer takes a file after so many changes of the filters, …"""
STAY = 40
"""… and leaves after so many."""
SECONDS_TO_ANSWER = 300
ALLOWED_PERCENT = 5.0


@dataclass
class Soak:
    """What is asked of the server, and what came of it."""

    server: Server
    store: Path
    viewers: int
    seconds: float
    every: float
    load_every: float
    leads: int
    begin: float = field(default_factory=time.monotonic)
    took: list[float] = field(default_factory=list)
    files: int = 0
    loads: int = 0
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.begin + self.seconds - time.monotonic()

    async def run(self) -> dict[str, Any]:
        """Soaks, and says what came of it."""
        at_once = (self._seat(number) for number in range(self.viewers))
        await asyncio.gather(self._watch(), self._load_again(), *at_once)
        return self.figures()

    async def _seat(self, number: int) -> None:
        """One viewer after the other, each on another page than the one before."""
        await asyncio.sleep(self.every * number / self.viewers)
        visit = number
        while self.left > 0:
            try:
                await self._view(PAGES[visit % len(PAGES)], random.Random(visit))
            except Exception as error:  # whatever ends a viewer is counted
                self.errors.append(repr(error)[:200])
                await asyncio.sleep(self.every)
            visit += self.viewers

    async def _view(self, page: str, dice: random.Random) -> None:
        address = self.server.url.replace("http", "ws") + "/_stcore/stream"
        options: dict[str, Any] = {"max_size": None, "open_timeout": 60, "ping_timeout": None}
        options["additional_headers"] = {"Origin": self.server.url}
        async with websockets.connect(address, subprotocols=["streamlit"], **options) as socket:  # type: ignore[list-item]
            for change in range(1, STAY + 1):
                if self.left <= 0:
                    return
                query = _query(dice)
                before = time.monotonic()
                await self._draw(socket, page, query)
                if change % FILE_EVERY == 0:
                    await asyncio.to_thread(self._take_file, query)
                took = time.monotonic() - before
                self.took.append(took)
                await asyncio.sleep(max(0.0, min(self.every - took, self.left)))

    async def _draw(self, socket: Any, page: str, query: str) -> None:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        await socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await asyncio.wait_for(socket.recv(), SECONDS_TO_ANSWER))
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                element = answer.delta.new_element
                if element.WhichOneof("type") == "exception":
                    self.errors.append(f"{page}?{query}: {element.exception.type}"[:200])
            if kind == "script_finished":
                return

    def _take_file(self, query: str) -> None:
        try:
            with urlopen(f"{self.server.url}/export/leads.csv?{query}", timeout=60) as answer:
                while answer.read(2**16):
                    pass
            self.files += 1
        except (URLError, TimeoutError) as error:
            self.errors.append(f"{query}: {error}"[:200])

    async def _load_again(self) -> None:
        while self.left > self.load_every:
            await asyncio.sleep(self.load_every)
            command = [sys.executable, "-m", "tests.soak", "--only-make", str(self.store)]
            load = await asyncio.create_subprocess_exec(
                *command, "--leads", str(self.leads), cwd=ROOT
            )
            if await load.wait():
                self.errors.append("a load failed")
            self.loads += 1

    async def _watch(self) -> None:
        while self.left > 0:
            self.memory.append((time.monotonic() - self.begin, memory_mb(self.server.pid)))
            await asyncio.sleep(min(2.0, max(0.0, self.left)))

    def figures(self) -> dict[str, Any]:
        """What came of it."""
        minutes: dict[int, list[float]] = {}
        for at, megabytes in self.memory:
            minutes.setdefault(int(at // 60), []).append(megabytes)
        by_minute = [statistics.mean(each) for each in minutes.values()]
        last = by_minute[len(by_minute) // 3 :]
        mean = statistics.mean(last)
        off = max(abs(each - mean) for each in last) / mean * 100
        times = sorted(self.took) or [0.0]
        logged = [line for line in self.server.log.splitlines() if "Traceback" in line]
        return {
            "viewers": self.viewers,
            "minutes": round(self.seconds / 60, 1),
            "leads": self.leads,
            "memory_mb": [round(each) for each in by_minute],
            "off_percent": round(off, 1),
            "flat": off <= ALLOWED_PERCENT,
            "reruns": len(self.took),
            "files": self.files,
            "p50_s": round(statistics.median(times), 2),
            "p95_s": round(times[int(0.95 * (len(times) - 1))], 2),
            "loads": self.loads,
            "errors": len(self.errors) + len(logged),
            "first_errors": [*self.errors, *logged][:5],
        }


def _query(dice: random.Random) -> str:
    """Filters that nobody else has."""
    start, end = sorted(dice.randrange(DAYS) for _ in range(2))
    return urlencode(
        {
            "lang": dice.choice(["vi", "en"]),
            "source": ",".join(dice.sample(SOURCES, dice.randint(1, 4))),
            "from": (FIRST + timedelta(days=start)).isoformat(),
            "to": (FIRST + timedelta(days=end + 30)).isoformat(),
        }
    )


def memory_mb(pid: int) -> float:
    """The memory that a process and all of its children have to themselves, in megabytes."""
    return sum(_own_kb(each) for each in (pid, *_children(pid))) / 1024


def _own_kb(pid: int) -> int:
    """Resident and not of a file, whose part hangs on who else has it open; shared by its part."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss_Anon:"))


def _children(pid: int) -> Iterator[int]:
    try:
        text = " ".join(
            path.read_text(encoding="ascii")
            for path in Path(f"/proc/{pid}/task").glob("*/children")
        )
    except OSError:
        return
    for child in map(int, text.split()):
        yield child
        yield from _children(child)


def main() -> None:
    """Soaks as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--viewers", type=int, default=30)
    parser.add_argument("--every", type=float, default=10, help="seconds between two changes")
    parser.add_argument("--load-every", type=float, default=180, help="seconds between two loads")
    parser.add_argument("--leads", type=int, default=4_000)
    parser.add_argument("--log", type=Path, help="where the server's log is kept")
    parser.add_argument("--only-make", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only_make is not None:
        os.nice(10)
        generate.write(Store(args.only_make), leads=args.leads)
        return
    with tempfile.TemporaryDirectory(prefix="pheu-soak-") as folder:
        store = Path(folder) / "store"
        subprocess.run(
            [sys.executable, "-m", "tests.soak", "--only-make", store, "--leads", str(args.leads)],
            cwd=ROOT,
            check=True,
        )
        with serving(store, args.log or Path(folder) / "server.log") as server:
            soak = Soak(
                server,
                store,
                viewers=args.viewers,
                seconds=args.minutes * 60,
                every=args.every,
                load_every=args.load_every,
                leads=args.leads,
            )
            print(json.dumps(asyncio.run(soak.run()), ensure_ascii=False))


if __name__ == "__main__":
    main()
