"""The contents of a store: what a generation is made of, and what was left out of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.errors import StoreError
from data.sight import WHOLE, Sight
from data.store import Generation, Store

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Size:
    """How much a generation holds: leads, moves, touches and rows refused.

    A present status is no move: it does not say when the lead came there.
    """

    leads: int
    moves: int
    touches: int
    refused: int


def size(generation: Generation) -> Size:
    """How many rows each input table of the generation has."""
    counts = generation.query(
        "select (select count(*) from leads) as leads, "
        "(select count(*) from stage_history where known = 'moved') as moves, "
        "(select count(*) from touches) as touches, "
        "(select count(*) from rejected_rows) as refused"
    )
    return Size(*(int(count) for count in counts.iloc[0]))


def files(generation: Generation) -> "pd.DataFrame":
    """The files the generation was made from, latest first.

    Empty for the sample, which comes from no file.

    Columns:
        One row per file and table that it fed.
        file, table, shape: its name, what it fed, and whether it has stage columns or rows.
        rows_read, rows_loaded, rows_rejected: counts.
        loaded_at: naive UTC.
        encoding, delimiter: of text files, else null.
    """
    return generation.query("select * from loaded_files order by loaded_at desc, file")


def refusals(generation: Generation) -> "pd.DataFrame":
    """How much was refused, by file and reason.

    Columns:
        One row per file and reason.
        file, reason: as in `refused`.
        rows: how many rows or values.
    """
    return generation.query(
        "select file, reason, count(*) as rows from rejected_rows group by file, reason "
        "order by file, reason"
    )


def refused(generation: Generation) -> "Iterator[pd.DataFrame]":
    """Every row or value that was refused, by file and line, some thousands at a time.

    Columns:
        One row per row or value refused.
        file, line: where it is.
        column, value: the header and text of the cell to blame; null when it is the row.
        reason: a key of `data.load.rejects.REASONS`.
        raw: the row as text.
    """
    with generation.session() as session:
        yield from session.pieces("select * from rejected_rows order by file, line")


def unknown_stages(generation: Generation) -> "pd.DataFrame":
    """Stages in the history that the pipeline does not have: kept, but not counted.

    Columns:
        One row per stage, most moves first.
        stage: as the file names it.
        moves: how many there are.
    """
    return generation.query(
        "select stage, count(*) as moves from stage_history "
        "where stage not in (select stages.stage from stages) group by stage "
        "order by moves desc, stage"
    )


def kept(store: Store, sight: Sight = WHOLE) -> "pd.DataFrame":
    """The generations that are kept, newest first; one that cannot be read is left out.

    sight: how much is seen of each.

    Columns:
        One row per generation.
        generation: its number.
        made_at, last_event: in UTC, the second one naive.
        leads: how many there are.
        sample: whether it is the sample.
        bytes: how large its file is.
    """
    import pandas as pd

    columns = ["generation", "made_at", "leads", "last_event", "sample", "bytes"]
    rows: list[tuple[int, datetime, int, datetime, bool, int]] = []
    for number in reversed(store.generations()):
        try:
            version = store.generation(number).seen(sight)
            rows.append(
                (
                    number,
                    version.made_at,
                    size(version).leads,
                    version.last_event,
                    version.sample,
                    store.path(number).stat().st_size,
                )
            )
        except (StoreError, OSError):
            continue
    return pd.DataFrame(rows, columns=columns)
