"""Viewers measured: many people at one server, each of whom changes what they look at.

A viewer is what a browser is to the server: a websocket that asks for a page with a link, and takes
what comes until the page is whole. It draws nothing, so that two cores are enough for two hundred.

`python -m benchmarks.viewers http://localhost:8501` measures a server that runs already.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import typer
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

PAGES = ("", "funnel", "bottlenecks", "sources", "time_in_stage")
"""The pages that are looked at, the start page first; a viewer stays on one."""

PATIENCE = 120
_TICKS = os.sysconf("SC_CLK_TCK")

Link = Callable[[int, int], str]
"""The link that a viewer opens, by the viewer's number and how often they have changed theirs."""


@dataclass
class Viewed:
    """What came of it: seconds from asking to the whole page, the first of each viewer apart."""

    first: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    bytes: int = 0

    @property
    def p50(self) -> float:
        """Half of the changes took no longer."""
        return statistics.median(self.took) if self.took else float("nan")

    @property
    def p95(self) -> float:
        """Of a hundred changes 95 took no longer."""
        return sorted(self.took)[int(0.95 * (len(self.took) - 1))] if self.took else float("nan")

    @property
    def cpu_of_one(self) -> float:
        """Seconds of the processor that the server took for one change."""
        return self.cpu / max(1, len(self.took))


def shared(_viewer: int, change: int) -> str:
    """One link for all: a meeting, in which somebody sends the next one every few seconds."""
    return _over(400 + change)


def distinct(viewer: int, change: int) -> str:
    """A link that nobody else has opened."""
    return _over(60 + 13 * change + viewer, source="website" if viewer % 2 else "zalo")


def _over(days: int, **filters: str) -> str:
    return urlencode({"v": "2", "lang": "vi", "period": f"last-{days}d", **filters})


async def watch(
    url: str,
    link: Link,
    *,
    viewers: int,
    seconds: float,
    every: float = 5.0,
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
    async with await _connected(url) as socket:
        found.first.append(await _drawn(found, socket, url, page, link(number, 0)))
        await begun.wait()
        start = time.monotonic() + every * number / viewers
        for change in range(1, int(seconds / every) + 1):
            due = start + every * (change - 1)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                found.took.append(await _drawn(found, socket, url, page, link(number, change)))
            except Exception as error:  # whatever ends a viewer is told
                found.errors.append(repr(error)[:200])
                return


async def _connected(url: str) -> ClientConnection:
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


async def _drawn(found: Viewed, socket: ClientConnection, url: str, page: str, query: str) -> float:
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
        if told.delta.new_element.HasField("exception") or told.delta.new_element.HasField("alert"):
            found.errors.append(f"{page}?{query}: {told.delta.new_element}"[:300])
        if told.HasField("script_finished"):
            return time.monotonic() - before


def cpu_seconds(pid: int) -> float:
    """The seconds of the processor that a process has taken so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main(
    url: Annotated[str, typer.Argument(help="Where the server is.")] = "http://localhost:8501",
    viewers: int = 60,
    seconds: float = 40,
    every: float = 5,
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
        f"{len(found.took)} changes: p50 {found.p50:.2f} s, p95 {found.p95:.2f} s, "
        f"{found.cpu_of_one * 1000:.0f} CPU ms each, {found.bytes / 1e6:.0f} MB; "
        f"first p50 {statistics.median(found.first):.2f} s; {len(found.errors)} errors"
    )
    for error in found.errors[:3]:
        typer.echo(error)


if __name__ == "__main__":
    typer.run(main)
