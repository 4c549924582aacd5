"""The files of a load on their way in: read, understood, and each with the table of its rows."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.files.header import twins
from data.files.table import TableFile, read_table
from data.load import leads, statuses
from data.load.columns import FURTHER_COLUMNS
from data.load.intake import Intake
from data.load.rows import take_in
from data.load.understanding import notices_of, understood
from data.load.work import Load
from data.mapping.fields import dimension_slug
from data.mapping.mapping import FileMapping, Mapping, MappingError, check, with_order
from data.values.text import heading

Meant = tuple[TableFile, FileMapping]
"""A file that was read, and what it means."""


def read_files(work: Load, paths: Sequence[Path], order: str | None) -> None:
    """Reads the rows of every file, lookups first, into the intakes of the load.

    order: `dmy` or `mdy`, goes before what the mapping says.
    """
    lookups: list[Intake] = []
    dimensions = leads.further_dimensions(work.con) if work.merge else set()
    meant = _as_understood(work, paths) if work.is_guessed else _as_said(work, paths)
    for number, (table, said) in enumerate(meant):
        entry = with_order(said, order)
        filled = _filled(table, entry)
        table.show(work.con, _cells_used(work, table, entry), filled)
        work.progress(f"understanding {table.name}", 0.2 + 0.3 * number / len(paths))
        statuses.ask_what_they_mean(
            work.con, table, entry, work.draft.pipeline, is_guessed=work.is_guessed
        )
        intake = take_in(work.con, table, entry, work.setting, lookups, dimensions)
        if not (filled or work.holds_cells):
            intake.let_go(work.con)
        dimensions.update(intake.dimensions)
        work.notices += intake.notices
        work.intakes.append(intake)
        if entry.table == "lookup":
            lookups.append(intake)
    work.intakes.sort(key=lambda intake: intake.slot)


def _as_said(work: Load, paths: Sequence[Path]) -> Iterator[Meant]:
    """Reads the files that the mapping is of one by one, so that not all are held together."""
    said = [(slot, path, _entry(work.mapping, path.name)) for slot, path in enumerate(paths, 1)]
    in_turn = sorted(said, key=lambda each: _goes_later(each[2]))
    for number, (slot, path, entry) in enumerate(in_turn):
        work.progress(f"reading {path.name}", 0.2 + 0.3 * number / len(paths))
        yield _table(work, slot, path, entry.sheet, entry.header), entry


def _as_understood(work: Load, paths: Sequence[Path]) -> Iterator[Meant]:
    """Reads the files, and finds what each means from all of them."""
    tables = []
    for slot, path in enumerate(paths, 1):
        work.progress(f"reading {path.name}", 0.2 * (slot - 1) / len(paths))
        tables.append(_table(work, slot, path))
    proposals = understood(work.con, tables, work.draft.pipeline)
    for table, proposal in zip(tables, proposals, strict=True):
        work.notices += notices_of(table, proposal)
    meant = [(table, each.entry) for table, each in zip(tables, proposals, strict=True)]
    yield from sorted(meant, key=lambda each: _goes_later(each[1]))


def _goes_later(entry: FileMapping) -> bool:
    """Whether a file is taken in after the lookups, from which the others are filled."""
    return entry.table != "lookup"


def _table(
    work: Load, slot: int, path: Path, sheet: str | None = None, header: int | None = None
) -> TableFile:
    folder = work.draft.scratch / str(slot)
    folder.mkdir()
    return read_table(work.con, path, folder, slot=slot, sheet=sheet, header=header)


def _cells_used(work: Load, table: TableFile, entry: FileMapping) -> list[str]:
    """The columns of a file that become fields, stages or dimensions, by their cells."""
    known = leads.further_dimensions(work.con) if work.merge else set()
    used = {heading(header) for header in entry.headers_used()}
    ignored = {heading(header) for header in entry.ignore}
    cells, room = [], FURTHER_COLUMNS
    for header, cell in zip(table.headers, table.cells, strict=True):
        is_free = heading(header) not in ignored and room > 0
        if heading(header) in used or is_free or (known and dimension_slug(header) in known):
            cells.append(cell)
        room -= is_free and heading(header) not in used
    return cells


def _filled(table: TableFile, entry: FileMapping) -> dict[str, list[str]]:
    """The cells of fields that another column of the same name may have, and the cells of those.

    Exports of several tables joined have such, as `Create Date` and `Create Date (2)`.
    """
    used = {heading(header) for header in entry.headers_used()}
    cells = dict(zip(map(heading, table.headers), table.cells, strict=True))
    fields = {heading(header) for header in entry.columns.values()}
    return {
        cells[heading(header)]: [
            cells[heading(each)] for each in others if heading(each) not in used
        ]
        for header, others in twins(table.headers).items()
        if heading(header) in fields and any(heading(each) not in used for each in others)
    }


def _entry(mapping: Mapping, name: str) -> FileMapping:
    entry = mapping.entry_for(name)
    if entry is None:
        patterns = ", ".join(repr(known.match) for known in mapping.files) or "none"
        raise MappingError(
            f"{name}: the mapping has no [[files]] for a file of this name; its patterns are "
            f"{patterns}."
        )
    check(entry, name)
    return entry
