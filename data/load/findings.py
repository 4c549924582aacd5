"""What a load found in its files, beside what it refused: the lines of a quality report.

Each is a list of places in the files, of which the report has the count and a few examples; all of
it can be written down. Works on the connection of a draft whose load is put together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from data.connection import value
from data.load.intake import Intake
from data.load.staging import PLACED, REFUSALS, SAID
from data.pipeline import Pipeline
from data.quoting import literal
from data.spreadsheet import write_csv
from data.values.text import heading

FINDINGS = {
    "duplicates": "a lead that an earlier row of the file has",
    "future_dates": "a date more than a day later than the load",
    "exit_before_entry": "a move, or a closing, earlier than its lead was created",
    "ambiguous_dates": "a date of which day and month could be the other way round",
    "no_history": "a lead of which nothing says where it is or was",
    "orphan_history": "a move or a touch of a lead that no file has",
    "bulk_edits": "a move made in one minute with a hundred others or more, as by a mass update",
    "mixed_currencies": "an amount in another currency than that of the store",
    "time_zone": "a time without an offset, in a load of which no time zone was said",
    "unmapped_status": "a stage or a status that the pipeline does not have",
    "known_from_status": "a lead whose stage is known from a present status, without its time",
    "missing_values": "a lead without a source: what brought it is not known",
}
"""Every finding as the command line says it; screens translate theirs."""

MOST_EXAMPLES = 5
BULK = 100
"""So many moves within a minute are not the work of a person on each lead."""


@dataclass(frozen=True)
class Finding:
    """A line of the quality report: how often something was found, and where."""

    code: str
    """A key of `FINDINGS`."""
    count: int
    examples: tuple[str, ...] = ()
    """At most five, each naming file and line."""


@dataclass(frozen=True)
class _Places:
    """A query for places in files: `file`, `line` and `what` stands there."""

    code: str
    sql: str
    bound: Mapping[str, Any] = field(default_factory=dict)


def find(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    pipeline: Pipeline,
    currency: str,
    *,
    is_zone_said: bool,
    lists: Path | None = None,
) -> tuple[Finding, ...]:
    """The findings of a load, in the order of `FINDINGS`, without those that there are none of.

    lists: a folder in which each is written down in full, as CSV under its code.
    """
    found = []
    for code in FINDINGS:
        parts = [
            places
            for places in _places(con, intakes, pipeline, currency, is_zone_said)
            if places.code == code
        ]
        if not parts:
            continue
        sql = " union all ".join(f"({places.sql})" for places in parts)
        bound: dict[str, Any] = {}
        for places in parts:
            bound |= places.bound
        count = int(value(con, f"select count(*) from ({sql})", bound))
        if not count:
            continue
        rows = f"select file, line, what from ({sql}) order by file, line nulls last, what"
        first = con.execute(f"{rows} limit {MOST_EXAMPLES:d}", bound or None).fetchall()
        found.append(Finding(code, count, tuple(_example(*row) for row in first)))
        if lists is not None:
            listed = con.execute(rows, bound or None)
            write_csv(lists / f"{code}.csv", ("file", "line", "what"), iter(listed.fetchone, None))
    return tuple(found)


def write_refused(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Writes down all that was refused, as CSV for a spreadsheet."""
    listed = con.execute(
        f'select file, line, "column", value, reason, raw from {REFUSALS} '
        "order by slot, line, reason"
    )
    columns = ("file", "line", "column", "value", "reason", "raw")
    write_csv(path, columns, iter(listed.fetchone, None))


def _example(file: str, line: int | None, what: str | None) -> str:
    place = f"{file}:{line}" if line is not None else file
    return f"{place}: {what}" if what else place


_REFUSED = {
    "duplicates": ("duplicate_lead_id", "duplicate_rate"),
    "future_dates": ("future_date",),
    "exit_before_entry": ("before_lead",),
    "orphan_history": ("unknown_lead",),
}


