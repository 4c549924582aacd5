"""Touches and spend: what marketing did, and what it cost. Filled in beside the leads."""

from collections.abc import Sequence

import duckdb

from data.intake import Intake


def add_touches(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Adds touches, each as often as the file that has it most often."""
    if merge:
        con.execute("insert into touches by name select * from previous.touches")
    key = "lead_id, touched_at, source, campaign, kind"
    for intake in intakes:
        if intake.entry.table == "touches":
            rows = _select(intake, ("lead_id", "touched_at", "source", "campaign", "kind"))
            con.execute(
                f"insert into touches select {key} from ({rows}) "
                f"except all select {key} from touches"
            )


def add_spend(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Adds spend; what a file says about a day, source and campaign replaces what was there."""
    if merge:
        con.execute("insert into spend by name select * from previous.spend")
    for intake in intakes:
        if intake.entry.table != "spend":
            continue
        rows = _select(intake, ("day#local", "source", "campaign", "amount", "currency"))
        con.execute(
            f"delete from spend using ({rows}) as fresh where spend.day = fresh.day "
            "and spend.source is not distinct from fresh.source "
            "and spend.campaign is not distinct from fresh.campaign"
        )
        con.execute(f"insert into spend by name {rows}")


def _select(intake: Intake, names: Sequence[str]) -> str:
    parts = []
    for name in names:
        if name == "day#local":
            parts.append('"day#local" as day')
        elif name in intake.entry.columns or name == "currency":
            parts.append(f'"{name}"')
        else:
            parts.append(f'cast(null as varchar) as "{name}"')
    return f'select {", ".join(parts)} from "{intake.table}" where refusal is null'
