"""What stands in the columns of a file: all rows are read, and nothing is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.connection import connect
from data.files.table import read_table

MOST_VALUES = 200
"""So many values of a column are listed, those that most rows have."""


@dataclass(frozen=True)
class Survey:
    """The rows of a file and what stands in its columns."""

    rows: int
    values: Mapping[str, tuple[tuple[str, int], ...]]
    """Header to its values, as they are written but for spaces around them, each with the number of
    its rows; most frequent first, of equals by the alphabet."""


def survey(
    path: Path, scratch: Path, *, sheet: str | None = None, header: int | None = None
) -> Survey:
    """What stands in each column of a file, over all of its rows.

    scratch: a folder for files in between; sheet, header: as in `read_table`.

    Raises:
        LoadError: as `read_table` does.
    """
    with connect() as con:
        file = read_table(con, path, scratch, sheet=sheet, header=header)
        file.show(con, file.cells)
        values = {}
        for name, cell in zip(file.headers, file.cells, strict=True):
            found = con.execute(_VALUES.format(cell=cell, table=file.table)).fetchall()
            values[name] = tuple(found)
        return Survey(file.rows, values)


_VALUES = (
    'select trim("{cell}") as value, count(*) from "{table}" where trim("{cell}") <> \'\' '
    f"group by value order by 2 desc, value limit {MOST_VALUES:d}"
)
