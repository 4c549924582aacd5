"""The holdings: what a generation is made of, and what was left out of it."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from data.errors import StoreError
from data.store import Generation, Store


@dataclass(frozen=True)
class Size:
    """How much a generation holds: leads, moves, touches and rows refused."""

    leads: int
    moves: int
    touches: int
    refused: int


def size(generation: Generation) -> Size:
    """How many rows each input table of the generation has."""
    counts = generation.query(
        "select (select count(*) from leads) as leads, "
        "(select count(*) from stage_history) as moves, "
        "(select count(*) from touches) as touches, "
        "(select count(*) from rejected_rows) as refused"
    )
    return Size(*(int(count) for count in counts.iloc[0]))


def files(generation: Generation) -> pd.DataFrame:
    """The files the generation was made from, latest first.

    One row per file and table. Columns: file, table, shape, rows_read, rows_loaded, rows_rejected,
    loaded_at (naive UTC), encoding, delimiter. Empty for the sample, which comes from no file.
    """
    return generation.query("select * from loaded_files order by loaded_at desc, file")


def refused(generation: Generation) -> pd.DataFrame:
    """Every row or value that was refused: file, line, column, value, reason (a slug), raw."""
    return generation.query("select * from rejected_rows order by file, line")


def unknown_stages(generation: Generation) -> pd.DataFrame:
    """Stages in the history that the pipeline does not have: kept, but not counted.

    One row per stage, most moves first. Columns: stage, moves.
    """
    return generation.query(
        "select stage, count(*) as moves from stage_history "
        "where stage not in (select stages.stage from stages) group by stage "
        "order by moves desc, stage"
    )


def kept(store: Store) -> pd.DataFrame:
    """The generations that are kept, newest first; one that cannot be read is left out.

    One row per generation. Columns: generation, made_at (UTC), leads, last_event (naive UTC),
    sample.
    """
    rows: list[tuple[int, datetime, int, datetime, bool]] = []
    for number in reversed(store.generations()):
        try:
            version = store.generation(number)
            rows.append(
                (
                    number,
                    version.made_at,
                    size(version).leads,
                    version.last_event,
                    version.sample,
                )
            )
        except StoreError:
            continue
    return pd.DataFrame(rows, columns=["generation", "made_at", "leads", "last_event", "sample"])
