"""What files mean that nobody made a mapping for: taken where it is certain, else asked."""

from collections.abc import Sequence

import duckdb

from data.connection import row
from data.files.preview import Preview
from data.files.table import TableFile
from data.load.notices import Notice
from data.load.statuses import UnknownStatuses
from data.mapping.guess import is_one_move_each, may_be_ids_of_moves
from data.mapping.mapping import FileMapping, Mapping, MappingError
from data.mapping.proposal import Proposal, Question, Values, propose_all
from data.pipeline import Pipeline

SAMPLE_ROWS = 200
MOST_VALUES = 1_000
"""So many values of a status or a source are looked at."""


def understood(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableFile], pipeline: Pipeline
) -> tuple[Proposal, ...]:
    """The proposals for files that were read, each of which can be loaded as it is.

    Raises:
        MappingError: a person has to say something first.
    """
    tops = [_top(con, table) for table in tables]
    first = propose_all(tops, pipeline)
    values = [
        {header: _values(con, table, header) for header in proposal.asked}
        for table, proposal in zip(tables, first, strict=True)
    ]
    proposals = propose_all(tops, pipeline, values=values)
    for table, proposal, counted in zip(tables, proposals, values, strict=True):
        _ask(con, table, proposal, counted)
    return proposals


def notices_of(table: TableFile, proposal: Proposal) -> list[Notice]:
    """What must be said of a file that was loaded as it was understood."""
    unknown = [each for each in proposal.questions if each.code == "unknown_stage_columns"]
    return [
        Notice.of(
            remark.code,
            file=table.name,
            columns=_listed(remark.columns),
            values=_listed(remark.values),
        )
        for remark in (*proposal.remarks, *unknown)
    ]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:5])
    return shown + (f" (+{len(names) - 5:,})" if len(names) > 5 else "")


def _top(con: duckdb.DuckDBPyConnection, table: TableFile) -> Preview:
    rows = tuple(table.sample(con, SAMPLE_ROWS))
    return Preview(
        table.name, table.headers, rows, table.rows, table.format, table.encoding, table.delimiter
    )


def _values(con: duckdb.DuckDBPyConnection, table: TableFile, header: str) -> list[tuple[str, int]]:
    cell = table.cells[table.headers.index(header)]
    table.show(con, [cell])
    # Each text is trimmed once, however many rows have it.
    written = f'select "{cell}" as text, count(*) as n from "{table.table}" group by text'
    return con.execute(
        f"select trim(text) as value, cast(sum(n) as bigint) from ({written}) "
        f"where trim(text) <> '' group by value order by 2 desc, 1 limit {MOST_VALUES:d}"
    ).fetchall()


def _ask(
    con: duckdb.DuckDBPyConnection, table: TableFile, proposal: Proposal, values: Values
) -> None:
    """Raises MappingError for the first thing that only a person can say."""
    if proposal.missing:
        field = proposal.missing[0]
        raise MappingError.of(
            "missing_field",
            file=table.name,
            kind=proposal.entry.table,
            field=field,
            columns=", ".join(table.headers),
            mapping=_as_mapping(proposal.entry),
        )
    for question in proposal.questions:
        if question.code == "stage_of_status":
            counts = values.get(question.columns[0], ())
            _ask_about_statuses(table, proposal, question, counts)
    if proposal.entry.table == "stage_history" and may_be_ids_of_moves(
        proposal.entry, table.headers
    ):
        _ask_whose_id(con, table, proposal.entry)


def _ask_about_statuses(
    table: TableFile, proposal: Proposal, question: Question, counts: Sequence[tuple[str, int]]
) -> None:
    """Raises UnknownStatuses: what is only likely is for a person to confirm."""
    meant = proposal.entry.values.get("stage", {})
    raise UnknownStatuses(
        table.name,
        question.columns[0],
        [
            (status, count, meant.get(status))
            for status, count in counts
            if status in question.values
        ],
        _as_mapping(proposal.with_unknown_statuses()),
    )


def _ask_whose_id(con: duckdb.DuckDBPyConnection, table: TableFile, entry: FileMapping) -> None:
    """Raises MappingError when nearly every id of a history occurs once, as ids of moves do."""
    header = entry.columns["lead_id"]
    cell = table.cells[table.headers.index(header)]
    table.show(con, [cell])
    rows, ids = row(con, f'select count("{cell}"), count(distinct "{cell}") from "{table.table}"')
    if is_one_move_each(rows, ids):
        raise MappingError.of(
            "which_id",
            file=table.name,
            column=header,
            rows=rows,
            ids=ids,
            columns=", ".join(table.headers),
            mapping=_as_mapping(entry),
        )


def _as_mapping(entry: FileMapping) -> str:
    return Mapping(files=(entry,)).to_toml()
