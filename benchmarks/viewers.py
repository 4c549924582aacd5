"""Viewers measured: many people at one server, each of whom changes what they look at.

A viewer is what a browser is to the server: a websocket that asks for a page with a link, and takes
what comes until the page is whole. It draws nothing, so that two cores are enough for two hundred.

`python -m benchmarks.viewers http://localhost:8501` measures a server that runs already.
"""

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import typer
import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from benchmarks.bench import Bench
from benchmarks.clock import p50, p95
from benchmarks.processes import cpu_seconds
from benchmarks.results import Cell, Table
from benchmarks.server import serving

PAGES = ("", "funnel", "time_in_stage", "sources", "bottlenecks", "leads")
"""The pages that are looked at, the start page first; a viewer stays on one."""

MEETING = ("funnel",)
"""The page that all look at who look at one link."""

EVERY = 5.0
"""How many seconds a viewer looks at a view before the next one."""

PATIENCE = 180

Link = Callable[[int, int], str]
"""The link that a viewer opens, by the viewer's number and how often they have changed theirs."""

_SOURCES = ("facebook_ads", "google_ads", "website", "zalo", "seo")
_FIRST, _DAYS = date(2024, 11, 1), 640
"""When the sample begins, and how long it goes on at least."""


def measure(bench: Bench) -> list[Table]:
    """How long viewers of the sample wait, with one link for all and with links of their own."""
    cores = max(2, os.cpu_count() or 1)
    counts = (1, cores) if shutil.which("caddy") else (1,)
    if len(counts) == 1:
        bench.say("Caddy is not installed: several processes are left out.")
    rows: list[list[Cell]] = []
    said: list[str] = []
    for workers, (told, link, pages), program in product(counts, _VIEWS, bench.programs):
        if workers > 1 and not (program.root / "workers.py").exists():
            continue
        bench.say(f"{bench.viewers} viewers: {told}, processes: {workers}")
        with serving(program, bench.stores.sample(program), workers=workers) as server:
            found = asyncio.run(
                watch(
                    server.url,
                    link,
                    viewers=bench.viewers,
                    seconds=bench.seconds,
                    pages=pages,
                    pids=server.pids(),
                )
            )
            memory = server.peak_memory()
        due = bench.viewers * int(bench.seconds / EVERY)
        rows.append(
            [
                program.called(f"{told}, {workers} {'processes' if workers > 1 else 'process'}"),
                *(p50(found.took), p95(found.took), p50(found.first)),
                *(f"{len(found.took):,} of {due:,}", len(found.errors)),
                *(1000 * found.cpu_of_one, memory / 1e6),
            ]
        )
        said += found.errors
    without = "" if len(counts) > 1 else " Caddy is not installed, so that one process served."
    return [
        Table(
            title=f"{bench.viewers} viewers of the sample",
            headings=[
                *("view", "p50 s", "p95 s", "first page, p50 s", "changes", "errors"),
                *("CPU ms a change", "peak, MB"),
            ],
            digits=[None, 2, 2, 2, None, 0, 0, 0],
            rows=rows,
            about=f"Each changes the filters every {EVERY:.0f} s, one after the other, for "
            f"{bench.seconds:.0f} s, by Streamlit's websocket, on the same machine as the server. "
            "A change is over when the server says that the page is whole; where fewer were made "
            "than were due, viewers had to wait longer than that. *Shared*: one link to the "
            "funnel that changes for all at once. *Distinct*: six pages, each viewer with sources "
            "and days of their own. First pages are drawn before. Memory is the sum over "
            f"the processes, CPU too, Caddy's included.{without}"
            + (f" The first error: `{said[0]}`." if said else ""),
        )
    ]


@dataclass
class Viewed:
    """What came of it: seconds from asking to the whole page, the first of each viewer apart."""

    first: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    bytes: int = 0

    @property
    def cpu_of_one(self) -> float:
        """Seconds of the processor that the server took for one change."""
        return self.cpu / max(1, len(self.took))


def shared(_viewer: int, change: int) -> str:
    """One link for all: a meeting, in which somebody sends the next one every few seconds."""
    return _by_lot(random.Random(change))


def distinct(viewer: int, change: int) -> str:
    """A link that nobody else has opened."""
    return _by_lot(random.Random(f"{viewer} {change}"))


_VIEWS: tuple[tuple[str, Link, Sequence[str]], ...] = (
    ("shared", shared, MEETING),
    ("distinct", distinct, PAGES),
)


