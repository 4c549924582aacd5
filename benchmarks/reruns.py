"""What a page costs the server to draw once more: a view that nobody has seen, and a seen one.

One viewer after the other looks at a server, and nobody else does, so that what its process takes
is theirs.
"""

import asyncio
from contextlib import ExitStack

from benchmarks.bench import Bench
from benchmarks.clock import Taken, summary
from benchmarks.results import Cell, Table
from benchmarks.server import Server, serving
from benchmarks.viewers import PAGES, Viewed, connected, distinct, drawn

LINKS = 10
"""How many links are looked at on each page."""


def measure(bench: Bench) -> list[Table]:
    """The seconds and the processor time of a rerun, by page."""
    rows: list[list[Cell]] = []
    errors: list[str] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(program, bench.stores.sample(program)))
            for program in bench.programs
        ]
        for number, page in enumerate(PAGES):
            row: list[Cell] = [page or "overview"]
            for server in servers:
                unseen = asyncio.run(_look(server, page, number, errors))
                seen = asyncio.run(_look(server, page, number, errors))
                for times in (unseen, seen):
                    row += [1000 * each for each in summary(times) if each is not None]
            rows.append(row)
    columns = [
        f"{how}, {what}" for how in ("new", "seen") for what in ("p50 ms", "p95 ms", "CPU ms")
    ]
    headings = [each for program in bench.programs for each in program.headings(*columns)]
    return [
        Table(
            title="A rerun, by page, on the sample",
            headings=["page", *headings],
            digits=[None, *[0] * len(headings)],
            rows=rows,
            about=f"{LINKS} links by one viewer, that nobody has opened (*new*), then the same by "
            "another one (*seen*), with one process. *CPU* is their mean. "
            f"{len(errors)} errors{': ' + errors[0] if errors else ''}.",
        )
    ]


async def _look(server: Server, page: str, number: int, errors: list[str]) -> list[Taken]:
    """What each link took; the processor's time is the mean, as it is told in hundredths."""
    found = Viewed()
    async with await connected(server.url) as socket:
        # The first page of a session is more than a rerun, and is not counted.
        await drawn(found, socket, server.url, page, distinct(1_000 + number, 0))
        before = server.cpu()
        took = [
            await drawn(found, socket, server.url, page, distinct(1_000 + number, change))
            for change in range(1, LINKS + 1)
        ]
        cpu = (server.cpu() - before) / LINKS
    errors += found.errors
    return [Taken(seconds, cpu) for seconds in took]
