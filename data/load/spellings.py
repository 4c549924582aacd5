"""The spelling of sources and campaigns: names that differ only by case are one.

Else what was spent on `Avito` would miss the leads of `AVITO`. The spelling that most leads have
wins, of equals the first in order of the alphabet; the text of the file is kept as `source_raw`.
"""

from collections.abc import Sequence

import duckdb

from data.connection import columns_of
from data.load.intake import Intake
from data.load.notices import Notice
from data.load.staging import SPELLINGS, UNITED
from data.quoting import quoted

FIELDS = ("source", "campaign")
_SHOWN = 5


def agree(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool
) -> list[Notice]:
    """Makes `spellings`, corrects touches and spend of the files, and returns what must be said.

    Works when the leads are united; they and what the store has are corrected by `correct`.
    """
    tables = [intake.table for intake in intakes if intake.entry.table in ("touches", "spend")]
    chosen: list[tuple[str, str, str]] = []
    notices = []
    for field in FIELDS:
        sources = [f"select {field} as name, 1 as leads from {UNITED}"] * (
            field in columns_of(con, UNITED.name, "temp")
        )
        sources += [
            f'select {field} as name, 0 as leads from "{table}"'
            for table in tables
            if field in columns_of(con, table, "temp")
        ]
        if merge:
            sources += [
                f"select {field} as name, 0 as leads from previous.{name}"
                for name in ("touches", "spend")
            ]
        if not sources:
            continue
        rows = con.execute(
            f"select name, sum(leads) from ({' union all '.join(sources)}) "
            "where name is not null group by name"
        ).fetchall()
        for spelling, others in _agreed(rows):
            chosen += [(field, other, spelling) for other in others]
            shown = ", ".join(others[:_SHOWN]) + (" …" if len(others) > _SHOWN else "")
            notices.append(Notice.of("one_spelling", spelling=spelling, others=shown))
    con.execute(
        f"create or replace temp table {SPELLINGS} (field varchar, written varchar, "
        "spelling varchar)"
    )
    if chosen:
        fields, written, spelled = zip(*chosen, strict=True)
        con.execute(
            f"insert into {SPELLINGS} select unnest($fields), unnest($written), unnest($spelled)",
            {"fields": list(fields), "written": list(written), "spelled": list(spelled)},
        )
    for table in tables:
        correct(con, table, "temp")
    return notices


def correct(con: duckdb.DuckDBPyConnection, table: str, database: str | None = None) -> None:
    """Writes the names in a table as was agreed."""
    for (field,) in con.execute(f"select distinct field from {SPELLINGS}").fetchall():
        if field in columns_of(con, table, database):
            con.execute(
                f"update {quoted(table)} set {field} = spellings.spelling from {SPELLINGS} as "
                f"spellings where spellings.field = $field and {field} = spellings.written",
                {"field": field},
            )


def _agreed(counts: Sequence[tuple[str, int]]) -> list[tuple[str, list[str]]]:
    """Each spelling that wins over others, with those, in order of the alphabet."""
    alike: dict[str, list[tuple[str, int]]] = {}
    for name, leads in counts:
        alike.setdefault(name.casefold(), []).append((name, leads))
    found = []
    for several in alike.values():
        if len(several) > 1:
            first, *others = sorted(several, key=lambda each: (-each[1], each[0]))
            found.append((first[0], sorted(name for name, _leads in others)))
    return sorted(found)