def _by_lot(dice: random.Random) -> str:
    start, end = sorted(dice.randint(0, _DAYS) for _ in range(2))
    return urlencode(
        {
            "v": "2",
            "lang": dice.choice(("vi", "en")),
            "source": ",".join(dice.sample(_SOURCES, dice.randint(1, 4))),
            "from": (_FIRST + timedelta(days=start)).isoformat(),
            "to": (_FIRST + timedelta(days=end + 30)).isoformat(),
        }
    )


async def watch(
    url: str,
    link: Link,
    *,
    viewers: int,
    seconds: float,
    every: float = EVERY,
    pages: Sequence[str] = PAGES,
    pids: Sequence[int] = (),
) -> Viewed:
    """Has viewers change their link `every` so many seconds, one after the other, for so long.

    The first page of each is drawn before the time begins. `pids` are the processes that serve.
    """
    found = Viewed()
    begun = asyncio.Barrier(viewers + 1)
    tasks = [
        asyncio.create_task(_view(found, url, link, number, viewers, seconds, every, pages, begun))
        for number in range(viewers)
    ]
    await begun.wait()
    before = sum(map(cpu_seconds, pids))
    await asyncio.gather(*tasks)
    found.cpu = sum(map(cpu_seconds, pids)) - before
    return found


async def _view(
    found: Viewed,
    url: str,
    link: Link,
    number: int,
    viewers: int,
    seconds: float,
    every: float,
    pages: Sequence[str],
    begun: asyncio.Barrier,
) -> None:
    page = pages[number % len(pages)]
    is_waited_for = True
    try:
        async with await connected(url) as socket:
            found.first.append(await drawn(found, socket, url, page, link(number, 0)))
            is_waited_for = False
            await begun.wait()
            begin = time.monotonic()
            for change in range(int(seconds / every)):
                due = begin + every * (change + number / viewers)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if time.monotonic() > begin + seconds:  # who had to wait has made fewer changes
                    return
                found.took.append(await drawn(found, socket, url, page, link(number, change + 1)))
    except Exception as error:  # whatever ends a viewer is told
        found.errors.append(repr(error)[:200])
        if is_waited_for:
            await begun.wait()


async def connected(url: str) -> ClientConnection:
    """A viewer's line to the server. Several processes behind a proxy tell it by the cookie."""
    return await websockets.connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # it is a name for a str
        additional_headers={"Origin": url},
        max_size=None,
        open_timeout=PATIENCE,
        ping_timeout=None,
        compression=None,
    )


async def drawn(found: Viewed, socket: ClientConnection, url: str, page: str, query: str) -> float:
    """Asks for a page, and says how many seconds it took until all of it was there."""
    asked = BackMsg()
    rerun = asked.rerun_script
    rerun.query_string, rerun.page_name = query, page
    rerun.context_info.url = f"{url}/{page}"
    before = time.monotonic()
    await socket.send(asked.SerializeToString())
    while True:
        message = await asyncio.wait_for(socket.recv(), PATIENCE)
        found.bytes += len(message)
        told = ForwardMsg.FromString(message)
        element = told.delta.new_element
        # A page that failed says so; other alerts are what a page has to say.
        if element.HasField("exception") or element.alert.format == Alert.ERROR:
            found.errors.append(f"{page}?{query}: {element}"[:300])
        if told.HasField("script_finished"):
            return time.monotonic() - before


def main(
    url: Annotated[str, typer.Argument(help="Where the server is.")] = "http://localhost:8501",
    viewers: int = 60,
    seconds: float = 40,
    every: float = EVERY,
    apart: Annotated[bool, typer.Option(help="Each viewer has links of their own.")] = False,
    page: Annotated[list[str] | None, typer.Option(help="Look at these pages only.")] = None,
    pid: Annotated[list[int] | None, typer.Option(help="The server's processes.")] = None,
) -> None:
    """Looks at a server that runs, and says how long it took."""
    found = asyncio.run(
        watch(
            f"http://{urlsplit(url).netloc}",
            distinct if apart else shared,
            viewers=viewers,
            seconds=seconds,
            every=every,
            pages=page or PAGES,
            pids=pid or [],
        )
    )
    typer.echo(
        f"{len(found.took)} changes: p50 {p50(found.took) or 0:.2f} s, "
        f"p95 {p95(found.took) or 0:.2f} s, {found.cpu_of_one * 1000:.0f} CPU ms each, "
        f"{found.bytes / 1e6:.0f} MB; first p50 {p50(found.first) or 0:.2f} s; "
        f"{len(found.errors)} errors"
    )
    for error in found.errors[:3]:
        typer.echo(error)


if __name__ == "__main__":
    typer.run(main)
