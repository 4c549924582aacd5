"""The touches, spend and rates of a load: what marketing did, and what it cost."""

from collections.abc import Mapping, Sequence

import duckdb

from data.connection import value
from data.load import spellings
from data.load.intake import Intake
from data.load.staging import FRESH_SPEND, MET, NAMED_CHANNELS, local, sql
from data.values.channels import channels_of
from data.values.text import plain

_TOUCH_FIELDS = ("lead_id", "touched_at", "source", "campaign", "kind")
_SPEND_FIELDS = (local("day"), local("until"), "source", "campaign", "amount", "currency")
_RATE_FIELDS = (local("day"), "currency", "rate")


def make_channels(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    company_channels: Mapping[str, str],
    *,
    merge: bool,
) -> None:
    """Makes `named_channels`: the channel of every source of touches and spend.

    The mapping goes before what the store says of a source, and that before `sources.toml`. Each
    source is looked up once, however often it occurs.
    """
    queries = [
        f'select source, null::varchar as channel from "{intake.table}"'
        for intake in intakes
        if intake.entry.table in ("touches", "spend") and "source" in intake.entry.columns
    ]
    if merge:
        queries += [f"select source, channel from previous.{name}" for name in ("touches", "spend")]
    rows = (
        con.execute(
            f"select source, max(channel) from ({' union all '.join(queries)}) "
            "where source is not null group by source order by source"
        ).fetchall()
        if queries
        else []
    )
    company_names = {plain(name) for name in company_channels}
    fresh = channels_of((source for source, _ in rows), company_channels)
    channels = [
        fresh[source] if known is None or plain(source) in company_names else known
        for source, known in rows
    ]
    con.execute(
        f"create or replace temp table {NAMED_CHANNELS} as select "
        "unnest($sources::varchar[]) as source, unnest($channels::varchar[]) as channel",
        {"sources": list(fresh), "channels": channels},
    )


def add_touches(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Adds touches, each as often as the file that has it most often."""
    has_some = merge and _add_previous(con, "touches")
    key = ", ".join(_TOUCH_FIELDS)
    for intake in intakes:
        if intake.entry.table == "touches":
            rows = _select(intake, _TOUCH_FIELDS)
            if has_some:
                rows = f"select {key} from ({rows}) except all select {key} from touches"
            con.execute(f"insert into touches by name {_with_channel(rows)}")
            has_some = True


def add_spend(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool
) -> list[str]:
    """Adds spend; a file replaces what was there of a source and campaign for the days it covers.

    A row that covers other days as well stays, and so both count: the notices returned say so.
    """
    notices = []
    has_some = merge and _add_previous(con, "spend")
    for intake in intakes:
        if intake.entry.table != "spend":
            continue
        rows = _select(intake, _SPEND_FIELDS)
        if has_some and (doubled := _make_room(con, rows)):
            notices.append(
                f"{intake.file.name}: of {doubled:,} rows of spend that were there it covers some "
                "days and not others, so both count; replace the data if one of them is wrong."
            )
        con.execute(f"insert into spend by name {_with_channel(rows)}")
        has_some = True
    return notices


def _make_room(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Removes the spend whose days are all covered by rows; returns how many are in part."""
    con.execute(f"create or replace temp view {FRESH_SPEND} as {rows}")
    con.execute(sql("met"))
    con.execute(f"delete from spend where rowid in (select number from {MET} where is_replaced)")
    return int(value(con, f"select count(*) from {MET} where not is_replaced"))


def add_rates(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Adds rates; what a file says about a day and currency replaces what was there."""
    if merge:
        con.execute("insert into rates by name select * from previous.rates")
    for intake in intakes:
        if intake.entry.table != "rates":
            continue
        rows = _select(intake, _RATE_FIELDS)
        con.execute(
            f"delete from rates using ({rows}) as fresh "
            "where rates.day = fresh.day and rates.currency = fresh.currency"
        )
        con.execute(f"insert into rates by name {rows}")


def currencies_without_rate(con: duckdb.DuckDBPyConnection, currency: str) -> list[str]:
    """The currencies of spend, but for the one of the store, of which no rate is known."""
    rows = con.execute(
        "select distinct currency from spend where currency <> $currency "
        "and currency not in (select currency from rates) order by 1",
        {"currency": currency},
    ).fetchall()
    return [row[0] for row in rows]


def _add_previous(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Adds what the store has, under the channels of now; returns whether it has any."""
    con.execute(
        f"insert into {table} by name "
        "select had.* replace (named.channel as channel) "
        f"from previous.{table} as had left join {NAMED_CHANNELS} as named using (source)"
    )
    spellings.correct(con, table)
    return bool(value(con, f"select count(*) from {table}"))


def _with_channel(rows: str) -> str:
    """Rows that have a source, and its channel beside it."""
    return (
        f"select fresh.*, named.channel from ({rows}) as fresh "
        f"left join {NAMED_CHANNELS} as named on named.source = fresh.source"
    )


def _select(intake: Intake, names: Sequence[str]) -> str:
    """The good rows of a file, with these columns of its table, null where it has none."""
    parts = []
    for name in names:
        if name in (local("day"), local("until")):
            parts.append(f'"{name}" as {name.partition("#")[0]}')
        elif name in intake.entry.columns or name == "currency":
            parts.append(f'"{name}"')
        else:
            parts.append(f'cast(null as varchar) as "{name}"')
    return f'select {", ".join(parts)} from "{intake.table}" where refusal is null'