def _places(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    pipeline: Pipeline,
    currency: str,
    is_zone_said: bool,
) -> Iterator[_Places]:
    for code, reasons in _REFUSED.items():
        named = ", ".join(literal(reason) for reason in reasons)
        yield _Places(
            code, f"select file, line, value as what from {REFUSALS} where reason in ({named})"
        )
    files = (
        "(values "
        + ", ".join(f"({intake.slot:d}, {literal(intake.file.name)})" for intake in intakes)
        + ") as files (slot, file)"
    )
    slugs = {"known_slugs": [*pipeline.slugs, *pipeline.exit_slugs]}
    has_said = bool(value(con, f"select count(*) from duckdb_tables() where table_name = '{SAID}'"))
    if has_said:
        yield _Places(
            "exit_before_entry",
            f"select file, line, said.closed_at::varchar as what from {SAID} as said "
            f"join {files} using (slot) join leads using (lead_id) "
            "where said.closed_at < date_trunc('day', leads.created_at)",
        )
        yield _Places(
            "unmapped_status",
            f"select file, line, stage as what from {SAID} join {files} using (slot) "
            "where stage is not null and not list_contains($known_slugs, stage)",
            slugs,
        )
        yield _Places(
            "known_from_status",
            f"select file, min(line) as line, lead_id as what from {SAID} join {files} "
            "using (slot) semi join (select lead_id from stage_history where known = 'status' "
            "and list_contains($known_slugs, stage)) as known using (lead_id) "
            "where stage is not null group by file, lead_id",
            slugs,
        )
    yield _Places(
        "unmapped_status",
        f"select file, line, stage as what from {PLACED} join {files} using (slot) "
        "where refusal is null and not list_contains($known_slugs, stage)",
        slugs,
    )
    yield _Places(
        "bulk_edits",
        f"select file, line, date_trunc('minute', entered_at)::varchar as what from {PLACED} "
        f"join {files} using (slot) where refusal is null and not is_day "
        "qualify count(*) over (partition by slot, date_trunc('minute', entered_at)) "
        f">= {BULK:d}",
    )
    tells_history = any(
        intake.has_moves or intake.has_statuses or intake.entry.stages for intake in intakes
    )
    for intake in intakes:
        yield from _of_file(intake, currency, tells_history, is_zone_said)


def _of_file(
    intake: Intake, currency: str, tells_history: bool, is_zone_said: bool
) -> Iterator[_Places]:
    """What is found by looking at one file alone."""
    file = literal(intake.file.name)
    good = f'from "{intake.table}" where refusal is null'
    is_list = intake.entry.table in ("leads", "stage_columns")
    if is_list and tells_history:
        yield _Places(
            "no_history",
            f"select {file} as file, line, lead_id as what {good} and lead_id not in "
            "(select lead_id from stage_history)",
        )
    if is_list and "source" in intake.entry.columns:
        yield _Places(
            "missing_values",
            f"select {file} as file, line, lead_id as what {good} and source is null",
        )
    if is_list and "amount" in intake.entry.columns:
        yield _Places(
            "mixed_currencies",
            f"select {file} as file, line, currency as what {good} "
            f"and amount is not null and currency <> {literal(currency)}",
        )
    for header in _date_headers(intake):
        cell = intake.cell_under(header)
        if cell is None:
            continue
        text = f'trim(file."{cell}")'
        source = f'from "{intake.file.table}" as file semi join "{intake.table}" using (line)'
        parts = f"regexp_extract({text}, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.]\\d', ['a', 'b'])"
        yield _Places(
            "ambiguous_dates",
            f"select {file} as file, line, {text} as what {source} "
            f"where regexp_matches({text}, '^\\d{{1,2}}[-/.]\\d{{1,2}}[-/.]\\d') "
            f"and try_cast({parts}.a as integer) <= 12 and try_cast({parts}.b as integer) <= 12 "
            f"and {parts}.a::integer <> {parts}.b::integer",
        )
        if not is_zone_said:
            yield _Places(
                "time_zone",
                f"select {file} as file, line, {text} as what {source} "
                f"where regexp_matches({text}, '\\d:\\d\\d') "
                f"and not regexp_matches({text}, '(Z|z|UTC|GMT|[+-]\\d\\d(:?\\d\\d)?)$')",
            )


def _date_headers(intake: Intake) -> Sequence[str]:
    entry = intake.entry
    fields = ("created_at", "entered_at", "changed_at", "closed_at", "touched_at", "day", "until")
    headers = [entry.columns[name] for name in fields if name in entry.columns]
    headers += [stage.column for stage in entry.stages]
    return [*{heading(header): header for header in headers}.values()]
